"""`manage.py verify pledges` finds any later change; a printed root proves a whole round (PLG-6)."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import AuditEntry
from pledges import roots
from pledges.models import PledgeRound, PledgeText, Signature
from pledges.services import seal_of
from rounds import services as rounds
from rounds.models import Completion
from tests import factories as make

HOUR = timedelta(hours=1)


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def verify() -> dict:
    out = io.StringIO()
    try:
        call_command("verify", "pledges", "--json", stdout=out)
    except SystemExit as end:
        assert end.code == 1
    said = json.loads(out.getvalue())
    assert said["sound"] is not bool(said["findings"])
    return said


def close(campus, round_):
    rounds.close(round_, actor=campus.office, reason="到期")


def row(signature, **fields):
    Signature.objects.filter(pk=signature.pk).update(**fields)


def unsigned(one, _):
    Signature.objects.filter(pk=one.pk).delete()


def removed(one, _):
    unsigned(one, _)
    Completion.objects.filter(pk=one.completion_id).delete()


def reworded(**fields):
    PledgeText.objects.update(**fields)


def part(signature, **fields):
    Completion.objects.filter(pk=signature.completion_id).update(**fields)


def swapped(one, other):
    """The part of one now carries the signature of the other, each row whole in itself."""
    row(one, superseded_at=one.signed_at)
    row(other, completion=one.completion)
    return other.pk


def inserted(one, other):
    """A signature nobody gave, sealed with the stolen key."""
    row(one, superseded_at=one.signed_at)
    made = Signature.objects.get(pk=one.pk)
    made.pk, made.receipt, made.superseded_at = None, "20260101-0000000001", None
    made.seal = seal_of(made)
    made.save(force_insert=True)
    return made.pk


def another_text(one, other):
    """The signature points at a text of other words."""
    row(one, text=make.pledges.new_text(
        one.text.unit, name="另一份", heading="{年度}", body="{姓名}", actor=None
    ))  # fmt: skip


TAMPERED = {
    "the name filled in": lambda s, _: row(s, blanks=s.blanks | {"name": "李四"}),
    "the unit filled in": lambda s, _: row(s, blanks=s.blanks | {"unit": "外国语学院"}),
    "the year filled in": lambda s, _: row(s, blanks=s.blanks | {"year": "2020"}),
    "the digest of the text": lambda s, _: row(s, text_sha256="0" * 64),
    "the words of the text": lambda s, _: reworded(body="我什么都不承诺。"),
    "the heading of the text": lambda s, _: reworded(heading="别的承诺书"),
    "another text": another_text,
    "a later time": lambda s, _: row(s, signed_at=s.signed_at + HOUR),
    "an earlier time": lambda s, _: row(s, signed_at=s.signed_at - 400 * HOUR),
    "one point of the strokes": lambda s, _: row(s, strokes=[[[100, 100, 0], [201, 150, 30]]]),
    "the strokes of another": lambda s, other: row(s, strokes=[[[1, 2, 3], [400, 5, 6]]]),
    "the person": lambda s, other: row(s, person=other.person),
    "the person of the part": lambda s, other: part(s, person=s.text.created_by),
    "the method": lambda s, _: row(s, method="paper"),
    "the method of the part": lambda s, _: part(s, method="paper"),
    "the receipt": lambda s, _: row(s, receipt="20200101-1234567890"),
    "the keyed digest": lambda s, _: row(s, seal="f" * 64),
    "the row deleted": unsigned,
    "row and part deleted": removed,
    "put out of force": lambda s, _: row(s, superseded_at=s.signed_at),
    "moved to another's part": swapped,
    "inserted with the stolen key": inserted,
}


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_changed_afterwards_is_found(campus, round_, what):
    """PLG-6: twenty and more sorts of tampering, each with one signature among whole ones."""
    other_round = make.pledge_round(campus)
    make.sign(other_round, campus.cook)
    signed = make.sign(round_, campus.student)
    other = make.sign(other_round, campus.second_student)
    assert verify()["findings"] == []

    where = TAMPERED[what](Signature.objects.get(pk=signed.pk), other)

    known = ("signature", str(where or signed.pk))
    part_ = ("part", str(signed.completion_id))
    found = {(finding["sort"], finding["which"]) for finding in verify()["findings"]}
    assert known in found or part_ in found


def test_twenty_tampered_among_many_are_all_found_and_nothing_else(campus, round_):
    """PLG-6: all found, no false alarm."""
    people = [make.person(campus.klass) for _ in range(40)]
    signed = [make.sign(round_, person) for person in people]
    assert verify() == {
        "part": "pledges", "sound": True, "checked": 40, "outside": 0, "rounds": [],
        "findings": [],
    }  # fmt: skip

    for number, one in enumerate(signed[::2]):
        [
            lambda s: row(s, blanks=s.blanks | {"name": "李四"}),
            lambda s: row(s, signed_at=s.signed_at + HOUR),
            lambda s: row(s, strokes=make.STROKES * 2),
            lambda s: Signature.objects.filter(pk=s.pk).delete(),
            lambda s: row(s, seal="0" * 64),
        ][number % 5](one)

    parts = {str(one.completion_id): str(one.pk) for one in signed}
    found = {
        finding["which"] if finding["sort"] == "signature" else parts[finding["which"]]
        for finding in verify()["findings"]
    }
    assert found == {str(one.pk) for one in signed[::2]}


def test_signing_again_and_handing_in_are_no_alarm(campus, round_):
    make.sign(round_, campus.student)
    make.sign(round_, campus.student, again=True)
    close(campus, round_)

    assert verify()["findings"] == []


def test_closing_fixes_a_root_that_any_change_breaks_even_with_the_key(campus, round_):
    """PLG-6: whoever holds the key can seal a forged row anew, but not the printed root."""
    signed = make.sign(round_, campus.student)
    make.sign(round_, campus.second_student)
    close(campus, round_)
    kept = PledgeRound.objects.get(round=round_)
    assert (len(kept.root), kept.rooted) == (64, 2)
    deed = AuditEntry.objects.get(verb="fix_root")
    assert deed.detail == {"root": kept.root, "signatures": 2}
    assert verify()["rounds"][0]["root"] == kept.root

    signed.signed_at += HOUR
    signed.seal = seal_of(signed)
    signed.save()

    found = [(finding["sort"], finding["which"]) for finding in verify()["findings"]]
    assert found == [("root", str(round_.pk))]


def test_a_root_written_anew_does_not_fit_the_trail(campus, round_):
    make.sign(round_, campus.student)
    close(campus, round_)

    PledgeRound.objects.update(root="0" * 64)
    assert [finding["which"] for finding in verify()["findings"]] == [str(round_.pk)]


def test_the_root_can_be_computed_by_hand():
    from hashlib import sha256

    a, b, c = (roots.leaf(str(n), "s") for n in range(3))
    assert roots.root([]) == ""
    assert roots.root([a]) == a.hex()
    both = sha256(a + b).digest()
    assert roots.root([a, b]) == both.hex()
    assert roots.root([a, b, c]) == sha256(both + c).hexdigest()


def test_the_proof_is_a_page_to_print_for_those_who_see_the_whole_round(client, campus, round_):
    make.sign(round_, campus.student)
    address = reverse("pledges:proof", args=[round_.pk])
    client.force_login(campus.office)
    assert "任务结束时会算出" in client.get(address).content.decode()

    close(campus, round_)
    kept = PledgeRound.objects.get(round=round_)

    page = client.get(address).content.decode()
    assert kept.root in page
    assert "manage.py verify pledges" in page
    assert address in client.get(reverse("rounds:board", args=[round_.pk])).content.decode()
    client.force_login(campus.counselor)
    assert client.get(address).status_code == 404
    client.force_login(campus.student)
    assert client.get(address).status_code == 403


def test_the_command_prints_faults_for_people_too(campus, round_):
    signed = make.sign(round_, campus.student)
    row(signed, seal="0" * 64)
    out = io.StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("verify", "pledges", stdout=out)

    assert end.value.code == 1
    assert signed.receipt in out.getvalue()
    assert "共核对 1 份签署。" in out.getvalue()
