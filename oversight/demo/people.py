"""The people of the invented school, the odd cases among them, and who answers for whom."""

import random
from datetime import timedelta

from django.utils import timezone

from accounts.duties import DutyKind
from accounts.models import Grant, Identity, Unit, User
from accounts.scope import PROMISE_FIRST, Role
from oversight.demo.cast import give_accounts, give_duties
from oversight.demo.groups import name_groups
from oversight.demo.names import FOREIGN, FOUR_OF_ONE_NAME, Names
from oversight.demo.school import GARDENS, Campus, College, Rooms, newest_grade

Category, Status = User.Category, User.Status
DORMED = 0.92  # the others live outside the campus
CLASSES_OF_A_COUNSELOR = 5
BATCH = 2000


class Roster:
    """Everybody, gathered first and written in a few statements."""

    def __init__(self, campus: Campus, dice: random.Random):
        self.campus = campus
        self.dice = dice
        self.names = Names(dice)
        self.people: list[User] = []
        self.numbers: list[Identity] = []
        self.cast: dict[str, User] = {}
        self.grants: list[Grant] = []
        self.now = timezone.now()

    def add(self, unit: Unit, number: str, kind: str, category: str, **more) -> User:
        """One more person, known by this number."""
        name, gender = self.names.person()
        name, gender = more.pop("named", (name, gender))
        born = more.pop("born", self.dice.randint(1968, 1998))
        person = User(
            school=self.campus.school,
            unit=unit,
            unit_path=unit.path,
            name=name,
            gender=gender,
            number=number,
            category=category,
            password="!",
            **more,
        )
        person.phone = self.names.phone()
        person.id_number = self.names.id_number(born, gender)
        self.people.append(person)
        self.know(person, number, kind)
        return person

    def know(self, person: User, number: str, kind: str) -> None:
        """The person has this number."""
        school = self.campus.school
        self.numbers.append(Identity(school=school, kind=kind, value=number, user=person))

    def grant(self, person: User, role: str, unit: Unit) -> None:
        """The person holds a role at a unit since the beginning of the school year."""
        since = timezone.localdate() - timedelta(days=75)
        self.grants.append(
            Grant(
                user=person,
                role=role,
                unit=unit,
                path=unit.path,
                starts_on=since,
                promised_at=timezone.now() if role in PROMISE_FIRST else None,
            )
        )

    def save(self) -> None:
        """Everybody stands in the database."""
        User.objects.bulk_create(self.people, batch_size=BATCH)
        Identity.objects.bulk_create(self.numbers, batch_size=BATCH)
        heads = [grant for grant in self.grants if grant.role == Role.COLLEGE_HEAD]
        firsts = {grant.user.pk: (DutyKind.FIRST, grant.user.major) for grant in heads}
        give_duties(self.grants, firsts)
        Grant.objects.bulk_create(self.grants, batch_size=BATCH)


def settle(campus: Campus, dice: random.Random) -> Roster:
    """The school is inhabited; the cast of accounts lives in its first college."""
    roster = Roster(campus, dice)
    _students(roster)
    _employees(roster)
    _odd_cases(roster)
    _cast(roster)
    roster.save()
    name_groups(roster)
    return roster


def _students(roster: Roster) -> None:
    campus, dice = roster.campus, roster.dice
    rooms = Rooms(campus, dice)
    seats: list[tuple[Unit, dict]] = []
    expected = campus.shape.students - campus.shape.freshmen * campus.shape.colleges - 4
    sizes = _sizes(dice, sum(len(c.classes) for c in campus.colleges), expected)
    for index, college in enumerate(campus.colleges, start=1):
        serial: dict[str, int] = {}
        for klass in college.classes:
            grade = college.grades[klass.path]
            for _ in range(next(sizes)):
                serial[grade] = serial.get(grade, 0) + 1
                number = f"{grade}{index:02d}{serial[grade]:04d}"
                person = roster.add(
                    klass,
                    number,
                    Identity.Kind.STUDENT,
                    Category.STUDENT,
                    grade=grade,
                    major=college.majors[klass.path],
                    born=int(grade) - 18,
                )
                home = rooms.place(klass, person.gender) if dice.random() < DORMED else klass
                seats.append((home, {"person": person}))
        _freshmen(roster, college, index)
    rooms.save()
    for home, seat in seats:
        seat["person"].unit, seat["person"].unit_path = home, home.path
    _class_offices(roster)


