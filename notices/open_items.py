"""What is open, where, and who answers for it: read at the moment a 催办 is shown or sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.utils import timezone

from accounts.models import Grant, Unit, User
from accounts.paths import CLASS, COLLEGE, SCHOOL, cut, level_of, under
from notices.hours import last_moment
from rounds.figures import Census
from rounds.kinds import kind_of
from rounds.models import Assignment, Round
from rounds.queries.people import ANSWERABLE

VACANT = 0  # in the place of a person where nobody is there to act
NAMED = 3  # units named in a message before it says 等
UNHANDED = [Assignment.State.OPEN, Assignment.State.SENT_BACK]


@dataclass
class Open:
    """What is open of one round: people missing by class, units that have not handed in.

    `waits` is what else waits (a signature under a 责任书): by path, whose act it is, how many.
    """

    round: Round
    missing: dict[str, int] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    waits: dict[str, dict[int, int]] = field(default_factory=dict)

    @property
    def paths(self) -> set[str]:
        """Where something is open."""
        return {*self.missing, *self.parts, *self.waits}

    @property
    def waiting(self) -> int:
        """How many acts it waits for besides people and units."""
        return sum(sum(some.values()) for some in self.waits.values())

    def within(self, paths: set[str]) -> "Open":
        """The same, of these classes and units alone."""
        kept = {path: n for path, n in self.missing.items() if path in paths}
        waits = {path: some for path, some in self.waits.items() if path in paths}
        return Open(self.round, kept, self.parts & paths, waits)

    def of(self, person: int, paths: set[str]) -> "Open":
        """The same, of what this person answers for at these paths or is waited for."""
        part = self.within(paths)
        part.waits = {
            path: {person: some[person]} for path, some in self.waits.items() if person in some
        }
        return part

    def answering(self) -> dict[str, set[int]]:
        """Who is to act at each path; nobody where there is a vacancy."""
        found = holders({*self.missing, *self.parts})
        for path, some in self.waits.items():
            found[path] = found.get(path, set()) | (some.keys() - {VACANT})
        return found

    def __bool__(self):
        return bool(self.missing or self.parts or self.waits)


def of_round(round_: Round, path: str) -> Open:
    """What is open of a round at or below a path: one scan of people, one of parts."""
    found, kind = Open(round_), kind_of(round_)
    if kind.expects == "people":
        counts = Census(round_).by_prefix(path, CLASS)
        found.missing = {p: figures.missing for p, figures in counts.items() if figures.missing}
    parts = Assignment.objects.filter(under(path, "unit_path"), round=round_, state__in=UNHANDED)
    found.parts = set(parts.values_list("unit_path", flat=True))
    found.waits = kind.waits(round_, path)
    return found


def of_round_at(round_: Round, areas: Iterable[str]) -> Open:
    """The same at or below several paths, none of which lies below another."""
    whole = Open(round_)
    for area in areas:
        found = of_round(round_, area)
        whole.missing |= found.missing
        whole.parts |= found.parts
        whole.waits |= found.waits
    return whole


def lively(path: str) -> list[Round]:
    """The rounds under way that concern a unit: open by state and by the clock."""
    now = timezone.now()
    rounds = Round.objects.filter(state=Round.State.OPEN, opens_at__lte=now, locks_at__gt=now)
    at_school = rounds.filter(under(cut(path, SCHOOL), "unit__path")).order_by("due_at", "id")
    return [one for one in at_school if one.touches(path)]


def holders(paths: Iterable[str]) -> dict[str, set[int]]:
    """Who answers for what is open at each path: the class's own, else the unit's 联络员."""
    paths = set(paths)
    wanted = paths | {cut(path, COLLEGE) for path in paths}
    held: dict[str, set[int]] = {}
    there = Grant.objects.present().filter(path__in=wanted, role__in=ANSWERABLE)
    for path, person in there.values_list("path", "user"):
        held.setdefault(path, set()).add(person)
    return {path: held.get(path) or held.get(cut(path, COLLEGE), set()) for path in paths}


def areas(places: list[str], root: str) -> list[str]:
    """The chosen units that stand for everything below them: the board's own only as a class."""
    return [path for path in places if path != root or level_of(path) >= CLASS]


