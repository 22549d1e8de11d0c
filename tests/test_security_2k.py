"""security.md 2K through HTTP: addresses, pages and orders nobody meant.

Where each row of the catalogue is tried stands in `test_security_rows.py`. What is refused is refused in
Chinese, is no 500, and leaves the database as it was.
"""

import pytest
from django.core.paginator import Page
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests import factories as make
from tests.desk_rows import MODELS, list_url
from tests.test_walls import OURS
from tests.untouched import Unchanged
from tests.walls_rows import BODIES, NO_FILE, NOTHING, ROWS

SIZE = 100  # no page of the portal shows more rows
READERS = ["office", "counselor", "student", "sysadmin", "province"]


def shown(client, world, addresses):
    """Each address that shows something, as the first reader to whom it does."""
    left = dict(addresses)
    for role in READERS:
        client.force_login(getattr(world, role))
        for name, address in list(left.items()):
            answer = client.get(address)
            if answer.status_code == 200 and answer.context is not None:
                del left[name]
                yield address, answer


def own_addresses(world) -> dict[str, str]:
    return {name: reverse(name, args=args) for name in OURS for args in ROWS[name](world, "own")}


def page_of(answer) -> Page | None:
    """The page of rows among what the template was given."""
    found = (answer.context.get(key) for key in ("page", "page_obj"))
    return next((value for value in found if isinstance(value, Page)), None)


def rows_of(answer) -> list[str]:
    page = page_of(answer)
    return [repr(row) for row in page.object_list] if page else []


PAGES = ["0", "-1", "abc", "9" * 30, "9" * 5000, "1.0", "", "１", "null"]
SIZES = {"page_size": "1000000", "per_page": "-1", "size": "1000000", "all": "", "limit": "9" * 30}
ORDERS = {
    "order_by": "password", "ordering": "-user__password", "sort": "?", "o": "-password",
    "user__password__startswith": "p", "password": "x", "_connector": "OR", "_negated": "1",
    "unit__people__password__startswith": "p",
}  # fmt: skip


def test_k01_k02_k07_nobody_chooses_size_order_or_column_and_a_page_that_is_none_is_the_first_or_last(
    client, world
):
    for number in range(30):
        make.person(world.klass, f"补充{number}")
    tried = set()
    for address, first in shown(client, world, own_addresses(world)):
        if page_of(first) is None:
            continue
        for asked in PAGES:
            page = page_of(client.get(address, {"page": asked, **SIZES}))
            assert page.number in {1, page.paginator.num_pages}, (address, asked)
            assert len(page.object_list) <= SIZE
        assert rows_of(client.get(address, ORDERS)) == rows_of(first), address
        tried.add(address)
    assert len(tried) > 12


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_k01_k02_k07_the_desk_s_lists_hold_as_well(client, campus, model):
    from tests.desk_rows import rows_of as desk_rows
    from tests.test_desk import READER

    desk_rows(campus)
    client.force_login(getattr(campus, READER.get(model, "office")))
    with Unchanged():
        for asked in PAGES:
            answer = client.get(list_url(model), {"p": asked, "all": ""}, follow=True)
            assert answer.status_code == 200
            assert len(answer.context["cl"].result_list) <= SIZE
        for key, value in ORDERS.items():
            answer = client.get(list_url(model), {key: value}, follow=True)
            assert answer.status_code in {200, 400}, key


IDS = ["9" * 30, "9" * 5000, "１２", "1_0", "-1", "1;--", "%00", "0x1", "1.0", " 1", "null", "1'"]


@pytest.mark.parametrize("bad", IDS, ids=lambda bad: bad[:6] + str(len(bad)))
@pytest.mark.parametrize("method", ["get", "post"])
def test_k03_an_id_that_is_none_is_not_found_and_changes_nothing(client, world, bad, method):
    client.force_login(world.office)
    tried = 0
    with Unchanged():
        for name in OURS:
            for args in ROWS[name](world, "nothing"):
                if not {NOTHING, NO_FILE} & set(args):
                    continue
                address = reverse(name, args=args).replace(str(NO_FILE), bad)
                body = BODIES[name] if method == "post" else None
                answer = getattr(client, method)(address.replace(str(NOTHING), bad), body)
                wanted = {400} if bad == "%00" else {403, 404, 405}
                assert answer.status_code in wanted, (name, answer.status_code)
                tried += 1
    assert tried > 80


