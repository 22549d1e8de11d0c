"""Newcomers followed to the last one, on a phone and at a desk (ORG-9)."""

import pytest

from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_liaison_finds_who_is_missing_and_goes_on_to_remind(campus, visitor, width):
    people = [make.person(campus.klass, n, grade="2026", cohort="2026") for n in ("甲一", "乙二")]
    round_ = make.pledge_round(campus, cohorts=["2026"])
    make.sign(round_, people[0])
    seat = visitor(width).login(campus.liaison, make.PASSWORD)

    seat.open(f"/rounds/overview/{campus.college.pk}/")
    seat.page.get_by_role("link", name="新人跟进").click()
    seat.page.get_by_text("乙二").wait_for()
    seat.keep("newcomers-missing")
    assert seat.page.get_by_text("甲一").count() == 0
    seat.page.get_by_role("link", name="各单位进度").click()
    seat.page.get_by_role("link", name="计科2301班").wait_for()
    seat.keep("newcomers-units")
    assert (seat.overflow(), seat.serious()) == (0, [])
    seat.page.get_by_role("link", name="催办", exact=True).last.click()
    seat.page.wait_for_url(f"**/remind/{round_.pk}/{campus.college.pk}/")
    assert seat.complaints == []
