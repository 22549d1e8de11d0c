"""Who signs a unit's sheet, in which order, and what stands under it now."""

from dataclasses import dataclass

from accounts.duties import DutyKind
from accounts.models import Grant, Unit
from accounts.paths import CLASS, COLLEGE
from accounts.scope import Role, covers, grants_of
from selfcheck.cards.queries import card_round
from selfcheck.cards.sums import Sheet
from selfcheck.models import SheetStep, Stamp

Step = SheetStep.Step
FILLERS = {Role.COUNSELOR, Role.KEEPER, Role.LIAISON}


@dataclass(frozen=True)
class Under:
    """One step under a sheet: who signed, whether for what stands there now, and whether I may."""

    step: int
    label: str
    signed: SheetStep | None
    stale: bool
    mine: bool

    @property
    def done(self) -> bool:
        """Whether it is signed for the figures as they are."""
        return self.signed is not None and not self.stale


def heads_of(unit: Unit) -> dict[int, set[str]]:
    """Who heads a unit today, with the kinds of duty by which they do."""
    found: dict[int, set[str]] = {}
    rows = Grant.objects.present().filter(path=unit.path, role=Role.COLLEGE_HEAD)
    for user, kind in rows.values_list("user_id", "duty__kind"):
        found.setdefault(user, set()).add(kind or "")
    return found


def signs(user, step: int, unit: Unit) -> bool:
    """Whether this step is the user's, by what they answer for today.

    Where a unit has one head alone, that one leads and heads it.
    """
    if step == Step.FILLED:
        held = grants_of(user)
        return any(g.role in FILLERS and g.path.startswith(unit.path) for g in held)
    if not any(g.role == Role.COLLEGE_HEAD and g.path == unit.path for g in grants_of(user)):
        return False
    heads = heads_of(unit)
    first = {pk for pk, kinds in heads.items() if DutyKind.FIRST in kinds}
    able = first or set(heads) if step == Step.HEADED else set(heads) - first or set(heads)
    return user.pk in able


def steps_under(sheet: Sheet, user=None) -> list[Under]:
    """The three steps as they stand; none where the unit does not report a sheet."""
    if sheet.part is None or sheet.unit.level != COLLEGE:
        return []
    rows = sheet.part.sheet_steps.filter(ended_at__isnull=True).select_related("person")
    there = {one.step: one for one in rows}
    found = []
    for step, label in Step.choices:
        signed = there.get(step)
        stale = signed is not None and signed.figures != sheet.digest
        ready = all(one.done for one in found)
        mine = bool(user) and ready and (signed is None or stale) and signs(user, step, sheet.unit)
        found.append(Under(step, label, signed, stale, mine))
    return found


def stamp_of(sheet: Sheet) -> Stamp | None:
    """The stamp under a sheet; with `stale` where the figures have changed since."""
    if sheet.part is None:
        return None
    stamp = sheet.part.stamps.filter(ended_at__isnull=True).select_related("by", "file").first()
    if stamp:
        stamp.stale = stamp.figures != sheet.digest
    return stamp


def lacking(sheet: Sheet) -> str:
    """What is still missing under a unit's sheet before it is reported; '' for nothing.

    A scan of the sheet signed on paper by the three and stamped is worth the three steps.
    """
    stamp = stamp_of(sheet)
    stamped = stamp is not None and not stamp.stale
    if stamped and stamp.file_id and stamp.signed_by:
        return ""
    if missing := [one.label for one in steps_under(sheet) if not one.done]:
        return f"统计表还没有{'、'.join(missing)}签字（或签字后数据有变动）"
    return "" if stamped else "统计表还没有盖章（上传盖章扫描件，或由具名人员确认）"


def sees_sheet(user, round_, unit: Unit) -> bool:
    """Whether the user reads a unit's sums: in a class, where they give away who, as its people."""
    if round_.state == round_.State.DRAFT:
        return False
    if covers(user, "person.view", unit.path) or covers(user, "round.own", round_.owner.path):
        return True
    if unit.level > COLLEGE:
        return False
    if covers(user, "round.view", unit.path):
        return True
    return unit.level == COLLEGE and signs(user, Step.FILLED, unit)


def sheet_for(user, pk: int, unit_id: int) -> Sheet | None:
    """The sheet of a unit, if the user reads its sums; a counselor signs one above their class."""
    round_ = card_round(user, pk)
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None or not unit.path.startswith(round_.unit.path) or unit.level > CLASS:
        return None
    return Sheet(round_, unit) if sees_sheet(user, round_, unit) else None
