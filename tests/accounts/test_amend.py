"""Facts of many people at once: kept, set or cleared, never wiped by an empty box."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, User
from tests import factories as make

LIST = "admin:accounts_user_changelist"
KEEP = {"grade_do": "keep", "cohort_do": "keep", "major_do": "keep"}


def bulk(client, people, **said):
    rows = {"_selected_action": [p.pk for p in people], "action": "amend", "index": "0"}
    return client.post(reverse(LIST), rows | said)


@pytest.fixture
def two(campus):
    return [
        make.person(campus.klass, name, grade="2023", cohort="2023", major="软件工程")
        for name in ("单晓鹤", "曾晓鹤")
    ]


def facts(people) -> list[tuple]:
    ids = [p.pk for p in people]
    return list(User.objects.filter(pk__in=ids).values_list("grade", "cohort", "major"))


def test_the_confirming_page_says_how_many_and_names_a_sample(client, campus, two):
    client.force_login(campus.office)

    page = bulk(client, two).content.decode()

    assert "将对以下 <b>2</b> 项逐一办理“修改信息”" in page
    assert ("单晓鹤" in page, "曾晓鹤" in page, "修改信息 2 项" in page) == (True, True, True)
    assert facts(two) == [("2023", "2023", "软件工程")] * 2


def test_one_is_set_one_cleared_one_kept(client, campus, two):
    client.force_login(campus.office)

    said = {"grade_do": "set", "grade": "2024", "cohort_do": "clear"}
    bulk(client, two, confirmed="1", **{**KEEP, **said})

    assert facts(two) == [("2024", "", "软件工程")] * 2
    entry = AuditEntry.objects.filter(verb="amend").first()
    assert entry.detail == {"grade": ["2023", "2024"], "cohort": ["2023", ""]}


@pytest.mark.parametrize("said", [
    KEEP,
    KEEP | {"grade_do": "set"},
    KEEP | {"grade": "2024"},
    KEEP | {"grade_do": "set", "grade": "2" * 9},
    KEEP | {"grade_do": "wipe"},
    {},
])  # fmt: skip
def test_what_is_not_said_clearly_changes_nothing(client, campus, two, said):
    client.force_login(campus.office)

    answer = bulk(client, two, confirmed="1", **said)

    assert "errorlist" in answer.content.decode() or "errornote" in answer.content.decode()
    assert facts(two) == [("2023", "2023", "软件工程")] * 2
    assert not AuditEntry.objects.filter(verb="amend").exists()


def test_all_of_the_filtered_list_across_pages_and_nobody_else(client, campus, two):
    outsider = make.person(campus.klass, "林其他", grade="2023", major="软件工程")
    client.force_login(campus.office)
    rows = {"_selected_action": [two[0].pk], "select_across": "1", "action": "amend", "index": "0"}

    page = client.post(f"{reverse(LIST)}?q=晓鹤", rows).content.decode()

    assert "修改信息 2 项" in page
    assert str(outsider) not in page


def test_people_of_another_school_are_not_touched(client, campus):
    other = make.campus("B")
    client.force_login(campus.office)

    bulk(client, [other.student], confirmed="1", **KEEP, major="x")

    assert not AuditEntry.objects.filter(verb="amend").exists()


def test_twice_is_once(client, campus, two):
    client.force_login(campus.office)
    for _ in range(2):
        bulk(client, two, confirmed="1", **{**KEEP, "major_do": "clear"})

    assert AuditEntry.objects.filter(verb="amend").count() == 2
