"""A 催办 day in a real browser: the office reminds, the counselor reads and reminds, the student signs."""

import pytest
from django.utils import timezone

from accounts.services import calendar
from notices.models import Circular, Notice, Reminder
from tests import factories as make
from tests.journeys.test_main_line import draw, work_off_jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def round_(campus, settings):
    """A round under way on a day and at an hour at which people are told."""
    settings.NOTICE_HOURS = (0, 24)
    today = timezone.localdate()
    calendar.set_days(
        campus.school, first=today, last=today, works=True, note="", actor=campus.office
    )
    return make.pledge_round(campus)


def test_a_day_of_reminding(campus, round_, visitor):
    office = visitor("desk").login(campus.office, make.PASSWORD)
    remind(office, round_, campus.college, "确认催办 3 人")
    publish(office)

    counselor = visitor("phone").login(campus.counselor, make.PASSWORD)
    page = counselor.page
    assert page.locator(".inbox b").inner_text() == "2"
    page.click(".inbox")
    page.click("text=催办：1 项任务，4 人未完成，1 个单位未交件")
    page.wait_for_load_state("networkidle")
    counselor.keep("counselor-notice")
    page.click("text=返回消息")
    assert page.locator(".inbox b").inner_text() == "1"
    page.click("text=通知：本周完成签署")
    page.click(".action-bar >> text=查看")
    page.fill("[name=line]", "请大家今晚完成")
    page.click("button:text-is('转发')")
    page.click("button:text-is('已阅')")
    page.wait_for_selector("text=已回执：已阅")
    counselor.open(f"/notices/remind/{round_.pk}/{campus.klass.pk}/")
    page.click("text=未完成的本人")
    page.click("text=下一步：核对人数")
    page.click("text=确认催办 4 人")
    page.wait_for_url("**/notices/reminders/*/")
    work_off_jobs()

    student = visitor("phone").login(campus.student, make.PASSWORD)
    page = student.page
    assert page.locator(".inbox b").inner_text() == "2"
    page.click(".inbox")
    page.click("text=请完成：2026 年反诈承诺书")
    page.click("text=去办理")
    draw(page)
    page.get_by_role("button", name="确认签署").click()
    page.get_by_text("已签署").first.wait_for()

    told = Notice.objects.filter(person=campus.student)
    assert set(told.values_list("kind", flat=True)) == {"own", "circular"}
    assert Reminder.objects.filter(state="sent").count() == 2


def remind(office, round_, college, confirm: str) -> None:
    """From the board: the units ticked already, the count, and it is sent."""
    page = office.open(f"/rounds/{round_.pk}/{college.pk}/").page
    page.click("a:text-is('催办')")
    office.keep("remind")
    page.click("text=下一步：核对人数")
    page.click(f"text={confirm}")
    page.wait_for_url("**/notices/reminders/*/")
    work_off_jobs()
    page.reload()
    assert "已发出" in page.inner_text("main")


def publish(office) -> None:
    """A 通知 to the counselors, at once."""
    page = office.open("/notices/circulars/?tab=own").page
    page.click("text=起草通知")
    page.fill("[name=title]", "本周完成签署")
    page.fill("[name=body]", "请各班落实。")
    page.check("text=计算机学院")
    page.check("text=辅导员、班主任")
    page.click("text=保存草稿")
    page.click("text=确认发布给")
    page.wait_for_selector("text=已安排发布")
    work_off_jobs()
    assert Circular.objects.get().state == "published"