def _sizes(dice: random.Random, classes: int, people: int):
    """How many people each class has: thirty to forty-five where there are enough."""
    plain, rest = divmod(people, classes)
    sizes = [plain + (i < rest) for i in range(classes)]
    for i in range(0, classes - 1, 2):
        shift = dice.randint(0, max(0, min(sizes[i] - 30, 45 - sizes[i + 1])))
        sizes[i], sizes[i + 1] = sizes[i] - shift, sizes[i + 1] + shift
    return iter(sizes)


def _freshmen(roster: Roster, college: College, index: int) -> None:
    """Admitted, not yet in a class, known by the number of their entrance examination."""
    year = newest_grade()
    for place in range(1, roster.campus.shape.freshmen + 1):
        roster.add(
            college.unplaced,
            f"{year % 100}990000{index:02d}{place:04d}",
            Identity.Kind.EXAM,
            Category.STUDENT,
            grade=str(year),
            cohort=str(year),
            born=year - 18,
        )


def _class_offices(roster: Roster) -> None:
    """Each class has a cadre, each room a head."""
    first: dict[str, User] = {}
    for person in roster.people:
        if person.unit_path:
            first.setdefault(person.unit_path, person)
            first.setdefault(person.unit_path[:18], person)
    for college in roster.campus.colleges:
        for klass in college.classes:
            roster.grant(first[klass.path], Role.CADRE, klass)
    for dorm in roster.campus.dorms:
        roster.grant(first[dorm.path], Role.DORM_HEAD, dorm)


