"""Drafting a 断卡 round like any other, by a form or from plain parameters (CHK-1)."""

import pytest
from django.urls import reverse

from accounts.moves import Refused
from accounts.services import regrouping
from rounds import services as rounds
from rounds.kinds import KINDS
from rounds.models import Assignment, Round
from selfcheck.models import CardCheck, Study
from tests import factories as make

KIND = KINDS["cardcheck"]


def form(campus, **more):
    return {
        "title": "秋季断卡自查", "owner": campus.school.pk, "unit": campus.school.pk, "level": "3",
        "categories": ["student", "staff"], "opens_on": "2026-11-01", "due_on": "2026-12-01",
        "locks_on": "2026-12-10", "kinds": ["bank", "qq"], "own": "游戏账号、对公账户",
        "disclose_until": "2026-11-20", "worth": "从轻处理", "leads_to": "辅导员联系",
        "studied": "on",
    } | more  # fmt: skip


def test_the_office_drafts_sees_a_sample_and_issues(client, campus):
    client.force_login(campus.office)

    answer = client.post(make.new_url("cardcheck"), form(campus))

    details = CardCheck.objects.get()
    assert details.kinds == ["bank", "qq", "游戏账号", "对公账户"]
    page = client.get(answer.url).content.decode()
    assert "申报本人名下的银行卡、QQ号、游戏账号、对公账户" in page
    assert "从轻处理" in page


@pytest.mark.parametrize(
    "said",
    [
        {"kinds": []}, {"own": "银行卡"}, {"own": "、".join("甲乙丙丁戊己庚")}, {"worth": ""},
        {"own": "名称特别特别特别特别特别长"}, {"leads_to": ""}, {"disclose_until": "明天"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(client, campus, said):
    client.force_login(campus.office)

    page = client.post(make.new_url("cardcheck"), form(campus, **said))

    assert (page.status_code in {200, 400}, Round.objects.count()) == (True, 0)
    assert "秋季断卡自查" in page.content.decode()


def test_a_draft_is_changed_and_an_issued_round_is_not(client, campus):
    round_ = make.card_round(campus, issued=False)
    client.force_login(campus.office)

    client.post(reverse("rounds:edit", args=[round_.pk]), form(campus, own="", kinds=["phone"]))

    round_.refresh_from_db()
    assert CardCheck.objects.get(round=round_).kinds == ["phone"]
    assert KIND.parameters(Round.objects.get(pk=round_.pk))["kinds"] == ["phone"]
    rounds.issue(round_, actor=campus.office)
    with pytest.raises(Refused, match="不能再修改"):
        KIND.revise(round_, actor=campus.office, parameters={
            "kinds": ["qq"], "worth": "无", "leads_to": "无",
        })  # fmt: skip


def test_where_a_class_gives_way_its_studies_stay_with_the_other(campus):
    round_ = make.card_round(campus)
    make.study(Assignment.objects.get(round=round_, unit=campus.klass), campus.counselor)

    regrouping.merge(campus.klass, target=campus.second_class, actor=campus.office, reason="并班")

    assert Study.objects.get().assignment.unit == campus.second_class
