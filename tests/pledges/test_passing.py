"""现场传签: one phone passed round; nobody sees another's, nothing stays (PLG-3, PLG-7)."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from pledges.models import Passing, Signature
from pledges.proofs import prove
from rounds.models import Completion, Round
from rounds.queries import Board
from tests import factories as make

NEXT, SIGN, END = (reverse(f"pledges:pass_{name}") for name in ("next", "sign", "end"))


@pytest.fixture
def round_(campus):
    for person, number, known in (
        (campus.student, "2023001111", "330101200501011234"),
        (campus.classmate, "2023002222", "33010120050101567X"),
    ):
        person.number, person.id_number = number, known
        person.save()
    return make.pledge_round(campus)


@pytest.fixture
def phone(client, campus, round_):
    client.force_login(campus.counselor)
    client.post(reverse("pledges:pass_start", args=[round_.pk, campus.klass.pk]))
    return client


def confirm(phone, digits, secret):
    return phone.post(NEXT, {"digits": digits, "secret": secret})


def posted(phone):
    page = phone.get(SIGN).context["page"]
    form = {"text_sha256": page.sha256, "read_to_end": "1", "strokes": json.dumps(make.STROKES)}
    return phone.post(SIGN, form)


def test_giving_the_phone_out_ends_the_counselor_s_login_on_it(phone, campus, round_):
    assert "_auth_user_id" not in phone.session
    assert phone.get(reverse("oversight:home")).status_code == 302
    assert phone.get(NEXT).status_code == 200
    assert AuditEntry.objects.filter(verb="start_passing", actor=campus.counselor).count() == 1


def test_each_confirms_signs_and_the_next_sees_nothing_of_it(phone, campus, round_):
    assert confirm(phone, "1111", "1234").url == SIGN
    assert "张小明" in phone.get(SIGN).content.decode()

    assert posted(phone).url == NEXT

    after = phone.get(NEXT)
    assert "已签署。请把手机交给下一位同学。" in after.content.decode()
    assert "no-store" in after["Cache-Control"]
    for page in (after, phone.get(NEXT)):
        for word in ("张小明", "李小红", campus.student.number, campus.classmate.number):
            assert word not in page.content.decode()
    assert phone.get(SIGN).url == NEXT  # the back button finds nobody
    assert posted_again(phone).url == NEXT
    assert confirm(phone, "2222", "567x").url == SIGN
    assert "张小明" not in phone.get(SIGN).content.decode()
    posted(phone)
    found = Signature.objects.order_by("pk")
    assert [(s.person, s.method, s.passing) for s in found] == [
        (campus.student, "passed", Passing.objects.get()),
        (campus.classmate, "passed", Passing.objects.get()),
    ]
    assert Board(round_, campus.klass).methods == [("本人办理", 0), ("现场传签", 2)]
    assert prove().sound


def posted_again(phone):
    return phone.post(SIGN, {"text_sha256": "0" * 64, "read_to_end": "1", "strokes": "[]"})


@pytest.mark.parametrize(
    ("digits", "secret"),
    [
        ("1111", "0000"),
        ("9999", "1234"),
        ("1111", "567X"),
        ("111", "1234"),
        ("", ""),
        ("%_11", "1234"),
        ("1111", "330101200501011234"),
    ],
)
def test_a_wrong_pair_gives_nobody_away(phone, campus, round_, digits, secret):
    answer = confirm(phone, digits, secret)

    assert answer.status_code == 400
    assert "张小明" not in answer.content.decode()
    assert phone.get(SIGN).url == NEXT
    assert Signature.objects.count() == 0


def test_those_of_another_class_and_those_who_signed_are_answered_alike(phone, campus, round_):
    campus.second_student.number, campus.second_student.id_number = "2023003333", "x" * 14 + "4321"
    campus.second_student.save()
    make.sign(round_, campus.student)

    said = {
        confirm(phone, *pair).content.decode().split("核对没有通过")[1][:40]
        for pair in (("3333", "4321"), ("1111", "1234"), ("9999", "9999"))
    }

    assert len(said) == 1


def test_five_wrong_ones_lock_the_person_and_thirty_end_it(phone, campus, round_):
    for _ in range(5):
        confirm(phone, "1111", "0000")
    assert confirm(phone, "1111", "1234").status_code == 400
    assert confirm(phone, "2222", "567X").url == SIGN
    for _ in range(25):
        confirm(phone, "9999", "0000")

    assert "传签已结束" in phone.get(NEXT).content.decode()
    assert Passing.objects.get().ended_at


def test_it_ends_by_the_clock_by_the_phone_and_by_the_counselor(client, campus, round_):
    def begin():
        client.force_login(campus.counselor)
        client.post(reverse("pledges:pass_start", args=[round_.pk, campus.klass.pk]))
        return Passing.objects.first()

    begin()
    confirm(client, "1111", "1234")
    Passing.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert "传签已结束" in client.get(SIGN).content.decode()
    begin()
    assert "传签已结束" in client.post(END).content.decode()
    assert "传签已结束" in client.get(NEXT).content.decode()
    started = begin()
    client.cookies.clear()
    client.force_login(campus.counselor)
    client.post(reverse("pledges:pass_stop", args=[started.pk]))
    assert [p.ended_at is None for p in Passing.objects.all()] == [False, False, True]


def test_a_second_phone_ends_the_first(client, campus, round_):
    for _ in range(2):
        client.force_login(campus.counselor)
        client.post(reverse("pledges:pass_start", args=[round_.pk, campus.klass.pk]))

    assert [p.open for p in Passing.objects.order_by("pk")] == [False, True]


def test_a_forged_token_and_a_lost_right_open_nothing(phone, campus, round_):
    session = phone.session
    session["passing"] = [Passing.objects.get().pk, "forged"]
    session.save()
    assert "传签已结束" in phone.get(NEXT).content.decode()
    phone.force_login(campus.counselor)
    phone.post(reverse("pledges:pass_start", args=[round_.pk, campus.klass.pk]))
    campus.counselor.grants.all().delete()
    assert "传签已结束" in phone.get(NEXT).content.decode()


def test_who_waits_too_long_confirms_anew(phone, campus, round_):
    confirm(phone, "1111", "1234")
    session = phone.session
    session["passing_person"] = [campus.student.pk, 0]
    session.save()

    assert phone.get(SIGN).url == NEXT


def test_a_round_that_locks_takes_nothing(phone, campus, round_):
    confirm(phone, "1111", "1234")
    page = phone.get(SIGN).context["page"]
    Round.objects.update(locks_at=timezone.now(), due_at=timezone.now() - timedelta(minutes=1))
    form = {"text_sha256": page.sha256, "read_to_end": "1", "strokes": json.dumps(make.STROKES)}

    assert phone.post(SIGN, form).status_code == 400
    assert Completion.objects.count() == 0


def test_with_the_password_setting_the_own_password_is_asked(phone, campus, round_, settings):
    settings.PASSING_CHECK = "password"

    assert confirm(phone, "1111", "1234").status_code == 400
    assert confirm(phone, "1111", make.PASSWORD).url == SIGN


def test_only_those_who_answer_for_the_class_give_a_phone_out(client, campus, round_):
    address = reverse("pledges:pass_start", args=[round_.pk, campus.klass.pk])
    for who, seen in ((campus.stranger, 404), (campus.office, 403), (campus.cadre, 403)):
        client.force_login(who)
        assert (client.get(address).status_code, client.post(address).status_code) == (seen, seen)
    assert Passing.objects.count() == 0


def test_changing_the_passing_of_a_signature_is_found(phone, campus, round_):
    confirm(phone, "1111", "1234")
    posted(phone)

    Signature.objects.update(passing=None)

    assert not prove().sound
