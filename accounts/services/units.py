"""Units: adding below one, naming, saying who hands in."""

from django.db import IntegrityError, transaction

from accounts import changes
from accounts.audit import record
from accounts.models import Unit, User
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
    Unit.objects.select_for_update().get(pk=parent.pk)
    siblings = Unit.objects.children_of(parent.path)
    _check(name, siblings)
    last = siblings.order_by("-path").first()
    path = child(parent.path, int(last.path[-6:]) + 1 if last else 1)
    try:
        with transaction.atomic():
            unit = Unit.objects.create(path=path, kind=kind, name=name, code=code)
    except IntegrityError:
        raise Refused("另一位同事刚刚新增了单位，请刷新后再试。") from None
    record(actor, "add", unit, kind=kind, code=code)
    return unit


@transaction.atomic
def rename(unit: Unit, *, name: str, actor, code: str | None = None) -> Unit:
    """The unit is called so from now on; its people, its path and closed rounds stay."""
    name, code = name.strip(), unit.code if code is None else code.strip()
    if unit.kind == Unit.Kind.SCHOOL and code != unit.code:
        raise Refused("学校代码用于登录和对接，不能在此修改。")
    parent = unit.path[:-6]
    siblings = Unit.objects.children_of(parent) if parent else Unit.objects.schools()
    _check(name, siblings.exclude(pk=unit.pk))
    before = [unit.name, unit.code]
    unit.name, unit.code = name, code
    unit.save(update_fields=["name", "code"])
    record(actor, "rename", unit, name=[before[0], name], code=[before[1], code])
    return unit


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
    if unit.files_own == files_own:
        raise Refused("已是所选的交件方式，无需修改。")
    unit.files_own = files_own
    unit.save(update_fields=["files_own"])
    record(actor, "set_files_own", unit, files_own=files_own)
    people = User.objects.filter(under(unit.path, "unit_path")).values_list("pk", "unit_path")
    changes.tell(unit.school_path, [changes.Moved(pk, path, path) for pk, path in people])
    return unit
