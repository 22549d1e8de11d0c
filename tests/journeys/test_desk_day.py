"""A day at the desk in a real browser: queues, finding, saving, taking out, many at once (OVS-7)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import jobs
from accounts.models import AuditEntry, Export, Job, SavedView, User
from rounds import services
from rounds.models import Assignment
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = "/desk/accounts/user/"


@pytest.fixture
def morning(campus):
    """What lies on the desk: a part sent back and silent, an excuse that ends, people to find."""
    round_ = make.pledge_round(campus, title="学年承诺书")
    Assignment.objects.filter(round=round_, unit=campus.klass).update(
        state="sent_back", state_at=timezone.now() - timedelta(days=5), note="请补名单"
    )
    services.excuse_person(
        round_, campus.classmate, actor=campus.office, reason="病休",
        until=timezone.localdate() + timedelta(days=2),
    )  # fmt: skip
    for number in range(60):
        make.person(campus.second_class, f"单晓{'鹤宇雨晨明'[number % 5]}", grade="2023")
    return campus


def right(one) -> None:
    """The page fits its screen and has no serious fault for a screen reader."""
    assert one.overflow() <= 0, one.page.url
    assert one.serious() == []


def test_a_day_at_the_desk(morning, visitor):
    office = visitor("desk").login(morning.office, make.PASSWORD)
    page = office.open("/desk/").page
    for label in ("退回未改", "豁免即将到期"):
        assert page.locator(".desk-queues a", has_text=label).locator("b").inner_text() == "1"
    right(office)
    office.keep("desk-index")

    page.locator(".desk-queues a", has_text="豁免即将到期").click()
    assert "共 1 条" in page.locator(".paginator").inner_text()
    right(office)

    office.open(PEOPLE)
    page.fill("#searchbar", "shanxiao")
    page.click("#changelist-search button")
    assert "共 60 条" in page.locator(".paginator").inner_text()
    page.click("text=保存为常用视图")
    page.fill("[name=name]", "姓单的")
    page.check("[name=shared]")
    right(office)
    page.click("button:has-text('保存')")
    assert page.locator(".desk-views a[aria-current]").inner_text() == "姓单的"
    assert SavedView.objects.get().query == "q=shanxiao"
    right(office)
    office.keep("desk-list")

    page.check("#action-toggle")
    page.click(".question a")
    page.select_option("select[name=action]", label="修改信息")
    page.click(".actions button")
    assert "60" in page.locator(".desk-about").inner_text()
    page.select_option("[name=grade_do]", "set")
    page.fill("[name=grade]", "2024")
    right(office)
    office.keep("desk-bulk")
    page.click("button:has-text('修改信息 60 项')")
    page.wait_for_selector(".messagelist .success")
    assert User.objects.filter(pinyin__startswith="shanxiao", grade="2024").count() == 60

    office.open(f"{PEOPLE}?q=shanxiao")
    page.click("text=导出名单")
    page.fill("[name=purpose]", "核对新生")
    right(office)
    page.click("button:has-text('生成名单')")
    page.wait_for_url("**/exports/*/")
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)
    page.wait_for_selector("text=下载名单", timeout=15_000)
    right(office)
    office.keep("desk-export")
    with page.expect_download() as download:
        page.click("text=下载名单")
    assert download.value.suggested_filename == "人员名单.xlsx"
    assert Export.objects.get().rows == 60
    assert AuditEntry.objects.filter(verb="export").count() == 1


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_class_at_a_glance_and_a_person_on_one_page(morning, visitor, width):
    counselor = visitor(width).login(morning.counselor, make.PASSWORD)
    page = counselor.open("/rounds/overview/").page
    right(counselor)
    counselor.keep("overview")

    page.click("th a:has-text('张小明')")
    assert page.locator("h1").inner_text() == "张小明：一人一页"
    assert "学年承诺书" in page.content()
    right(counselor)
    counselor.keep("sheet")
    assert AuditEntry.objects.filter(verb="view_sheet", actor=morning.counselor).count() == 1
