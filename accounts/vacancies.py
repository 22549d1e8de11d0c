"""Where nobody answers: units without the people they need, holders who left, stale lists."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from accounts.duties import DutyKind
from accounts.models import Duty, Filing, Unit, User
from accounts.org_queries import STALE, filings_at, held_at, missing
from accounts.paths import CLASS, COLLEGE, WIDTH, ancestors
from accounts.scope import reach

Kind = Unit.Kind


@dataclass
class Gap:
    """A unit and what it lacks, in words."""

    unit: Unit
    place: str
    words: list[str]


def vacant_units(user) -> QuerySet[Unit]:
    """The units for which the user appoints and in which somebody or something is missing.

    Every question is one set, read once, and never one asked for each of five thousand units.
    """
    units = Unit.objects.permitted(user, "appoint").open()
    units = units.annotate(college=Left("path", COLLEGE * WIDTH))
    here = Duties(Duty.objects.permitted(user, "edit").in_force())
    people = User.objects.counted().filter(reach(user, "unit.appoint", "unit_path")).order_by()
    college = Q(kind=Kind.COLLEGE) & (
        here.lack(DutyKind.FIRST)
        | here.lack(DutyKind.CONTACT)
        | here.lack(DutyKind.CHAIR)
        | unfiled(user)
        | here.keeps_none(lived_in())
    )
    department = Q(kind=Kind.DEPARTMENT) & here.lack(DutyKind.CONTACT)
    klass = Q(kind=Kind.CLASS) & here.lack(DutyKind.ANSWERS)
    group = Q(kind=Kind.GROUP, files_own=True) & here.lack(DutyKind.KEEPER)
    dorm = Q(kind=Kind.DORM) & here.keeps_dorms() & here.lack(DutyKind.DORM_HEAD)
    lacking = (
        (college | department) & Q(path__in=cut_to(people, COLLEGE))
        | (klass | group) & Q(path__in=cut_to(people, CLASS))
        | dorm & Q(path__in=people.values("unit_path"))
    )
    return units.filter(lacking | here.left()).order_by("path")


def cut_to(people, level: int):
    """The units of a level in which any of these people are, by path."""
    return people.annotate(place=Left("unit_path", level * WIDTH)).values("place")


@dataclass(frozen=True)
class Duties:
    """The duties held today, asked as conditions on units."""

    held: QuerySet[Duty]

    def lack(self, kind: str) -> Q:
        """Nobody who is still there holds this kind of duty at the unit."""
        there = self.held.filter(kind=kind).filter(PRESENT).order_by()
        return ~Q(pk__in=there.values("unit"))

    def left(self) -> Q:
        """Somebody holds a duty at the unit who is on the roster no longer."""
        return Q(pk__in=self.held.exclude(PRESENT).order_by().values("unit"))

    def keeps_dorms(self) -> Q:
        """The dorm's college names 寝室长 at all: some dorm of it has one."""
        heads = self.held.filter(kind=DutyKind.DORM_HEAD).order_by()
        colleges = heads.annotate(college=Left("path", COLLEGE * WIDTH)).values("college")
        return Q(college__in=colleges)

    def keeps_none(self, dorms: QuerySet[Unit]) -> Q:
        """People of the college live in dorms, and no dorm of it has a 寝室长."""
        heads = self.held.filter(kind=DutyKind.DORM_HEAD).order_by()
        named = heads.annotate(of=Left("path", COLLEGE * WIDTH)).values("of")
        return Q(path__in=dorms.values("of")) & ~Q(path__in=named)


def lived_in() -> QuerySet[Unit]:
    """The dorms somebody counted lives in, each with the path `of` its college."""
    people = User.objects.counted().filter(unit_path=OuterRef("path"))
    dorms = Unit.objects.open().filter(Exists(people), kind=Kind.DORM).order_by()
    return dorms.annotate(of=Left("path", COLLEGE * WIDTH))


def headless(units: list[Unit]) -> dict[str, int]:
    """How many dorms the people of each of these colleges live in, where none has a 寝室长."""
    paths = [unit.path for unit in units if unit.kind == Kind.COLLEGE]
    heads = Duty.objects.in_force().filter(kind=DutyKind.DORM_HEAD).order_by()
    named = heads.annotate(of=Left("path", COLLEGE * WIDTH)).filter(of__in=paths).values("of")
    dorms = lived_in().filter(of__in=paths).exclude(of__in=named)
    return dict(dorms.values_list("of").annotate(Count("pk")))


PRESENT = Q(person__status__in=User.COUNTED, person__is_active=True)


def unfiled(user) -> Q:
    """One of the two lists was never filed, or too long ago."""
    since = timezone.now() - STALE
    filed = Filing.objects.permitted(user).filter(filed_at__gte=since).order_by()
    lists = [filed.filter(which=which).values("unit") for which in Filing.List.values]
    return ~Q(pk__in=lists[0]) | ~Q(pk__in=lists[1])


def with_gaps(units) -> list[Gap]:
    """Each of these units with what it lacks, in a few trips for all."""
    units = list(units)
    held, filed, dorms = held_at(units), filings_at(units), headless(units)
    steps = {step for unit in units for step in ancestors(unit.path)}
    names = dict(Unit.objects.filter(path__in=steps).values_list("path", "name"))
    found = []
    for unit in units:
        above = ancestors(unit.path)[1:-1][: CLASS - 1]
        words = missing(unit, held.get(unit.pk, []))
        if unit.kind == Kind.COLLEGE:
            words += stale_lists(filed.get(unit.pk, {}))
            many = dorms.get(unit.path)
            words += [f"未配备寝室长（{many} 间）"] if many else []
        found.append(Gap(unit, " · ".join(names.get(step, "") for step in above), words))
    return found


def stale_lists(filed: dict) -> list[str]:
    """Which of a college's lists is not filed or stale."""
    since = timezone.now() - STALE
    words = []
    for which, label in Filing.List.choices:
        last = filed.get(which)
        if last is None:
            words.append(f"{label}未报送")
        elif last < since:
            words.append(f"{label}{timezone.localdate(last)}后未确认")
    return words
