"""What stands beside what: gaps, heights and the entry one is at, measured in a browser."""

from itertools import pairwise

import pytest
from django.urls import reverse

from rounds import services
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def box(someone, selector):
    return someone.page.locator(selector).first.bounding_box()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_buttons_of_a_board_are_alike_and_apart(campus, visitor, width):
    round_ = make.pledge_round(campus)
    someone = visitor(width).login(campus.office, make.PASSWORD)
    someone.page.goto(someone.address + reverse("rounds:board", args=[round_.pk]))

    buttons = [
        button.bounding_box()
        for button in someone.page.locator(".page-actions > a.btn, .page-actions summary").all()
    ]

    assert len(buttons) >= 3
    for left, right in pairwise(buttons):
        assert right["height"] == left["height"]
        if right["y"] == left["y"]:
            assert right["x"] - left["x"] - left["width"] == pytest.approx(8, abs=1)
        else:  # a row of its own on a narrow screen
            assert right["x"] == buttons[0]["x"]
            assert right["y"] - left["y"] - left["height"] == pytest.approx(8, abs=1)


def test_the_buttons_of_the_group_text_keep_off_the_next_heading(campus, visitor):
    round_ = make.pledge_round(campus)
    someone = visitor("desk").login(campus.office, make.PASSWORD)
    address = reverse("rounds:reminder", args=[round_.pk, campus.school.pk])
    someone.page.goto(someone.address + address)

    bar, below = box(someone, "main .action-bar"), box(someone, "main .action-bar + section")

    assert below["y"] - bar["y"] - bar["height"] == 40


def test_on_a_phone_a_person_takes_two_lines_at_most_and_no_empty_cell_shows(campus, visitor):
    round_ = make.pledge_round(campus)
    someone = visitor("phone").login(campus.liaison, make.PASSWORD)
    address = reverse("rounds:board", args=[round_.pk, campus.college.pk])
    someone.page.goto(someone.address + address)

    rows = someone.page.locator("table.people tr:not(.group)")
    heights = {
        name: rows.filter(has_text=name).bounding_box()["height"] for name in ("张小明", "李小红")
    }
    group = someone.page.locator("tr.group", has_text="计科2301班")
    name_end = group.evaluate(
        "row => { const r = document.createRange(); r.selectNode(row.cells[0].firstChild);"
        " return r.getBoundingClientRect().right; }"
    )

    assert heights["张小明"] <= 72, "with a dorm, on a second line"
    assert heights["李小红"] <= 48, "without a dorm one line"
    assert group.locator(".muted").bounding_box()["x"] - name_end >= 6


def test_on_a_phone_the_entry_one_is_at_is_in_sight(campus, visitor):
    round_ = make.pledge_round(campus)
    someone = visitor("phone").login(campus.office, make.PASSWORD)
    for address in (reverse("pledges:texts"), reverse("rounds:board", args=[round_.pk])):
        someone.page.goto(someone.address + address + "?tab=excused")
        for place in someone.page.locator(".site-nav a.active, .tabs a.active").all():
            at = place.bounding_box()
            assert at["x"] >= 0
            assert at["x"] + at["width"] <= 390


def test_on_a_phone_no_control_of_a_grant_is_cut_off(campus, visitor):
    someone = visitor("phone").login(campus.office, make.PASSWORD)
    someone.page.goto(someone.address + "/desk/accounts/grant/do/give/")

    row = box(someone, ".form-row")
    for control in ("[name=role]", "[name=starts_on]", "[name=ends_on]"):
        at = box(someone, control)
        assert at["x"] + at["width"] <= row["x"] + row["width"]


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_list_of_the_desk_wider_than_its_box_scrolls_and_shows_its_edge(campus, visitor, width):
    round_ = make.pledge_round(campus)
    reason = "全班在校外实习基地，由基地统一组织学习并签署纸质承诺书"
    services.excuse_person(round_, campus.student, actor=campus.liaison, reason=reason)
    someone = visitor(width).login(campus.office, make.PASSWORD)
    someone.page.goto(someone.address + "/desk/rounds/excuse/")

    scrolls, edges = someone.page.locator(".results").evaluate(
        "b => [getComputedStyle(b).overflowX, getComputedStyle(b).backgroundAttachment]"
    )

    assert someone.overflow() <= 0
    assert (scrolls, edges) == ("auto", "local, local, scroll, scroll")


def test_the_main_menu_shows_every_place_whole(campus, visitor):
    someone = visitor("desk").login(campus.office, make.PASSWORD)
    nav = someone.page.locator(".site-nav")

    assert nav.evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    someone.page.locator(".nav-more > summary").click()
    someone.page.get_by_role("link", name="名册导入").click()
    assert someone.page.locator("h1").inner_text() == "名册"
    assert someone.page.locator(".nav-more .active").inner_text() == "名册导入"


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_tabs_above_an_empty_list_are_as_tall_as_their_words(campus, visitor, width):
    someone = visitor(width).login(campus.office, make.PASSWORD)
    someone.page.goto(someone.address + reverse("notices:inbox"))

    bar, tab = box(someone, ".tabs"), box(someone, ".tabs a")

    assert someone.page.locator(".empty").count() == 1
    assert bar["height"] >= tab["height"]


def test_on_a_phone_a_figure_without_a_neighbour_stands_at_the_edge(campus, visitor):
    make.pledge_round(campus)
    someone = visitor("phone").login(campus.office, make.PASSWORD)
    someone.page.goto(someone.address + reverse("rounds:assignments"))

    for name in ("应完成", "核验率", "未完成"):
        cell = box(someone, f"td[data-label={name}]")
        assert cell["width"] == pytest.approx(358 if name == "未完成" else 165, abs=1)


def test_on_a_phone_an_overview_shows_names_and_tasks_side_by_side(campus, visitor):
    make.pledge_round(campus)
    someone = visitor("phone").login(campus.office, make.PASSWORD)
    someone.page.goto(someone.address + reverse("rounds:overview", args=[campus.klass.pk]))
    wrap = someone.page.locator(".table-wrap")
    wrap.evaluate("box => { box.scrollLeft = 9999; }")

    name, state = box(someone, "tbody th"), box(someone, "tbody .state")

    assert name["x"] == 16
    assert state["x"] + state["width"] <= 390
    assert box(someone, "thead th")["y"] < name["y"]
