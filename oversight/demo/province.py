"""A province: fifty schools of twenty thousand students each, with one pledge round under way.

Made by the database itself, statement by statement, because a million people are too many to
carry through Python. The statements are the same on both databases.
"""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts import spelling
from accounts.models import School, Unit, User
from accounts.paths import child
from accounts.services.schools import create_school
from oversight.demo import marks
from oversight.demo.cast import give_accounts
from pledges import services as pledges
from rounds import services as rounds

SCHOOLS, CLASSES, PEOPLE = 50, 25, 40
DONE_OF_100 = 83
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余"
GIVEN = "子宇梓晨浩然欣怡思远嘉明雨桐泽文静雅志强晓芳建国海燕俊杰雪婷博瑞琪航佳慧明月清扬"
COLLEGE_NAMES = [
    *["计算机", "信息", "电气", "机械", "土木", "材料", "化工", "环境", "经济", "管理"],
    *["法学", "外国语", "人文", "数学", "物理", "生命科学", "医药", "护理", "艺术", "体育"],
]

PEOPLE_SQL = """
WITH RECURSIVE seat(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seat WHERE n < {people}),
placed AS (
    SELECT unit.id, unit.path, unit.name, seat.n,
        (CAST(SUBSTR(unit.path, 7, 6) AS INTEGER) * {classes}
            + CAST(SUBSTR(unit.path, 13, 6) AS INTEGER)) * {people} + seat.n AS serial
    FROM accounts_unit unit CROSS JOIN seat
    WHERE unit.kind = 'class' AND unit.path >= %(path)s AND unit.path < %(end)s
)
INSERT INTO accounts_user (
    password, uuid, school_id, unit_id, unit_path, name, pinyin, initials, number, category, status,
    status_note, gender, grade, cohort, major, phone_sealed, phone_index, id_number_sealed, id_number_index,
    is_active, activated_at, demo, created_at)
SELECT '!', {uuid}, %(school)s, placed.id, placed.path,
    SUBSTR(%(surnames)s, 1 + (serial * 31 + %(school)s) %% {surnames}, 1)
        || SUBSTR(%(given)s, 1 + (serial * 17) %% {given}, 1)
        || SUBSTR(%(given)s, 1 + (serial * 7 + 3) %% {given}, 1),
    TRIM(SUBSTR(%(surnames_said)s, 1 + 6 * ((serial * 31 + %(school)s) %% {surnames}), 6))
        || TRIM(SUBSTR(%(given_said)s, 1 + 6 * ((serial * 17) %% {given}), 6))
        || TRIM(SUBSTR(%(given_said)s, 1 + 6 * ((serial * 7 + 3) %% {given}), 6)),
    SUBSTR(%(surnames_said)s, 1 + 6 * ((serial * 31 + %(school)s) %% {surnames}), 1)
        || SUBSTR(%(given_said)s, 1 + 6 * ((serial * 17) %% {given}), 1)
        || SUBSTR(%(given_said)s, 1 + 6 * ((serial * 7 + 3) %% {given}), 1),
    SUBSTR(placed.name, 1, 4) || SUBSTR(CAST(1000000 + serial AS TEXT), 2, 6),
    'student', CASE WHEN serial %% 97 = 0 THEN 'suspended' ELSE 'active' END, '',
    CASE WHEN serial %% 2 = 0 THEN '男' ELSE '女' END, SUBSTR(placed.name, 1, 4), '', '',
    '', '', '', '', TRUE, {stamp}, FALSE, {stamp}
FROM placed ORDER BY placed.path, placed.n
"""
NUMBERS_SQL = """
INSERT INTO accounts_identity (school_id, kind, value, user_id)
SELECT school_id, 'student', number, id FROM accounts_user
WHERE unit_path >= %(path)s AND unit_path < %(end)s AND category = 'student'
    AND LENGTH(unit_path) = 18 AND number <> ''
"""
# ordered by a scrambled id: people of all schools sign side by side, not school after school
DONE_SQL = """
INSERT INTO rounds_completion (
    round_id, person_id, unit_path, state, state_at, note, method, done_at)
SELECT round.id, person.id, person.unit_path, 'accepted', {stamp}, '', 'self', {stamp}
FROM accounts_user person JOIN rounds_round round ON round.unit_id = person.school_id
WHERE person.category = 'student' AND (person.id * 7919) %% 100 < {done}
ORDER BY (person.id * 48271) %% 2147483647
"""
PARTS_SQL = """
UPDATE rounds_assignment SET
    state = CASE WHEN id %% 10 < 4 THEN 'approved' ELSE 'submitted' END,
    submitted_at = {stamp}, submitted_by_id = %(by)s
WHERE LENGTH(unit_path) = 18 AND id %% 10 < 5 AND round_id = %(round)s
"""


