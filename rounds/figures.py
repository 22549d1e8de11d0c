"""The one query behind every figure: tile, list, sheet and command read it, so they agree.

Four rates, never mixed: `submitted` (handed in), `verified` (accepted and in force on that day),
`on_time` (handed in by the due date), `excused`. `expected` are the counted people of the audience
without the excused; `missing` lists expected − verified, person by person.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Left
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import CLASS, COLLEGE, DORM, WIDTH, level_of, under
from rounds.models import Answer, Completion, Excuse, Round, Tally

SEPTEMBER = 9
State = Completion.State
PARTS = {
    "none": "未办理",
    "started": "办理中",
    "pending": "待核",
    "sent_back": "已退回",
    "expired": "已过期",
    "accepted": "已完成",
    "excused": "已豁免",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Five counts of people that belong together."""

    expected: int = 0
    submitted: int = 0
    verified: int = 0
    on_time: int = 0
    excused: int = 0

    @property
    def missing(self) -> int:
        """How many of the expected are not verified: the length of the missing list."""
        return self.expected - self.verified

    def as_dict(self) -> dict[str, int]:
        """The five counts by name."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def total(cls, parts) -> "Figures":
        """The sum of several, each person in one of them."""
        parts = list(parts)
        return cls(*(sum(getattr(part, name) for part in parts) for name in cls.__slots__))


def whereabouts(round_: Round, path: str, field: str = "unit_path") -> Q:
    """Where those stand whom a round asks at or below a path: its chosen units, or everywhere."""
    if not round_.places or any(path.startswith(place) for place in round_.places):
        return under(path, field)
    within = [under(place, field) for place in round_.places if place.startswith(path)]
    return reduce(or_, within, Q(pk__in=[]))


def audience(round_: Round, prefix: str = "") -> Q:
    """Whom a round asks, wherever they stand."""
    asked = Q(**{f"{prefix}category__in": round_.categories})
    if round_.grades:
        asked &= Q(**{f"{prefix}grade__in": round_.grades})
    if round_.cohorts:
        asked &= Q(**{f"{prefix}cohort__in": round_.cohorts})
    return asked & come_since(round_.since, prefix) if round_.since else asked


def come_since(day: date, prefix: str = "") -> Q:
    """Those who came onto the roster since a day, and are not known to have come in a year before.

    A roster imported for the first time makes everybody come at once; who says when they came
    is taken at their word.
    """
    year = school_year(day)
    known = Q(**{f"{prefix}cohort": ""}) | Q(**{f"{prefix}cohort__gte": year})
    return known & Q(**{f"{prefix}created_at__gte": midnight(day)})


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def school_year(day: date) -> str:
    """The year in which the 学年 of a day begins."""
    return str(day.year if day.month >= SEPTEMBER else day.year - 1)


def audience_holds(round_: Round, person: User) -> bool:
    """Whether the round's audience holds this person, chosen units included, without a query."""
    return (
        person.category in round_.categories
        and (not round_.places or round_.reaches(person.unit_path))
        and (not round_.grades or person.grade in round_.grades)
        and (not round_.cohorts or person.cohort in round_.cohorts)
        and (not round_.since or has_come_since(person, round_.since))
    )


def has_come_since(person: User, day: date) -> bool:
    """The same of one person, without a query."""
    known = not person.cohort or person.cohort >= school_year(day)
    return known and person.created_at >= midnight(day)


def day_of(round_: Round) -> date:
    """The day as of which a round is read: today, or the day it was closed."""
    if round_.state == Round.State.CLOSED:
        return timezone.localtime(round_.state_at).date()
    return timezone.localdate()


def in_force(day: date, prefix: str = "") -> Q:
    """The excuses that hold on a day."""
    running = Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": day})
    return Q(**{f"{prefix}voided_at__isnull": True}) & running


