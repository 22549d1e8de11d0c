"""A school year begins: the graduating grades leave, the others go on, the new one is awaited.

What it would do is staged like a roster, so it is looked at, confirmed, told to each college and
taken back in the same way.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from math import ceil

from django.db import transaction
from django.db.models import Count, Q

from accounts import bulk
from accounts.audit import record
from accounts.models import Grant, ImportBatch, StagedRow, Unit, User
from accounts.models.grants import GrantQuerySet
from accounts.models.people import UserQuerySet
from accounts.moves import Refused, move
from accounts.paths import COLLEGE, cut, level_of, under
from accounts.services.ending import IN_POST, STUDENT_ROLES
from accounts.services.roster.emptying import emptied
from accounts.services.roster.looking import COLUMNS
from accounts.services.roster.queueing import hold
from accounts.services.roster.staging import grid_of

State, Verdict, Status = ImportBatch.State, StagedRow.Verdict, User.Status
YEARS_OF_STUDY = 4

STAYS = {Status.SUSPENDED: "休学中", Status.RESERVED: "保留学籍", Status.EXCHANGE: "境外交换中"}
KEY = re.compile(r"\d{4}(/\d(\.5)?)?")
YEAR = re.compile(r"(\d{4})-(\d{4})")


@dataclass
class Roll:
    """What a roll-over would do below a unit."""

    unit: Unit
    year: int
    graduates: list[str]
    grades: list[dict] = field(default_factory=list)  # key, label, people, leaves
    leaving: int = 0
    colleges: list[list] = field(default_factory=list)  # name, leaving, of
    closes: list[list] = field(default_factory=list)  # path, college and class
    kept: list[list] = field(default_factory=list)  # name, number, unit, why

    @property
    def label(self) -> str:
        """The 学年 in words."""
        return f"{self.year}-{self.year + 1} 学年"


def year_of(text: str) -> int:
    """The year in which a 学年 such as 2026-2027 begins."""
    found = YEAR.fullmatch(text.strip())
    if not found or int(found[2]) != int(found[1]) + 1 or not 2000 <= int(found[1]) <= 2100:
        raise Refused("学年应写成 2026-2027。")
    return int(found[1])


def look_ahead(unit: Unit, year: int, graduates: list[str] | None = None) -> Roll:
    """What would happen; nothing is written.

    A group is a grade such as 2023, or 2023/5 where the roster says five years. Without groups
    told, those leave whose years are over; where the roster says none, after four.
    """
    if level_of(unit.path) > COLLEGE:
        raise Refused("学年升级按全校或按学院办理，请选择学校或学院。")
    counts = _groups(unit)
    if graduates is None:
        graduates = [key for key in counts if _is_due(key, year)]
    early = [key for key in graduates if not KEY.fullmatch(key) or int(key[:4]) >= year]
    if early:
        raise Refused(f"{early[0][:4]} 级在 {year}-{year + 1} 学年还不能毕业，请核对。")
    roll = Roll(unit, year, sorted(graduates))
    roll.grades = [
        {"key": key, "label": called(key), "people": people, "leaves": key in graduates}
        for key, people in counts.items()
    ]
    leaving = _leaving(unit, roll.graduates)
    roll.leaving = leaving.count()
    roll.colleges = _colleges(unit, leaving)
    roll.kept = _kept(unit, roll.graduates)
    roll.closes = _closes(unit, leaving)
    return roll


def finishing(unit: Unit, year: int, grades: list[str]) -> list[str]:
    """The groups of these grades that have finished: whose length of study is known, by that."""
    said = {grade.strip() for grade in grades}
    known = [key for key in _groups(unit) if "/" in key and _is_due(key, year)]
    return sorted(said | {key for key in known if key[:4] in said})


def _groups(unit: Unit) -> dict[str, int]:
    """The students by grade, and by length of study where the roster says it; how many each."""
    rows = _students(unit).counted().exclude(grade="").order_by("grade", "study_years")
    rows = rows.values_list("grade", "study_years").annotate(Count("pk"))
    return {f"{grade}/{years}" if years else grade: many for grade, years, many in rows}


def _is_due(key: str, year: int) -> bool:
    """Whether a group has finished when the school year begins."""
    grade, _, years = key.partition("/")
    return grade.isdigit() and int(grade) + ceil(float(years or YEARS_OF_STUDY)) <= year


def called(key: str) -> str:
    """A group in words."""
    grade, _, years = key.partition("/")
    return f"{grade} 级（学制 {years} 年）" if years else f"{grade} 级"


def _of(graduates: list[str]) -> Q:
    """The people of the groups; those of whom the roster says no length by their grade alone."""
    found = Q(pk__in=[])
    for key in graduates:
        grade, _, years = key.partition("/")
        found |= Q(grade=grade, study_years=years)
    return found


def _students(unit: Unit) -> UserQuerySet:
    found: UserQuerySet = User.objects.filter(
        under(unit.path, "unit_path"), category=User.Category.STUDENT
    )
    return found


def _working() -> GrantQuerySet:
    """What is held by people who are more than students; that must be handed over first."""
    return Grant.objects.in_force().exclude(role__in=STUDENT_ROLES)


def _leaving(unit: Unit, graduates: list[str]) -> UserQuerySet:
    asked = _students(unit).counted().filter(_of(graduates))
    return asked.exclude(pk__in=_working().values("user")).order_by("unit_path", "number")


def _colleges(unit: Unit, leaving: UserQuerySet) -> list[list]:
    many = Counter(cut(path, COLLEGE) for path in leaving.values_list("unit_path", flat=True))
    everybody = Counter(
        cut(path, COLLEGE) for path in _students(unit).counted().values_list("unit_path", flat=True)
    )
    names = dict(Unit.objects.filter(path__in=many).values_list("path", "name"))
    return [[names[path], many[path], everybody[path]] for path in sorted(many)]


def _closes(unit: Unit, leaving: UserQuerySet) -> list[list]:
    """The classes that nobody is left in, as [path, college and class]."""
    classes = emptied(unit, leaving)
    tops = Unit.objects.filter(path__in={one.path[:-6] for one in classes})
    names = dict(tops.values_list("path", "name"))
    return [[one.path, f"{names[one.path[:-6]]} {one.name}"] for one in classes]


def _kept(unit: Unit, graduates: list[str]) -> list[list]:
    """Who is of a graduating grade and does not leave, and why."""
    asked = _students(unit).filter(_of(graduates)).select_related("unit")
    away = asked.filter(status__in=STAYS)
    working = asked.counted().filter(pk__in=_working().values("user"))
    found = asked.filter(Q(pk__in=away) | Q(pk__in=working)).order_by("unit_path", "number")
    return [[p.name, p.number, str(p.unit), STAYS.get(Status(p.status), IN_POST)] for p in found]


@transaction.atomic
def stage_roll(unit: Unit, year: int, graduates: list[str] | None, *, actor) -> ImportBatch:
    """What the roll-over would do stands as a batch to look at and confirm."""
    hold(unit)
    roll = look_ahead(unit, year, graduates)
    if not roll.leaving:
        raise Refused(f"{roll.label}没有应毕业的学生，无需办理。")
    batch = ImportBatch.objects.create(
        unit=unit, path=unit.path, created_by=actor, title=f"{roll.label}升级"
    )
    people = _leaving(unit, roll.graduates)
    bulk.insert(StagedRow, COLUMNS, (_line(batch, person, roll) for person in people.iterator()))
    batch.counts = dict.fromkeys(Verdict.values, 0) | {
        "rows": roll.leaving, "changed": roll.leaving, "unchanged": 0,
    }  # fmt: skip
    school = Unit.objects.get(path=unit.school_path)
    batch.report = {
        "rolls": True, "units": [], "sheets": [], "notices": [], "strangers": [],
        "alarms": roll.colleges, "kept": roll.kept, "closes": roll.closes, "grid": grid_of(school),
        "year": roll.label, "graduates": roll.graduates,
    }  # fmt: skip
    batch.save(update_fields=["counts", "report"])
    record(actor, "roll_over", batch, note=roll.label, rows=roll.leaving)
    return move(batch, "show", actor=actor)


def _line(batch: ImportBatch, person: User, roll: Roll) -> tuple:
    said = {
        "batch_id": batch.pk,
        "verdict": Verdict.CHANGED.value,
        "row": 0,
        "person_id": person.pk,
        "uuid": person.uuid.hex,
        "unit_path": person.unit_path,
        "old_path": person.unit_path,
        "status": Status.GRADUATED.value,
        "status_note": f"{roll.year} 届毕业",
        "reasons": json.dumps([["状态", "在校", "毕业"]], ensure_ascii=False),
    }
    same = ("number", "name", "category", "pinyin", "initials")
    said |= {name: getattr(person, name) for name in same}
    said["contract_ends"] = None
    return tuple(said.get(name, "") for name in COLUMNS)
