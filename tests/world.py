"""The world of the walls: two schools, every role, a row of each thing in every variant."""

import io
from types import SimpleNamespace

from django.utils import timezone
from PIL import Image

from accounts.models import BulkDeed, Export, Grant, ImportBatch, Job, Login, Transfer, Unit, User
from accounts.paths import under
from accounts.scope import Role
from accounts.services import meetings, requests
from accounts.services.files import keep
from adapters import images
from pledges.models import Archive, Objection, Passing
from rounds import services
from rounds.models import Assignment, Completion, OutsideBatch
from tests import factories as make


def build() -> SimpleNamespace:
    """Two colleges with a round under way, and a second school with the like."""
    a, b = make.campus("A"), make.campus("B")
    for c in (a, b):
        c.carer = make.holder(c.security_staff, "施心理", Role.CARER, c.school)
        c.discipline = make.holder(c.security_staff, "张纪检", Role.DISCIPLINE, c.school)
        c.volunteer = make.holder(c.klass, "孔志愿", Role.VOLUNTEER, c.college, "student")
        c.police = outsider(c, "曹民警", Role.POLICE, c.college)
        c.inspector = outsider(c, "严检查", Role.INSPECTOR, c.school)
        c.round = make.pledge_round(c, head_role=Role.COLLEGE_HEAD)
        make.head_signs(c.round, c.college, c.head)
        c.joint = make.joint_round(c, together=4)
        make.join(c.joint, c.student)
        c.cards = make.card_round(c)
        c.declaration = make.declare(c.cards, c.student, make.account())
        c.foreign_declaration = make.declare(c.cards, c.foreign_student, make.account())
        for klass, actor in ((c.klass, c.counselor), (c.other_class, c.stranger)):
            make.study(Assignment.objects.get(round=c.cards, unit=klass), actor)
        c.draft = make.pledge_round(c, issued=False, title="尚未发布的任务")
        for person in (c.student, c.foreign_student):
            make.sign(c.round, person)
        services.excuse_person(c.round, c.classmate, actor=c.liaison, reason="病休")
        make.term(c)
        make.reminders(c)
        c.safeguards = make.safeguard_round(c)
        for person in (c.student, c.foreign_student):
            make.show(c.safeguards, "app.named", person)
            make.barrier(person, "code")
        c.drop = make.drop(c.safeguards, c.klass, c.counselor)
        c.other_drop = make.drop(c.safeguards, c.other_class, c.stranger)
        make.look(make.show(c.safeguards, "app.named", c.second_student), c.counselor)
        c.charter_round = make.charter_round(c, cascade=False)
        c.charter = c.charter_round.charters.get(unit=c.dorm)
        make.put_hand(c.charter, c.dormhead)
        c.other_charter = c.charter_round.charters.get(unit=c.other_class, person=None)
        make.put_hand(c.other_charter, c.stranger)
        make.circulars(c)
        c.part = Assignment.objects.get(round=c.round, unit=c.klass)
        services.attach(c.part, picture(), name="签到表.png", actor=c.counselor)
        services.submit(c.part, actor=c.counselor, note="其余未签")
        late = Assignment.objects.get(round=c.round, unit=c.second_class)
        c.outside = OutsideBatch.objects.create(
            round=c.round, unit_path=c.college.path, source="名单", created_by=c.office,
            file=keep("outside", b"x", name="x.csv", content_type="text/csv", actor=c.office),
        )  # fmt: skip
        c.late = services.ask_late(late, actor=c.second_counselor, reason="集中实习")
        c.other_part = Assignment.objects.get(round=c.round, unit=c.other_class)
        for person in (c.second_student, c.foreign_classmate):
            Objection.objects.create(round=c.round, person=person, reason="有顾虑")
        for klass in (c.klass, c.other_class):
            Passing.objects.create(
                round=c.round, unit=klass, unit_path=klass.path, started_by=c.counselor,
                until=timezone.now(), token_sha256="0" * 64,
            )  # fmt: skip
        Archive.objects.create(
            round=c.round, unit=c.school, unit_path=c.school.path, requested_by=c.office
        )
        for person in (c.student, c.foreign_student):
            requests.ask(person, kind="correct", text="宿舍已调整")
        Login.objects.create(user=c.student, path=c.student.unit_path, session_key="none")
        Job.objects.create(kind="roster.stage", key=c.school.path, requested_by=c.office)
        BulkDeed.objects.create(
            owner=c.office,
            model="accounts.user",
            step="amend",
            title="修改信息（人员）",
            job=Job.objects.get(requested_by=c.office),
        )
        Export.objects.create(
            owner=c.office, source="desk", title="乙校名单" if c is b else "人员", purpose="核对"
        )
        ImportBatch.objects.create(unit=c.school, path=c.school.path, created_by=c.office)
        c.meeting = meeting(c.college, c.liaison)
        c.other_meeting = meeting(c.other_college, c.foreign_liaison)
        c.written = ImportBatch.objects.create(
            unit=c.school, path=c.school.path, created_by=c.office, state="applied"
        )
        c.transfer = Transfer.objects.create(
            person=c.second_student,
            old_path=c.second_student.unit_path,
            new_path=c.other_class.path,
            asked_by=c.foreign_liaison,
        )
        c.completion = Completion.objects.get(round=c.round, person=c.student)
        c.finding = make.finding(c.completion)
        foreign = Completion.objects.get(round=c.round, person=c.foreign_student)
        c.foreign_finding = make.finding(foreign)
        c.correction = services.ask_correction(c.completion, actor=c.student, reason="更正")
    rename(b)
    a.b = b
    a.province = make.person(a.security_staff, "省厅人员", category="staff")
    User.objects.filter(pk=a.province.pk).update(unit=None, unit_path="", category="external")
    Grant.objects.create(user=a.province, role=Role.PROVINCE, unit=None, path="")
    a.province.refresh_from_db()
    return a


def meeting(unit, actor):
    made = meetings.enter(
        unit, actor=actor, title="反诈工作例会", held_on=timezone.localdate(), attendees="全体成员",
        minutes="会议纪要", decisions="开展宣传周",
    )  # fmt: skip
    meetings.give_task(made, text="布置展板", holder=actor, due_on=made.held_on, actor=actor)
    return made


def picture():
    made = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(made, "PNG")
    return images.open_safely(io.BytesIO(made.getvalue()))


def outsider(c, name, role, unit):
    person = make.person(c.security_staff, name, category="external")
    User.objects.filter(pk=person.pk).update(unit=None, unit_path="")
    make.grant(person, role, unit)
    person.refresh_from_db()
    return person


def rename(b):
    """The second school's people and units bear names of their own: canaries."""
    for person in User.objects.filter(school=b.school):
        User.objects.filter(pk=person.pk).update(name=f"乙校{person.name}")
    for unit in Unit.objects.filter(under(b.school.path, strictly=True)):
        Unit.objects.filter(pk=unit.pk).update(name=f"乙校{unit.name}")
