"""The unit's head signs once and stands on each copy of its people's pledges. PLG-1."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant, User
from accounts.moves import Refused
from accounts.scope import Role
from pledges import services as texts
from pledges.charters.models import Hand
from pledges.heads import queries, services
from pledges.heads.models import HeadSignature
from pledges.heads.standing import Standing, standing_on
from pledges.models import Signature
from pledges.proofs import prove
from pledges.services.documents import documents
from rounds.models import Round
from tests import factories as make


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus, head_role=Role.COLLEGE_HEAD)


def sign_for(round_, unit, person):
    digest = services.page_for_head(round_, unit).sha256
    return services.sign_for_unit(round_, unit, person, text_sha256=digest, strokes=make.STROKES)


def sentence(deed) -> str:
    with pytest.raises(Refused) as refusal:
        deed()
    return str(refusal.value)


def leave(person, days: int = 1):
    day = timezone.localdate()
    Grant.objects.filter(user=person, role=Role.COLLEGE_HEAD).update(
        starts_on=day - timedelta(days=90), ends_on=day - timedelta(days=days)
    )


def test_one_hand_stands_on_every_copy_those_signed_before_and_after(campus, round_):
    before = make.sign(round_, campus.student)

    made = sign_for(round_, campus.college, campus.head)
    after = make.sign(round_, campus.staff)

    assert standing_on(before) == standing_on(after) == made
    assert standing_on(make.sign(round_, campus.foreign_student)) is None
    assert Hand.objects.count() == 1


def test_signing_twice_is_once(campus, round_):
    assert sign_for(round_, campus.college, campus.head) == sign_for(
        round_, campus.college, campus.head
    )
    assert HeadSignature.objects.count() == 1


def test_only_who_holds_the_unit_signs_for_it(campus, round_):
    words = "您不是本单位的会签负责人。如有疑问请联系发布单位。"

    assert sentence(lambda: sign_for(round_, campus.college, campus.liaison)) == words
    assert sentence(lambda: sign_for(round_, campus.other_college, campus.head)) == words
    assert HeadSignature.objects.count() == 0


def test_a_second_head_of_the_same_unit_finds_it_signed(campus, round_):
    sign_for(round_, campus.college, campus.head)
    make.grant(campus.staff, Role.COLLEGE_HEAD, campus.college)

    assert sentence(lambda: sign_for(round_, campus.college, campus.staff)) == (
        "本单位负责人已签署，无需重复签署。"
    )


def test_a_successor_stands_on_what_is_signed_after_the_former_left(campus, round_):
    old = make.sign(round_, campus.student)
    Signature.objects.filter(pk=old.pk).update(signed_at=timezone.now() - timedelta(days=5))
    former = sign_for(round_, campus.college, campus.head)
    new = make.sign(round_, campus.staff)
    leave(campus.head)

    assert standing_on(Signature.objects.get(pk=old.pk)) == former
    assert standing_on(new) is None
    make.grant(campus.liaison, Role.COLLEGE_HEAD, campus.college)
    assert [row.unit for row in queries.to_sign(campus.liaison)] == [campus.college]
    later = sign_for(round_, campus.college, campus.liaison)

    assert standing_on(Signature.objects.get(pk=old.pk)) == former
    assert standing_on(new) == later


def test_a_head_whose_login_is_closed_is_followed_by_another(campus, round_):
    """A post left behind unended: the unit waits again, and what was signed keeps its head."""
    day = timezone.localdate()
    former = sign_for(round_, campus.college, campus.head)
    old = make.sign(round_, campus.student)
    Grant.objects.create(
        user=campus.head, role=Role.COLLEGE_HEAD, unit=campus.college, path=campus.college.path,
        starts_on=day - timedelta(days=900), ends_on=day - timedelta(days=600),
    )  # fmt: skip
    User.objects.filter(pk=campus.head.pk).update(is_active=False)
    make.grant(campus.staff, Role.COLLEGE_HEAD, campus.college)

    (row,) = [r for r in queries.unit_heads(campus.office, round_) if r.unit == campus.college]
    assert (row.answers, row.left) == (campus.staff.name, True)
    assert [part.unit for part in queries.to_sign(campus.staff)] == [campus.college]
    assert standing_on(old) == former

    later = sign_for(round_, campus.college, campus.staff)
    new = make.sign(round_, campus.liaison)

    assert (standing_on(old), standing_on(new)) == (former, later)


def newer(campus, round_):
    old = round_.pledge.text
    return texts.new_text(
        campus.school, name=old.name, heading=old.heading, actor=campus.office,
        body=old.body + "\n\n我承诺不架设来历不明的通信设备。",
    )  # fmt: skip


def changed(campus, round_, *, material: bool):
    text = newer(campus, round_)
    texts.change_text(round_, text, material=material, note="新要求", actor=campus.office)
    return Round.objects.get(pk=round_.pk)


def test_after_a_material_change_the_head_reads_and_signs_the_new_text(campus, round_):
    """PLG-6: no hand stands on a text that its person never read."""
    old = make.sign(round_, campus.student)
    first = sign_for(round_, campus.college, campus.head)
    assert list(queries.to_sign(campus.head)) == []

    now = changed(campus, round_, material=True)

    new = make.sign(now, campus.staff)
    assert (standing_on(old), standing_on(new)) == (first, None)
    assert [row.unit for row in queries.to_sign(campus.head)] == [campus.college]
    second = sign_for(now, campus.college, campus.head)
    assert second != first
    assert second.text == now.pledge.text
    again = make.sign(now, campus.student, again=True)
    assert standing_on(old) == first
    assert standing_on(new) == standing_on(again) == second
    assert list(queries.to_sign(campus.head)) == []
    assert prove().sound
    HeadSignature.objects.filter(pk=first.pk).update(ended_at=timezone.now())
    assert [finding.which for finding in prove().findings] == [str(first.pk)]


def test_a_head_who_signs_only_after_the_change_stands_on_no_copy_of_the_former_text(
    campus, round_
):
    old = make.sign(round_, campus.student)
    now = changed(campus, round_, material=True)

    made = sign_for(now, campus.college, campus.head)

    assert standing_on(old) is None
    assert standing_on(make.sign(now, campus.staff)) == made


def test_after_a_change_of_words_the_head_s_hand_stands_on(campus, round_):
    made = sign_for(round_, campus.college, campus.head)

    now = changed(campus, round_, material=False)

    assert standing_on(make.sign(now, campus.staff)) == made
    assert list(queries.to_sign(campus.head)) == []
    assert prove().sound


def test_a_head_who_left_before_the_change_stands_until_the_day_they_left(campus, round_):
    former = sign_for(round_, campus.college, campus.head)
    late = make.sign(round_, campus.student)
    leave(campus.head)

    changed(campus, round_, material=True)

    former.refresh_from_db()
    assert former.ended_at < late.signed_at
    assert standing_on(late) is None


def test_a_head_who_read_the_former_text_does_not_sign_it_after_the_change(campus, round_):
    """The page, and the round with it, were fetched before the change; the hand comes after."""
    seen = Round.objects.select_related("pledge__text").get(pk=round_.pk)
    digest = services.page_for_head(seen, campus.college).sha256
    changed(campus, round_, material=True)

    assert (
        sentence(
            lambda: services.sign_for_unit(
                seen, campus.college, campus.head, text_sha256=digest, strokes=make.STROKES
            )
        )
        == "承诺书内容已更新，请重新阅读后签署。"
    )
    assert HeadSignature.objects.count() == 0


def test_the_document_of_the_former_text_keeps_its_hand_and_the_new_one_waits(campus, round_):
    old = make.sign(round_, campus.student)
    first = sign_for(round_, campus.college, campus.head)
    [before] = documents([old], Standing(round_))

    now = changed(campus, round_, material=True)
    new = make.sign(now, campus.staff)
    [waiting] = documents([new], Standing(now))
    second = sign_for(now, campus.college, campus.head)

    both = [Signature.objects.get(pk=one.pk) for one in (old, new)]
    after, signed = documents(both, Standing(now))
    assert (after.head, after.sha256) == (first, before.sha256)
    assert (waiting.head, signed.head) == (None, second)


def test_the_office_is_told_that_the_heads_sign_again(client, campus, round_):
    text = newer(campus, round_)
    client.force_login(campus.office)

    answer = client.post(
        reverse("pledges:change", args=[round_.pk]),
        {"text": text.pk, "material": "yes", "note": "新要求"},
        follow=True,
    )

    assert "单位负责人也需重新签署。" in answer.content.decode()


def test_any_later_change_is_found(campus, round_):
    made = sign_for(round_, campus.college, campus.head)
    assert services.verify_head(made)

    made.role = Role.LIAISON
    assert not services.verify_head(made)
    made.role, made.blanks = Role.COLLEGE_HEAD, made.blanks | {"unit": "别的学院"}
    assert not services.verify_head(made)


def test_the_head_is_asked_at_home_signs_on_the_page_and_each_copy_shows_it(client, campus, round_):
    make.sign(round_, campus.student)
    client.force_login(campus.head)
    assert "待会签承诺书" in client.get("/").content.decode()
    address = reverse("pledges:head_sign", args=[round_.pk, campus.college.pk])
    page = client.get(address)
    body = {"text_sha256": page.context["page"].sha256, "read_to_end": "on"}

    bad = client.post(address, body | {"strokes": "[]"})
    done = client.post(address, body | {"strokes": json.dumps(make.STROKES)})

    assert (bad.status_code, done.status_code) == (400, 302)
    assert "请您代表本单位" not in client.get("/").content.decode()
    client.force_login(campus.student)
    place = [round_.pk, campus.student.pk]
    copy = client.get(reverse("pledges:pledge", args=place)).content.decode()
    assert "单位负责人" in copy
    assert "冯书记" in copy
    drawing = client.get(reverse("pledges:head_drawing", args=place))
    assert drawing["Content-Type"] == "image/svg+xml"


def test_a_stranger_neither_signs_nor_sees(client, campus, round_):
    address = reverse("pledges:head_sign", args=[round_.pk, campus.college.pk])
    client.force_login(campus.stranger)
    assert client.get(address).status_code == 404
    client.force_login(campus.liaison)
    answer = client.post(
        address,
        {
            "text_sha256": services.page_for_head(round_, campus.college).sha256,
            "read_to_end": "on",
            "strokes": json.dumps(make.STROKES),
        },
    )
    assert "您不是本单位的会签负责人" in answer.content.decode()
    assert HeadSignature.objects.count() == 0


def test_the_list_says_which_units_have_nobody_to_sign(client, campus, round_):
    sign_for(round_, campus.college, campus.head)
    client.force_login(campus.office)

    page = client.get(reverse("pledges:heads", args=[round_.pk])).content.decode()

    assert page.count("负责人空缺") == 4
    assert page.count("已签署") == 1


def test_a_round_without_heads_has_no_such_pages(client, campus):
    plain = make.pledge_round(campus)
    client.force_login(campus.head)

    assert client.get(reverse("pledges:heads", args=[plain.pk])).status_code == 404
    assert list(queries.to_sign(campus.head)) == []
