"""Two records of one person, compared and joined in a real browser (ORG-8)."""

import pytest

from accounts.models import User
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_office_compares_two_records_and_joins_them(campus, visitor):
    twin = make.person(campus.second_class, "张小明", number="")
    for width in ("phone", "desk"):
        seat = visitor(width).login(campus.office, make.PASSWORD)
        seat.open(f"/people/{twin.pk}/join/")
        seat.keep("join-1-found")
        seat.page.locator(f"a[href='?chosen={campus.student.pk}']").click()
        seat.page.get_by_label("合并依据").fill("已核对证件，为同一人")
        seat.keep("join-2-compare")
        assert (seat.overflow(), seat.serious()) == (0, [])
    seat.page.get_by_label("已逐项核对").check()
    seat.page.get_by_role("button", name="确认合并").click()
    seat.page.get_by_text("已合并").wait_for()

    assert seat.complaints == []
    assert User.objects.get(pk=twin.pk).merged_into == campus.student
