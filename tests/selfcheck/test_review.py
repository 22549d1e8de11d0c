"""The review queue: one answer after another, settled, put aside, undone (CHK-4, CHK-6)."""

import io
import uuid
from datetime import timedelta

import pytest
from django import forms
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.moves import Refused
from adapters import images
from rounds import services as rounds
from rounds.kinds import KINDS, Kind
from rounds.models import Answer, Completion, Round, Standing
from selfcheck.models import Review, Shot
from selfcheck.tools import review_queries as queries
from selfcheck.tools.services import judging, pictures
from tests import factories as make

State = Answer.State


class Asking(Kind):
    """A kind of items, made for these tests."""

    code, label, asks_items = "asking", "安全项目", True

    def form(self):
        return forms.Form

    def start_url(self, round_):
        return reverse("rounds:items", args=[round_.pk])

    def receipt_url(self, completion):
        return reverse("rounds:items_of", args=[completion.round_id, completion.person_id])


@pytest.fixture
def round_(campus, monkeypatch):
    monkeypatch.setitem(KINDS, "asking", Asking())
    now = timezone.now()
    made = Round.objects.create(
        kind="asking", title="反诈 App 核查", unit=campus.school, owner=campus.school,
        categories=["student"], created_by=campus.office, opens_at=now - timedelta(days=1),
        due_at=now + timedelta(days=5), locks_at=now + timedelta(days=9),
    )  # fmt: skip
    asked = [{"code": "app.real", "label": "实名注册"}, {"code": "app.on", "label": "预警开启"}]
    rounds.set_items(made, asked, actor=campus.office)
    rounds.issue(made, actor=campus.office)
    made.refresh_from_db()
    return made


def picture(colour="white"):
    out = io.BytesIO()
    Image.new("RGB", (60, 90), colour).save(out, "PNG")
    return images.open_safely(io.BytesIO(out.getvalue()))


def given(round_, person, item=0, *, colour="white", state="read", **read) -> Answer:
    """The person's answer with one picture, as the machine left it."""
    asked = round_.items.all()[item]
    answer = rounds.answer(asked, person, actor=person)
    shot = pictures.show(
        answer, picture(colour), name="截图.png", actor=person, upload=uuid.uuid4()
    )
    Shot.objects.filter(pk=shot.pk).update(state=state, **read)
    return answer


def queue(round_, unit, **asked):
    return reverse("review:queue", args=[round_.pk, unit.pk], query=asked or None)


def settle_url(round_, unit, answer, **asked):
    return reverse("review:settle", args=[round_.pk, unit.pk, answer.pk], query=asked or None)


def shown(round_, unit, user, show="doubt", doubt=""):
    return list(queries.waiting(user, round_, unit, show, doubt))


def test_a_pending_answer_waits_for_whoever_judges_the_class(campus, round_):
    answer = given(round_, campus.student, doubts=["other_name"])
    foreign = given(round_, campus.foreign_student)

    assert shown(round_, campus.klass, campus.counselor) == [answer]
    assert shown(round_, campus.school, campus.office) == [answer, foreign]
    assert shown(round_, campus.school, campus.head) == []
    assert shown(round_, campus.school, campus.student) == []


def test_what_is_still_to_be_read_stands_apart(campus, round_):
    answer = given(round_, campus.student, state="queued")

    assert shown(round_, campus.klass, campus.counselor) == []
    assert shown(round_, campus.klass, campus.counselor, "reading") == [answer]


def test_passing_accepts_and_is_remembered_until_the_day_the_picture_says(campus, round_):
    until = timezone.localdate() + timedelta(days=90)
    facts = {"until": {"value": until.isoformat(), "certainty": 0.99}}
    answer = given(round_, campus.student, facts=facts)

    judging.settle(answer, actor=campus.counselor, verdict="pass")

    answer.refresh_from_db()
    assert (answer.state, answer.valid_until) == (State.ACCEPTED, until)
    assert Standing.objects.get(person=campus.student).valid_until == until
    assert shown(round_, campus.klass, campus.counselor) == []


def test_sending_back_tells_the_person_how_to_do_it_right(campus, round_):
    answer = given(round_, campus.student)

    judging.settle(
        answer, actor=campus.counselor, verdict="return", reasons=["old", "cropped"], note="请补。"
    )

    answer.refresh_from_db()
    assert answer.state == State.SENT_BACK
    assert answer.note == (
        "截图早于本次任务开始的时间。请重新截图。截图不完整。请上传整屏截图，不要裁剪。请补。"
    )
    part = Completion.objects.get(round=round_, person=campus.student)
    assert part.state == Completion.State.SENT_BACK


def test_sending_back_needs_a_reason(campus, round_):
    answer = given(round_, campus.student)

    with pytest.raises(Refused, match="退回原因"):
        judging.settle(answer, actor=campus.counselor, verdict="return", reasons=["nonsense"])

    assert Review.objects.count() == 0


