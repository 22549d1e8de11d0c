"""Newcomers are followed until each one has pledged, got the code and installed the App (ORG-9, CHK-8)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from rounds import queries, services
from rounds.models import Standing
from selfcheck.tools.services import barriers
from tests import factories as make

SINCE = date(2026, 9, 1)


@pytest.fixture
def freshmen(campus):
    campus.fresh = [
        make.person(campus.klass, name, grade="2026", cohort="2026") for name in ("甲", "乙", "丙")
    ]
    campus.pledge = make.pledge_round(campus, cohorts=["2026"])
    campus.tools = make.safeguard_round(
        campus, must=("app.installed", "code.green"), may=("app.check",), cohorts=["2026"]
    )
    return campus


def follow(unit, cohort="2026"):
    return queries.newcomers_in(unit, cohort=cohort, since=SINCE, kind="all")


def show(campus, person, *codes):
    for code in codes:
        answer = make.show(campus.tools, code, person)
        services.judge(answer, actor=campus.office, accept=True, valid_until=answer.valid_until)


def lacking(found):
    people = found.in_words(list(found.listed(done=False)))
    return [(person.name, person.word) for person in people]


def test_pledge_code_and_app_are_one_list_to_the_last_person(freshmen):
    c = freshmen
    first, second, _ = c.fresh
    make.sign(c.pledge, first)
    show(c, first, "app.installed", "code.green")
    make.sign(c.pledge, second)
    show(c, second, "app.installed")
    found = follow(c.college)

    assert (found.total.expected, found.total.done, found.total.missing) == (3, 1, 2)
    assert lacking(found) == [
        ("乙", "缺：反骗码 · 绿码"),
        ("丙", "缺：承诺书签署、国家反诈中心 App · 安装、反骗码 · 绿码"),
    ]
    assert [person.name for person in found.listed(done=True)] == ["甲"]


def test_a_code_that_ran_out_is_lacking_again(freshmen):
    c = freshmen
    make.sign(c.pledge, c.fresh[0])
    show(c, c.fresh[0], "app.installed", "code.green")
    over = timezone.localdate() - timedelta(days=1)
    Standing.objects.filter(code="code.green").update(valid_until=over)

    assert lacking(follow(c.klass))[0] == ("甲", "缺：反骗码 · 绿码")


def test_what_was_shown_in_an_earlier_round_and_what_one_is_excused_from_are_not_lacking(freshmen):
    c = freshmen
    person = c.fresh[0]
    make.sign(c.pledge, person)
    show(c, person, "code.green")
    services.close(c.tools, actor=c.office, reason="到期")
    make.safeguard_round(c, must=("app.installed", "code.green"), cohorts=["2026"])
    barriers.allow(make.barrier(person, "app"), actor=c.counselor)

    assert [one.name for one in follow(c.klass).listed(done=True)] == ["甲"]


def test_new_staff_are_asked_what_staff_are_asked(campus):
    """CHK-8: pledge, code and App together; what only students are asked is none of theirs."""
    User.objects.update(created_at=timezone.make_aware(timezone.datetime(2025, 3, 1)))
    made = make.person(campus.faculty, "新一", category="staff")
    make.pledge_round(campus, categories=["staff"])
    make.safeguard_round(campus, must=("app.installed",), categories=["staff"])
    make.safeguard_round(campus, must=("code.green",), categories=["student"])
    found = follow(campus.college, cohort="")

    assert lacking(found) == [("新一", "缺：承诺书签署、国家反诈中心 App · 安装")]
    assert made.name == "新一"


def test_where_nothing_is_asked_nobody_is_done(campus):
    make.person(campus.klass, "甲", grade="2026", cohort="2026")

    assert (follow(campus.klass).total.done, follow(campus.klass).total.missing) == (0, 1)


def test_the_page_shows_what_each_lacks_and_the_rounds_to_remind_from(client, freshmen):
    c = freshmen
    client.force_login(c.liaison)
    address = reverse("rounds:newcomers_of", args=[c.college.pk])
    page = client.get(address, {"who": "2026", "kind": "all"})
    said = page.content.decode()
    tabs = [
        client.get(address, {"who": "2026", "kind": "all", "tab": t}) for t in ("units", "done")
    ]

    assert "缺：承诺书签署、国家反诈中心 App · 安装、反骗码 · 绿码" in said
    assert "合并跟进（" in said
    assert [reverse("rounds:board", args=[r.pk, c.college.pk]) in said for r in (c.pledge, c.tools)]
    assert [tab.status_code for tab in tabs] == [200, 200]
