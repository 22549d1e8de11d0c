"""One maker a thing, with boring defaults."""

import io
from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.duties import KIND_OF_ROLE
from accounts.models import Duty, Grant, Identity, School, Unit, User
from accounts.paths import child
from accounts.scope import PROMISE_FIRST, Role
from accounts.services import calendar
from adapters import images
from notices.models import Notice, Reminder
from notices.services import circulars as notices
from pledges import services as pledges
from pledges.charters import services as charters
from pledges.heads import services as heads
from pledges.joint import services as joint
from rounds import services as rounds
from rounds.kinds import KINDS
from selfcheck.cards import services as cards
from selfcheck.models import Tool
from selfcheck.tools import queries as tools
from selfcheck.tools.services import barriers, catalogue, dropping, judging, sending

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
    if role in KIND_OF_ROLE:
        days = {key: more[key] for key in ("starts_on", "ends_on") if key in more}
        more["duty"] = Duty.objects.create(
            person=user, kind=KIND_OF_ROLE[role], unit=unit_, path=path, **days
        )
    return Grant.objects.create(user=user, role=role, unit=unit_, path=path, **more)


def holder(home: Unit, name: str, role: str, at: Unit, category: str = "staff") -> User:
    made = person(home, name, category=category)
    grant(made, role, at)
    return made


def term(campus, **more):
    day = {"year": 2026, "number": 1, "starts_on": date(2026, 9, 7), "ends_on": date(2027, 1, 22)}
    calendar.set_days(
        campus.school, first=date(2026, 11, 27), last=date(2026, 11, 27), works=False,
        note="运动会", actor=campus.office,
    )  # fmt: skip
    return calendar.keep_term(campus.school, actor=campus.office, **day | more)


def circulars(c) -> None:
    """A 通知 of each college to its own counselors, with a file."""
    for college, actor in ((c.college, c.liaison), (c.other_college, c.foreign_liaison)):
        made = notices.write(
            college, actor=actor, title="关于反诈宣传的通知", body="请落实。",
            places=[college.path], roles=["COUNSELOR"],
        )  # fmt: skip
        pdf = b"%PDF-1.7 %%EOF"
        notices.attach(made, pdf, name="附件.pdf", content_type="application/pdf", actor=actor)
        notices.deliver(notices.publish(made, actor=actor, at=timezone.now()))


def reminders(c) -> None:
    """A message to a student of each college, and a 催办 held till the next window in each."""
    for person in (c.student, c.foreign_student):
        Notice.objects.create(
            person=person, kind="own", key="own:0", day="2026-11-20", title="请完成"
        )
    for klass, actor in ((c.klass, c.counselor), (c.other_class, c.stranger)):
        Reminder.objects.create(
            round=c.round, unit=klass, path=klass.path, places=[klass.path], whom="people",
            send_at=timezone.now() + timedelta(days=3), created_by=actor,
        )  # fmt: skip


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


def head_signs(round_, unit_: Unit, person_: User):
    digest = heads.page_for_head(round_, unit_).sha256
    return heads.sign_for_unit(round_, unit_, person_, text_sha256=digest, strokes=STROKES)


def joint_round(campus, *, together: int = 3, **more):
    """An appeal of the students of a college, class by class unless told."""
    now = timezone.now()
    shape = {
        "title": "无诈班级联名倡议",
        "unit": campus.school,
        "owner": campus.school,
        "categories": ["student"],
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(days=10),
        "locks_at": now + timedelta(days=20),
    } | more
    text = pledge_text(campus.school, campus.office, name=f"倡议书{next(_number)}")
    made = joint.draft(actor=campus.office, text=text, year="2026", together=together, **shape)
    rounds.issue(made, actor=campus.office)
    made.refresh_from_db()
    return made


def join(round_, person_: User, *, on_poster: bool = True):
    page = pledges.page_for(round_, person_)
    return joint.join(
        round_, person_, on_poster=on_poster, text_sha256=page.sha256, strokes=STROKES
    )


def new_url(kind: str = "pledge") -> str:
    """Where a round of a kind is drafted."""
    return f"{reverse('rounds:new')}?kind={kind}"


def charter_round(campus, *, issued: bool = True, tiers=None, **more):
    """A charter of every tier, open since yesterday, each below the one above it."""
    now = timezone.now()
    shape = {
        "title": "2026 年反诈责任书",
        "unit": campus.school,
        "owner": campus.school,
        "categories": [],
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(days=10),
        "locks_at": now + timedelta(days=20),
        "year": "2026",
        "cascade": True,
        "school_role": Role.OFFICE,
        "unit_role": Role.COLLEGE_HEAD,
    } | more
    names = tiers or ["unit", "class", "group", "dorm", "lodging"]
    texts = pledges.starter_texts(campus.school, actor=campus.office)[3:8]
    order = ["unit", "class", "group", "dorm", "lodging"]
    chosen = {tier: texts[order.index(tier)] for tier in names}
    made = charters.draft(actor=campus.office, texts=chosen, **shape)
    if issued:
        rounds.issue(made, actor=campus.office)
        made.refresh_from_db()
    return made


