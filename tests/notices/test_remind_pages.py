"""The pages of 催办: chosen, confirmed with the count, looked back at, printed."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from notices.models import Notice, Reminder
from tests import factories as make
from tests.notices.conftest import work


def url(name, round_, unit):
    return reverse(f"notices:{name}", args=[round_.pk, unit.pk])


def fields(campus, *units, **more):
    return {"units": [u.pk for u in units], "whom": "answerable", "once": uuid4()} | more


@pytest.fixture
def office(client, campus, monday):
    client.force_login(campus.office)
    return client


def test_many_classes_are_reminded_at_once_after_the_count_was_confirmed(office, campus, round_):
    page = url("remind", round_, campus.college)
    first = office.get(page)
    assert [(line.unit.name, line.missing, line.parts, line.answer, line.told)
            for line in first.context["lines"]] == [
        ("计算机学院", 0, 1, 1, 0), ("计科2301班", 4, 1, 1, 0), ("计科2302班", 1, 1, 1, 0),
        ("教职工", 5, 0, 1, 0),
    ]  # fmt: skip

    asked = fields(campus, campus.klass, campus.second_class)
    body = office.post(page, asked).content.decode()
    assert "确认催办 2 人" in body and "褚辅导" in body and not Reminder.objects.exists()

    answer = office.post(page, asked | {"confirmed": "1"})
    office.post(page, asked | {"confirmed": "1"})
    work()

    made = Reminder.objects.get()
    assert answer.url == reverse("notices:reminder", args=[made.pk])
    seen = office.get(answer.url).content.decode()
    assert "0 / 2" in seen and "褚辅导" in seen and "卫辅导" in seen
    assert [line.told for line in office.get(page).context["lines"]] == [0, 1, 1, 0]


BAD = [
    ({"units": []}, "至少勾选一个单位"),
    ({"units": ["x"]}, "有效|选择"),
    ({"whom": "all"}, "all"),
    ({"once": "1"}, "已失效"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_what_is_not_understood_sends_nothing(office, campus, round_, wrong, sentence):
    asked = fields(campus, campus.klass, confirmed="1") | wrong

    body = office.post(url("remind", round_, campus.college), asked).content.decode()

    assert re.search(sentence, body)
    assert not Reminder.objects.exists()


def test_a_unit_outside_the_board_is_no_choice(office, campus, round_):
    asked = fields(campus, campus.other_class, confirmed="1")

    assert (
        "英语2301班"
        not in office.post(url("remind", round_, campus.college), asked).content.decode()
    )
    assert not Reminder.objects.exists()


MAY = [("office", 200), ("liaison", 200), ("head", 200), ("counselor", 200), ("leader", 403),
       ("cadre", 403), ("stranger", 404), ("foreign_liaison", 404), ("student", 403),
       ("department", 403)]  # fmt: skip


@pytest.mark.parametrize(("who", "status"), MAY)
@pytest.mark.parametrize("name", ["remind", "sheet", "wall"])
def test_who_may_remind_a_class(client, campus, round_, who, status, name):
    client.force_login(getattr(campus, who))

    assert client.get(url(name, round_, campus.klass)).status_code == status


def test_the_owner_of_a_round_reminds_and_looks_back(client, campus, monday):
    owned = make.pledge_round(campus, owner=campus.student_affairs)
    client.force_login(campus.department)

    asked = fields(campus, campus.college, confirmed="1")
    answer = client.post(url("remind", owned, campus.school), asked)

    assert client.get(answer.url).status_code == 200
    assert Reminder.objects.get().created_by == campus.department


def test_the_wall_sheet_and_the_slip_have_counts_and_no_name(office, campus, round_):
    for name in ("sheet", "wall"):
        body = office.get(url(name, round_, campus.klass)).content.decode()
        assert "合计" in body
        assert [n for n in ("张小明", "李小红", "朱班长", "褚辅导") if n in body] == []
    assert "梅园" not in office.get(url("wall", round_, campus.klass)).content.decode()


def test_the_named_sheet_is_marked_and_taking_it_is_written_down(office, campus, round_):
    body = office.post(url("named", round_, campus.klass)).content.decode()

    assert "内部使用 不得张贴、转发" in body and "张小明" in body and "赵小燕" not in body
    entry = AuditEntry.objects.get(verb="export")
    assert (entry.actor, entry.detail) == (campus.office, {"rows": 4})


def test_the_group_text_stands_on_the_page(office, campus, round_):
    text = office.get(url("remind", round_, campus.klass)).context["text"]

    assert len(text) <= 300 and "还有 4 人未完成" in text and "张小明" not in text


def test_a_held_one_is_said_so_and_can_be_called_off(office, campus, round_, monday):
    from datetime import datetime

    from accounts.periods import SHANGHAI

    monday.move_to(datetime(2026, 11, 22, 12, tzinfo=SHANGHAI))
    office.force_login(campus.office)
    page = url("remind", round_, campus.college)
    assert "不在发送时段（工作日 8:00–21:00）" in office.get(page).content.decode()

    answer = office.post(page, fields(campus, campus.klass, confirmed="1"))
    made = Reminder.objects.get()
    assert "2026-11-23 08:00" in office.get(answer.url).content.decode()
    office.post(reverse("notices:cancel", args=[made.pk]))
    again = office.post(reverse("notices:cancel", args=[made.pk]))

    made.refresh_from_db()
    assert made.state == "cancelled" and again.status_code == 409
    assert not Notice.objects.exists()


def test_history_is_seen_by_those_above_and_not_by_strangers(client, campus, round_):
    client.force_login(campus.counselor)
    asked = fields(campus, campus.klass, whom="people", confirmed="1")
    client.post(url("remind", round_, campus.klass), asked)
    page = reverse("notices:reminder", args=[Reminder.objects.get().pk])

    seen = {}
    for who in (
        "counselor",
        "liaison",
        "office",
        "stranger",
        "second_counselor",
        "foreign_liaison",
    ):
        client.force_login(getattr(campus, who))
        seen[who] = (client.get(page).status_code,
                     "催办人" in client.get(reverse("notices:reminders")).content.decode())  # fmt: skip

    assert seen == {
        "counselor": (200, True), "liaison": (200, True), "office": (200, True),
        "stranger": (404, False), "second_counselor": (404, False),
        "foreign_liaison": (404, False),
    }  # fmt: skip


def cost(client, page) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(page).status_code == 200
    return len(seen)


def test_the_pages_cost_the_same_for_any_number_of_classes(office, campus, round_):
    pages = [url(name, round_, campus.college) for name in ("remind", "sheet", "wall")]
    few = [cost(office, page) for page in pages]
    for n in range(3):
        klass = make.unit(campus.college, "class", f"软工230{n}班")
        make.holder(campus.faculty, f"辅导{n}", "COUNSELOR", klass)
        make.person(klass)

    assert [cost(office, page) for page in pages] == few
