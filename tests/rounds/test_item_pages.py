"""A kind of several items, from drafting to the counts, by the core's own pages."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django import forms
from django.urls import reverse
from django.utils import timezone

from oversight.queries import tasks
from rounds import services
from rounds.kinds import KINDS, Kind
from rounds.models import Answer, Completion, Round, Standing
from tests import factories as make


class NoDetails(forms.Form):
    """A kind without parameters of its own."""

    def __init__(self, *args, user=None, **more):
        super().__init__(*args, **more)


class Safety(Kind):
    """Made for these tests: three items, answered on the core's own pages."""

    code, label, asks_items = "safety-pages", "安全项目", True

    def form(self):
        return NoDetails

    def items(self, school):
        return [("app", "国家反诈中心"), ("code", "反骗码"), ("page", "关注公众号")]

    def parameters(self, round_):
        return {}

    def draft(self, *, actor, parameters, **shape):
        return Round.objects.create(kind=self.code, created_by=actor, **shape)

    def revise(self, round_, *, actor, parameters, **shape):
        Round.objects.filter(pk=round_.pk).update(**shape)

    def sample(self, round_, person):
        return round_.title, ["请逐项办理。"]

    def carry(self, round_, people=None):
        services.carry_over(round_, people)

    def start_url(self, round_):
        return reverse("rounds:items", args=[round_.pk])

    def receipt_url(self, completion):
        return reverse("rounds:items_of", args=[completion.round_id, completion.person_id])


@pytest.fixture
def kind(monkeypatch):
    made = Safety()
    monkeypatch.setitem(KINDS, made.code, made)
    return made


@pytest.fixture
def sent(campus, kind):
    today = timezone.localdate()
    return {
        "title": "安全项目核查", "owner": campus.school.pk, "unit": campus.school.pk, "level": 3,
        "categories": ["student"], "opens_on": today, "due_on": today + timedelta(days=7),
        "locks_on": today + timedelta(days=9),
        "item_app": "must", "item_code": "must", "item_page": "may",
    }  # fmt: skip


@pytest.fixture
def round_(client, campus, sent):
    """Drafted on the page and issued."""
    client.force_login(campus.office)
    client.post(make.new_url("safety-pages"), sent)
    made = Round.objects.get(kind="safety-pages")
    services.issue(made, actor=campus.office)
    made.refresh_from_db()
    return made


def pk_of(round_, code):
    return round_.items.get(code=code).pk


def give(client, round_, person, code, **said):
    client.force_login(person)
    return client.post(reverse("rounds:answer_item", args=[round_.pk, pk_of(round_, code)]), said)


def asked_of(round_):
    return list(round_.items.values_list("label", "obligatory"))


def test_a_draft_chooses_its_items_and_changes_them(client, campus, sent):
    client.force_login(campus.office)
    address = client.post(make.new_url("safety-pages"), sent).url
    made = Round.objects.get(kind="safety-pages")
    first = asked_of(made)
    draft = client.get(address).content.decode()
    edit = reverse("rounds:edit", args=[made.pk])
    page = client.get(edit).content.decode()
    client.post(edit, sent | {"item_page": "not", "item_code": "may"})

    assert first == [("国家反诈中心", True), ("反骗码", True), ("关注公众号", False)]
    assert "国家反诈中心、反骗码、关注公众号（选填）" in draft
    assert '<option value="may" selected>' in page
    assert asked_of(made) == [("国家反诈中心", True), ("反骗码", False)]


def test_a_draft_that_obliges_to_nothing_is_refused_and_nothing_made(client, campus, sent):
    client.force_login(campus.office)
    nothing = {"item_app": "may", "item_code": "not", "item_page": "not"}

    page = client.post(make.new_url("safety-pages"), sent | nothing)

    assert "至少须有一项必填" in page.content.decode()
    assert not Round.objects.filter(kind="safety-pages").exists()


def test_a_person_finds_the_items_answers_them_and_sees_how_each_stands(client, campus, round_):
    assert [task.url for task in tasks(campus.student)] == [
        reverse("rounds:items", args=[round_.pk])
    ]
    end = timezone.localdate() + timedelta(days=90)
    give(client, round_, campus.student, "app")
    answer = give(client, round_, campus.student, "code", valid_until=end, note="绿码")

    page = client.get(answer.url).content.decode()
    assert [word in page for word in ("待核", "选填，未办理", f"有效期至 {end}", "绿码")] == [
        True
    ] * 4
    assert Completion.objects.get(person=campus.student).state == "pending"


