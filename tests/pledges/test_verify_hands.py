"""`manage.py verify pledges` covers charters, heads' hands and posters (PLG-1, PLG-2, PLG-4, PLG-6)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.scope import Role
from accounts.verify import PARTS
from pledges.charters import services as charters
from pledges.charters.models import Charter, CharterRound, CharterSignature, CharterTier, Hand
from pledges.heads.models import HeadSignature
from pledges.joint.models import JointName
from pledges.models import PledgeRound, PledgeText
from rounds import services as rounds
from tests import factories as make
from tests.world import picture

HOUR = timedelta(hours=1)


def found() -> set[tuple[str, str]]:
    return {(finding.sort, finding.which) for finding in PARTS["pledges"]().findings}


def pair(round_, unit) -> Charter:
    return Charter.objects.get(round=round_, unit=unit, person=None)


def on_paper(charter, actor) -> Charter:
    picture_ = picture()
    return charters.record_paper(
        charter, actor=actor, image=picture_, name="责任书.png", upper_name="孙处长",
        lower_name="沈书记", signed_on=timezone.localdate(),
    )  # fmt: skip


@pytest.fixture
def signed(campus):
    """A charter by hand on both sides, one half signed, one on paper."""
    round_ = make.charter_round(campus)
    mine = pair(round_, campus.college)
    make.put_hand(mine, campus.head)
    make.put_hand(mine, campus.office)
    make.put_hand(pair(round_, campus.klass), campus.counselor)
    on_paper(pair(round_, campus.other_college), campus.office)
    return round_


def row(charter, **fields):
    Charter.objects.filter(pk=charter.pk).update(**fields)


def hand(charter, side="lower", **fields):
    Hand.objects.filter(charters__charter=charter, charters__side=side).update(**fields)


def under_it(charter, side="lower", **fields):
    CharterSignature.objects.filter(charter=charter, side=side).update(**fields)


def removed(charter):
    CharterSignature.objects.filter(charter=charter).delete()
    charter.delete()


def copied(charter, **fields):
    """A second hand for one side, sealed as if its person had drawn it."""
    one = CharterSignature.objects.get(charter=charter, side="lower")
    under_it(charter, superseded_at=timezone.now())
    one.pk = None
    for name, value in fields.items():
        setattr(one, name, value)
    one.save(force_insert=True)


BY_HAND = {
    "the words of the text": lambda c, _: PledgeText.objects.update(body="什么都不承诺。"),
    "the heading": lambda c, _: PledgeText.objects.update(heading="别的责任书"),
    "the text of the tier": lambda c, _: CharterTier.objects.filter(tier="unit").update(
        text=CharterTier.objects.get(tier="class").text
    ),
    "the unit named": lambda c, _: row(c, blanks=c.blanks | {"lower": "别的学院"}),
    "the year named": lambda c, _: row(c, blanks=c.blanks | {"year": "2020"}),
    "the digest of the text": lambda c, _: row(c, text_sha256="0" * 64),
    "the person of a hand": lambda c, o: hand(c, person=o),
    "the time of a hand": lambda c, _: hand(c, signed_at=timezone.now() - HOUR),
    "the strokes of a hand": lambda c, _: hand(c, strokes=[[[1, 1, 0], [2, 2, 5]]]),
    "the receipt of a hand": lambda c, _: hand(c, receipt="20200101-0000000001"),
    "the office held": lambda c, _: under_it(c, role=Role.LIAISON),
    "the keyed digest of a hand": lambda c, _: under_it(c, "upper", seal="f" * 64),
    "the keyed digest of the pair": lambda c, _: row(c, seal="f" * 64),
    "the method": lambda c, o: row(c, method="paper", upper_name="甲", recorded_by=o),
    "a hand put out of force": lambda c, _: under_it(c, superseded_at=timezone.now()),
    "a hand deleted": lambda c, _: CharterSignature.objects.filter(charter=c, side="upper").delete(),
    "a hand copied": lambda c, _: copied(c),
    "the state": lambda c, _: row(c, state="open"),
    "said to be of no use": lambda c, _: row(c, state="gone"),
    "the whole pair deleted": lambda c, _: removed(c),
}  # fmt: skip
ON_PAPER = {
    "who signed above": lambda c, _: row(c, upper_name="别人"),
    "who signed below": lambda c, _: row(c, lower_name="别人"),
    "the day": lambda c, _: row(c, signed_on=c.signed_on - timedelta(days=30)),
    "who recorded it": lambda c, o: row(c, recorded_by=o),
    "the scan": lambda c, _: row(c, scan=None),
    "made one's own hand": lambda c, _: row(c, method="self"),
    "the text it was signed to": lambda c, _: row(c, blanks=c.blanks | {"lower": "别的学院"}),
}


@pytest.mark.parametrize("what", BY_HAND)
def test_a_charter_changed_afterwards_is_found(campus, signed, what):
    mine = pair(signed, campus.college)
    known = ("charter", str(mine.pk))
    assert found() == set()

    BY_HAND[what](mine, campus.staff)

    assert known in found()


@pytest.mark.parametrize("what", ON_PAPER)
def test_a_charter_on_paper_changed_afterwards_is_found(campus, signed, what):
    other = pair(signed, campus.other_college)

    ON_PAPER[what](other, campus.staff)

    assert found() == {("charter", str(other.pk))}


def test_half_a_charter_is_proved_too(campus, signed):
    half = pair(signed, campus.klass)
    hand(half, strokes=[[[1, 1, 0], [2, 2, 5]]])

    assert found() == {("charter", str(half.pk))}


def test_paper_taken_back_and_units_gone_are_no_alarm(campus, signed):
    charters.void_paper(pair(signed, campus.other_college), actor=campus.office, reason="传错")
    type(campus.cook).objects.filter(unit=campus.kitchen).update(
        unit=campus.faculty, unit_path=campus.faculty.path
    )
    charters.sync(signed)
    assert Charter.objects.filter(round=signed, state="gone").exists()

    rounds.close(signed, actor=campus.office, reason="学年结束")

    assert found() == set()


def test_a_closed_charter_round_keeps_a_root_that_a_stolen_key_does_not_mend(campus, signed):
    rounds.close(signed, actor=campus.office, reason="学年结束")
    kept = CharterRound.objects.get(round=signed)
    assert (len(kept.root), kept.rooted) == (64, 2)
    assert AuditEntry.objects.get(verb="fix_root").detail == {"root": kept.root, "signatures": 2}

    other = pair(signed, campus.other_college)
    other.upper_name = "别人"
    other.seal = charters.pair_seal(other)
    other.save()

    assert found() == {("root", str(signed.pk))}


def test_the_proof_of_a_charter_round_is_printed_from_its_cascade(client, campus, signed):
    client.force_login(campus.office)
    place = reverse("charters:cascade", args=[signed.pk])
    address = reverse("pledges:proof", args=[signed.pk])
    assert address not in client.get(place).content.decode()
    rounds.close(signed, actor=campus.office, reason="学年结束")

    page = client.get(address).content.decode()

    assert CharterRound.objects.get(round=signed).root in page
    assert "已签订责任书</dt><dd>2 份" in page
    assert address in client.get(place).content.decode()
    client.force_login(campus.liaison)
    assert client.get(address).status_code == 404
    assert address not in client.get(place).content.decode()


HEADS = {
    "the person": lambda h, o: Hand.objects.filter(heads=h).update(person=o),
    "the time": lambda h, _: Hand.objects.filter(heads=h).update(signed_at=timezone.now() - HOUR),
    "the strokes": lambda h, _: Hand.objects.filter(heads=h).update(strokes=[[[1, 1, 0], [2, 2, 5]]]),
    "the office held": lambda h, _: HeadSignature.objects.update(role=Role.LIAISON),
    "the unit named": lambda h, _: HeadSignature.objects.update(blanks=h.blanks | {"unit": "别的"}),
    "the place": lambda h, _: HeadSignature.objects.update(unit_path=h.unit_path[:6] + "000002"),
    "the words": lambda h, _: PledgeText.objects.update(body="什么都不承诺。"),
    "the keyed digest": lambda h, _: HeadSignature.objects.update(seal="0" * 64),
    "until when it stood": lambda h, _: HeadSignature.objects.update(ended_at=timezone.now()),
}  # fmt: skip


@pytest.mark.parametrize("what", HEADS)
def test_a_head_s_hand_changed_afterwards_is_found(campus, what):
    """PLG-1: the hand that stands on each copy is proved like each person's own."""
    round_ = make.pledge_round(campus, head_role=Role.COLLEGE_HEAD)
    made = make.head_signs(round_, campus.college, campus.head)
    assert found() == set()

    HEADS[what](made, campus.staff)

    assert found() == {("head", str(made.pk))}


