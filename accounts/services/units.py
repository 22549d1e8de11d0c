"""Units: adding below one, naming, saying who hands in."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import changes
from accounts.audit import record
from accounts.models import Unit, UnitAlias, UnitName, User
from accounts.moves import Refused
from accounts.paths import child, under


def kinds_below(parent: Unit) -> list[str]:
    """The kinds of unit that may stand one level below this one."""
    if parent.kind == Unit.Kind.DEPARTMENT:
        return [Unit.Kind.GROUP]
    if parent.kind == Unit.Kind.GROUP:
        return []
    return [kind for kind, level in Unit.LEVELS.items() if level == parent.level + 1]


@transaction.atomic
def add(parent: Unit, *, kind: str, name: str, actor, code: str = "") -> Unit:
    """A new unit below the parent, with a path that was never used before."""
    name, code = name.strip(), code.strip()
    if kind not in kinds_below(parent):
        raise Refused(f"{parent.get_kind_display()}下不能设置{Unit.Kind(kind).label}。")
    # the parent's row is held, so that two who add at once get two numbers
    parent = Unit.objects.select_for_update().get(pk=parent.pk)
    if parent.closed_on:
        raise Refused(f"{parent.name}已撤销，不能新增下级单位。")
    _check(name, Unit.objects.children_of(parent.path).open())
    try:
        with transaction.atomic():
            unit = Unit.objects.create(
                path=next_path(parent.path), kind=kind, name=name, code=code,
                opened_on=timezone.localdate(),
            )  # fmt: skip
    except IntegrityError:
        raise Refused("另一位同事刚刚新增了单位，请刷新后再试。") from None
    record(actor, "add", unit, kind=kind, code=code)
    return unit


def next_path(parent: str) -> str:
    """A path below the parent that was never used: closed units keep theirs, lost ones are counted."""
    last = Unit.objects.children_of(parent).order_by("-path").first()
    spent = Unit.objects.get(path=parent).spent
    return child(parent, max(int(last.path[-6:]) if last else 0, spent) + 1)


def spend(paths: list[str]) -> None:
    """The paths of units about to go away are never given again, where their parent stays."""
    last: dict[str, int] = {}
    for path in paths:
        last[path[:-6]] = max(last.get(path[:-6], 0), int(path[-6:]))
    staying = Unit.objects.filter(path__in=set(last) - set(paths))
    for parent in staying:
        parent.spent = max(parent.spent, last[parent.path])
    Unit.objects.bulk_update(staying, ["spent"], batch_size=500)


@transaction.atomic
def rename(unit: Unit, *, name: str, actor, code: str | None = None) -> Unit:
    """The unit is called so from now on; its people, its path and closed rounds stay."""
    name, code = name.strip(), unit.code if code is None else code.strip()
    if unit.kind == Unit.Kind.SCHOOL and code != unit.code:
        raise Refused("学校代码用于登录和对接，不能在此修改。")
    siblings = _beside(unit)
    _check(name, siblings)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    before = [unit.name, unit.code]
    if before == [name, code]:
        raise Refused("名称和代码没有变化，无需修改。")
    if name != unit.name:
        keep_name(unit)
    unit.name, unit.code = name, code
    unit.save(update_fields=["name", "code"])
    record(actor, "rename", unit, name=[before[0], name], code=[before[1], code])
    return unit


def keep_name(unit: Unit) -> None:
    """What the unit is called today is remembered, and rosters that say so still find it."""
    last = UnitName.objects.filter(unit=unit).order_by("ends_at", "id").last()
    UnitName.objects.create(
        unit=unit, path=unit.path, name=unit.name, ends_at=timezone.now(),
        starts_at=last.ends_at if last else None,
    )  # fmt: skip
    UnitAlias.objects.get_or_create(unit=unit, name=unit.name)


@transaction.atomic
def add_alias(unit: Unit, *, name: str, actor) -> UnitAlias:
    """Rosters that say this name mean the unit."""
    name, siblings = name.strip(), _beside(unit)
    _check(name, siblings)
    taken = UnitAlias.objects.filter(unit__in=siblings, name=name).select_related("unit").first()
    if taken:
        raise Refused(f"“{name}”已是{taken.unit.name}的别名。")
    alias, made = UnitAlias.objects.get_or_create(unit=unit, name=name)
    if not made or name == unit.name:
        raise Refused("该单位已有这个名称，无需登记。")
    record(actor, "add_alias", unit, name=name)
    return alias


@transaction.atomic
def drop_alias(unit: Unit, *, name: str, actor) -> None:
    """Rosters that say this name mean the unit no longer."""
    if not UnitAlias.objects.filter(unit=unit, name=name.strip()).delete()[0]:
        raise Refused("该单位没有这个别名。")
    record(actor, "drop_alias", unit, name=name.strip())


def _beside(unit: Unit):
    """The open units beside this one; the row above them is held, so that names are given in turn."""
    parent = unit.path[:-6]
    Unit.objects.select_for_update().get(path=parent or unit.path)
    siblings = Unit.objects.children_of(parent) if parent else Unit.objects.schools()
    return siblings.open().exclude(pk=unit.pk)


def _check(name: str, siblings) -> None:
    if not name:
        raise Refused("请填写单位名称。")
    if siblings.filter(name=name).exists():
        raise Refused(f"同级已有名为“{name}”的单位，请换一个名称。")


@transaction.atomic
def set_files_own(unit: Unit, *, files_own: bool, actor) -> Unit:
    """The group hands in for itself, or its department does; open rounds follow at once."""
    if unit.kind != Unit.Kind.GROUP:
        raise Refused("只有科室（小组）可以选择是否单独交件。")
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.files_own == files_own:
        raise Refused("已是所选的交件方式，无需修改。")
    unit.files_own = files_own
    unit.save(update_fields=["files_own"])
    record(actor, "set_files_own", unit, files_own=files_own)
    people = User.objects.filter(under(unit.path, "unit_path")).values_list("pk", "unit_path")
    changes.tell(unit.school_path, [changes.Moved(pk, path, path) for pk, path in people])
    return unit