def _employees(roster: Roster) -> None:
    campus = roster.campus
    share = campus.shape.others - 12  # the cast's own
    faculty = share * 55 // 100 // len(campus.colleges)
    shares = {"kitchen": 12, "second_kitchen": 8, "property": 8, "cleaning": 6, "repair": 4}
    left = share - faculty * len(campus.colleges)
    sizes = {key: max(2, left * part // 75) for key, part in shares.items()}
    plain = [key for key in campus.groups if key not in sizes]
    each, rest = divmod(left - sum(sizes.values()), len(plain))
    sizes |= {key: each + (i < rest) for i, key in enumerate(plain)}
    serial = 0
    for college in campus.colleges:
        people = [_staff(roster, college.faculty, serial := serial + 1) for _ in range(faculty)]
        _college_offices(roster, college, people)
    for key, unit in campus.groups.items():
        people = []
        for _ in range(sizes[key]):
            serial += 1
            people.append(_employee(roster, key, unit, serial))
        _group_offices(roster, key, people)


def _staff(roster: Roster, unit: Unit, serial: int, **more) -> User:
    post = more.pop("major", None) or roster.dice.choice(["讲师", "副教授", "助教", "科员"])
    number = f"{serial:06d}"
    return roster.add(unit, number, Identity.Kind.STAFF, Category.STAFF, major=post, **more)


def _employee(roster: Roster, key: str, unit: Unit, serial: int) -> User:
    """Somebody of a department or of a company that works for it."""
    kind = Identity.Kind.STAFF
    if key == "repair":
        number = f"P{serial:05d}"
        return roster.add(unit, number, kind, Category.DISPATCHED, major="维修工")
    if unit.files_own:
        post = roster.dice.choice(
            ["厨师", "服务员"] if "餐饮" in unit.name else ["保洁员", "宿管员"]
        )
        return roster.add(unit, f"F{serial:05d}", kind, Category.SERVICE, major=post)
    return _staff(roster, unit, serial, major=roster.dice.choice(["科员", "干事", "工程师"]))


def _college_offices(roster: Roster, college: College, people: list[User]) -> None:
    """A head, a liaison, and a counselor for each few classes; the first college has the cast."""
    ours = college is roster.campus.colleges[0]
    classes = college.classes[1:-1] if ours else college.classes
    if not ours:
        people[0].major, people[1].major = "党总支书记", "学工办主任"
        roster.grant(people[0], Role.COLLEGE_HEAD, college.unit)
        roster.grant(people[1], Role.LIAISON, college.unit)
    for i, klass in enumerate(classes):
        counselor = people[2 + i // CLASSES_OF_A_COUNSELOR]
        counselor.major = "辅导员"
        roster.grant(counselor, Role.COUNSELOR, klass)


def _group_offices(roster: Roster, key: str, people: list[User]) -> None:
    unit = roster.campus.groups[key]
    if unit.files_own:
        if key != "kitchen":  # whose manager is one of the cast
            people[0].major = "项目经理"
            roster.grant(people[0], Role.KEEPER, unit)
    elif key in roster.campus.departments:
        roster.grant(people[0], Role.LIAISON, roster.campus.departments[key])


def _rename(people: list[User], named: list[tuple[str, str]]) -> None:
    for person, (name, _) in zip(people, named, strict=False):
        person.name = name


def _odd_cases(roster: Roster) -> None:
    """Everything a roster really has: see the names of the parts."""
    classes: dict[str, list[User]] = {
        c.path: [] for college in roster.campus.colleges for c in college.classes
    }
    for person in roster.people:
        if person.category == Category.STUDENT and person.unit_path[:18] in classes:
            classes[person.unit_path[:18]].append(person)
    groups = list(classes.values())
    of_one_name = [p for p in groups[0] if p.gender == FOUR_OF_ONE_NAME[1]][:4]
    _rename(of_one_name, [FOUR_OF_ONE_NAME] * 4)
    _rename(groups[-1][4:7], FOREIGN)
    for person in groups[-1][4:7]:
        person.status_note = "国际学生"
    fates = [
        (Status.SUSPENDED, "因病休学"),
        (Status.RESERVED, "应征入伍，保留学籍"),
        (Status.EXCHANGE, "境外交换一学期"),
        (Status.WITHDRAWN, "本人申请退学"),
        (Status.TRANSFERRED_OUT, "转学至外校"),
    ]
    for i, people in enumerate(groups):
        status, note = fates[i % len(fates)]
        people[7].status, people[7].status_note = status, note
    for people in groups[1:4]:
        people[8].absent_since = timezone.localdate() - timedelta(days=20)
    _former_people(roster)
    employee = next(p for p in roster.people if p.category == Category.STAFF)
    number = f"B{newest_grade()}010001"  # works here and takes a doctor's degree
    roster.know(employee, number, Identity.Kind.STUDENT)


def _former_people(roster: Roster) -> None:
    """Graduates who still stand in their class, and employees who left."""
    college = roster.campus.colleges[-1]
    grade = newest_grade() - 4
    for place in range(1, 7):
        roster.add(
            college.classes[0],
            f"{grade}99{place:04d}",
            Identity.Kind.STUDENT,
            Category.STUDENT,
            grade=str(grade),
            status=Status.GRADUATED,
            status_note=f"{grade + 4} 届毕业",
            born=grade - 18,
        )
    for key in ("kitchen", "property"):
        unit = roster.campus.groups[key]
        roster.add(
            unit,
            f"F9900{len(key)}",
            Identity.Kind.STAFF,
            Category.SERVICE,
            status=Status.LEFT,
            status_note="合同到期离职",
        )


def _cast(roster: Roster) -> None:
    campus = roster.campus
    college = campus.colleges[0]
    first = college.classes[0]
    women = tuple(GARDENS["女"])
    dorm = next(d for d in campus.dorms if d.path.startswith(first.path) and d.name[:2] in women)
    places = campus.groups | {
        "school": campus.school,
        "student_affairs": campus.departments["affairs"],
        "college": college.unit,
        "faculty": college.faculty,
        "class": first,
        "second_class": college.classes[-1],
        "dorm": dorm,
    }
    roster.cast = give_accounts(places, grade=college.grades[first.path])


def activate(roster: Roster, done: set[int]) -> None:
    """Whoever did something has activated before; of the others two in three."""
    dice = roster.dice
    active = [
        person.pk
        for person in roster.people
        if person.pk in done or (person.status in User.COUNTED and dice.random() < 0.66)
    ]
    for start in range(0, len(active), BATCH):
        at = roster.now - timedelta(days=dice.uniform(40, 70))
        User.objects.filter(pk__in=active[start : start + BATCH]).update(activated_at=at)
