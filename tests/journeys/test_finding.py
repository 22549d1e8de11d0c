"""Somebody is found while typing and taken by the keyboard; a unit in a long list by its initials."""

import pytest
from django.urls import reverse

from accounts.models import Meeting
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_person_is_typed_found_and_taken_by_the_keyboard(campus, visitor, width):
    make.person(campus.faculty, "何老实", category="staff")
    someone = visitor(width).login(campus.liaison, make.PASSWORD)
    page = someone.open(reverse("org:appoint", args=[campus.klass.pk])).page
    box = page.locator("[name=person]")

    box.press_sequentially("hls")
    page.wait_for_selector(".find li")
    assert page.locator(".find li").count() == 2
    assert someone.serious() == []
    assert someone.overflow() <= 0
    someone.keep("find-people")
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Escape")
    assert page.locator(".find").is_hidden()
    box.press("Backspace")
    page.wait_for_selector(".find li")
    box.press("ArrowUp")
    box.press("Enter")

    assert box.input_value().startswith("何老") and page.url.endswith("/appoint/")
    page.click("button[type=submit]:has-text('登记')")
    page.wait_for_url(lambda address: "/appoint/" not in address)
    assert "已登记为" in page.content()


def test_several_people_are_taken_into_one_box(campus, visitor):
    someone = visitor("desk").login(campus.liaison, make.PASSWORD)
    page = someone.open(reverse("org:enter_meeting", args=[campus.college.pk])).page
    box = page.locator("[name=attendees]")
    for typed in ("fsj", "褚辅"):
        box.press_sequentially(typed)
        page.locator(".find li").first.click()
        page.wait_for_selector(".find", state="hidden")
    box.press_sequentially("校外张律师")
    page.fill("[name=title]", "例会")
    page.fill("[name=minutes]", "略")
    someone.keep("find-attendees")
    page.click("button[type=submit]:has-text('保存')")
    page.wait_for_url(lambda address: "/new/" not in address)

    meeting = Meeting.objects.get()
    assert meeting.attendees == "冯书记、褚辅导、校外张律师"
    assert set(meeting.people.all()) == {campus.head, campus.counselor}


def test_a_unit_of_a_long_list_is_found_by_initials(campus, visitor):
    someone = visitor("desk").login(campus.office, make.PASSWORD)
    page = someone.open(make.new_url()).page
    page.fill("#id_places_filter", "yy2301")

    shown = page.locator("#places [data-spelled]:visible")
    assert [line.strip() for line in shown.all_inner_texts()] == ["英语2301班"]
    shown.locator("input").check()
    page.fill("#id_places_filter", "")
    assert page.locator("#places details:visible").count() >= 4
    assert page.locator("#places input:checked").count() == 1
    assert someone.serious() == []
