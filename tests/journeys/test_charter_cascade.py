"""责任状 tier by tier in a real browser: unit, school, class, and who holds it up. PLG-2."""

import pytest

from pledges.charters.models import Charter
from tests import factories as make
from tests.journeys.test_main_line import draw

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign(one, button: str):
    draw(one.page)
    one.keep("charter-sign")
    one.page.get_by_role("button", name=button).click()
    one.page.wait_for_load_state()


def test_a_cascade_from_the_school_to_a_class(campus, visitor):
    round_ = make.charter_round(campus)
    rows = Charter.objects.filter(round=round_)
    top, klass = rows.get(unit=campus.college), rows.get(unit=campus.klass, person=None)

    counselor = visitor("phone").login(campus.counselor, make.PASSWORD)
    counselor.open(f"/charters/{klass.pk}/")
    counselor.page.get_by_text("等上一级签订").wait_for()
    assert counselor.page.get_by_role("link", name="去签署").count() == 0

    head = visitor("phone").login(campus.head, make.PASSWORD)
    head.page.get_by_role("link", name="待签责任书").click()
    head.page.locator("a[href$='/sign/']").first.click()
    sign(head, "确认签署")
    head.keep("charter-document")
    assert head.overflow() == 0

    office = visitor("desk").login(campus.office, make.PASSWORD)
    office.open(f"/charters/rounds/{round_.pk}/")
    office.page.get_by_text("待上级 孙处长 签署").wait_for()
    office.keep("charter-cascade")
    assert office.serious() == []
    office.page.get_by_role("link", name="批量签署").click()
    assert office.page.locator("[name=pairs]").count() == 5
    office.keep("charter-many")
    sign(office, "签署所选责任书")
    office.page.get_by_text("已签署 5 份责任书").wait_for()
    top.refresh_from_db()
    assert top.state == "signed"

    counselor.open("/charters/")
    counselor.page.locator(f"a[href='/charters/{klass.pk}/sign/']").click()
    sign(counselor, "确认签署")
    counselor.page.get_by_text("待上级 冯书记 签署").wait_for()

    office.open(f"/charters/rounds/{round_.pk}/units/{campus.school.pk}/keep/")
    office.page.fill("[name=keeper]", "孙处长")
    office.keep("charter-keep")
    office.page.get_by_role("button", name="登记所选").click()
    office.page.get_by_text("已登记 1 份").wait_for()
    top.refresh_from_db()
    assert (top.keeper, top.copies) == ("孙处长", 2)
    for one in (counselor, head, office):
        assert one.overflow() == 0
