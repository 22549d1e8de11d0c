"""The school's own catalogue of safeguards, and the rounds drafted from it (CHK-4, CHK-5, CHK-7)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.moves import Refused
from rounds import services
from rounds.models import Answer, Completion, Item, Round, Standing
from selfcheck.models import Tool, ToolItem
from tests import factories as make


@pytest.fixture
def sent(campus):
    today = timezone.localdate()
    return {
        "title": "反诈工具核查", "owner": campus.school.pk, "unit": campus.school.pk, "level": 3,
        "categories": ["student"], "opens_on": today, "due_on": today + timedelta(days=7),
        "locks_on": today + timedelta(days=9), "sample_percent": 5, "fresh_days": 30,
        "item_app.installed": "must", "item_app.named": "must", "item_app.warning": "must",
        "item_app.check": "may", "item_app.calls": "not", "item_app.push": "not",
        "item_code.green": "must", "item_follow.followed": "not", "item_overseas.off": "not",
    }  # fmt: skip


@pytest.fixture
def office(client, campus):
    client.force_login(campus.office)
    return client


def adopted(client):
    client.post(reverse("tools:adopt"))
    return Tool.objects.get(code="app")


def test_an_empty_catalogue_offers_one_to_start_from_once(office):
    """CHK-4: three separate facts of the App; CHK-5 the code; CHK-7 what else protects."""
    address = reverse("tools:catalogue")
    before = office.get(address).content.decode()
    office.post(reverse("tools:adopt"))
    office.post(reverse("tools:adopt"))
    after = office.get(address).content.decode()

    assert "目录中还没有工具" in before
    assert "采用示例目录" in before
    assert list(Tool.objects.order_by("pk").values_list("name", flat=True)) == [
        "国家反诈中心 App", "反骗码", "反诈公众号", "境外来电拦截",
    ]  # fmt: skip
    app = Tool.objects.get(code="app")
    assert [(one.label, one.voluntary) for one in app.items.all()] == [
        ("安装", False), ("实名注册", False), ("预警开启", False),
        ("定时自查", True), ("来电提示", True), ("推送通知", True),
    ]  # fmt: skip
    code = Tool.objects.get(code="code")
    assert (code.coloured, code.passes, code.items.get().valid_days) == (True, 3, 180)
    assert "国家反诈中心 App" in after


def test_the_office_adds_a_tool_of_its_own_without_any_code(office, campus):
    """CHK-7: own safeguards, without a change of the program."""
    made = office.post(
        reverse("tools:new_tool"),
        {"name": "校园反诈答题", "guide": "截下得分页。", "passes": 3, "places": [campus.college.path]},
    )  # fmt: skip
    tool = Tool.objects.get(name="校园反诈答题")
    office.post(
        reverse("tools:new_item", args=[tool.pk]),
        {"label": "达标", "pictured": "on", "reads": "", "valid_days": 365},
    )
    page = office.get(made.url).content.decode()

    assert made.url == reverse("tools:tool", args=[tool.pk])
    assert [(one.key, one.label, one.valid_days) for one in tool.items.all()] == [
        ("t1.i1", "达标", 365)
    ]
    assert [word in page for word in ("计算机学院", "达标", "365 天", "由人工核对")] == [True] * 4


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "passes": 3}, "这个字段是必填项。"),
        ({"name": "国家反诈中心 App", "passes": 3}, "目录中已有“国家反诈中心 App”"),
        ({"name": "甲" * 41, "passes": 3}, "40"),
        ({"name": "新工具", "passes": 0}, "1"),
        ({"name": "新工具", "passes": 3, "places": ["000099"]}, "所选单位不在本校"),
    ],
)
def test_a_tool_that_does_not_fit_is_refused_and_nothing_kept(office, sent, said):
    adopted(office)

    page = office.post(reverse("tools:new_tool"), sent)

    assert page.status_code == 400
    assert said in page.content.decode()
    assert Tool.objects.count() == 4


def test_an_item_keeps_its_code_when_its_words_change_and_stays_once_asked(office, campus):
    app = adopted(office)
    item = app.items.get(code="named")
    address = reverse("tools:edit_item", args=[app.pk, item.pk])
    office.post(address, {"label": "实名认证", "pictured": "on", "reads": "named"})
    make.safeguard_round(campus)
    office.post(reverse("tools:drop_item", args=[app.pk, item.pk]))
    office.post(reverse("tools:drop_item", args=[app.pk, app.items.get(code="push").pk]))

    item.refresh_from_db()
    assert (item.key, item.label) == ("app.named", "实名认证")
    assert not app.items.filter(code="push").exists()


def test_a_label_that_would_not_fit_a_round_is_refused(office):
    app = adopted(office)
    Tool.objects.filter(pk=app.pk).update(name="甲" * 40)

    page = office.post(reverse("tools:new_item", args=[app.pk]), {"label": "乙" * 18, "reads": ""})

    assert page.status_code == 400
    assert "合计不能超过 57 个字" in page.content.decode()
    assert app.items.count() == 6


def test_a_retired_tool_is_offered_no_more_and_its_rounds_go_on(office, campus):
    round_ = make.safeguard_round(campus)
    app = Tool.objects.get(code="app")
    office.post(reverse("tools:retire", args=[app.pk]))
    page = office.get(make.new_url("safeguard")).content.decode()
    office.force_login(campus.student)
    own = office.get(reverse("tools:mine", args=[round_.pk])).content.decode()

    assert "国家反诈中心 App" not in page
    assert "反骗码 · 绿码" in page
    assert "国家反诈中心 App" in own

    office.force_login(campus.office)
    office.post(reverse("tools:restore", args=[app.pk]))
    assert "国家反诈中心 App" in office.get(make.new_url("safeguard")).content.decode()


@pytest.mark.parametrize("who", ["counselor", "liaison", "student", "department"])
def test_only_the_office_writes_in_the_catalogue(client, campus, who):
    client.force_login(getattr(campus, who))

    assert client.post(reverse("tools:adopt")).status_code == 403
    assert client.get(reverse("tools:new_tool")).status_code == 403
    assert not Tool.objects.exists()


def test_a_draft_starts_as_the_catalogue_has_it_and_is_issued(office, campus, sent):
    adopted(office)
    page = office.get(make.new_url("safeguard"))
    usual = {name: field.initial for name, field in page.context["items"].fields.items()}
    address = office.post(make.new_url("safeguard"), sent).url
    made = Round.objects.get(kind="safeguard")
    Standing.objects.create(person=campus.student, code="app.installed", since=timezone.localdate())
    draft = office.get(address).content.decode()
    office.post(reverse("rounds:issue", args=[made.pk]))

    assert [usual[f"item_app.{code}"] for code in ("installed", "check")] == ["must", "may"]
    assert "沿用仍然有效的办理结果：国家反诈中心 App · 安装 1 人" in draft
    assert (made.safeguard.sample_percent, made.safeguard.fresh_days) == (5, 30)
    assert list(Item.objects.filter(round=made).values_list("code", "obligatory")) == [
        ("app.installed", True), ("app.named", True), ("app.warning", True),
        ("app.check", False), ("code.green", True),
    ]  # fmt: skip
    carried = Answer.objects.get(round=made)
    assert (carried.person, carried.state, carried.carried) == (campus.student, "accepted", True)
    assert Completion.objects.get(round=made).state == "started"


def test_a_tool_prescribed_for_one_college_is_not_asked_of_another(office, campus, sent):
    adopted(office)
    Tool.objects.filter(code="code").update(places=[campus.college.path])

    page = office.post(make.new_url("safeguard"), sent)

    assert "“反骗码”只在规定的校区或学院使用" in page.content.decode()
    assert not Round.objects.filter(kind="safeguard").exists()
    office.post(make.new_url("safeguard"), sent | {"places": [campus.college.pk]})
    assert Round.objects.get(kind="safeguard").places == [campus.college.path]


def test_a_tool_prescribed_after_drafting_stops_the_issue(office, campus):
    made = make.safeguard_round(campus, issued=False)
    Tool.objects.filter(code="code").update(places=[campus.college.path])

    with pytest.raises(Refused) as refused:
        services.issue(made, actor=campus.office)

    assert "只在规定的校区或学院使用" in str(refused.value)
    made.refresh_from_db()
    assert made.state == "draft"


def test_a_draft_is_revised_and_a_share_over_a_hundred_refused(office, campus, sent):
    adopted(office)
    office.post(make.new_url("safeguard"), sent)
    made = Round.objects.get(kind="safeguard")
    edit = reverse("rounds:edit", args=[made.pk])
    bad = office.post(edit, sent | {"sample_percent": 101}).content.decode()
    office.post(edit, sent | {"sample_percent": 10, "item_app.check": "not"})

    made.safeguard.refresh_from_db()
    assert "确保该值小于或等于100" in bad
    assert made.safeguard.sample_percent == 10
    assert not made.items.filter(code="app.check").exists()
    assert ToolItem.objects.count() == 9
