"""Units that move, merge or close.

A path is given once: a unit that moves gets a new row at its new place, and so does everything
below it; the old rows stay, closed and pointing to the new ones, so that closed rounds keep the
places and names they had. What is open goes with the people, in one transaction.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import changes
from accounts.audit import record
from accounts.models import Duty, Grant, Meeting, MeetingTask, Unit, UnitAlias, User
from accounts.moves import Refused
from accounts.paths import ancestors, under
from accounts.services import duties, grants
from accounts.services.units import kinds_below, next_path

Kind = Unit.Kind
MOVABLE = (Kind.CLASS, Kind.GROUP, Kind.DORM)


@dataclass(frozen=True)
class Load:
    """What a move or merge takes along."""

    units: int
    people: int
    duties: int
    grants: int

    def __str__(self):
        return (
            f"随之变动：本单位及下级单位 {self.units} 个、人员 {self.people} 人、"
            f"责任 {self.duties} 项、授权 {self.grants} 项，进行中任务的相应部分一并转入；"
            "已结束的任务保持原样。"
        )


def load_of(unit: Unit) -> Load:
    """What stands at or below the unit today: the dry run of a move or merge."""
    here = under(unit.path)
    today = timezone.localdate()
    held = Grant.objects.filter(here, duty__isnull=True).exclude(ends_on__lt=today)
    return Load(
        Unit.objects.open().filter(here).count(),
        User.objects.filter(under(unit.path, "unit_path")).count(),
        Duty.objects.running().filter(here).count(),
        held.count(),
    )


@transaction.atomic
def move(unit: Unit, *, parent: Unit, actor, reason: str) -> Unit:
    """The unit stands below another parent from now on, with all that is in it."""
    _lock(unit, reason)
    unit.refresh_from_db()
    parent.refresh_from_db()
    _check_open(unit, parent)
    if unit.kind not in MOVABLE:
        raise Refused(f"{unit.get_kind_display()}不能迁移，可以并入另一个单位。")
    if unit.kind not in kinds_below(parent):
        raise Refused(f"{parent.get_kind_display()}下不能设置{unit.get_kind_display()}。")
    if unit.path[:-6] == parent.path:
        raise Refused(f"{unit.name}已在{parent.name}。")
    if Unit.objects.children_of(parent.path).open().filter(name=unit.name).exists():
        raise Refused(f"{parent.name}已有名为“{unit.name}”的单位，请改用合并。")
    pairs: list[tuple[Unit, Unit, bool]] = []
    new = _plant(unit, parent.path, pairs)
    _carry(unit, pairs, actor=actor, reason=reason)
    record(actor, "move_unit", new, note=reason, where=[_place(unit), _place(new)])
    return new


@transaction.atomic
def merge(unit: Unit, *, target: Unit, actor, reason: str) -> Unit:
    """The unit's people and what is open go to another of its kind; it stays for what is past."""
    _lock(unit, reason)
    unit.refresh_from_db()
    target.refresh_from_db()
    _check_open(unit, target)
    if unit.pk == target.pk:
        raise Refused("不能并入本单位自身。")
    if unit.kind != target.kind or unit.kind == Kind.SCHOOL:
        raise Refused("只能并入同一类型的单位。")
    pairs: list[tuple[Unit, Unit, bool]] = []
    _join(unit, target, pairs)
    _carry(unit, pairs, actor=actor, reason=reason)
    if unit.path[:-6] == target.path[:-6]:
        UnitAlias.objects.get_or_create(unit=target, name=unit.name)
    record(actor, "merge_unit", target, note=reason, where=[_place(unit), _place(target)])
    return target


@transaction.atomic
def close(unit: Unit, *, actor, reason: str) -> Unit:
    """The unit stands no longer; refused while anybody or anything is in it."""
    _lock(unit, reason)
    unit.refresh_from_db()
    if unit.kind == Kind.SCHOOL:
        raise Refused("学校不能撤销。")
    if unit.closed_on:
        raise Refused("该单位已经撤销。")
    load = load_of(unit)
    if load.units > 1 or load.people or load.duties or load.grants:
        raise Refused(
            f"{unit.name}还有下级单位 {load.units - 1} 个、人员 {load.people} 人、"
            f"责任和授权 {load.duties + load.grants} 项，请先并入其他单位或办理交接。"
        )
    unit.closed_on = timezone.localdate()
    unit.save(update_fields=["closed_on"])
    record(actor, "close_unit", unit, note=reason)
    return unit


