"""One maker a thing, with boring defaults."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace

from django.utils import timezone

from accounts.models import Grant, Identity, School, Unit, User
from accounts.paths import child
from accounts.scope import PROMISE_FIRST, Role
from pledges import services as pledges
from rounds import services as rounds

PASSWORD = "Demo-2026-pass"
_number = count(1)


def unit(parent: Unit | None, kind: str, name: str, **more) -> Unit:
    siblings = Unit.objects.children_of(parent.path) if parent else Unit.objects.schools()
    last = siblings.order_by("path").last()
    number = int(last.path[-6:]) + 1 if last else 1
    path = child(parent.path if parent else "", number)
    return Unit.objects.create(path=path, kind=kind, name=name, **more)


def school(code: str = "TEST", name: str = "测试大学", **names) -> Unit:
    made = unit(None, Unit.Kind.SCHOOL, name, code=code)
    School.objects.create(unit=made, **names)
    return made


def person(
    unit_: Unit,
    name: str = "",
    *,
    number: str = "",
    category: str = "student",
    phone: str = "",
    id_number: str = "",
    **more,
) -> User:
    serial = next(_number)
    number = number or f"2023{serial:06d}"
    root = Unit.objects.get(path=unit_.school_path)
    made = User(
        school=root,
        unit=unit_,
        unit_path=unit_.path,
        name=name or f"学生{serial}",
        number=number,
        category=category,
        **more,
    )
    made.phone, made.id_number = phone, id_number
    made.set_password(PASSWORD)
    made.activated_at = timezone.now()
    made.save()
    kind = Identity.Kind.STUDENT if category == "student" else Identity.Kind.STAFF
    Identity.objects.create(school=root, kind=kind, value=number, user=made)
    return made


def grant(user: User, role: str, unit_: Unit | None, **more) -> Grant:
    path = unit_.path if unit_ else ""
    if role in PROMISE_FIRST:
        more.setdefault("promised_at", timezone.now())
    return Grant.objects.create(user=user, role=role, unit=unit_, path=path, **more)


def holder(home: Unit, name: str, role: str, at: Unit, category: str = "staff") -> User:
    made = person(home, name, category=category)
    grant(made, role, at)
    return made


def pledge_text(unit_: Unit, actor: User, name: str = "反诈承诺书"):
    return pledges.new_text(
        unit_,
        name=name,
        heading="{年度}防范电信网络诈骗承诺书",
        body="我是{学校}{单位}{姓名}。\n\n我承诺不出租、出借、出售银行卡和电话卡。",
        actor=actor,
    )


def pledge_round(campus, *, issued: bool = True, **more):
    now = timezone.now()
    shape = {
        "title": "2026 年反诈承诺书",
        "unit": campus.school,
        "owner": campus.school,
        "categories": ["student", "staff", "dispatched", "service"],
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(days=10),
        "locks_at": now + timedelta(days=20),
    } | more
    text = pledge_text(campus.school, campus.office, name=f"反诈承诺书{next(_number)}")
    made = pledges.draft(actor=campus.office, text=text, year="2026", **shape)
    if issued:
        rounds.issue(made, actor=campus.office)
        made.refresh_from_db()
    return made


STROKES = [[[100, 100, 0], [200, 150, 30], [300, 120, 60]]]


def sign(round_, person_: User, **more):
    page = pledges.page_for(round_, person_)
    return pledges.sign(round_, person_, text_sha256=page.sha256, strokes=STROKES, **more)


def campus(code: str = "TEST") -> SimpleNamespace:
    """Names of the small world used by most tests; each college's people are its own."""
    c = SimpleNamespace()
    kind = Unit.Kind
    c.school = school(code)
    c.college = unit(c.school, kind.COLLEGE, "计算机学院")
    c.other_college = unit(c.school, kind.COLLEGE, "外国语学院")
    c.klass = unit(c.college, kind.CLASS, "计科2301班")
    c.second_class = unit(c.college, kind.CLASS, "计科2302班")
    c.faculty = unit(c.college, kind.GROUP, "教职工")
    c.other_class = unit(c.other_college, kind.CLASS, "英语2301班")
    c.other_second_class = unit(c.other_college, kind.CLASS, "英语2302班")
    c.dorm = unit(c.klass, kind.DORM, "梅园3-412")
    c.other_faculty = unit(c.other_college, kind.GROUP, "教职工")
    c.logistics = unit(c.school, kind.DEPARTMENT, "后勤处")
    c.kitchen = unit(c.logistics, kind.GROUP, "第一食堂", files_own=True)
    c.security = unit(c.school, kind.DEPARTMENT, "保卫部")
    c.security_staff = unit(c.security, kind.GROUP, "教职工")
    c.student_affairs = unit(c.school, kind.DEPARTMENT, "学工部")
    c.student_affairs_staff = unit(c.student_affairs, kind.GROUP, "教职工")

    c.student = person(c.dorm, "张小明", grade="2023", phone="13800001111")
    c.classmate = person(c.klass, "李小红", grade="2023")
    c.second_student = person(c.second_class, "王小强", grade="2023")
    c.foreign_student = person(c.other_class, "赵小燕", grade="2023", phone="13900002222")
    c.foreign_classmate = person(c.other_second_class, "钱小军", grade="2023")
    c.cook = person(c.kitchen, "周师傅", category="service")

    c.office = holder(c.security_staff, "孙处长", Role.OFFICE, c.school)
    c.leader = holder(c.security_staff, "吴校长", Role.LEADER, c.school)
    c.department = holder(c.student_affairs_staff, "郑部长", Role.DEPARTMENT, c.student_affairs)
    c.head = holder(c.faculty, "冯书记", Role.COLLEGE_HEAD, c.college)
    c.liaison = holder(c.faculty, "陈联络", Role.LIAISON, c.college)
    c.counselor = holder(c.faculty, "褚辅导", Role.COUNSELOR, c.klass)
    c.second_counselor = holder(c.faculty, "卫辅导", Role.COUNSELOR, c.second_class)
    c.stranger = holder(c.other_faculty, "蒋辅导", Role.COUNSELOR, c.other_class)
    c.foreign_liaison = holder(c.other_faculty, "沈联络", Role.LIAISON, c.other_college)
    c.logistics_liaison = holder(c.security_staff, "韩联络", Role.LIAISON, c.logistics)
    c.keeper = holder(c.kitchen, "杨经理", Role.KEEPER, c.kitchen, category="service")
    c.cadre = holder(c.klass, "朱班长", Role.CADRE, c.klass, category="student")
    c.dormhead = holder(c.dorm, "秦室长", Role.DORM_HEAD, c.dorm, category="student")
    c.auditor = holder(c.security_staff, "尤审计", Role.AUDITOR, c.school)
    c.sysadmin = holder(c.security_staff, "许系统", Role.SYSADMIN, c.school)
    c.staff = person(c.faculty, "何老师", category="staff")
    return c