def test_what_does_not_fit_is_said_and_changes_nothing(client, campus, round_):
    yesterday = timezone.localdate() - timedelta(days=1)

    page = give(client, round_, campus.student, "code", valid_until=yesterday)

    assert page.status_code == 400
    assert "有效期已过" in page.content.decode()
    assert not Answer.objects.exists()


def test_after_the_lock_the_page_says_why_and_offers_nothing(client, campus, round_):
    past = timezone.now() - timedelta(hours=1)
    Round.objects.filter(pk=round_.pk).update(
        opens_at=past - timedelta(days=2), due_at=past - timedelta(hours=1), locks_at=past
    )
    client.force_login(campus.student)

    page = client.get(reverse("rounds:items", args=[round_.pk])).content.decode()

    assert "任务已停止办理" in page
    assert reverse("rounds:answer_item", args=[round_.pk, pk_of(round_, "app")]) not in page
    assert give(client, round_, campus.student, "app").status_code == 400


def test_what_holds_from_before_is_shown_as_carried(client, campus, sent):
    Standing.objects.create(person=campus.student, code="app", since=timezone.localdate())
    client.force_login(campus.office)
    client.post(make.new_url("safety-pages"), sent)
    made = Round.objects.get(kind="safety-pages")
    services.issue(made, actor=campus.office)
    client.force_login(campus.student)

    assert "沿用已有" in client.get(reverse("rounds:items", args=[made.pk])).content.decode()


def accept(round_, person, *codes, actor):
    for code in codes:
        found = Answer.objects.get(round=round_, person=person, item__code=code)
        services.judge(found, actor=actor, accept=True)


def test_the_board_counts_each_item_and_the_sheet_tells_what_is_missing(client, campus, round_):
    for code in ("app", "code"):
        give(client, round_, campus.student, code)
    give(client, round_, campus.classmate, "app")
    accept(round_, campus.student, "app", "code", actor=campus.counselor)
    client.force_login(campus.liaison)
    board = reverse("rounds:board", args=[round_.pk, campus.college.pk])

    page = client.get(f"{board}?tab=items")
    data = client.post(reverse("rounds:export", args=[round_.pk, campus.college.pk])).content

    total = [(one.submitted, one.verified, one.expected) for one in page.context["item_total"]]
    assert total == [(2, 1, 5), (1, 1, 5), (0, 0, 5)]
    assert "1/5" in page.content.decode()
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[0] == "序号")
    assert rows[head][-3:] == ("国家反诈中心", "反骗码", "关注公众号")
    said = {row[5]: row[-3:] for row in rows[head + 1 :] if row[5]}
    assert said["李小红"] == ("待核", "未办理", "未办理")
    assert "张小明" not in said


def test_a_round_without_items_has_no_such_tab(client, campus, kind):
    made = make.pledge_round(campus)
    client.force_login(campus.office)

    page = client.get(reverse("rounds:board", args=[made.pk])).content.decode()

    assert "各项目进度" not in page
    assert "项目" not in client.get(make.new_url()).content.decode()
    client.force_login(campus.student)
    assert client.get(reverse("rounds:items", args=[made.pk])).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("student", 200), ("counselor", 200), ("liaison", 200), ("office", 200), ("cadre", 404),
        ("stranger", 404), ("foreign_liaison", 404), ("classmate", 404),
    ],
)  # fmt: skip
def test_somebody_s_answers_are_read_by_those_above_alone(client, campus, round_, who, status):
    give(client, round_, campus.student, "app")
    client.force_login(getattr(campus, who))

    answer = client.get(reverse("rounds:items_of", args=[round_.pk, campus.student.pk]))

    assert answer.status_code == status


@pytest.mark.parametrize("who", ["staff", "liaison", "office"])
def test_whom_the_round_does_not_ask_has_nothing_to_answer(client, campus, round_, who):
    person = getattr(campus, who)

    assert give(client, round_, person, "app").status_code == 404
    assert not Answer.objects.exists()


def test_an_item_of_another_round_is_none_of_this_one(client, campus, round_, sent):
    client.force_login(campus.office)
    client.post(make.new_url("safety-pages"), sent)
    other = Round.objects.filter(kind="safety-pages").latest("pk")
    client.force_login(campus.student)

    answer = client.post(reverse("rounds:answer_item", args=[round_.pk, pk_of(other, "app")]))

    assert answer.status_code == 404