class Census:
    """The people of a round, ready to be counted or listed.

    An open round is read from the roster as it stands; a closed one from the rows its closing left.
    What was counted once stays as it was read: a census is for one page, one sheet, one command.
    """

    def __init__(self, round_: Round):
        self.round = round_
        self.day = day_of(round_)
        self.closed = round_.state == Round.State.CLOSED
        self.path = "done__unit_path" if self.closed else "unit_path"
        # both said outright: a negated join becomes a second walk through everybody
        self.excused, self.expected = Q(pardon__isnull=False), Q(pardon__isnull=True)
        if self.closed:
            self.excused, self.expected = Q(done__excused=True), Q(done__excused=False)
        else:
            units = Excuse.objects.filter(in_force(self.day), round=round_, person__isnull=True)
            for path in units.values_list("unit_path", flat=True):
                self.excused |= under(path, "unit_path")
                self.expected &= ~under(path, "unit_path")
        self.submitted = self.expected & Q(done__state__in=Completion.SUBMITTED)
        fresh = Q(done__valid_until__isnull=True) | Q(done__valid_until__gte=self.day)
        self.accepted = self.expected & Q(done__state=State.ACCEPTED)
        self.verified = self.accepted & fresh
        self.on_time = self.submitted & Q(done__done_at__lte=round_.due_at)
        self._scans: dict[tuple[str, int], list[dict]] = {}

    def people(self, path: str = "") -> QuerySet:
        """Those whom the round asks at or below a path, with what they did (`done`)."""
        found = self._of_audience(path)
        return found if self.closed else found.filter(status__in=User.COUNTED)

    def by_class(self, paths: Iterable[str]) -> dict[str, Figures]:
        """The figures of the classes at or below several paths of an open round, in one query."""
        people = self._of_audience(*paths).filter(status__in=User.COUNTED)
        by = people.annotate(prefix=Left(self.path, CLASS * WIDTH)).order_by().values("prefix")
        rows = by.annotate(**self._counts())
        return {row["prefix"]: Figures(*(row[name] for name in Figures.__slots__)) for row in rows}

    def items(self, path: str, level: int) -> dict[str, dict[int, Figures]]:
        """Below a path, by ancestor at a level, what each item of the round has come to.

        One scan of the answers; who is excused from an item is not expected to answer it.
        """
        people = self.by_prefix(path, level)
        expected = self.people(path).filter(self.expected)
        answers = Answer.objects.filter(round=self.round, person__in=expected.values("pk"))
        where = "unit_path" if self.closed else "person__unit_path"
        fresh = Q(valid_until__isnull=True) | Q(valid_until__gte=self.day)
        rows = answers.annotate(prefix=Left(where, level * WIDTH)).order_by()
        given = ~Q(state__in=[Answer.State.SENT_BACK, Answer.State.EXCUSED])
        counts = rows.values("prefix", "item").annotate(
            submitted=Count("pk", filter=given),
            excused=Count("pk", filter=fresh & Q(state=Answer.State.EXCUSED)),
            verified=Count("pk", filter=fresh & Q(state=Answer.State.ACCEPTED)),
            on_time=Count("pk", filter=given & Q(done_at__lte=self.round.due_at)),
        )
        found: dict[str, dict[int, Figures]] = {}
        items = list(self.round.items.values_list("pk", flat=True))
        for prefix, whole in people.items():
            none = Figures(expected=whole.expected, excused=whole.excused)
            found[prefix] = dict.fromkeys(items, none)
        row: Any
        for row in counts:
            here, item = found[row["prefix"]], row["item"]
            counted = {name: row[name] for name in ("submitted", "verified", "on_time")}
            counted["expected"] = here[item].expected - row["excused"]
            counted["excused"] = here[item].excused + row["excused"]
            here[item] = replace(here[item], **counted)
        return found

    def _of_audience(self, *paths: str) -> QuerySet:
        """The people asked together with those who would be, were they still counted."""
        done = FilteredRelation("completions", condition=Q(completions__round=self.round))
        pardon = FilteredRelation(
            "excuses", condition=Q(excuses__round=self.round) & in_force(self.day, "excuses__")
        )
        people = User.objects.annotate(done=done, pardon=pardon)
        starts = [path or self.round.unit.path for path in paths]
        if self.closed:
            place = reduce(or_, (under(start, self.path) for start in starts))
            return people.filter(place, Q(done__counted=True) | Q(done__excused=True))
        place = reduce(or_, (whereabouts(self.round, start) for start in starts))
        return people.filter(place, audience(self.round))

    def _counts(self) -> dict:
        return {
            "expected": Count("pk", filter=self.expected),
            "submitted": Count("pk", filter=self.submitted),
            "verified": Count("pk", filter=self.verified),
            "on_time": Count("pk", filter=self.on_time),
            "excused": Count("pk", filter=self.excused),
        }

    def at(self, path: str) -> Figures:
        """The figures of one unit with everything below it."""
        return Figures.total(self.by_prefix(path, min(level_of(path) + 1, DORM)).values())

    def by_prefix(self, path: str, level: int) -> dict[str, Figures]:
        """The figures of everything below a path, by ancestor at a level.

        Whoever stands above that level (a class's people without a dorm) is under their own path.
        """
        found: dict[str, Figures] = {}
        for row in self._scan(path, level):
            counts = Figures(*(row[name] for name in Figures.__slots__))
            if self.closed or row["status"] in User.COUNTED:
                found[row["prefix"]] = Figures.total([found.get(row["prefix"], Figures()), counts])
        return found

    def _scan(self, path: str, level: int) -> list[dict]:
        """Counts by ancestor and status, read once: the board, its sum and the recipe share it."""
        if (path, level) not in self._scans:
            people = self._of_audience(path).annotate(prefix=Left(self.path, level * WIDTH))
            rows = people.order_by().values("prefix", "status")
            self._scans[path, level] = list(rows.annotate(n=Count("pk"), **self._counts()))
        return self._scans[path, level]

    def _rows_of(self, path: str) -> list[dict]:
        """The counts of one unit: out of a scan made for the units around it, or its own."""
        for (start, level), rows in self._scans.items():
            if level == level_of(path) and path.startswith(start):
                return [row for row in rows if row["prefix"] == path]
        return self._scan(path, min(level_of(path) + 1, DORM))

    def with_part(self, path: str = "") -> QuerySet:
        """The people with `part` (a key of PARTS), `part_note`, `done_at` and `completion_id`."""
        expired = self.accepted & ~self.verified
        part = Case(
            When(self.excused, then=Value("excused")),
            When(expired, then=Value("expired")),
            When(done__state=State.ACCEPTED, then=Value("accepted")),
            When(done__state__in=[State.PENDING, State.UNJUDGED], then=Value("pending")),
            When(done__state=State.SENT_BACK, then=Value("sent_back")),
            When(done__state=State.STARTED, then=Value("started")),
            default=Value("none"),
            output_field=CharField(),
        )
        return self.people(path).annotate(
            part=part,
            part_note=F("done__note"),
            done_at=F("done__done_at"),
            completion_id=F("done__pk"),
            excuse_id=F("pardon__pk"),
            excuse_reason=F("pardon__reason"),
            place=F(self.path),
        )

    def missing(self, path: str = "") -> QuerySet:
        """Who is expected and not verified: exactly expected − verified people."""
        return (
            self.with_part(path)
            .exclude(part__in=["accepted", "excused"])
            .order_by(self.path, "number")
        )

    def methods(self, path: str = "") -> dict[str, int]:
        """How many of `submitted` were done otherwise than by oneself, by method."""
        ways = [way for way in Completion.Method.values if way != Completion.Method.SELF]
        other = self.people(path).filter(self.submitted, done__method__in=ways)
        rows = other.order_by().values_list("done__method").annotate(n=Count("pk"))
        return dict(rows)

    def recipe(self, path: str) -> list[tuple[str, int]]:
        """How `expected` comes about: everybody of the audience on the roster, less who and why."""
        if self.closed:
            kept = Tally.objects.filter(round=self.round, path=path, level=level_of(path)).first()
            return [tuple(step) for step in kept.recipe] if kept else []
        by_status: dict[str, int] = {}
        for row in self._rows_of(path):
            by_status[row["status"]] = by_status.get(row["status"], 0) + row["n"]
        labels = dict(User.Status.choices)
        left = [(labels[s], n) for s, n in sorted(by_status.items()) if s not in User.COUNTED]
        steps = [("名册人数", sum(by_status.values())), *left]
        excused = sum(
            row["excused"] for row in self._rows_of(path) if row["status"] in User.COUNTED
        )
        return [*steps, ("豁免", excused)]