def chosen(found: Open, places: list[str], root: str) -> Open:
    """What is open at or below the chosen units; of the board's own unit its own part alone."""
    below = tuple(areas(places, root))
    return found.within({p for p in found.paths if p in places or p.startswith(below)})


def recipients(found: Open) -> set[int]:
    """Those who answer for what is open, each once."""
    return {person for people in found.answering().values() for person in people}


def areas_of(people: Iterable[int], area: str) -> list[str]:
    """The colleges and departments in which these answer for anything, and the area itself."""
    if level_of(area) == SCHOOL:
        return [area]
    school = cut(area, SCHOOL)
    held = Grant.objects.in_force().filter(under(school), user__in=people, role__in=ANSWERABLE)
    paths = {cut(path, COLLEGE) for path in held.values_list("path", flat=True)}
    return [school] if school in paths else sorted({area, *paths})


def missing_people(round_: Round, places: list[str], root: str):
    """The people behind the missing figure at or below the chosen units, in the order of keys."""
    below = areas(places, root)
    if kind_of(round_).expects != "people" or not below:
        return User.objects.none()
    place = reduce(or_, (under(one, "unit_path") for one in below))
    return Census(round_).missing().filter(place).order_by("pk")


@dataclass(frozen=True)
class Letter:
    """What one responsible person is told."""

    person: int
    title: str
    body: str
    link: str = ""


def letters(opens: list[Open]) -> dict[int, Letter]:
    """One letter to each who answers for something open, merging all of it. No person is named."""
    paths = {path for found in opens for path in found.paths}
    part_of: dict[int, set[str]] = {}
    for path, people in holders({p for o in opens for p in (*o.missing, *o.parts)}).items():
        for person in people:
            part_of.setdefault(person, set()).add(path)
    for person in {p for o in opens for some in o.waits.values() for p in some} - {VACANT}:
        part_of.setdefault(person, set())
    names = dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
    return {
        person: letter(person, [o for o in (one.of(person, own) for one in opens) if o], names)
        for person, own in part_of.items()
    }


def letter(person: int, opens: list[Open], names: dict[str, str]) -> Letter:
    """The letter of one person."""
    people = sum(sum(found.missing.values()) for found in opens)
    units = sum(len(found.parts) for found in opens)
    acts = sum(found.waiting for found in opens)
    told = [f"{people} 人未完成"] * bool(people) + [f"{units} 个单位未交件"] * bool(units)
    told += [f"{acts} 份待您签署"] * bool(acts)
    title = f"催办：{len(opens)} 项任务，{'，'.join(told)}"
    return Letter(person, title, "\n".join(line(found, names) for found in opens))


def line(found: Open, names: dict[str, str]) -> str:
    """What is open of one round, in a sentence with counts."""
    round_, said = found.round, []
    if found.missing:
        most = sorted(found.missing.items(), key=lambda item: (-item[1], item[0]))
        where = "、".join(f"{names.get(p, '')} {n} 人" for p, n in most[:NAMED])
        rest = f"等 {len(most)} 个班级（科室）" if len(most) > NAMED else ""
        said.append(f"{sum(found.missing.values())} 人未完成（{where}{rest}）")
    if found.parts:
        where = "、".join(names.get(path, "") for path in sorted(found.parts)[:NAMED])
        rest = f"等 {len(found.parts)} 个单位" if len(found.parts) > NAMED else ""
        said.append(f"{where}{rest}未交件")
    if found.waits:
        where = "、".join(names.get(path, "") for path in sorted(found.waits)[:NAMED])
        rest = f"等 {len(found.waits)} 个单位" if len(found.waits) > NAMED else ""
        said.append(f"{found.waiting} 份待您签署（{where}{rest}）")
    return f"【{round_.title[:40]}】{'；'.join(said)}。请在 {last_moment(round_.due_at)}前办结。"
