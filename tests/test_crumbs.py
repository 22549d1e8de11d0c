"""The way back above a page's heading: it leads nowhere its reader may not go."""

import re

import pytest
from django.urls import reverse

from tests.test_walls import OURS
from tests.walls_rows import ROWS

CRUMBS = re.compile(r'<nav class="crumbs".*?</nav>', re.DOTALL)
WITH_A_WAY_BACK = [
    "accounts:person", "accounts:join", "accounts:reissue", "accounts:requests", "org:handover",
    "org:close_account", "org:contracts", "org:vacancies", "org:tasks", "org:finish_task",
    "org:appoint", "org:end", "org:meetings", "org:enter_meeting", "charters:mine",
    "roster:transfers", "rounds:late", "rounds:corrections", "pledges:objections",
    "pledges:heads_waiting",
]  # fmt: skip


def shown(client, world, name):
    """The pages of an address with the world's own rows, as far as they open."""
    for args in ROWS[name](world, "own"):
        page = client.get(reverse(name, args=args))
        if page.status_code == 200 and page.headers["Content-Type"].startswith("text/html"):
            yield page.content.decode()


@pytest.mark.parametrize("role", ["office", "leader", "liaison", "sysadmin"])
def test_every_step_back_opens(client, world, role):
    client.force_login(getattr(world, role))
    ways = {
        (name, link)
        for name in OURS
        for page in shown(client, world, name)
        for crumbs in CRUMBS.findall(page)
        for link in re.findall(r'href="([^"]+)"', crumbs)
    }

    assert [way for way in ways if client.get(way[1]).status_code >= 400] == []
    assert ways


@pytest.mark.parametrize("name", WITH_A_WAY_BACK)
def test_a_page_below_another_says_where_one_is(client, world, name):
    client.force_login(world.liaison if name.startswith("pledges") else world.office)

    pages = list(shown(client, world, name))

    assert pages
    assert all("href" in CRUMBS.search(page)[0] for page in pages)
