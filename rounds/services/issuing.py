"""Issuing a round: who has to hand in."""

from django.db import transaction
from django.db.models.functions import Left

from accounts.models import Unit
from accounts.moves import Refused, move
from accounts.paths import WIDTH, cut, level_of, under
from rounds.figures import Census
from rounds.kinds import kind_of
from rounds.models import Assignment, Round


@transaction.atomic
def issue(round_: Round, *, actor) -> int:
    """The round is open and every answering unit with people of its audience has its part.

    Returns how many parts were made. Called again on an open round it adds only what is new.
    """
    kind, joining = kind_of(round_), round_.state == Round.State.OPEN
    people = kind.expects == "people"
    if not joining:
        if people and not Census(round_).people().exists():
            raise Refused(
                "所选范围内没有应完成的人员，请检查面向单位、指定单位、人员类别和年级后再发布。"
            )
        kind.check(round_)
        kind.fits(round_)
        move(round_, "issue", actor=actor)
        kind.carry(round_)
    made = assign(round_, joining=joining) if people else 0
    return made + kind.assign(round_)


def answering_units(round_: Round) -> list[Unit]:
    """Every unit that has to hand in: those that answer and have people of the audience.

    From the children of the round's unit down to the answering level.
    """
    start = level_of(round_.unit.path)
    people = Census(round_).people()
    homes = people.order_by().annotate(home=Left("unit_path", round_.level * WIDTH))
    paths = set()
    for home in homes.values_list("home", flat=True).distinct():
        paths |= {cut(home, level) for level in range(start + 1, level_of(home) + 1)}
    units = Unit.objects.filter(under(round_.unit.path, strictly=True)).order_by("path")
    found = units.exclude(kind=Unit.Kind.DORM)
    return [unit for unit in found if unit.answers and unit.path in paths]


def assign(round_: Round, *, joining: bool = False) -> int:
    """Every answering unit has an assignment; how many are new.

    `joining` marks the new ones 新增, because a parent may already have been approved without them.
    """
    there = set(round_.assignments.values_list("unit_path", flat=True))
    new = [
        Assignment(round=round_, unit=unit, unit_path=unit.path, late_joiner=joining)
        for unit in answering_units(round_)
        if unit.path not in there
    ]
    Assignment.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)