def put_hand(charter, person_: User, strokes=None, **more):
    digest = charters.page_of(charter).sha256
    return charters.sign(charter, person_, text_sha256=digest, strokes=strokes or STROKES, **more)


def safeguard_round(
    campus,
    *,
    issued: bool = True,
    must=("app.installed", "app.named", "code.green"),
    may=(),
    **more,
):
    """A round that asks for safeguards of the starter catalogue."""
    now = timezone.now()
    shape = {
        "title": "反诈工具核查",
        "unit": campus.school,
        "owner": campus.school,
        "categories": ["student", "staff", "dispatched", "service"],
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(days=10),
        "locks_at": now + timedelta(days=20),
    } | more
    catalogue.adopt(campus.school, actor=campus.office)
    kind = KINDS["safeguard"]
    labels = dict(kind.items(campus.school.path))
    items = [
        {"code": code, "label": labels[code], "obligatory": code in must}
        for code in labels if code in {*must, *may}
    ]  # fmt: skip
    parameters = {"sample_percent": 5, "fresh_days": 30}
    made = rounds.draft_asking(kind, items, actor=campus.office, parameters=parameters, **shape)
    if issued:
        rounds.issue(made, actor=campus.office)
        made.refresh_from_db()
    return made


def photo(colour: str = "white", size=(40, 60), kind: str = "PNG") -> bytes:
    """A picture as a phone would send it."""
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, kind)
    return made.getvalue()


def show(round_, code: str, person_: User, colour: str = "white", **more):
    """A person's picture of an item of a safeguard round; the answer."""
    item = round_.items.get(code=code)
    image = images.open_safely(io.BytesIO(photo(colour)))
    given = {"actor": person_, "upload": uuid4()} | more
    return sending.send(item, tools.tool_item(item), person_, [("截图.png", image)], **given)


def drop(round_, klass: Unit, actor: User, name: str = "IMG_1.png"):
    """A picture handed in for a class, of which a hand must say whose it is."""
    made = dropping.start(round_.assignments.get(unit=klass), actor=actor)
    sent = SimpleUploadedFile(name, photo("navy"))
    dropping.add(made, sent, key="one", name=name, actor=actor)
    return made


def barrier(person_: User, code: str, reason: str = "no_phone"):
    """A difficulty that a person has said to have with a tool."""
    tool = Tool.objects.get(unit=person_.school, code=code)
    return barriers.ask(person_, tool, reason=reason, said="", actor=person_)


STROKES = [[[100, 100, 0], [200, 150, 30], [300, 120, 60]]]


def sign(round_, person_: User, **more):
    page = pledges.page_for(round_, person_)
    return pledges.sign(round_, person_, text_sha256=page.sha256, strokes=STROKES, **more)


def finding(completion, *, code: str = "bank:lent", voluntary: bool = False, actor=None):
    """What a person's part shows: one bank card lent, unless told."""
    found = rounds.Found(code, "出借银行卡", "银行卡 1 张，出借")
    by = actor or completion.person
    [made] = rounds.put_down(completion, [found], actor=by, voluntary=voluntary)
    return made


def card_round(campus, *, issued: bool = True, **more):
    """A 断卡 round of everybody in the school, with a week of 主动申报."""
    now = timezone.now()
    shape = {
        "title": "2026 年秋季“断卡”自查",
        "unit": campus.school,
        "owner": campus.school,
        "categories": ["student", "staff", "dispatched", "service"],
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(days=10),
        "locks_at": now + timedelta(days=20),
        "kinds": ["bank", "phone", "pay", "qq", "wechat", "taobao", "douyin", "游戏账号"],
        "disclose_until": timezone.localdate() + timedelta(days=7),
        "worth": "主动申报的，从轻处理。",
        "leads_to": "辅导员会与您联系。",
    } | more
    made = cards.draft(actor=campus.office, **shape)
    if issued:
        rounds.issue(made, actor=campus.office)
        made.refresh_from_db()
    return made


def account(**more) -> dict:
    """A bank card lent to somebody met on the net, unless told."""
    return {
        "kind": "bank", "provider": "工商银行", "tail": "6789", "count": 1, "way": "lent",
        "happened_on": date(2026, 9, 1), "by_month": True, "whom": "网友", "known": False,
        "gain": None, "present": "used", "reported": False, "note": "",
    } | more  # fmt: skip


def declare(round_, person_: User, *accounts, actor: User | None = None, **more):
    """Declared by oneself unless told; 零报告 without accounts."""
    by = actor or person_
    return cards.declare(
        round_, person_, actor=by, zero=not accounts, accounts=list(accounts), **more
    )


def study(part, actor: User):
    """A class meeting before the declaring, and one number the class says otherwise."""
    made = cards.add_study(
        part, sort="class", held_on=timezone.localdate(), topic="学习两卡规定和案例", attended=30,
        actor=actor,
    )  # fmt: skip
    told = {"said": 99, "reason": "另有一次未登记", "actor": actor}
    cards.explain(part, part.unit_path, "studies", **told)
    return made


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


def look(answer, actor, verdict: str = "hold"):
    """Somebody looked at an answer in the review queue."""
    return judging.settle(answer, actor=actor, verdict=verdict)
