"""The world of the walls: two schools, every role, a row of each thing in every variant."""

import io
from types import SimpleNamespace

from PIL import Image

from accounts.models import Grant, ImportBatch, Job, Unit, User
from accounts.paths import under
from accounts.scope import Role
from adapters import images
from rounds import services
from rounds.models import Assignment, Completion
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
        c.round = make.pledge_round(c)
        c.draft = make.pledge_round(c, issued=False, title="尚未发布的任务")
        for person in (c.student, c.foreign_student):
            make.sign(c.round, person)
        services.excuse_person(c.round, c.classmate, actor=c.liaison, reason="病休")
        c.part = Assignment.objects.get(round=c.round, unit=c.klass)
        services.attach(c.part, picture(), name="签到表.png", actor=c.counselor)
        services.submit(c.part, actor=c.counselor, note="其余未签")
        c.other_part = Assignment.objects.get(round=c.round, unit=c.other_class)
        Job.objects.create(kind="roster.stage", key=c.school.path, requested_by=c.office)
        ImportBatch.objects.create(unit=c.school, path=c.school.path, created_by=c.office)
        c.completion = Completion.objects.get(person=c.student)
        c.correction = services.ask_correction(c.completion, actor=c.student, reason="更正")
    rename(b)
    a.b = b
    a.province = make.person(a.security_staff, "省厅人员", category="staff")
    User.objects.filter(pk=a.province.pk).update(unit=None, unit_path="", category="external")
    Grant.objects.create(user=a.province, role=Role.PROVINCE, unit=None, path="")
    a.province.refresh_from_db()
    return a


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
