"""Reading who answers for what: a unit's page, the units below it, what is vacant."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from accounts.duties import KINDS, LEADING_GROUP, SECTIONS, TIERS_OF_DUTY, DutyKind, kinds_at
from accounts.models import Duty, Filing, Unit, UnitName
from accounts.paths import CLASS, COLLEGE, cut, under
from accounts.scope import ROLES, grants_of

STALE = timedelta(days=183)  # a filed list counts for half a year
HISTORY = 100


@dataclass
class Line:
    """One kind of duty of a unit and who holds it."""

    kind: str
    label: str
    hint: str
    duties: list[Duty]
    vacant: bool = False


@dataclass
class Section:
    """Lines that belong together on the page."""

    heading: str
    lines: list[Line] = field(default_factory=list)


@dataclass
class Below:
    """A unit one level down: who answers for it, what is missing, when its lists were filed."""

    unit: Unit
    duties: list[Duty]
    group: int
    missing: list[str]
    filed: datetime | None = None
    stale: bool = False


def needed_at(unit: Unit, *, dorms_kept: bool = True) -> list[str]:
    """The kinds of duty without which a unit has a gap; a dorm only where 寝室长 are named."""
    kind = Unit.Kind
    if unit.kind == kind.COLLEGE:
        return [DutyKind.FIRST, DutyKind.CONTACT, DutyKind.CHAIR]
    if unit.kind == kind.DEPARTMENT:
        return [DutyKind.CONTACT]
    if unit.kind == kind.CLASS:
        return [DutyKind.ANSWERS]
    if unit.kind == kind.DORM:
        return [DutyKind.DORM_HEAD] if dorms_kept else []
    return [DutyKind.KEEPER] if unit.kind == kind.GROUP and unit.files_own else []


def roots(user) -> list[Unit]:
    """The units from which the user looks down: those of their grants, the topmost only."""
    paths = {g.path for g in grants_of(user) if "unit.duties" in ROLES[g.role].may}
    top = {p for p in paths if not any(p != q and p.startswith(q) for q in paths)}
    return list(Unit.objects.permitted(user, "duties").filter(path__in=top).order_by("path"))


def keeps_dorms(unit: Unit) -> bool:
    """Whether the college of a class or dorm names 寝室长 at all."""
    if unit.level < CLASS:
        return False
    heads = Duty.objects.in_force().filter(kind=DutyKind.DORM_HEAD)
    return heads.filter(under(cut(unit.path, COLLEGE))).exists()


def sections(unit: Unit) -> list[Section]:
    """Everything that can be held at the unit and who holds it today or will."""
    running = (
        Duty.objects.running().filter(unit=unit).select_related("person", "stands_for__person")
    )
    held: dict[str, list[Duty]] = {}
    for duty in running.order_by("starts_on", "id"):
        held.setdefault(duty.kind, []).append(duty)
    here, needed = set(kinds_at(unit)), needed_at(unit, dorms_kept=keeps_dorms(unit))
    found = []
    for heading, kinds in SECTIONS:
        lines = [
            Line(
                kind,
                DutyKind(kind).label,
                KINDS[kind].hint,
                held.get(kind, []),
                kind in needed and not held.get(kind),
            )
            for kind in kinds
            if kind in here
        ]
        if lines:
            found.append(Section(heading, lines))
    return found


def ended(unit: Unit) -> list[Duty]:
    """Who answered for the unit before, the latest first."""
    over = Duty.objects.over().filter(unit=unit)
    over = over.select_related("person", "ended_by", "stands_for__person")
    return list(over.order_by("-ends_on", "-id")[:HISTORY])


def filings(unit: Unit) -> list[dict]:
    """Both lists of a college or department, with the last day each was filed."""
    if unit.kind not in {Unit.Kind.COLLEGE, Unit.Kind.DEPARTMENT}:
        return []
    last: dict[str, Filing] = {}
    for filing in Filing.objects.filter(unit=unit).select_related("filed_by").order_by("filed_at"):
        last[filing.which] = filing
    return [
        {"which": which, "label": label, "last": last.get(which), "stale": stale(last.get(which))}
        for which, label in Filing.List.choices
    ]


def stale(filing: Filing | None) -> bool:
    """Whether a list was never filed, or too long ago."""
    return filing is None or filing.filed_at < timezone.now() - STALE


def below(unit: Unit, page_of) -> tuple:
    """A page of the units right below, each with who answers for it; and the page itself."""
    page = page_of(Unit.objects.children_of(unit.path).open())
    units = list(page.object_list)
    held, filed, kept = held_at(units), filings_at(units), keeps_dorms(unit)
    page.object_list = [
        Below(
            child,
            [d for d in held.get(child.pk, []) if d.kind in TIERS_OF_DUTY],
            sum(d.kind in LEADING_GROUP for d in held.get(child.pk, [])),
            missing(child, held.get(child.pk, []), dorms_kept=kept),
            *_filing_of(child, filed),
        )
        for child in units
    ]
    return page


def missing(unit: Unit, duties: list[Duty], *, dorms_kept: bool = True) -> list[str]:
    """What a unit lacks, in words."""
    held = {duty.kind for duty in duties}
    found = [
        "领导小组" if kind == DutyKind.CHAIR else DutyKind(kind).label
        for kind in needed_at(unit, dorms_kept=dorms_kept)
        if kind not in held
    ]
    return [f"{name}空缺" for name in found] + [
        f"{duty.get_kind_display()}{duty.person.name}已离校" for duty in duties if duty.gone
    ]


def held_at(units: list[Unit]) -> dict[int, list[Duty]]:
    """Who holds what at each of the units today, by its key."""
    held: dict[int, list[Duty]] = {}
    today = Duty.objects.in_force().filter(unit__in=units)
    today = today.select_related("person", "stands_for__person")
    for duty in today.order_by("kind", "starts_on", "id"):
        held.setdefault(duty.unit_id, []).append(duty)
    return held


def filings_at(units: list[Unit]) -> dict[int, dict[str, datetime]]:
    """When each of the units last filed each of its lists."""
    rows = Filing.objects.filter(unit__in=units).order_by().values("unit", "which")
    found: dict[int, dict[str, datetime]] = {}
    for row in rows.annotate(at=Max("filed_at")):
        found.setdefault(row["unit"], {})[row["which"]] = row["at"]
    return found


def _filing_of(unit: Unit, filed) -> tuple:
    """The older of a college's two filings, and whether that is too long ago."""
    if unit.kind != Unit.Kind.COLLEGE:
        return None, False
    dates = filed.get(unit.pk, {})
    if len(dates) < len(Filing.List):
        return None, True
    oldest = min(dates.values())
    return oldest, oldest < timezone.now() - STALE


def duties_of_person(person) -> list[Duty]:
    """What a person answers for today and will, in order."""
    held = list(person.duties.running().select_related("unit", "stands_for__person"))
    for stand_in in Duty.objects.running().filter(stands_for__in=held).select_related("person"):
        next(duty for duty in held if duty.pk == stand_in.stands_for_id).stand_in = stand_in
    return held


def called_at(moment: datetime, units: list[Unit]) -> list[Unit]:
    """The units under the names they bore at a moment."""
    names = names_at(moment, [unit.path for unit in units])
    for unit in units:
        unit.name = names.get(unit.path, unit.name)
    return units


def names_at(moment: datetime, paths) -> dict[str, str]:
    """What those of the paths were called at a moment that are called otherwise now."""
    former = UnitName.objects.filter(path__in=list(paths), ends_at__gt=moment)
    return dict(former.order_by("path", "-ends_at", "-id").values_list("path", "name"))
