"""Not agreeing to sign: a reason for the college, an answer, no shame; signing ends it (PLG-3)."""

import io

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from accounts.moves import Refused
from pledges import queues, services
from pledges.models import Objection
from rounds.queries import Board
from rounds.reminding import group_text
from tests import factories as make

LIST = reverse("pledges:objections")


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def address(round_):
    return reverse("pledges:decline", args=[round_.pk])


@pytest.fixture
def objection(client, campus, round_):
    client.force_login(campus.student)
    client.post(address(round_), {"reason": "担心个人信息用途"})
    return Objection.objects.get()


def waiting(user):
    return list(queues.objections(user))


def test_the_reason_goes_to_the_college_and_to_nobody_else(client, campus, round_, objection):
    assert waiting(campus.liaison) == waiting(campus.head) == [objection]
    for who, seen in (
        (campus.counselor, 403), (campus.cadre, 403), (campus.office, 403), (campus.student, 403),
    ):  # fmt: skip
        client.force_login(who)
        assert client.get(LIST).status_code == seen
    client.force_login(campus.foreign_liaison)
    assert "张小明" not in client.get(LIST).content.decode()
    assert client.post(reverse("pledges:answer", args=[objection.pk])).status_code == 404
    client.force_login(campus.liaison)
    assert "担心个人信息用途" in client.get(LIST).content.decode()
    assert reverse("pledges:objections") in client.get(reverse("oversight:home")).content.decode()


def test_to_the_class_it_is_a_part_not_done_like_any_other(client, campus, round_, objection, rf):
    board = Board(round_, campus.klass)
    assert board.figures.missing == board.figures.expected
    text, _ = group_text(board, rf.get("/"))
    assert "张小明" not in text
    client.force_login(campus.counselor)
    page = client.get(reverse("rounds:board", args=[round_.pk, campus.klass.pk]))
    assert "不同意" not in page.content.decode()


def test_the_answer_goes_back_and_one_may_object_once_more(client, campus, round_, objection):
    client.force_login(campus.liaison)
    client.post(reverse("pledges:answer", args=[objection.pk]), {"reason": ""})
    assert waiting(campus.liaison) == [objection]

    for _ in range(2):
        client.post(reverse("pledges:answer", args=[objection.pk]), {"reason": "已说明用途"})

    assert waiting(campus.liaison) == []
    assert AuditEntry.objects.filter(verb="reply").count() == 1
    client.force_login(campus.student)
    assert "已说明用途" in client.get(address(round_)).content.decode()
    client.post(address(round_), {"reason": "仍不同意"})
    assert Objection.objects.count() == 2


def test_said_twice_it_is_said_once_and_needs_a_reason(client, campus, round_, objection):
    again = client.post(address(round_), {"reason": "再说一次"})
    assert "请等待学院（部门）与您沟通" in again.content.decode()
    client.force_login(campus.second_student)
    assert client.post(address(round_), {"reason": "  "}).status_code == 400
    assert Objection.objects.count() == 1


def test_signing_ends_it(campus, round_, objection):
    make.sign(round_, campus.student)

    assert waiting(campus.liaison) == []
    with pytest.raises(Refused):
        services.decline(round_, campus.student, reason="反悔")


def test_nobody_answers_their_own_objection(campus, round_):
    own = services.decline(round_, campus.liaison, reason="有顾虑")

    assert waiting(campus.liaison) == []
    assert waiting(campus.head) == [own]
    with pytest.raises(Refused):
        services.answer_objection(own, actor=campus.liaison, note="好")


def test_the_page_to_sign_leads_there_and_says_what_signing_is(client, campus, round_):
    client.force_login(campus.student)
    page = client.get(reverse("pledges:sign", args=[round_.pk])).content.decode()

    assert address(round_) in page
    assert "电子确认的效力以学校规定为准" in page


def test_not_agreeing_is_a_figure_of_its_own_alike_on_page_sheet_and_command(
    client, campus, round_
):
    """OVS-6: the tile's number is the length of its list; signing takes one out of all of them."""
    for person in (campus.student, campus.second_student, campus.foreign_student):
        services.decline(round_, person, reason="有顾虑")
    board = Board(round_, campus.college)
    client.force_login(campus.liaison)
    address = reverse("rounds:board", args=[round_.pk, campus.college.pk])

    page = client.get(address)
    marked = client.get(address, {"tab": "missing", "mark": "objected"})
    sheet = client.post(reverse("rounds:export", args=[round_.pk, campus.college.pk]))
    said = io.StringIO()
    call_command("board", unit=f"TEST/{campus.college.name}", round=round_.pk, stdout=said)

    assert [(mark.label, mark.count) for mark in board.marks] == [("不同意签署", 2)]
    assert board.as_dict()["marks"] == {"不同意签署": 2}
    assert "mark=objected" in page.content.decode()
    names = [person.name for group in marked.context["groups"] for person in group.people]
    assert names == ["张小明", "王小强"]
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
    assert "未完成中：不同意签署 2 人" in [row[0] for row in rows]
    assert sum("（不同意签署）" in str(row[6]) for row in rows) == 2
    assert "其中不同意签署 2" in said.getvalue()
    make.sign(round_, campus.student)
    assert Board(round_, campus.college).as_dict()["marks"] == {"不同意签署": 1}


def test_who_does_not_agree_is_named_to_their_college_alone(client, campus, round_):
    services.decline(round_, campus.student, reason="有顾虑")
    for who, unit, figure in (
        (campus.cadre, campus.klass, False), (campus.counselor, campus.klass, False),
        (campus.office, campus.klass, False), (campus.office, campus.school, True),
    ):  # fmt: skip
        client.force_login(who)
        place = [round_.pk, unit.pk]

        page = client.get(
            reverse("rounds:board", args=place), {"mark": "objected"}
        ).content.decode()

        assert "mark=objected" not in page
        assert ("不同意签署" in page) is figure
    for unit, line in ((campus.klass, False), (campus.school, True)):
        sheet = client.post(reverse("rounds:export", args=[round_.pk, unit.pk]))
        rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
        assert ("未完成中：不同意签署 1 人" in [row[0] for row in rows]) is line
        assert not [row for row in rows if "（不同意签署）" in str(row[6])]
