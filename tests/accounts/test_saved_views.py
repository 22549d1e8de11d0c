"""Lists narrowed in a certain way, kept under a name, one's own or shared with colleagues."""

import pytest
from django.urls import reverse

from accounts.models import Grant, SavedView
from accounts.scope import Role
from accounts.services import saving
from tests import factories as make

LIST, SAVE = "admin:accounts_user_changelist", "admin:accounts_user_views"


def save(client, query="?category=staff", **said):
    return client.post(f"{reverse(SAVE)}{query}", {"name": "教职工", **said})


def shown(client) -> list[str]:
    return [view["name"] for view in client.get(reverse(LIST)).context["views"]]


def test_a_view_is_saved_under_a_name_and_offered_above_the_list(client, campus):
    client.force_login(campus.office)

    answer = save(client, "?category=staff&p=2")

    assert answer.url == f"{reverse(LIST)}?category=staff"
    page = client.get(answer.url)
    assert [(v["name"], v["active"]) for v in page.context["views"]] == [("教职工", True)]
    assert "教职工</a>" in page.content.decode()


def test_the_same_name_replaces_and_twice_is_once(client, campus):
    client.force_login(campus.office)
    save(client)
    save(client)
    save(client, "?category=student")

    assert list(SavedView.objects.values_list("name", "query")) == [("教职工", "category=student")]


@pytest.mark.parametrize(("query", "said"), [
    ("", {}), ("?category=staff", {"name": ""}), ("?category=staff", {"name": "长" * 21}),
    ("?q=" + "x" * 600, {}),
])  # fmt: skip
def test_bad_input_saves_nothing(client, campus, query, said):
    client.force_login(campus.office)

    assert save(client, query, **said).status_code == 200
    assert SavedView.objects.count() == 0


def test_a_shared_view_is_seen_by_colleagues_of_the_role_and_school_alone(client, campus):
    other = make.campus("B")
    colleague = make.holder(campus.security_staff, "同事", Role.OFFICE, campus.school)
    client.force_login(campus.office)
    save(client)
    save(client, name="共享的", shared="on")

    seen = {}
    for who in (campus.office, colleague, campus.sysadmin, other.office):
        client.force_login(who)
        seen[who.pk] = shown(client)

    assert seen == {
        campus.office.pk: ["共享的", "教职工"],
        colleague.pk: ["共享的"],
        campus.sysadmin.pk: [],
        other.office.pk: [],
    }


def test_a_view_shared_by_somebody_who_left_the_role_is_still_the_colleagues(client, campus):
    colleague = make.holder(campus.security_staff, "同事", Role.OFFICE, campus.school)
    client.force_login(campus.office)
    save(client, shared="on")
    Grant.objects.filter(user=colleague).delete()
    client.force_login(colleague)

    assert client.get(reverse(LIST)).status_code == 403


def test_one_forgets_one_s_own_view_and_no_other_s(client, campus):
    colleague = make.holder(campus.security_staff, "同事", Role.OFFICE, campus.school)
    client.force_login(campus.office)
    save(client, shared="on")
    view = SavedView.objects.get()
    address = f"{reverse(SAVE)}?category=staff"

    client.force_login(colleague)
    assert client.post(address, {"forget": view.pk}).status_code == 404
    client.force_login(campus.office)
    assert client.post(address, {"forget": "x"}).status_code == 302
    assert client.post(address, {"forget": view.pk}).status_code == 302
    assert client.post(address, {"forget": view.pk}).status_code == 404

    assert SavedView.objects.count() == 0


def test_no_more_views_than_a_line_holds(client, campus, monkeypatch):
    monkeypatch.setattr(saving, "MOST", 1)
    client.force_login(campus.office)
    save(client)

    answer = save(client, name="另一个")

    assert "最多保存 1 个" in answer.content.decode()
    assert SavedView.objects.count() == 1
