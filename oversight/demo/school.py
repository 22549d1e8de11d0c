"""The units of the invented school."""

import random
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.models import Unit
from accounts.paths import child
from accounts.services.schools import create_school
from oversight.demo import marks

CODE, NAME = "DEMO", "云汀示范大学"
Kind = Unit.Kind


@dataclass(frozen=True)
class Shape:
    """How large the school is."""

    colleges: int
    students: int
    others: int
    freshmen: int  # without a class, in each college


SHAPES = {"small": Shape(4, 528, 90, 3), "full": Shape(16, 20_000, 2_400, 25)}
A_CLASS = 37.5  # people, on average

# name, majors as (what classes are called, in full), whether classes say 2023级 or 2301
COLLEGES = [
    ("计算机学院", [("计科", "计算机科学与技术"), ("软工", "软件工程")], False),
    ("护理与健康学院", [("护理", "护理学"), ("助产", "助产学")], True),
    ("经济管理学院", [("会计", "会计学"), ("金融", "金融学"), ("工商", "工商管理")], False),
    ("外国语学院", [("英语", "英语"), ("日语", "日语")], True),
    ("机械工程学院", [("机自", "机械设计制造及其自动化"), ("车辆", "车辆工程")], False),
    ("电气与自动化学院", [("电气", "电气工程及其自动化"), ("自动化", "自动化")], False),
    ("土木建筑学院", [("土木", "土木工程"), ("建筑", "建筑学")], True),
    ("材料与化工学院", [("材料", "材料科学与工程"), ("化工", "化学工程与工艺")], False),
    ("信息与通信学院", [("通信", "通信工程"), ("电信", "电子信息工程")], False),
    ("法学院", [("法学", "法学")], True),
    ("教育科学学院", [("学前", "学前教育"), ("小教", "小学教育")], True),
    ("文学与传媒学院", [("汉语言", "汉语言文学"), ("网媒", "网络与新媒体")], True),
    ("数学与统计学院", [("数学", "数学与应用数学"), ("统计", "统计学")], False),
    ("生命科学学院", [("生技", "生物技术"), ("食品", "食品科学与工程")], False),
    ("艺术设计学院", [("视传", "视觉传达设计"), ("环艺", "环境设计")], True),
    ("体育学院", [("体教", "体育教育")], True),
]
# key, name, and groups besides 教职工 as (key, name, whether it hands in for itself)
DEPARTMENTS = [
    ("leadership", "党政办公室", []),
    ("security", "保卫处", []),
    ("affairs", "学生处", []),
    (
        "logistics",
        "后勤处",
        [
            ("kitchen", "禾膳餐饮公司（第一食堂）", True),
            ("second_kitchen", "禾膳餐饮公司（第二食堂）", True),
            ("property", "澄安物业公司（学生公寓）", True),
            ("cleaning", "澄安物业公司（教学楼宇）", True),
            ("repair", "维修服务中心", False),
        ],
    ),
    ("discipline", "纪检监察室", []),
    ("audit", "审计处", []),
    ("care", "心理健康教育中心", []),
    ("network", "信息中心", []),
    ("personnel", "人事处", []),
    ("teaching", "教务处", []),
    ("publicity", "宣传部", []),
    ("finance", "财务处", []),
    ("library", "图书馆", []),
    ("youth", "团委", []),
]
GARDENS = {"男": ["松园", "竹园"], "女": ["梅园", "兰园"]}


@dataclass
class College:
    """A college with its classes, oldest grade first."""

    unit: Unit
    faculty: Unit
    unplaced: Unit
    classes: list[Unit] = field(default_factory=list)
    majors: dict[str, str] = field(default_factory=dict)  # class path → major in full
    grades: dict[str, str] = field(default_factory=dict)  # class path → grade


@dataclass
class Campus:
    """The invented school's units, by what they are for."""

    school: Unit
    shape: Shape
    colleges: list[College] = field(default_factory=list)
    departments: dict[str, Unit] = field(default_factory=dict)
    groups: dict[str, Unit] = field(default_factory=dict)
    dorms: list[Unit] = field(default_factory=list)

    def names(self) -> dict[str, str]:
        """Every unit's name by its path."""
        return dict(
            Unit.objects.filter(path__startswith=self.school.path).values_list("path", "name")
        )


