"""Every figure against a plain count by hand, over many random schools; and against its list."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import level_of
from rounds import services
from rounds.figures import Census, Figures, below, figures
from rounds.models import Assignment, Completion, Excuse, Round
from tests import factories as make

STATUSES = ["active", "active", "active", "suspended", "graduated", "left", "exchange"]
CATEGORIES = ["student", "student", "staff", "service"]


def scatter(campus, round_, dice: random.Random) -> None:
    """People in random places and states, each with a random part in the round."""
    homes = [campus.klass, campus.dorm, campus.second_class, campus.other_class, campus.kitchen]
    today = timezone.localdate()
    for _ in range(40):
        person = make.person(
            dice.choice(homes),
            category=dice.choice(CATEGORIES),
            status=dice.choice(STATUSES),
            grade=dice.choice(["2022", "2023"]),
        )
        if dice.random() < 0.6:
            Completion.objects.create(
                round=round_,
                person=person,
                unit_path=person.unit_path,
                state=dice.choice(["accepted", "accepted", "pending", "sent_back"]),
                done_at=round_.due_at + timedelta(days=dice.choice([-3, 3])),
                valid_until=dice.choice([None, None, today, today - timedelta(days=1)]),
            )
        if dice.random() < 0.2:
            Excuse.objects.create(
                round=round_,
                person=person,
                unit_path=person.unit_path,
                reason="病休",
                approved_by=campus.office,
                until=dice.choice([None, today, today - timedelta(days=1)]),
                voided_at=dice.choice([None, None, timezone.now()]),
            )


def by_hand(round_, path: str) -> Figures:
    """The figures counted person by person, in words as close as can be to the rules."""
    today, counts = timezone.localdate(), [0, 0, 0, 0, 0]
    shut = Excuse.objects.filter(round=round_, person=None, voided_at=None)
    shut_paths = list(shut.values_list("unit_path", flat=True))
    for person in User.objects.filter(unit_path__startswith=path):
        if person.status != "active" or person.category not in round_.categories:
            continue
        if round_.grades and person.grade not in round_.grades:
            continue
        excused = any(
            e.voided_at is None and (e.until is None or e.until >= today)
            for e in person.excuses.filter(round=round_)
        ) or any(person.unit_path.startswith(p) for p in shut_paths)
        if excused:
            counts[4] += 1
            continue
        counts[0] += 1
        done = person.completions.filter(round=round_).first()
        if done is None or done.state == "sent_back":
            continue
        counts[1] += 1
        in_force = done.valid_until is None or done.valid_until >= today
        counts[2] += done.state == "accepted" and in_force
        counts[3] += done.done_at <= round_.due_at
    return Figures(*counts)


@pytest.mark.parametrize("seed", range(12))
def test_every_figure_is_the_count_by_hand_and_the_length_of_its_list(campus, seed):
    dice = random.Random(seed)
    grades = [] if seed % 2 else ["2023"]
    round_ = make.pledge_round(campus, grades=grades, categories=["student", "service"])
    scatter(campus, round_, dice)
    if seed % 3 == 0:
        shut = Assignment.objects.get(round=round_, unit=campus.second_class)
        services.excuse_unit(shut, actor=campus.liaison, reason="全班在外实习")

    census = Census(round_)
    for unit in Unit.objects.all():
        found = figures(round_, unit.path)
        assert found == by_hand(round_, unit.path)
        assert found.missing == census.missing(unit.path).count()
        parts = list(census.with_part(unit.path).values_list("part", flat=True))
        assert found.verified == parts.count("accepted")
        assert found.excused == parts.count("excused")
        assert 0 <= found.verified <= found.submitted <= found.expected
        assert found.on_time <= found.submitted
        recipe = census.recipe(unit.path)
        assert recipe[0][1] - sum(n for _, n in recipe[1:]) == found.expected


@pytest.mark.parametrize("seed", range(4))
def test_the_parts_of_a_unit_add_up_to_it(campus, seed):
    round_ = make.pledge_round(campus)
    scatter(campus, round_, random.Random(seed))

    for unit in Unit.objects.exclude(kind="dorm"):
        assert Figures.total(below(round_, unit).values()) == figures(round_, unit.path)


@pytest.mark.parametrize("seed", range(6))
def test_a_closed_round_keeps_its_figures_and_its_list_whatever_happens_later(campus, seed):
    dice = random.Random(seed)
    round_ = make.pledge_round(campus, categories=["student", "service"])
    scatter(campus, round_, dice)
    if seed % 2:
        shut = Assignment.objects.get(round=round_, unit=campus.second_class)
        services.excuse_unit(shut, actor=campus.liaison, reason="全班在外实习")
    units = list(Unit.objects.all())
    before = {u.path: (figures(round_, u.path), below(round_, u)) for u in units}
    recipe = Census(round_).recipe(campus.college.path)

    services.close(round_, actor=campus.office, reason="按期结束")
    User.objects.filter(category="student").update(status="graduated")
    User.objects.filter(category="service").update(unit=campus.klass, unit_path=campus.klass.path)
    round_ = Round.objects.get(pk=round_.pk)

    for unit in units:
        kept, kept_below = before[unit.path]
        assert figures(round_, unit.path) == kept
        some = {path: f for path, f in kept_below.items() if f.expected or f.excused}
        frozen = {p: f for p, f in below(round_, unit).items() if f.expected or f.excused}
        assert frozen == some
        census = Census(round_)
        assert census.missing(unit.path).count() == kept.missing
        assert census.with_part(unit.path).filter(part="excused").count() == kept.excused
    assert Census(round_).recipe(campus.college.path) == recipe


def test_levels_of_frozen_tallies_are_those_of_their_paths_but_for_people_without_a_dorm(campus):
    round_ = make.pledge_round(campus)

    services.close(round_, actor=campus.office)

    odd = {(t.path, t.level) for t in round_.tallies.all() if level_of(t.path) != t.level}
    homes = User.objects.counted().exclude(unit=campus.dorm).values_list("unit_path", flat=True)
    assert odd == {(path, 4) for path in set(homes)}
