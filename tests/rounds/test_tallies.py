"""The province's tallies: recounted from facts, equal to what is counted live."""

import random

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import people as accounts
from rounds import services
from rounds.figures import figures
from rounds.models import Tally, Touch
from rounds.tasks import recount_all, recount_changed
from tests import factories as make


@pytest.fixture
def schools(db):
    """Three schools with a round each; in two of them somebody has signed."""
    made = [make.campus(code) for code in ("A", "B", "C")]
    for c in made:
        c.round = make.pledge_round(c)
    make.sign(made[0].round, made[0].student)
    make.sign(made[1].round, made[1].foreign_student)
    return made


def kept(round_, path):
    tally = Tally.objects.filter(round=round_, path=path, level=len(path) // 6).first()
    names = ("expected", "submitted", "verified", "on_time", "excused")
    return {name: getattr(tally, name) if tally else 0 for name in names}


def agree(schools):
    """Every school's and class's tally is what is counted live now."""
    for c in schools:
        for unit in (c.school, c.klass, c.second_class, c.other_class, c.faculty, c.kitchen):
            assert kept(c.round, unit.path) == figures(c.round, unit.path).as_dict(), unit
    return True


def somebody_acts(dice, c):
    """One change of some sort that a round counts."""
    person = dice.choice([c.second_student, c.foreign_classmate, c.cook, c.staff, c.dormhead])
    deed = dice.randrange(4)
    if deed == 0 and person.status == "active":
        make.sign(c.round, person)
    elif deed == 1:
        if not c.round.excuses.filter(person=person, voided_at=None).exists():
            services.excuse_person(c.round, person, actor=c.office, reason="病休")
    elif deed == 2:
        person.status = dice.choice(["active", "suspended"])
        User.objects.filter(pk=person.pk).update(status=person.status)
    else:
        place = dice.choice([c.klass, c.other_class, c.faculty])
        User.objects.filter(pk=person.pk).update(unit=place, unit_path=place.path)
        person.refresh_from_db()


def test_recounted_is_what_is_counted_live_whatever_happened(schools):
    dice = random.Random(7)
    recount_changed()
    assert agree(schools)
    for _ in range(6):
        for _ in range(5):
            somebody_acts(dice, dice.choice(schools))

        recount_changed()

        assert agree(schools)


def test_twice_is_once_and_from_nothing_is_the_same(schools):
    recount_changed()
    once = list(Tally.objects.order_by("round", "path").values("round", "path", "expected"))
    recount_changed()
    twice = list(Tally.objects.order_by("round", "path").values("round", "path", "expected"))
    Tally.objects.all().delete()
    recount_all()

    anew = list(Tally.objects.order_by("round", "path").values("round", "path", "expected"))
    assert once == twice == anew
    assert len(once) == 3 * 10


def test_a_closed_round_keeps_its_frozen_figures_and_is_counted_no_more(schools):
    c = schools[0]
    recount_changed()
    services.close(c.round, actor=c.office)
    frozen = kept(c.round, c.school.path)
    User.objects.filter(unit=c.faculty).update(status="left")

    recount_changed()
    recount_all()

    assert services.recount(c.round.pk) is False
    assert kept(c.round, c.school.path) == frozen
    assert Tally.objects.filter(round=c.round, counted_at__isnull=False).count() == 0


def test_a_withdrawn_round_leaves_no_tally(schools):
    c = schools[0]
    recount_changed()

    services.withdraw_round(c.round, actor=c.office, reason="误发")

    assert Tally.objects.filter(round=c.round).count() == 0


def test_a_new_day_is_counted_anew(schools):
    c = schools[0]
    services.excuse_person(
        c.round, c.staff, actor=c.liaison, reason="出差", until=timezone.localdate()
    )
    recount_changed()
    today = kept(c.round, c.school.path)["excused"]

    with time_machine.travel(timezone.now() + timezone.timedelta(days=1), tick=False):
        recount_changed()
        assert (today, kept(c.round, c.school.path)["excused"]) == (1, 0)
        assert agree(schools)


def test_the_page_shows_schools_their_sum_and_the_moment(client, schools):
    viewer = make.person(schools[0].faculty, "省厅人员", category="staff")
    make.grant(viewer, "PROVINCE", None)
    recount_changed()
    client.force_login(viewer)

    page = client.get(reverse("rounds:province"))

    rows = [(row.path, row.expected, row.verified) for row in page.context["page"]]
    live = [(c.school.path, figures(c.round, c.school.path)) for c in schools]
    assert rows == [(path, found.expected, found.verified) for path, found in live]
    total = page.context["total"]
    assert (total.schools, total.figures.verified) == (3, 2)
    assert total.figures.expected == sum(found.expected for _, found in live)
    assert "数据截至" in page.content.decode()
    assert "张小明" not in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_schools(
    client, db, count, django_assert_num_queries
):
    made = [make.campus(code) for code in "ABC"[:count]]
    for c in made:
        make.pledge_round(c)
    viewer = make.person(made[0].faculty, category="staff")
    make.grant(viewer, "PROVINCE", None)
    recount_changed()
    client.force_login(viewer)
    client.get(reverse("rounds:province"))

    with django_assert_num_queries(8):
        client.get(reverse("rounds:province"))


@pytest.mark.parametrize("who", ["office", "leader", "counselor", "department"])
def test_nobody_of_a_school_opens_the_province(client, campus, who):
    client.force_login(getattr(campus, who))

    assert client.get(reverse("rounds:province")).status_code == 403


@pytest.fixture
def noted(db):
    if connection.vendor != "postgresql":
        pytest.skip("触发器只在 PostgreSQL 上")


def touches():
    return set(Touch.objects.values_list("round_key", "path"))


@pytest.mark.postgresql
def test_the_database_notes_what_was_touched_and_only_that(noted, schools):
    c = schools[0]
    recount_changed()
    assert touches() == set()

    make.sign(c.round, c.classmate)
    signed = touches()
    User.objects.filter(pk=c.student.pk).update(last_login=timezone.now())
    logged_in = touches()
    accounts.set_status(c.foreign_student, status="suspended", note="病休", actor=c.office)

    assert signed == logged_in == {(c.round.pk, c.klass.path)}
    assert touches() == signed | {(None, c.other_class.path)}


@pytest.mark.postgresql
def test_only_the_touched_round_is_counted_anew(noted, schools):
    recount_changed()
    make.sign(schools[2].round, schools[2].student)

    assert services.recount_changed() == 1
    assert agree(schools)