def newest_grade() -> int:
    """The year in which the youngest students came: August brings the next."""
    today = timezone.localdate()
    return today.year if today.month >= 8 else today.year - 1


def found(size: str) -> Campus:
    """The school with its colleges, departments, classes and groups; nobody is in it yet."""
    unit, _, _ = create_school(
        code=CODE,
        name=NAME,
        office=None,
        office_name="保卫处",
        student_office_name="学生处",
        contact="0571-0000-0110",
    )
    marks.leave(unit, size=size)
    campus = Campus(unit, SHAPES[size])
    made: list[Unit] = []
    for number in range(1, campus.shape.colleges + 1):
        _college(campus, number, made)
    for number, (key, name, groups) in enumerate(DEPARTMENTS, start=campus.shape.colleges + 1):
        path = child(unit.path, number)
        department = Unit(path=path, kind=Kind.DEPARTMENT, name=name)
        campus.departments[key] = department
        campus.groups[key] = Unit(path=child(path, 1), kind=Kind.GROUP, name="教职工")
        made += [department, campus.groups[key]]
        for place, (group, label, own) in enumerate(groups, start=2):
            row = Unit(path=child(path, place), kind=Kind.GROUP, name=label, files_own=own)
            campus.groups[group] = row
            made.append(row)
    Unit.objects.bulk_create(made, batch_size=1000)
    return campus


def _college(campus: Campus, number: int, made: list[Unit]) -> None:
    name, majors, long = COLLEGES[number - 1]
    path = child(campus.school.path, number)
    college = College(
        Unit(path=path, kind=Kind.COLLEGE, name=name, code=f"{number:02d}"),
        Unit(path=child(path, 1), kind=Kind.GROUP, name="教职工"),
        Unit(path=child(path, 2), kind=Kind.GROUP, name="未分班新生"),
    )
    share = campus.shape.students / campus.shape.colleges
    classes, newest = max(4, round(share / A_CLASS)), newest_grade()
    taken: dict[tuple, int] = {}
    for i in range(classes):
        grade = newest - 3 + i * 4 // classes
        short, full = majors[i % len(majors)]
        order = taken[grade, short] = taken.get((grade, short), 0) + 1
        called = f"{grade}级{short}{order}班" if long else f"{short}{grade % 100}{order:02d}班"
        klass = Unit(path=child(path, i + 3), kind=Kind.CLASS, name=called)
        college.classes.append(klass)
        college.majors[klass.path], college.grades[klass.path] = full, str(grade)
    made += [college.unit, college.faculty, college.unplaced, *college.classes]
    campus.colleges.append(college)


class Rooms:
    """Rooms of four to six filled one after the other, so that some hold people of two classes."""

    def __init__(self, campus: Campus, dice: random.Random):
        self.campus, self.dice = campus, dice
        self.open: dict[str, tuple[str, int]] = {}
        self.units: dict[tuple[str, str], Unit] = {}
        self.counts: dict[str, int] = {}
        self.numbers = dict.fromkeys(GARDENS, 0)

    def place(self, klass: Unit, gender: str) -> Unit:
        """The class's share of the room in which its next person of this gender lives."""
        label, free = self.open.get(gender, ("", 0))
        if not free:
            label, free = self._next(gender), self.dice.choice([4, 4, 6, 6, 5])
        self.open[gender] = (label, free - 1)
        if (klass.path, label) not in self.units:
            self.counts[klass.path] = number = self.counts.get(klass.path, 0) + 1
            dorm = Unit(path=child(klass.path, number), kind=Kind.DORM, name=label)
            self.units[klass.path, label] = dorm
        return self.units[klass.path, label]

    def _next(self, gender: str) -> str:
        self.numbers[gender] += 1
        number = self.numbers[gender] - 1
        room, floor, house = number % 30 + 1, number // 30 % 6 + 1, number // 180
        gardens = GARDENS[gender]
        return f"{gardens[house % len(gardens)]}{house // len(gardens) + 1}-{floor}{room:02d}"

    def save(self) -> None:
        """The rooms stand in the grid."""
        self.campus.dorms = Unit.objects.bulk_create(self.units.values(), batch_size=1000)