@pytest.mark.parametrize("bad", IDS, ids=lambda bad: bad[:6] + str(len(bad)))
def test_k03_k14_the_desk_finds_no_such_row_nor_its_history(client, campus, bad):
    client.force_login(campus.office)
    with Unchanged():
        for model in MODELS:
            for tail in ("change/", "history/", "delete/", "do/end/", "", "restore/"):
                answer = client.get(f"{list_url(model)}{bad}/{tail}", follow=True)
                assert answer.status_code in {400, 403, 404}, (model, tail)


def test_k03_an_id_in_a_choice_or_a_form_is_refused_and_changes_nothing(client, world):
    """The same in what is asked after the question mark, and in what a form sends."""
    client.force_login(world.office)
    keys = ["unit", "person", "people", "round", "kind", "text", "show", "under", "user", "pk"]
    with Unchanged():
        for name, address in own_addresses(world).items():
            for bad in ("9" * 30, "１２", "-1", "1;--"):
                asked = dict.fromkeys(keys, bad)
                answer = client.get(address, asked)
                assert answer.status_code < 500, (name, bad)


@pytest.mark.parametrize(
    "mangle",
    [
        lambda a: a.rstrip("/") + "/..%2f..%2fdesk/",
        lambda a: "/%2e%2e" + a,
        lambda a: a.rstrip("/") + "/.;.css",
        lambda a: a.rstrip("/") + ";.css",
        lambda a: a.rstrip("/") + "/x.css",
        lambda a: a.rstrip("/") + ".json",
        lambda a: a.upper(),
        lambda a: a + "%20",
        lambda a: a.rstrip("/") + "//",
        lambda a: a.replace("/", "//"),
        lambda a: a.rstrip("/") + "%5c",
    ],
)
def test_k11_a_twisted_path_is_not_found_and_no_answer_for_a_person_is_kept(client, world, mangle):
    client.force_login(world.student)
    with Unchanged():
        for name in OURS:
            for args in ROWS[name](world, "own")[:1]:
                address = mangle(reverse(name, args=args))
                if address.strip("/") == "" or address.startswith("//"):
                    address = "/." + address  # else it would name another host
                answer = client.get(address)
                assert answer.status_code in {301, 403, 404}, address
                if answer.status_code != 301:
                    assert "no-store" in answer.headers["Cache-Control"], address


TRICKS = [
    {"headers": {"X-HTTP-Method-Override": "POST"}},
    {"headers": {"X-HTTP-Method-Override": "DELETE"}},
    {"headers": {"X-Method-Override": "PUT"}},
    {"headers": {"HX-Request": "true", "X-HTTP-Method": "DELETE"}},
    {"query_params": {"_method": "DELETE", "method": "post", "confirmed": "1", "do": "1"}},
]


@pytest.mark.parametrize("role", ["office", "liaison", "counselor", "student", "sysadmin"])
def test_k09_no_get_head_or_options_changes_anything_whatever_it_claims_to_be(client, world, role):
    client.force_login(getattr(world, role))
    with Unchanged():
        for name in OURS:
            for args in ROWS[name](world, "own"):
                address = reverse(name, args=args)
                trick = TRICKS[len(address) % len(TRICKS)]
                for method in ("get", "head", "options"):
                    answer = getattr(client, method)(address, **trick)
                    assert answer.status_code in {200, 302, 403, 404, 405}, (name, method)


def test_k14_history_of_a_foreign_row_and_the_difference_to_a_foreign_text_are_not_found(
    client, world
):
    client.force_login(world.office)
    foreign = world.b
    with Unchanged():
        for model, row in (("user", foreign.student), ("assignment", foreign.part)):
            app = row._meta.app_label
            address = reverse(f"admin:{app}_{model}_history", args=[row.pk])
            assert client.get(address).status_code == 404
        change = reverse("pledges:change", args=[world.round.pk])
        answer = client.get(change, {"text": foreign.round.pledge.text_id})
        assert "乙校" not in answer.content.decode()
        assert client.get(reverse("pledges:change", args=[foreign.round.pk])).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("admin:accounts_user_restore", args=[1])  # nothing is ever restored from history
    assert Client().get("/desk/accounts/user/1/history/").status_code == 302