def expected_of(draft: Round) -> int:
    """How many people a draft, saved or not, would ask as the roster stands now."""
    place = whereabouts(draft, draft.unit.path)
    return User.objects.counted().filter(place, audience(draft)).count()


def figures(round_: Round, path: str) -> Figures:
    """The figures of a unit in a round: frozen ones of a closed round, else counted now."""
    if round_.state == Round.State.CLOSED:
        kept = Tally.objects.filter(round=round_, path=path, level=level_of(path)).first()
        return _frozen(kept) if kept else Figures()
    return Census(round_).at(path)


def below(round_: Round, unit: Unit) -> dict[str, Figures]:
    """The figures of each unit one level below, by path; a class's own rest under its own path."""
    level = min(unit.level + 1, DORM)
    if round_.state != Round.State.CLOSED:
        return Census(round_).by_prefix(unit.path, level)
    kept = Tally.objects.filter(under(unit.path), round=round_, level=level)
    return {tally.path: _frozen(tally) for tally in kept}


def _frozen(tally: Tally) -> Figures:
    return Figures(*(getattr(tally, name) for name in Figures.__slots__))


def freeze(round_: Round) -> list[Tally]:
    """The tallies of every unit of an open round as it stands now, ready to be stored."""
    census = Census(round_)
    tallies = []
    for level in range(level_of(round_.unit.path), DORM + 1):
        for path, found in census.by_prefix(round_.unit.path, level).items():
            recipe = census.recipe(path) if level <= COLLEGE else []
            tallies.append(
                Tally(round=round_, path=path, level=level, recipe=recipe, **found.as_dict())
            )
    return tallies
