"""“Material change ⇒ sign again”, decided by a named person who sees the difference (PLG-6)."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.moves import Refused
from pledges import queries, services
from pledges.models import PledgeText, Signature, TextChange
from pledges.proofs import prove
from rounds import services as rounds
from rounds.models import Completion
from rounds.queries import Board
from tests import factories as make


@pytest.fixture
def round_(campus):
    made = make.pledge_round(campus)
    make.sign(made, campus.student)
    return made


@pytest.fixture
def text(campus, round_):
    old = round_.pledge.text
    return services.new_text(
        campus.school, name=old.name, heading=old.heading, actor=campus.office,
        body=old.body + "\n\n我承诺不架设来历不明的通信设备。",
    )  # fmt: skip


def address(round_):
    return reverse("pledges:change", args=[round_.pk])


def decide(client, round_, text, material, note="公安机关新要求"):
    form = {"text": text.pk, "material": material, "note": note}
    return client.post(address(round_), form)


def test_both_texts_stand_side_by_side_before_anything_is_decided(client, campus, round_, text):
    client.force_login(campus.office)

    page = client.get(address(round_), {"text": text.pk})

    pairs = [(pair.before, pair.after, pair.changed) for pair in page.context["pairs"]]
    assert pairs[-1] == ("", "我承诺不架设来历不明的通信设备。", True)
    assert [changed for *_, changed in pairs[:-1]] == [False] * (len(pairs) - 1)
    assert TextChange.objects.count() == 0
    board = client.get(reverse("rounds:board", args=[round_.pk])).content.decode()
    assert address(round_) in board


def test_after_a_material_change_those_who_signed_are_asked_again(client, campus, round_, text):
    first = Signature.objects.get()
    client.force_login(campus.office)

    assert decide(client, round_, text, "yes").status_code == 302

    change = TextChange.objects.get()
    assert (change.decided_by, change.asked_again, change.material) == (campus.office, 1, True)
    part = Completion.objects.get()
    assert (part.state, "实质变更" in part.note) == ("sent_back", True)
    first.refresh_from_db()
    assert first.superseded_at is None
    fresh = queries.own_round(campus.student, round_.pk)
    made = make.sign(fresh, campus.student)
    first.refresh_from_db()
    assert first.superseded_at
    assert made.text == text
    assert Board(fresh, campus.klass).figures.verified == 1
    assert prove().sound
    assert AuditEntry.objects.get(verb="change_text").detail["people"] == 1


def test_after_a_change_of_words_what_was_signed_stands(client, campus, round_, text):
    client.force_login(campus.office)

    decide(client, round_, text, "no")

    assert Completion.objects.get().state == "accepted"
    fresh = queries.own_round(campus.classmate, round_.pk)
    assert make.sign(fresh, campus.classmate).text == text
    assert [s.text == text for s in Signature.objects.order_by("pk")] == [False, True]
    assert prove().sound


def test_who_read_the_former_text_cannot_sign_it_any_more(campus, round_, text):
    """E05: the page was fetched before the change, the signature comes after it."""
    read = queries.own_round(campus.classmate, round_.pk)
    page = services.page_for(read, campus.classmate)
    services.change_text(round_, text, material=False, note="修订", actor=campus.office)

    with pytest.raises(Refused), transaction.atomic():
        services.sign(read, campus.classmate, text_sha256=page.sha256, strokes=make.STROKES)

    fresh = queries.own_round(campus.classmate, round_.pk)
    with pytest.raises(Refused):
        services.sign(fresh, campus.classmate, text_sha256=page.sha256, strokes=make.STROKES)
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    ("material", "note", "said"),
    [("", "原因", "实质变更还是文字修订"), ("maybe", "原因", "有效"), ("yes", " ", "请说明")],
)
def test_without_a_decision_and_a_reason_nothing_changes(
    client, campus, round_, text, material, note, said
):
    client.force_login(campus.office)

    answer = decide(client, round_, text, material, note)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert TextChange.objects.count() == 0


def test_only_the_round_s_owner_decides_once_and_never_after_the_close(
    client, campus, round_, text
):
    for who, seen in ((campus.liaison, 403), (campus.student, 403), (campus.department, 403)):
        client.force_login(who)
        assert decide(client, round_, text, "yes").status_code == seen
    client.force_login(campus.office)
    assert decide(client, round_, round_.pledge.text, "yes").status_code == 400
    decide(client, round_, text, "yes")
    assert decide(client, round_, text, "yes").status_code == 400
    assert TextChange.objects.count() == 1
    rounds.close(round_, actor=campus.office, reason="到期")
    with pytest.raises(Refused):
        services.change_text(round_, text, material=True, note="x", actor=campus.office)


def charter_text(campus):
    return services.new_text(
        campus.school, name="责任书", heading="责任书", body="{上级}与{下级}共同承诺。",
        use=PledgeText.Use.CHARTER, actor=campus.office,
    )  # fmt: skip


def test_a_text_for_two_units_is_neither_offered_nor_put_into_a_pledge(client, campus, round_):
    """PLG-6: of the round's own use only; else nobody could read or sign any more."""
    two = charter_text(campus)
    client.force_login(campus.office)

    offered = client.get(address(round_)).context["form"].fields["text"].queryset
    assert two not in offered
    assert decide(client, round_, two, "no").status_code == 400
    with pytest.raises(Refused, match="请重新选择"):
        services.change_text(round_, two, material=False, note="x", actor=campus.office)

    assert TextChange.objects.count() == 0
    client.force_login(campus.classmate)
    assert client.get(reverse("pledges:sign", args=[round_.pk])).status_code == 200


def test_a_pledge_is_not_drafted_with_a_text_for_two_units(campus):
    draft = make.pledge_round(campus, issued=False)

    with pytest.raises(Refused, match="由上下级双方签订"):
        services.revise(draft, actor=campus.office, text=charter_text(campus), year="2026")

    draft.pledge.refresh_from_db()
    assert draft.pledge.text.use == "person"