def test_put_aside_it_waits_under_its_own_tab_until_it_is_settled(campus, round_):
    answer = given(round_, campus.student)
    judging.settle(answer, actor=campus.counselor, verdict="hold")

    assert shown(round_, campus.klass, campus.counselor) == []
    assert shown(round_, campus.klass, campus.counselor, "held") == [answer]
    judging.settle(answer, actor=campus.counselor, verdict="pass")
    assert shown(round_, campus.klass, campus.counselor, "held") == []


def test_answered_anew_it_is_put_aside_no_longer(campus, round_):
    answer = given(round_, campus.student)
    judging.settle(answer, actor=campus.counselor, verdict="hold")

    rounds.answer(answer.item, campus.student, actor=campus.student)

    assert shown(round_, campus.klass, campus.counselor) == [answer]


@pytest.mark.parametrize("verdict", ["pass", "return", "hold"])
def test_a_look_undone_leaves_the_answer_waiting_as_before(campus, round_, verdict):
    answer = given(round_, campus.student)
    look = judging.settle(answer, actor=campus.counselor, verdict=verdict, reasons=["old"])

    judging.undo(look, actor=campus.counselor)

    answer.refresh_from_db()
    assert answer.state == State.PENDING
    assert not Standing.objects.filter(person=campus.student).exists()
    assert shown(round_, campus.klass, campus.counselor) == [answer]
    with pytest.raises(Refused, match="已撤销"):
        judging.undo(look, actor=campus.counselor)


def test_what_was_known_before_is_known_again_after_undoing(campus, round_):
    first = given(round_, campus.student)
    judging.settle(first, actor=campus.counselor, verdict="pass")
    other = given(round_, campus.student, 1)
    look = judging.settle(other, actor=campus.counselor, verdict="pass")

    judging.undo(look, actor=campus.counselor)

    known = Standing.objects.filter(person=campus.student)
    assert list(known.values_list("code", flat=True)) == ["app.real"]


def test_only_ones_own_look_is_undone_and_only_for_a_day(campus, round_):
    answer = given(round_, campus.student)
    look = judging.settle(answer, actor=campus.counselor, verdict="pass")

    with pytest.raises(Refused, match="本人的审核"):
        judging.undo(look, actor=campus.office)
    Review.objects.filter(pk=look.pk).update(at=timezone.now() - timedelta(hours=25))
    with pytest.raises(Refused, match="24 小时"):
        judging.undo(look, actor=campus.counselor)


def test_nobody_judges_their_own(campus, round_):
    make.grant(campus.student, "COUNSELOR", campus.klass)
    answer = given(round_, campus.student)

    assert shown(round_, campus.klass, campus.student) == []
    for verdict in ("pass", "hold"):
        with pytest.raises(Refused, match="他人审核"):
            judging.settle(answer, actor=campus.student, verdict=verdict)


def test_a_sample_of_what_the_machine_accepted_tells_how_often_it_errs(campus, round_):
    right = given(round_, campus.student, sampled=True, certain=True)
    wrong = given(round_, campus.classmate, sampled=True, certain=True, colour="grey")
    for answer in (right, wrong):
        rounds.judge(answer, actor=None, accept=True)

    assert shown(round_, campus.klass, campus.counselor, "sample") == [right, wrong]
    judging.settle(right, actor=campus.counselor, verdict="pass")
    look = judging.settle(wrong, actor=campus.counselor, verdict="return", reasons=["red"])

    rate = queries.error_rate(round_, campus.school)
    assert (rate.looked, rate.wrong, rate.percent) == (2, 1, "50.0%")
    assert shown(round_, campus.klass, campus.counselor, "sample") == []
    judging.undo(look, actor=campus.counselor)
    wrong.refresh_from_db()
    assert wrong.state == State.ACCEPTED
    assert shown(round_, campus.klass, campus.counselor, "sample") == [wrong]


def test_only_what_bears_a_doubt_is_listed_under_it(campus, round_):
    old = given(round_, campus.student, doubts=["old"])
    given(round_, campus.classmate, doubts=["red"], colour="red")

    assert shown(round_, campus.klass, campus.counselor, doubt="old") == [old]
    rows = queries.waiting(campus.counselor, round_, campus.klass, "doubt")
    assert queries.doubts_found(rows) == [("old", "截图过早", 1), ("red", "红码", 1)]


def test_beside_the_picture_stand_last_terms_facts_and_never_its_picture(client, campus, round_):
    former = given(round_, campus.student, facts={"name": {"value": "*三", "certainty": 1}})
    judging.settle(former, actor=campus.counselor, verdict="pass")
    old = Shot.objects.get()
    now = timezone.now()
    again = Round.objects.create(
        kind="asking", title="再查", unit=campus.school, owner=campus.school,
        categories=["student"], created_by=campus.office, opens_at=now - timedelta(hours=1),
        due_at=now + timedelta(days=5), locks_at=now + timedelta(days=9),
    )  # fmt: skip
    rounds.set_items(again, [{"code": "app.real", "label": "实名注册"}], actor=campus.office)
    rounds.issue(again, actor=campus.office)
    given(again, campus.student, colour="blue")
    client.force_login(campus.counselor)

    page = client.get(queue(again, campus.klass)).content.decode()

    assert "上次识别的内容" in page and "*三" in page
    assert str(old.evidence.file.uuid) not in page