@transaction.atomic
def reopen(unit: Unit, *, actor, reason: str) -> Unit:
    """A unit closed by mistake stands again; one that went into another does not come back."""
    _lock(unit, reason)
    unit.refresh_from_db()
    if not unit.closed_on or unit.moved_to_id:
        raise Refused("该单位没有撤销，或已迁移、并入其他单位，不能恢复。")
    if Unit.objects.children_of(unit.path[:-6]).open().filter(name=unit.name).exists():
        raise Refused(f"同级已有名为“{unit.name}”的单位，不能恢复。")
    unit.closed_on = None
    unit.save(update_fields=["closed_on"])
    record(actor, "reopen_unit", unit, note=reason)
    return unit


def _lock(unit: Unit, reason: str) -> None:
    """One change of the school's grid at a time, and no new facts while it lasts."""
    if not reason.strip():
        raise Refused("请填写原因或依据。")
    Unit.objects.select_for_update().get(path=unit.school_path)
    # nor is anything added to it or anybody appointed in it meanwhile
    list(Unit.objects.select_for_update().filter(under(unit.path)).order_by("path"))
    changes.hold_facts(unit.school_path)


def _check_open(unit: Unit, other: Unit) -> None:
    for one in (unit, other):
        if one.closed_on:
            raise Refused(f"{one.name}已撤销或迁移，请刷新后再看。")
    if unit.school_path != other.school_path:
        raise Refused("所选单位不是本校单位。")
    if other.path.startswith(unit.path) and other.pk != unit.pk:
        raise Refused("不能迁入或并入自己的下级单位。")


def _plant(old: Unit, parent: str, pairs: list) -> Unit:
    """A new row for the unit below the parent, and for each open unit below it."""
    new = Unit.objects.create(
        path=next_path(parent), kind=old.kind, name=old.name, code=old.code,
        files_own=old.files_own, opened_on=timezone.localdate(),
        contract_ends=old.contract_ends,
    )  # fmt: skip
    pairs.append((old, new, False))
    for below in Unit.objects.children_of(old.path).open():
        _plant(below, new.path, pairs)
    return new


def _join(old: Unit, target: Unit, pairs: list) -> None:
    """The unit goes into the target; below it, units of the same name and kind join likewise."""
    pairs.append((old, target, True))
    there = {(unit.kind, unit.name): unit for unit in Unit.objects.children_of(target.path).open()}
    for below in Unit.objects.children_of(old.path).open():
        same = there.get((below.kind, below.name))
        if same:
            _join(below, same, pairs)
        else:
            _plant(below, target.path, pairs)


def _carry(unit: Unit, pairs: list, *, actor, reason: str) -> None:
    """People, duties, grants and open facts follow; the old rows are closed."""
    replaced = [
        changes.Replaced(old.pk, new.pk, old.path, new.path, merged) for old, new, merged in pairs
    ]
    changes.tell_units(unit.school_path, replaced)
    moved = []
    for old, new, merged in pairs:
        people = User.objects.filter(unit=old)
        ids = list(people.values_list("pk", flat=True))
        moved += [changes.Moved(pk, old.path, new.path) for pk in ids]
        people.update(unit=new, unit_path=new.path)
        _carry_duties(old, new, actor=actor, reason=reason)
        Meeting.objects.filter(unit=old).update(unit=new, path=new.path)
        MeetingTask.objects.filter(meeting__unit=new).update(path=new.path)
        if not merged:
            UnitAlias.objects.filter(unit=old).update(unit=new)
        Unit.objects.filter(pk=old.pk).update(closed_on=timezone.localdate(), moved_to=new)
    changes.tell(unit.school_path, moved)


def _carry_duties(old: Unit, new: Unit, *, actor, reason: str) -> None:
    """Running duties and grants stand at the new place; a doubled one of the same person ends."""
    for duty in Duty.objects.running().filter(unit=old).select_related("person"):
        same = Duty.objects.running().filter(person=duty.person, kind=duty.kind, unit=new)
        if same.exists():
            duties.close(duty, actor=actor, reason=reason)
        else:
            Duty.objects.filter(pk=duty.pk).update(unit=new, path=new.path)
            Grant.objects.filter(duty=duty).update(unit=new, path=new.path)
    today = timezone.localdate()
    for grant in Grant.objects.filter(unit=old, duty__isnull=True).exclude(ends_on__lt=today):
        days = (grant.starts_on, grant.ends_on)
        if grants.same_held(grant.user, grant.role, new, days).exists():
            grants.stop(grant, actor=actor, reason=reason)
        else:
            Grant.objects.filter(pk=grant.pk).update(unit=new, path=new.path)


def _place(unit: Unit) -> str:
    """The unit with the units above it, below the school."""
    steps = ancestors(unit.path)[1:]
    names = dict(Unit.objects.filter(path__in=steps).values_list("path", "name"))
    return " › ".join(names.get(step, "") for step in steps)
