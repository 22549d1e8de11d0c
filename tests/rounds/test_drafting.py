"""A round from its form to its end, on screen."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import School
from rounds import services
from rounds.models import Round
from tests import factories as make

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def text(campus):
    return make.pledge_text(campus.school, campus.office)


@pytest.fixture
def form(campus, text):
    today = timezone.localdate()
    return {
        "title": "2026 年反诈承诺书",
        "text": text.pk,
        "year": "2026",
        "owner": campus.school.pk,
        "unit": campus.school.pk,
        "level": 3,
        "categories": ["student"],
        "opens_on": today.isoformat(),
        "due_on": (today + timedelta(days=7)).isoformat(),
        "locks_on": (today + timedelta(days=14)).isoformat(),
    }


def test_from_form_to_draft_to_issue(client, campus, form):
    client.force_login(campus.office)

    saved = client.post(make.new_url(), form)
    round_ = Round.objects.get()
    preview = client.get(saved.url).content.decode()
    issued = client.post(reverse("rounds:issue", args=[round_.pk]))

    assert "发布后将发给 <b>6</b> 个单位，应完成 <b>7</b> 人" in preview
    assert "我是（学校名称）（学院、班级）（姓名）。" in preview
    assert "孙处长。" not in preview
    assert issued.url == reverse("rounds:board", args=[round_.pk])
    round_.refresh_from_db()
    assert round_.state == Round.State.OPEN
    assert round_.assignments.count() == 6


def test_the_day_of_the_date_is_included_to_midnight(client, campus, form):
    client.force_login(campus.office)

    client.post(make.new_url(), form | {"due_on": "2027-03-15", "locks_on": "2027-03-20"})

    round_ = Round.objects.get()
    assert round_.due_at == datetime(2027, 3, 15, 23, 59, 59, tzinfo=SHANGHAI)
    board = client.get(reverse("rounds:draft", args=[round_.pk])).content.decode()
    assert "2027-03-15 24:00" in board


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"due_on": "2020-01-01"}, "按时截止不能早于开始日期。"),
        ({"locks_on": "2020-01-01"}, "停止办理不能早于按时截止。"),
        ({"categories": ["external"]}, "选择一个有效的选项"),
        ({"unit": "999999"}, "选择一个有效的选项"),
        ({"text": "999999"}, "选择一个有效的选项"),
        ({"title": ""}, "这个字段是必填项"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_kept(client, campus, form, change, sentence):
    client.force_login(campus.office)

    page = client.post(make.new_url(), form | {"body": "请认真阅读"} | change)

    assert sentence in page.content.decode()
    assert "请认真阅读" in page.content.decode()
    assert not Round.objects.exists()


def test_only_what_the_roster_has_can_be_chosen(client, campus):
    client.force_login(campus.office)

    chosen = client.get(make.new_url()).context["form"]

    assert [value for value, _ in chosen.fields["categories"].choices] == [
        "service",
        "staff",
        "student",
    ]
    assert chosen.fields["grades"].choices == [("2023", "2023 级")]
    assert "cohorts" not in chosen.fields


def test_a_department_s_round_is_its_own_and_asks_the_whole_school(client, campus, form):
    client.force_login(campus.department)

    page = client.get(make.new_url()).context["form"]
    client.post(make.new_url(), form | {"owner": campus.student_affairs.pk})

    assert list(page.fields["owner"].queryset) == [campus.student_affairs]
    assert list(page.fields["unit"].queryset) == [campus.school]
    round_ = Round.objects.get()
    assert (round_.owner, round_.unit) == (campus.student_affairs, campus.school)


def test_a_draft_is_changed_and_an_issued_round_is_not(client, campus, form):
    client.force_login(campus.office)
    client.post(make.new_url(), form)
    round_ = Round.objects.get()
    edit = reverse("rounds:edit", args=[round_.pk])

    shown = client.get(edit).content.decode()
    client.post(edit, form | {"title": "新的名称", "year": "2027"})
    round_.refresh_from_db()
    services.issue(round_, actor=campus.office)
    late = client.post(edit, form)

    assert "2026 年反诈承诺书" in shown
    assert (round_.title, round_.pledge.year) == ("新的名称", "2027")
    assert late.status_code == 404


def test_a_draft_asking_nobody_is_not_issued(client, campus, form):
    round_ = make.pledge_round(campus, issued=False, categories=["dispatched"])
    client.force_login(campus.office)

    answer = client.post(reverse("rounds:issue", args=[round_.pk]), follow=True)

    assert "所选范围内没有应完成的人员" in answer.content.decode()
    round_.refresh_from_db()
    assert round_.state == Round.State.DRAFT


def test_drafts_are_their_owner_s_business(client, campus):
    draft = make.pledge_round(campus, issued=False, unit=campus.college, title="学院内的草稿")
    codes = {}
    for role in ("office", "department", "liaison", "counselor", "leader", "student"):
        client.force_login(getattr(campus, role))
        codes[role] = client.get(reverse("rounds:draft", args=[draft.pk])).status_code
        if role not in ("office", "student"):
            listed = client.get(reverse("rounds:list") + "?show=draft").content.decode()
            assert "学院内的草稿" not in listed, role

    assert codes == {
        "office": 200, "department": 404, "liaison": 403, "counselor": 403, "leader": 403,
        "student": 403,
    }  # fmt: skip


def test_closing_with_something_waiting_asks_why(client, campus):
    round_ = make.pledge_round(campus)
    part = round_.assignments.get(unit=campus.klass)
    services.submit(part, actor=campus.counselor, note="未齐")
    client.force_login(campus.office)
    close = reverse("rounds:close", args=[round_.pk])

    asked = client.get(close).content.decode()
    refused = client.post(close, {"reason": ""})
    client.post(close, {"reason": "学期结束"})

    assert "还有 1 项等待审核" in asked
    assert refused.status_code == 200
    round_.refresh_from_db()
    assert (round_.state, round_.note) == (Round.State.CLOSED, "学期结束")
    board = client.get(reverse("rounds:board", args=[round_.pk])).content.decode()
    assert "任务结束时固定" in board


def test_withdrawing_needs_a_reason_and_the_right(client, campus):
    round_ = make.pledge_round(campus)
    withdraw = reverse("rounds:withdraw", args=[round_.pk])
    client.force_login(campus.department)
    foreign = client.post(withdraw, {"reason": "x"}).status_code
    client.force_login(campus.office)
    client.post(withdraw, {"reason": ""})
    still = Round.objects.get(pk=round_.pk).state
    client.post(withdraw, {"reason": "文本有误"})

    assert foreign == 403
    assert still == Round.State.OPEN
    assert Round.objects.get(pk=round_.pk).state == Round.State.WITHDRAWN


def test_the_lists_of_rounds(client, campus):
    make.pledge_round(campus, title="进行中的")
    over = make.pledge_round(campus, title="已结束的")
    services.close(over, actor=campus.office)
    make.pledge_round(make.campus("OTHER"), title="别校的")
    client.force_login(campus.liaison)

    shown = {
        show: [r.title for r in client.get(f"/rounds/?show={show}").context["page"]]
        for show in ("open", "over")
    }

    assert shown == {"open": ["进行中的"], "over": ["已结束的"]}


def test_the_level_is_called_as_the_school_calls_its_colleges(client, campus):
    School.objects.filter(unit=campus.school).update(college_word="院部")
    client.force_login(campus.office)

    page = client.get(make.new_url()).content.decode()

    assert "院部、部门交件" in page
    assert "学院、部门交件" not in page


def test_no_text_is_chosen_before_somebody_chooses_one(client, campus, form):
    client.force_login(campus.office)

    blank = client.get(make.new_url()).content.decode()
    answer = client.post(make.new_url(), form | {"text": ""})

    assert '<option value="" selected>请选择文本</option>' in blank
    assert "请选择承诺书文本。" in answer.content.decode()
    assert Round.objects.count() == 0
