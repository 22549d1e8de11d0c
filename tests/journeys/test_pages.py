"""Every page as those see it who use it: at both widths, no complaint, no serious finding of axe."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.desk_rows import MODELS, SEES, list_url, row_url, rows_of, step_url, steps_of
from tests.test_walls import OURS
from tests.walls_rows import ROWS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOT_PAGES = {
    "accounts:logout",
    "accounts:file",
    "accounts:job",
    "accounts:find_people",
    "accounts:cas",
    "pledges:drawing",
}
DESK = [
    "/desk/",
    "/desk/accounts/unit/",
    "/desk/accounts/user/",
    "/desk/accounts/grant/",
    "/desk/rounds/round/",
    "/desk/rounds/assignment/",
]


def addresses(world):
    """Every address with the world's own rows, that a browser may open as a page."""
    for name in OURS:
        if name not in NOT_PAGES and not name.endswith((":export", ":rejected")):
            for args in ROWS[name](world, "own"):
                yield reverse(name, args=args)


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("role", ["office", "liaison", "counselor", "student", "leader", "cadre"])
def test_every_page_of_a_role_is_right(world, visitor, client, role, width):
    client.force_login(getattr(world, role))
    someone = visitor(width).login(getattr(world, role), make.PASSWORD)
    desk = DESK if role == "office" else []
    seen, wrong = 0, []
    for address in [*addresses(world), *desk]:
        # what is refused is asked without the browser: most of it, for most
        if client.get(address).status_code in {403, 404} or not someone.sees_page(address):
            continue
        assert "/login/" not in someone.page.url, address
        seen += 1
        wrong += someone.serious()
        if someone.overflow() > 0:
            wrong.append(f"{address} is {someone.overflow()} px wider than the screen")
        if someone.page.locator("h1").count() != 1:
            wrong.append(f"{address} has {someone.page.locator('h1').count()} headings")
        someone.keep(f"{role}{address.replace('/', '_')[:60]}")

    assert wrong == []
    assert seen >= 3


def desk_pages(rows, width):
    """The list and a row of each model of the desk; on the phone also what each step asks."""
    for model in MODELS:
        if model not in SEES["office"]:
            continue
        row = rows[model]
        yield list_url(model)
        yield row_url(row)
        admin = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for step in steps_of(model) if width == "phone" else ():
            on_list = reverse(f"{admin}_do", args=[step.name]) if step.on_list else ""
            yield on_list or step_url(row, step.name)


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_every_page_of_the_desk_is_right(campus, visitor, width):
    rows = rows_of(campus)
    someone = visitor(width).login(campus.office, make.PASSWORD)
    wrong = []
    for address in desk_pages(rows, width):
        response = someone.page.goto(someone.address + address)
        if response.status == 403:  # what the office may look at and not do
            continue
        assert response.status == 200, address
        wrong += someone.serious()
        if someone.overflow() > 0:
            wrong.append(f"{address} is {someone.overflow()} px wider than the screen")
        if someone.page.locator("h1").count() != 1:
            wrong.append(f"{address} has {someone.page.locator('h1').count()} headings")
        someone.keep(f"desk{address.replace('/', '_')[:60]}")

    assert wrong == []


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("address", ["/login/", "/activate/", "/no-such-page/"])
def test_every_open_page_is_right(campus, visitor, address, width):
    someone = visitor(width).open(address)

    assert someone.serious() == []
    assert someone.overflow() == 0
