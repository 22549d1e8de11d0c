"""The main line in a real browser: from the roster to the board, at a desk and on a phone.

ORG-8, PLG-1, PLG-3, PLG-6, OVS-6.
"""

import re

import pytest

from accounts import jobs
from accounts.models import Job, User
from accounts.scope import Role
from adapters.spreadsheets import Table, write
from pledges.models import Signature
from rounds.models import Assignment, Round
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def roster(tmp_path, campus):
    """The class as it is, with one newcomer."""
    path = tmp_path / "名册.xlsx"
    people = User.objects.filter(category="student").select_related("unit").order_by("id")
    rows = []
    for person in people:
        chain = person.unit.lineage()
        rows.append([person.number, person.name, chain[1].name, chain[2].name, "2023级"])
    rows.append(["2023990001", "新同学", "计算机学院", "计科2301班", "2023级"])
    with path.open("wb") as file:
        write(file, [Table("名册", ["学号", "姓名", "学院", "班级", "年级"], rows)])
    return path


def work_off_jobs():
    """What the worker does when it is told; the browser meanwhile polls."""
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


def draw(page):
    """A signature by mouse."""
    page.locator("[data-read-end]").scroll_into_view_if_needed()
    canvas = page.locator("[data-pad] canvas")
    canvas.wait_for(state="visible")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 40 + 15 * step, box["y"] + 40 + 20 * (step % 3))
    page.mouse.up()


def test_from_the_roster_to_the_board(campus, roster, visitor):
    make.pledge_text(campus.school, campus.office, name="学生承诺书")
    make.grant(campus.faculty.people.get(name="冯书记"), Role.COUNSELOR, campus.second_class)

    office = visitor("desk").login(campus.office, make.PASSWORD)
    office.keep("1-office-home")
    import_roster(office, roster)
    assert User.objects.get(number="2023990001").unit == campus.klass
    round_ = issue(office)

    student = visitor("phone").login(campus.student, make.PASSWORD)
    sign_on_the_phone(student)
    assert Signature.objects.get(person=campus.student).completion.state == "accepted"

    klass = Assignment.objects.get(round=round_, unit=campus.klass)
    counselor = visitor("desk").login(campus.counselor, make.PASSWORD)
    hand_in(counselor, klass, "其余同学在外实习，已通知")
    college = visitor("desk").login(campus.liaison, make.PASSWORD)
    judge(college, klass, "退回", "请写明未签人员去向")
    counselor.open(f"/rounds/assignments/{klass.pk}/")
    counselor.page.get_by_text("退回原因：请写明未签人员去向").wait_for()
    counselor.keep("5-sent-back")
    hand_in(counselor, klass, "三人在外实习，返校后补签")
    judge(college, klass, "通过", "")

    klass.refresh_from_db()
    assert klass.state == Assignment.State.APPROVED
    office.open(f"/rounds/{round_.pk}/?tab=units")
    row = office.page.locator("tr", has_text="计算机学院")
    assert "1/2" in row.inner_text()
    office.keep("7-board")


def import_roster(office, path):
    office.open("/roster/upload/")
    office.page.set_input_files("input[type=file]", path)
    office.keep("2-upload")
    office.page.locator("main button[type=submit]").click()
    office.page.wait_for_load_state()
    work_off_jobs()
    office.page.reload()
    office.page.get_by_role("link", name=re.compile("新增")).click()
    office.page.get_by_text("新同学").first.wait_for()
    office.keep("2-preview")
    office.page.get_by_role("button", name=re.compile("确认写入")).click()
    office.page.wait_for_load_state("networkidle")
    work_off_jobs()
    office.page.reload()
    office.keep("2-imported")


def issue(office) -> Round:
    office.open("/rounds/new/?kind=pledge")
    office.page.fill("[name=title]", "2026 年学生反诈承诺书")
    office.page.locator("select[name=text]").select_option(index=1)
    office.keep("3-new-round")
    office.page.locator("main button[type=submit]").first.click()
    office.page.get_by_text("发布后将发给").wait_for()
    office.keep("3-draft")
    office.page.get_by_role("button", name="发布任务").click()
    office.page.wait_for_load_state()
    round_ = Round.objects.get()
    assert round_.state == Round.State.OPEN
    return round_


def sign_on_the_phone(student):
    student.keep("4-student-home")
    student.page.get_by_role("link", name="去签署").click()
    student.page.wait_for_load_state()
    student.keep("4-sign")
    draw(student.page)
    student.keep("4-signed")
    student.page.get_by_role("button", name="确认签署").click()
    student.page.get_by_text("已签署").first.wait_for()
    student.keep("4-receipt")
    student.page.go_back()
    student.page.reload()
    assert Signature.objects.count() == 1


def hand_in(counselor, part, note):
    counselor.open(f"/rounds/assignments/{part.pk}/")
    counselor.page.fill("form[action$='/submit/'] textarea", note)
    counselor.keep("5-hand-in")
    counselor.page.locator("form[action$='/submit/'] button[type=submit]").click()
    counselor.page.wait_for_load_state()


def judge(college, part, what, reason):
    college.open(f"/rounds/assignments/{part.pk}/")
    college.page.wait_for_load_state("networkidle")
    part.refresh_from_db()
    assert part.opened_at is not None
    college.keep(f"6-judge-{what}")
    verb = {"退回": "send_back", "通过": "approve"}[what]
    form = college.page.locator(f"form[action$='/{verb}/']")
    if reason:
        fold = college.page.locator("details", has=form)
        if fold.count() and not fold.first.get_attribute("open"):
            fold.first.locator("summary").click()
        form.locator("textarea").fill(reason)
    form.locator("button[type=submit]").click()
    college.page.wait_for_load_state()
