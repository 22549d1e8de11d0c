"""Handing over in a real browser, at a desk and on a phone: preview, confirm, close (ORG-6)."""

import pytest

from accounts.models import Duty, User
from accounts.scope import Role
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_counselor_leaves_and_a_colleague_takes_everything_over(campus, visitor, width):
    make.grant(campus.counselor, Role.COUNSELOR, campus.second_class)
    make.pledge_round(campus)
    office = visitor(width).login(campus.office, make.PASSWORD)
    page = office.open(f"/people/{campus.counselor.pk}/").page

    # an account with open duties is not closed
    page.click("text=关闭账号")
    page.fill("[name=reason]", "调往外校")
    page.click("button:has-text('关闭账号')")
    assert "褚辅导还有责任 2 项（" in page.content()
    assert "请先交接再关闭账号" in page.content()
    page.click("text=办理交接")

    # the one screen: who, why, what goes with its counts
    page.fill("[name=successor]", campus.staff.number)
    page.fill("[name=reason]", "调往外校")
    office.keep("handover-asked")
    page.click("text=预览交接内容")
    assert "责任 2 项" in page.content()
    assert "待交件 2 项" in page.content()
    office.keep("handover-preview")
    assert (office.serious(), office.overflow()) == ([], 0)
    page.click("text=确认交接")
    page.wait_for_url(lambda address: address.endswith(f"/people/{campus.counselor.pk}/"))
    assert "褚辅导的 2 项已交给何老师" in page.content()

    page.click("text=关闭账号")
    page.fill("[name=reason]", "调往外校")
    page.click("button:has-text('关闭账号')")
    page.wait_for_url(lambda address: address.endswith(f"/people/{campus.counselor.pk}/"))
    office.keep("handover-closed")
    assert not User.objects.get(pk=campus.counselor.pk).is_active
    held = Duty.objects.running().filter(person=campus.staff).order_by("path")
    assert [duty.unit.name for duty in held] == ["计科2301班", "计科2302班"]

    taker = visitor(width).login(campus.staff, make.PASSWORD)
    assert "待交件" in taker.open("/").page.content()
