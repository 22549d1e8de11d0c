"""The page on which somebody signs."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pledges import services
from pledges.drawing import svg
from pledges.models import Signature
from rounds import services as rounds
from rounds.models import Assignment, Completion, Round
from tests import factories as make


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def sign_url(round_):
    return reverse("pledges:sign", args=[round_.pk])


def receipt_url(round_, person):
    return reverse("pledges:receipt", args=[round_.pk, person.pk])


def posted(round_, person, **more):
    page = services.page_for(round_, person)
    strokes = json.dumps(make.STROKES)
    return {"text_sha256": page.sha256, "read_to_end": "1", "strokes": strokes} | more


def set_times(round_, opens, due, locks):
    now = timezone.now()
    hours = dict(zip(("opens_at", "due_at", "locks_at"), (opens, due, locks), strict=True))
    times = {name: now + timedelta(hours=number) for name, number in hours.items()}
    Round.objects.filter(pk=round_.pk).update(**times)


def hand_in(campus, round_):
    part = Assignment.objects.get(round=round_, unit=campus.klass)
    rounds.submit(part, actor=campus.counselor, note="其余同学未返校")


def test_the_page_shows_the_exact_text_with_school_unit_and_name(client, campus, round_):
    client.force_login(campus.student)

    page = client.get(sign_url(round_))

    assert "我是测试大学计算机学院计科2301班张小明。" in page.content.decode()
    assert services.page_for(round_, campus.student).sha256 in page.content.decode()
    assert len(page.content) < 50_000


def test_signing_leads_to_a_receipt_and_the_boards_show_it(client, campus, round_):
    client.force_login(campus.student)

    answer = client.post(sign_url(round_), posted(round_, campus.student))

    assert answer.url == receipt_url(round_, campus.student)
    assert Signature.objects.get().receipt in client.get(answer.url).content.decode()
    client.force_login(campus.office)
    board = client.get(reverse("rounds:board", args=[round_.pk]))
    assert board.context["figures"].verified == 1


def test_pressed_twenty_times_it_is_signed_once(client, campus, round_):
    client.force_login(campus.student)
    form = posted(round_, campus.student)

    answers = {client.post(sign_url(round_), form).url for _ in range(20)}

    assert answers == {receipt_url(round_, campus.student)}
    assert Signature.objects.count() == Completion.objects.count() == 1


def test_another_text_than_the_one_shown_is_not_signed(client, campus, round_):
    client.force_login(campus.student)

    answer = client.post(sign_url(round_), posted(round_, campus.student, text_sha256="0" * 64))

    assert answer.status_code == 400
    assert "请重新阅读后签署" in answer.content.decode()
    assert not Signature.objects.exists()


BAD = [
    ("", "请在签名框内手写您的姓名。"),
    ("{", "签名没有完整收到，请清除后重新签名。"),
    ("[]", "签名没有完整收到，请清除后重新签名。"),
    ("[[]]", "签名没有完整收到，请清除后重新签名。"),
    ('[["<svg>"]]', "签名没有完整收到，请清除后重新签名。"),
    ("[[[1,2,3,4],[5,6,7,8]]]", "签名没有完整收到，请清除后重新签名。"),
    ("[[[1.5,2],[500,600]]]", "签名没有完整收到，请清除后重新签名。"),
    ("[[[-1,2],[500,600]]]", "签名没有完整收到，请清除后重新签名。"),
    ("[[[true,2],[500,600]]]", "签名没有完整收到，请清除后重新签名。"),
    ("[[[1,2],[500,2001]]]", "签名没有完整收到，请清除后重新签名。"),
    ("[[[500,500,0]]]", "签名太小或不完整，请清除后重新手写姓名。"),
    ("[[[500,500,0],[505,505,9]]]", "签名太小或不完整，请清除后重新手写姓名。"),
    (json.dumps([[[1, 2], [300, 400]]] * 201), "签名没有完整收到，请清除后重新签名。"),
    ("[" * 20_001, "笔迹过长，请清除后重新签名。"),
    ("[" * 19_000, "签名没有完整收到，请清除后重新签名。"),
]


@pytest.mark.parametrize(("strokes", "sentence"), BAD)
def test_what_is_no_drawn_name_is_not_signed(client, campus, round_, strokes, sentence):
    client.force_login(campus.student)

    answer = client.post(sign_url(round_), posted(round_, campus.student, strokes=strokes))

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Signature.objects.exists()


def test_an_unread_text_is_not_signed(client, campus, round_):
    client.force_login(campus.student)

    answer = client.post(sign_url(round_), posted(round_, campus.student, read_to_end=""))

    assert "请先把承诺书阅读到最后，再签名。" in answer.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("times", "sentence"),
    [((1, 2, 3), "请届时办理"), ((-3, -2, -1), "任务已停止办理")],
)
def test_outside_its_hours_the_page_says_why(client, campus, round_, times, sentence):
    set_times(round_, *times)
    client.force_login(campus.student)

    shown = client.get(sign_url(round_))
    answer = client.post(sign_url(round_), posted(round_, campus.student))

    assert sentence in shown.content.decode()
    assert sentence in answer.content.decode()
    assert not Signature.objects.exists()


def test_a_round_of_another_college_or_school_does_not_exist(client, campus):
    foreign = make.pledge_round(campus, unit=campus.other_college)
    elsewhere = make.pledge_round(make.campus("OTHER"))
    draft = make.pledge_round(campus, issued=False)
    client.force_login(campus.student)

    codes = [client.get(sign_url(one)).status_code for one in (foreign, elsewhere, draft)]

    assert codes == [404, 404, 404]


def test_somebody_not_asked_reads_so(client, campus):
    for_staff = make.pledge_round(campus, categories=["staff"])
    client.force_login(campus.student)

    answer = client.post(sign_url(for_staff), posted(for_staff, campus.student))

    assert "您不在本任务的应完成人员之列" in answer.content.decode()
    assert not Signature.objects.exists()


def test_until_the_class_hands_in_one_signs_anew(client, campus, round_):
    first = make.sign(round_, campus.student)
    client.force_login(campus.student)
    again = sign_url(round_) + "?again=1"

    shown = client.get(again)
    client.post(again, posted(round_, campus.student))

    assert shown.status_code == 200
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert Signature.objects.filter(superseded_at__isnull=True).count() == 1


def test_after_the_class_handed_in_a_correction_is_asked_for(client, campus, round_):
    make.sign(round_, campus.student)
    hand_in(campus, round_)
    client.force_login(campus.student)

    refused = client.post(sign_url(round_) + "?again=1", posted(round_, campus.student))
    asked = client.post(reverse("pledges:correct", args=[round_.pk]), {"reason": "签错了名字"})

    assert "请先提交更正申请" in refused.content.decode()
    assert asked.url == receipt_url(round_, campus.student)
    assert Signature.objects.count() == 1
    client.force_login(campus.counselor)
    assert "签错了名字" in client.get(reverse("rounds:corrections")).content.decode()


def test_a_granted_correction_lets_the_person_sign_anew(client, campus, round_):
    make.sign(round_, campus.student)
    hand_in(campus, round_)
    completion = Completion.objects.get(person=campus.student)
    asked = rounds.ask_correction(completion, actor=campus.student, reason="签错了名字")
    client.force_login(campus.counselor)
    client.post(reverse("rounds:decide", args=[asked.pk]), {"decision": "grant", "reason": ""})

    client.force_login(campus.student)
    home = client.get(reverse("oversight:home")).content.decode()
    answer = client.post(sign_url(round_), posted(round_, campus.student))

    assert "同意更正：签错了名字" in home
    assert answer.status_code == 302
    assert Signature.objects.count() == 2


def test_who_sees_a_receipt_and_a_drawing(client, campus, round_):
    make.sign(round_, campus.student)
    names = ["pledges:receipt", "pledges:pledge", "pledges:drawing"]
    seen = ["student", "office", "head", "liaison", "counselor"]
    unseen = ["classmate", "stranger", "cadre", "dormhead", "leader", "department", "auditor"]

    for role in seen + unseen:
        client.force_login(getattr(campus, role))
        urls = [reverse(name, args=[round_.pk, campus.student.pk]) for name in names]
        expected = 200 if role in seen else 404
        assert [client.get(url).status_code for url in urls] == [expected] * 3, role


def test_the_drawing_holds_numbers_only(client, campus, round_):
    make.sign(round_, campus.student)
    client.force_login(campus.student)

    answer = client.get(reverse("pledges:drawing", args=[round_.pk, campus.student.pk]))

    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert '<path d="M100 100Q200 150 250 135L300 120"/>' in answer.content.decode()


def test_the_signature_follows_its_person_to_another_class(client, campus, round_):
    make.sign(round_, campus.student)
    Completion.objects.update(unit_path=campus.other_class.path)

    codes = []
    for user in (campus.counselor, campus.stranger):
        client.force_login(user)
        codes.append(client.get(receipt_url(round_, campus.student)).status_code)

    assert codes == [404, 200]


def test_the_drawing_bends_through_the_midpoints_and_is_smooth_as_on_the_pad():
    drawn = svg([[[0, 0], [10, 0], [20, 11], [30, 30]]])

    assert 'd="M0 0Q10 0 15 5.5Q20 11 25 20.5L30 30"' in drawn
