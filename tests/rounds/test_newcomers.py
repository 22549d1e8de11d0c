"""ORG-9: newcomers are a cohort of their own, followed until each one has pledged."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from rounds import queries, services
from rounds.figures import Census, audience_holds
from tests import factories as make

SINCE = date(2026, 9, 1)


@pytest.fixture
def freshmen(campus):
    """Three new students of the class, one of another college."""
    campus.fresh = [
        make.person(campus.klass, name, grade="2026", cohort="2026") for name in ("甲", "乙", "丙")
    ]
    campus.fresh.append(make.person(campus.other_class, "丁", grade="2026", cohort="2026"))
    return campus


def follow(unit, *, cohort="2026", since=SINCE):
    return queries.Newcomers(unit, cohort=cohort, since=since, kind="pledge")


def counts(found):
    return found.total.expected, found.total.done, found.total.missing


def names(people):
    return [person.name for person in people]


def page_of(client, who, unit, **asked):
    client.force_login(who)
    return client.get(reverse("rounds:newcomers_of", args=[unit.pk]), {"who": "2026"} | asked)


def test_whoever_signed_in_any_round_is_done_and_a_closed_round_s_missing_stay(freshmen):
    c = freshmen
    first = make.pledge_round(c, cohorts=["2026"])
    make.sign(first, c.fresh[0])
    services.close(first, actor=c.office, reason="到期")
    assert counts(follow(c.school)) == (4, 1, 3)

    second = make.pledge_round(c, cohorts=["2026"])
    make.sign(second, c.fresh[1])

    found = follow(c.school)
    assert counts(found) == (4, 2, 2)
    missing = queries.in_words(list(found.listed(done=False)))
    assert [(p.name, p.word) for p in missing] == [("丙", "结束时未完成"), ("丁", "结束时未完成")]
    assert names(found.listed(done=True)) == ["甲", "乙"]
    rows = [(row.unit.name, row.expected, row.done) for row in found.rows()]
    assert rows == [("计算机学院", 3, 2), ("外国语学院", 1, 0)]


def test_who_comes_later_is_asked_by_the_open_round_and_followed(freshmen):
    c = freshmen
    round_ = make.pledge_round(c, cohorts=["2026"])
    for person in c.fresh:
        make.sign(round_, person)
    assert counts(follow(c.school)) == (4, 4, 0)

    make.person(c.second_class, "戊", grade="2026", cohort="2026")

    assert counts(follow(c.school)) == (5, 4, 1)
    assert names(Census(round_).missing()) == ["戊"]


def test_a_withdrawn_round_proves_nothing(freshmen):
    round_ = make.pledge_round(freshmen)
    make.sign(round_, freshmen.fresh[0])
    services.withdraw_round(round_, actor=freshmen.office, reason="误发")

    assert counts(follow(freshmen.school)) == (4, 0, 4)


def test_who_left_is_followed_no_more(freshmen):
    User.objects.filter(name="甲").update(status="left")

    assert counts(follow(freshmen.school)) == (3, 0, 3)


def came(campus, name, day, **more):
    made = make.person(campus.faculty, name, category="staff", **more)
    at = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 8))
    User.objects.filter(pk=made.pk).update(created_at=at)
    return User.objects.get(pk=made.pk)


def test_new_staff_are_those_on_the_roster_since_a_day_and_not_known_from_before(campus):
    User.objects.update(created_at=timezone.make_aware(timezone.datetime(2025, 3, 1)))
    came(campus, "新一", date(2026, 9, 1))
    came(campus, "新二", date(2026, 10, 9), cohort="2026")
    came(campus, "早来", date(2026, 10, 9), cohort="2019")
    came(campus, "旧", date(2026, 8, 31))

    found = follow(campus.school, cohort="")

    assert names(found.listed(done=False)) == ["新一", "新二"]


def test_a_round_may_ask_only_those_who_came_since_a_day(client, campus):
    User.objects.update(created_at=timezone.make_aware(timezone.datetime(2025, 3, 1)))
    new = came(campus, "新一", date(2026, 9, 1))
    old = came(campus, "旧", date(2026, 8, 31))
    known = came(campus, "早来", date(2026, 10, 9), cohort="2019")
    round_ = make.pledge_round(campus, since=SINCE)

    assert names(Census(round_).people()) == ["新一"]
    assert [audience_holds(round_, one) for one in (new, old, known)] == [True, False, False]
    assert queries.audience_words(round_)["since"] == "2026-09-01 起进入名册的人员"


def test_the_drafting_page_takes_the_day_and_shows_it_again(client, campus):
    today = timezone.localdate()
    text = make.pledge_text(campus.school, campus.office)
    client.force_login(campus.office)
    sent = {
        "title": "新进人员承诺书", "text": text.pk, "year": "2026", "owner": campus.school.pk,
        "unit": campus.school.pk, "level": 3, "categories": ["staff"], "since": "2026-09-01",
        "opens_on": today, "due_on": today + timedelta(days=7),
        "locks_on": today + timedelta(days=14),
    }  # fmt: skip

    answer = client.post(make.new_url(), sent)
    draft = client.get(answer.url).content.decode()
    edit = client.get(answer.url.replace("draft", "edit")).content.decode()
    said = client.post(reverse("rounds:audience"), sent | {"since": "2999-01-01"})

    assert "2026-09-01 起进入名册的人员" in draft
    assert 'value="2026-09-01"' in edit
    assert said.status_code == 200


def test_the_page_lists_who_is_missing_and_leads_to_the_reminder(client, freshmen):
    c = freshmen
    round_ = make.pledge_round(c, cohorts=["2026"])
    make.sign(round_, c.fresh[0])

    page = page_of(client, c.liaison, c.college)

    said = page.content.decode()
    assert names(page.context["page"]) == ["乙", "丙"]
    assert reverse("notices:remind", args=[round_.pk, c.college.pk]) in said
    assert "丁" not in said
    rows = page_of(client, c.office, c.school, tab="units").context["rows"]
    assert [(row.unit.name, row.missing) for row in rows] == [("计算机学院", 2), ("外国语学院", 1)]


def test_without_a_round_under_way_the_page_says_what_to_do(client, freshmen):
    assert (
        "目前没有可以办理的同类任务"
        in page_of(client, freshmen.office, freshmen.school).content.decode()
    )


def test_at_zero_the_page_says_so(client, freshmen):
    round_ = make.pledge_round(freshmen, cohorts=["2026"])
    for person in freshmen.fresh:
        make.sign(round_, person)

    assert (
        "一个不漏，全部完成" in page_of(client, freshmen.office, freshmen.school).content.decode()
    )


@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [
        ("office", "school", 200), ("liaison", "college", 200), ("counselor", "klass", 200),
        ("head", "college", 200), ("liaison", "other_college", 404), ("counselor", "college", 404),
        ("stranger", "klass", 404), ("cadre", "klass", 403), ("leader", "school", 403),
        ("student", "klass", 403),
    ],
)  # fmt: skip
def test_each_follows_the_own_units(client, freshmen, who, unit, status):
    answer = page_of(client, getattr(freshmen, who), getattr(freshmen, unit))

    assert answer.status_code == status


def test_one_unit_leads_straight_on_and_is_reached_from_the_overview(client, freshmen):
    client.force_login(freshmen.counselor)
    here = reverse("rounds:newcomers_of", args=[freshmen.klass.pk])

    assert client.get(reverse("rounds:newcomers")).url == here
    overview = client.get(reverse("rounds:overview", args=[freshmen.klass.pk]))
    assert reverse("rounds:newcomers") in overview.content.decode()


@pytest.mark.parametrize(
    "asked", [{"who": "x", "since": "abc", "kind": "?"}, {"page": "9999", "tab": "zzz"}, {}]
)
def test_nonsense_in_the_link_counts_as_nothing_asked(client, freshmen, asked):
    client.force_login(freshmen.office)
    page = client.get(reverse("rounds:newcomers_of", args=[freshmen.school.pk]), asked)

    assert page.status_code == 200
    assert page.context["total"].expected == 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_people(
    client, campus, count, django_assert_num_queries
):
    for _ in range(count):
        make.person(campus.klass, grade="2026", cohort="2026")
    make.pledge_round(campus, cohorts=["2026"])
    page_of(client, campus.office, campus.school)

    with django_assert_num_queries(QUERIES):
        page_of_again(client, campus.school)


QUERIES = 12


def page_of_again(client, unit):
    client.get(reverse("rounds:newcomers_of", args=[unit.pk]), {"who": "2026"})