def test_the_page_settles_without_a_script(client, campus, round_):
    answer = given(round_, campus.student, doubts=["old"])
    client.force_login(campus.counselor)

    page = client.get(queue(round_, campus.klass))
    assert page.content.decode().count('class="review-card"') == 1
    back = client.post(settle_url(round_, campus.klass, answer, show="doubt"), {"verdict": "pass"})

    assert back.status_code == 302
    assert "没有待核的截图" in client.get(back["Location"]).content.decode()
    undo = reverse("review:undo", args=[round_.pk, campus.klass.pk, Review.objects.get().pk])
    assert client.post(undo).status_code == 302
    assert shown(round_, campus.klass, campus.counselor) == [answer]


def test_one_request_settles_and_brings_the_card_asked_for(client, campus, round_):
    first = given(round_, campus.student)
    second = given(round_, campus.classmate)
    client.force_login(campus.counselor)
    script = {"X-Requested-With": "review"}

    url = settle_url(round_, campus.klass, first, next=second.pk)
    answer = client.post(url, {"verdict": "pass"}, headers=script)
    assert f'data-card="{second.pk}"' in answer.content.decode()
    assert answer["X-Review"] == str(Review.objects.get().pk)
    url = settle_url(round_, campus.klass, second, next=0)
    assert client.post(url, {"verdict": "pass"}, headers=script).status_code == 204


def test_a_second_press_is_told_so_and_changes_nothing(client, campus, round_):
    answer = given(round_, campus.student)
    client.force_login(campus.counselor)
    script = {"X-Requested-With": "review"}
    url = settle_url(round_, campus.klass, answer)
    client.post(url, {"verdict": "pass"}, headers=script)

    again = client.post(url, {"verdict": "return", "reasons": ["nonsense"]}, headers=script)
    assert (again.status_code, Review.objects.count()) == (400, 1)
    again = client.post(url, {"verdict": "pass"}, headers=script)
    assert again.status_code == 400
    assert "请刷新页面" in again.json()["said"]
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("counselor", 200), ("liaison", 200), ("office", 200), ("stranger", 404), ("head", 403),
     ("cadre", 403), ("student", 403)],
)  # fmt: skip
def test_who_may_open_the_queue(client, campus, round_, who, status):
    given(round_, campus.student)
    client.force_login(getattr(campus, who))

    assert client.get(queue(round_, campus.klass)).status_code == status


def test_an_answer_of_another_class_is_not_there(client, campus, round_):
    answer = given(round_, campus.foreign_student)
    client.force_login(campus.counselor)

    sent = client.post(settle_url(round_, campus.klass, answer), {"verdict": "pass"})

    assert sent.status_code == 404
    answer.refresh_from_db()
    assert answer.state == State.PENDING


def test_all_that_are_listed_are_passed_after_a_look(client, campus, round_):
    given(round_, campus.student, doubts=["old"])
    given(round_, campus.classmate, doubts=["old"], colour="blue")
    red = given(round_, campus.classmate, 1, doubts=["red"], colour="red")
    client.force_login(campus.counselor)
    url = reverse("review:many", args=[round_.pk, campus.klass.pk], query={"doubt": "old"})

    assert client.post(url, {"note": ""}).status_code == 400
    assert client.post(url, {"note": "已逐张看过缩略图"}).status_code == 302
    assert shown(round_, campus.klass, campus.counselor) == [red]


def test_cards_take_the_same_queries_for_one_and_for_many(
    campus, round_, django_assert_num_queries
):
    given(round_, campus.student)
    rows = queries.waiting(campus.counselor, round_, campus.klass, "doubt")
    with django_assert_num_queries(5):
        [card.read for card in queries.cards(rows)]
    given(round_, campus.classmate)
    given(round_, campus.classmate, 1, colour="blue")
    with django_assert_num_queries(5):
        assert len(queries.cards(rows)) == 3


def test_what_waits_stands_on_home_class_by_class(client, campus, round_):
    given(round_, campus.student)
    given(round_, campus.student, 1, colour="blue")
    given(round_, campus.second_student, colour="red")
    given(round_, campus.classmate, state="queued", colour="green")
    client.force_login(campus.liaison)

    assert queries.all_waiting(campus.liaison).count() == 3
    rows = [(r.unit, r.waiting_count) for r in queries.by_class(campus.liaison)]
    assert rows == [(campus.klass, 2), (campus.second_class, 1)]
    page = client.get(reverse("review:list")).content.decode()
    assert queue(round_, campus.klass) in page and campus.second_class.name in page
    assert "截图待核" in client.get(reverse("oversight:home")).content.decode()
    client.force_login(campus.stranger)
    assert "没有待核的截图" in client.get(reverse("review:list")).content.decode()
