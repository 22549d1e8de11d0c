"""What stands beside what: gaps, heights and the entry one is at, measured in a browser."""

import pytest
from django.urls import reverse

from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def box(someone, selector):
    return someone.page.locator(selector).first.bounding_box()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_buttons_of_a_board_are_alike_and_apart(campus, visitor, width):
    round_ = make.pledge_round(campus)
    someone = visitor(width).login(campus.office, make.PASSWORD)
    someone.page.goto(someone.address + reverse("rounds:board", args=[round_.pk]))

    text, menu = box(someone, ".page-actions > a.btn"), box(someone, ".page-actions summary")

    assert menu["height"] == text["height"]
    assert menu["x"] - text["x"] - text["width"] == pytest.approx(8, abs=1)


def test_the_buttons_of_the_group_text_keep_off_the_next_heading(campus, visitor):
    round_ = make.pledge_round(campus)
    someone = visitor("desk").login(campus.office, make.PASSWORD)
    address = reverse("rounds:reminder", args=[round_.pk, campus.school.pk])
    someone.page.goto(someone.address + address)

    bar, below = box(someone, "main .action-bar"), box(someone, "main .action-bar + section")

    assert below["y"] - bar["y"] - bar["height"] == 40