def _sql(template: str, **values) -> None:
    uuid, stamp = "GEN_RANDOM_UUID()", "CURRENT_TIMESTAMP"
    if connection.vendor == "sqlite":
        uuid = "LOWER(HEX(RANDOMBLOB(16)))"
        stamp = "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"
    text = template.format(
        uuid=uuid,
        stamp=stamp,
        people=PEOPLE,
        classes=CLASSES,
        surnames=len(SURNAMES),
        given=len(GIVEN),
        done=DONE_OF_100,
    )
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def load(*, schools: int = SCHOOLS) -> dict[str, int]:
    """The province stands: its schools, people and rounds; how many of each."""
    said = {
        "surnames_said": "".join(f"{spelling.of(c)[0]:6}" for c in SURNAMES),
        "given_said": "".join(f"{spelling.syllable(c):6}" for c in GIVEN),
    }
    made = [_school(number) for number in range(1, schools + 1)]
    if connection.vendor == "postgresql":
        _sql("ANALYZE accounts_unit")
    for unit in made:
        span = {"path": unit.path, "end": unit.path + ":"}
        names = {"surnames": SURNAMES, "given": GIVEN, "school": unit.pk}
        _sql(PEOPLE_SQL, **span, **names, **said)
        _sql(NUMBERS_SQL, **span)
    if connection.vendor == "postgresql":
        _sql("ANALYZE accounts_user")
    rounds_made = [_round(unit) for unit in made]
    _sql(DONE_SQL)
    for round_ in rounds_made:
        _sql(PARTS_SQL, round=round_.pk, by=round_.created_by_id)
    return marks.counts()


def _school(number: int) -> Unit:
    """The units of one school, and its demo office."""
    name = f"云汀第{number}示范大学"
    unit, _, _ = create_school(code=f"DEMO{number:02d}", name=name, office=None)
    marks.leave(unit)
    units = []
    newest = timezone.localdate().year
    for i, college in enumerate(COLLEGE_NAMES, start=1):
        path = child(unit.path, i)
        units.append(Unit(path=path, kind=Unit.Kind.COLLEGE, name=f"{college}学院"))
        for k in range(1, CLASSES + 1):
            name = f"{newest - k % 4}级{college}{k}班"
            units.append(Unit(path=child(path, k), kind=Unit.Kind.CLASS, name=name))
    Unit.objects.bulk_create(units, batch_size=1000)
    return unit


def _cast(school: Unit) -> dict:
    """The school's own accounts; each school has the same numbers, as real schools do."""
    kind = Unit.Kind
    path = child(school.path, len(COLLEGE_NAMES) + 1)
    office_name = School.objects.get(unit=school).office_name
    Unit.objects.create(path=path, kind=kind.DEPARTMENT, name=office_name)
    staff = Unit.objects.create(path=child(path, 1), kind=kind.GROUP, name="教职工")
    college = Unit.objects.get(path=child(school.path, 1))
    faculty = Unit.objects.create(
        path=child(college.path, CLASSES + 1), kind=kind.GROUP, name="教职工"
    )
    places = {"school": school, "security": staff, "leadership": staff, "college": college}
    places |= {"faculty": faculty, "class": Unit.objects.get(path=child(college.path, 1))}
    places["second_class"] = Unit.objects.get(path=child(college.path, 2))
    places["network"] = places["audit"] = places["care"] = staff
    return give_accounts(places, grade=str(timezone.localdate().year - 1))


def _round(school: Unit):
    """This year's pledge, open for a month, issued by the school's office."""
    office = _cast(school)["office"]
    now = timezone.now()
    text = pledges.starter_texts(school, actor=office)[0]
    round_ = pledges.draft(
        actor=office,
        text=text,
        year=str(timezone.localdate().year),
        title=f"{timezone.localdate().year} 年防范电信网络诈骗承诺书",
        unit=school,
        owner=school,
        categories=[category for category in User.Category.values if category != "external"],
        opens_at=now - timedelta(days=18),
        due_at=now + timedelta(days=10),
        locks_at=now + timedelta(days=20),
    )
    rounds.issue(round_, actor=office)
    return round_