def test_a_head_s_hand_removed_is_found_and_one_put_there_too(campus):
    round_ = make.pledge_round(campus, head_role=Role.COLLEGE_HEAD)
    made = make.head_signs(round_, campus.college, campus.head)
    receipt = made.hand.receipt
    made.delete()
    assert found() == {("head", receipt)}

    forged = HeadSignature.objects.create(
        round=round_, unit=campus.other_college, unit_path=campus.other_college.path,
        hand=charters.draw(campus.head, strokes=make.STROKES), role=made.role, text=made.text,
        blanks=made.blanks, text_sha256=made.text_sha256, seal="x",
    )  # fmt: skip
    assert ("head", str(forged.pk)) in found()


def test_a_successor_s_hand_is_no_alarm_and_the_root_holds_both(campus):
    round_ = make.pledge_round(campus, head_role=Role.COLLEGE_HEAD)
    make.sign(round_, campus.student)
    make.head_signs(round_, campus.college, campus.head)
    day = timezone.localdate()
    campus.head.grants.filter(role=Role.COLLEGE_HEAD).update(
        starts_on=day - timedelta(days=90), ends_on=day - timedelta(days=1)
    )
    make.grant(campus.liaison, Role.COLLEGE_HEAD, campus.college)
    make.head_signs(round_, campus.college, campus.liaison)
    rounds.close(round_, actor=campus.office, reason="到期")

    assert found() == set()
    assert PledgeRound.objects.get(round=round_).rooted == 3
    HeadSignature.objects.filter(ended_at=None).delete()
    assert ("root", str(round_.pk)) in found()


def test_who_agreed_to_a_poster_is_proved_both_ways(campus):
    """PLG-4: nobody is put on a poster who did not agree, nobody taken off."""
    round_ = make.joint_round(campus)
    willing = make.join(round_, campus.student)
    shy = make.join(round_, campus.classmate, on_poster=False)
    assert found() == set()

    JointName.objects.create(signature=shy)
    assert found() == {("poster", str(shy.pk))}

    JointName.objects.all().delete()
    assert found() == {("poster", str(willing.pk))}
