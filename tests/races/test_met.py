"""Different moves that meet at one moment: the end is right whichever came first, and so are the figures."""

from datetime import date, timedelta

import pytest

from accounts.models import AuditEntry, Duty, Unit, User
from accounts.scope import Role
from accounts.services import (
    duties,
    regrouping,
    transfers,
    units,
)
from notices.models import Notice
from notices.services import circulars, unread
from pledges import services as pledges
from pledges.heads.models import HeadSignature
from pledges.heads.standing import standing_on
from pledges.models import Objection, PledgeRound, Signature
from pledges.proofs import prove
from rounds import services as rounds
from rounds.figures import figures
from rounds.models import Assignment, Completion, Evidence, Round, Tally
from rounds.queries import Board
from tests import factories as make
from tests.races.moves_rounds import held_unread, outside, part, published, scan, taken
from tests.races.racing import fresh, in_line, meets, race, read
from tests.world import picture

pytestmark = [pytest.mark.postgresql]
TODAY = date(2026, 11, 23)


def live(c, unit=None):
    """What a board counts now; and what its lists say, counted by hand."""
    path = (unit or c.school).path
    found = figures(c.round, path)
    board = Board(c.round, unit or c.school)
    done = Completion.objects.filter(round=c.round, unit_path__startswith=path, state="accepted")
    assert found.verified == done.count() == board.done().count()
    assert found.missing == board.missing().count() == found.expected - found.verified
    return found


@meets("pledges.paper.record_paper", "pledges.signing.sign")
def test_recorded_from_paper_while_the_person_signs(c):
    kept = scan(c)

    won, sentences = race(
        *[lambda: pledges.record_paper(kept, [read(c.classmate)], actor=c.counselor)] * 3,
        *[lambda: make.sign(c.round, read(c.classmate))] * 3,
    )

    assert (won, sentences) == (6, [])
    [signature] = Signature.objects.filter(person=c.classmate, superseded_at=None)
    assert signature.completion.method == signature.method
    assert pledges.verify(signature)
    live(c)


@meets("pledges.changing.change_text", "pledges.signing.sign")
def test_the_text_changes_while_people_sign(c):
    """PLG-6: who read the former text signs it until it is changed, and not a moment after."""
    people = [make.person(c.klass) for _ in range(6)]
    former = c.round.pledge.text
    text = pledges.new_text(
        c.school, name=former.name, heading=former.heading, body=f"{former.body}\n另有一条。",
        actor=c.office,
    )  # fmt: skip
    # each with a round of their own reading, the text with it, as a request has
    opened = Round.objects.select_related("unit", "pledge__text").filter(pk=c.round.pk)
    seen = [(person, opened.get()) for person in people]
    deeds = [lambda p=p, r=r: make.sign(r, read(p)) for p, r in seen]
    deeds.insert(
        3,
        lambda: pledges.change_text(
            read(c.round), text, material=True, note="修订", actor=c.office
        ),
    )

    said = in_line(c.round, *deeds)

    assert said == [None] * 4 + ["任务内容刚刚更新，请刷新页面重新阅读后办理。"] * 3
    assert PledgeRound.objects.get(round=c.round).text_id == text.pk
    before = Signature.objects.filter(person__in=people[:3], text=former)
    assert set(before.values_list("completion__state", flat=True)) == {"sent_back"}
    assert (before.count(), Signature.objects.filter(person__in=people).count()) == (3, 3)
    make.sign(opened.get(), people[5])
    assert Signature.objects.get(person=people[5]).text_id == text.pk
    assert live(c).verified == 1
    assert prove().sound


@meets("pledges.changing.change_text", "pledges.heads.sign_for_unit")
def test_the_text_changes_while_the_head_signs(c):
    """PLG-6: whichever came first, no hand of the former text stands on a copy of the new one."""
    round_ = make.pledge_round(c, head_role=Role.COLLEGE_HEAD)
    former = round_.pledge.text
    text = pledges.new_text(
        c.school, name=former.name, heading=former.heading, body=f"{former.body}\n另有一条。",
        actor=c.office,
    )  # fmt: skip
    opened = Round.objects.select_related("unit", "pledge__text").filter(pk=round_.pk)
    seen = [opened.get() for _ in range(5)]
    deeds = [lambda r=r: make.head_signs(r, c.college, c.head) for r in seen]
    deeds.insert(
        2,
        lambda: pledges.change_text(read(round_), text, material=True, note="修订", actor=c.office),
    )

    race(*deeds)

    now = opened.get()
    assert now.pledge.text_id == text.pk
    assert not HeadSignature.objects.filter(round=now, ended_at=None).exclude(text=text).exists()
    assert standing_on(make.sign(now, c.student)) is None
    make.head_signs(now, c.college, c.head)
    assert standing_on(Signature.objects.get(person=c.student)).text_id == text.pk
    assert prove().sound


@meets("pledges.declining.decline", "pledges.signing.sign")
def test_declining_while_signing_leaves_a_signature_and_nothing_in_the_queue(c):
    race(
        lambda: pledges.decline(c.round, read(c.student), reason="有顾虑"),
        lambda: make.sign(c.round, read(c.student)),
    )

    assert Signature.objects.filter(person=c.student).count() == 1
    assert Objection.objects.filter(person=c.student).count() <= 1
    assert not Board(c.round, c.school).missing().filter(pk=c.student.pk).exists()
    live(c)


FILES = {
    "attach": lambda c, found: rounds.attach(
        read(c.part), picture(), name="b.png", actor=c.counselor
    ),
    "detach": lambda c, found: rounds.detach(read(found), actor=c.counselor),
}


@meets("rounds.evidence.attach", "rounds.evidence.detach", "rounds.ladder.submit")
@pytest.mark.parametrize("deed", FILES)
def test_no_file_comes_or_goes_after_the_part_was_handed_in(c, deed):
    c.part = part(c)
    found = rounds.attach(c.part, picture(), name="a.png", actor=c.counselor)
    if deed == "attach":
        rounds.detach(found, actor=c.counselor)

    race(
        *[lambda: FILES[deed](c, found)] * 3,
        lambda: rounds.submit(read(c.part), actor=c.counselor, note="其余未签"),
    )

    told = AuditEntry.objects.order_by("id").values_list("verb", "id")
    ids = {verb: pk for verb, pk in told if verb in {deed, "submit"}}
    assert ids.get(deed, 0) < ids["submit"]
    present = Evidence.objects.filter(voided_at=None).count()
    assert present == (deed == "attach") if deed in ids else present == (deed == "detach")


@meets("rounds.outside.take_in", "rounds.outside.drop")
def test_a_list_is_taken_in_or_dropped(c):
    made = outside(c)

    won, sentences = race(
        *[lambda: rounds.take_in(read(made), actor=c.office)] * 3,
        *[lambda: rounds.drop(read(made), actor=c.office)] * 3,
    )

    assert (won, len(sentences)) == (1, 5)
    taken_ = fresh(made).state != "dropped"
    assert Completion.objects.filter(method="outside").count() == (2 if taken_ else 0)


@meets("rounds.outside.check_sample", "rounds.outside.undo_import")
def test_a_list_is_verified_while_it_is_undone(c):
    made = taken(c)
    true = set(made.rows.values_list("pk", flat=True))

    race(
        *[lambda: rounds.check_sample(read(made), true=true, actor=c.department)] * 3,
        *[lambda: rounds.undo_import(read(made), actor=c.office, reason="有误")] * 3,
    )

    undone = AuditEntry.objects.filter(verb="undo_import").exists()
    states = set(Completion.objects.filter(method="outside").values_list("state", flat=True))
    assert states == ({"sent_back"} if undone else {"accepted"})
    live(c)


@meets("rounds.outside.take_in", "pledges.signing.sign")
def test_a_list_is_taken_in_while_its_people_sign(c):
    made = outside(c)

    race(
        lambda: rounds.take_in(read(made), actor=c.office),
        lambda: make.sign(c.round, read(c.student)),
        lambda: make.sign(c.round, read(c.classmate)),
    )

    assert Completion.objects.filter(person__in=[c.student, c.classmate]).count() == 2
    live(c)


@meets("rounds.tallying.recount", "rounds.ladder.submit")
def test_recounted_while_people_sign_and_units_hand_in(c):
    people = [make.person(c.second_class) for _ in range(4)]
    deeds = [lambda p=p: make.sign(c.round, read(p)) for p in people]
    deeds += [lambda: rounds.recount(c.round.pk)] * 3
    deeds.append(lambda: rounds.submit(part(c), actor=c.counselor, note="其余未签"))

    race(*deeds)
    rounds.recount_changed()
    rounds.recount_all()

    for unit in (c.school, c.second_class):
        tally, now = Tally.objects.get(round=c.round, path=unit.path), figures(c.round, unit.path)
        assert (tally.expected, tally.verified) == (now.expected, now.verified)
    live(c)


@meets("rounds.ladder.submit", "rounds.ladder.zero")
def test_zero_is_reported_while_the_same_part_is_handed_in(c):
    empty = units.add(c.college, kind="class", name="空班", actor=c.office)
    make.holder(c.faculty, "戚辅导", Role.COUNSELOR, empty)
    actor = User.objects.get(name="戚辅导")
    rounds.assign(c.round)
    there = Assignment.objects.filter(round=c.round, unit=empty).first()
    if there is None:
        there = Assignment.objects.create(round=c.round, unit=empty, unit_path=empty.path)

    won, sentences = race(
        *[lambda: rounds.submit(read(there), actor=actor, zero=True)] * 3,
        *[lambda: rounds.submit(read(there), actor=actor, note="无人")] * 3,
    )

    assert (won, len(sentences)) == (1, 5)
    assert AuditEntry.objects.filter(verb="submit", object_id=there.pk).count() == 1


@meets("notices.circulars.recall", "notices.circulars.acknowledge", "notices.circulars.forward")
def test_a_circular_is_recalled_while_it_is_read_and_passed_on(c):
    made = published(c)

    race(
        lambda: circulars.recall(read(made), actor=c.office, reason="有误"),
        lambda: circulars.acknowledge(read(made), actor=c.counselor),
        lambda: circulars.forward(read(made), c.klass, line="", actor=c.counselor),
    )

    assert fresh(made).state == "recalled"
    told = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
    verbs = [verb for verb in told if verb in {"call_back", "forward"}]
    assert verbs in (["call_back"], ["forward", "call_back"])


@meets("notices.unread.cancel_held")
def test_a_held_reminder_is_called_off_while_its_hour_comes(c):
    made = held_unread(c, after=timedelta(0))

    won, sentences = race(
        *[lambda: unread.cancel_held(read(made), actor=c.office)] * 3, *[unread.remind_due] * 3
    )

    told = Notice.objects.filter(key=f"unread:{made.pk}")
    [verb] = AuditEntry.objects.filter(verb__in=["cancel", "remind_held"]).values_list(
        "verb", flat=True
    )
    assert told.exists() == (verb == "remind_held")
    assert (won, len(sentences)) == ((4, 2) if verb == "cancel" else (3, 3))
    assert fresh(made).remind_at is None


@meets("accounts.regrouping.move", "rounds.ladder.submit")
def test_a_class_moves_while_it_hands_in(c):
    race(
        lambda: regrouping.move(
            read(c.klass), parent=read(c.other_college), actor=c.office, reason="专业调整"
        ),
        *[lambda: rounds.submit(part(c), actor=c.counselor, note="其余未签")] * 2,
    )

    here = fresh(c.klass).moved_to
    [now] = Assignment.objects.filter(round=c.round, unit=here)
    assert now.unit_path == here.path
    submitted = AuditEntry.objects.filter(model="assignment", verb="submit").count()
    assert submitted <= 1 and (now.state == "submitted") == bool(submitted)
    live(c)


@meets("accounts.regrouping.merge", "accounts.roster.confirm", "accounts.duties.appoint",
       "accounts.units.add", "accounts.transfers.relocate")  # fmt: skip
def test_a_class_merges_while_others_add_appoint_and_move_people_into_it(c):
    race(
        lambda: regrouping.merge(
            read(c.second_class), target=read(c.klass), actor=c.office, reason="合班"
        ),
        lambda: duties.appoint(
            read(c.second_class), person=c.staff, kind="answers", starts_on=TODAY, actor=c.office
        ),
        lambda: units.add(read(c.second_class), kind="dorm", name="兰园1-101", actor=c.office),
        lambda: transfers.relocate(
            read(c.classmate), read(c.second_class), actor=c.office, note="调班"
        ),
    )

    gone = fresh(c.second_class)
    below = gone.path
    assert gone.closed_on and gone.moved_to_id == c.klass.pk
    assert not User.objects.filter(unit_path__startswith=below).exists()
    assert not Unit.objects.open().filter(path__startswith=below).exists()
    assert not Duty.objects.running().filter(path__startswith=below).exists()
    live(c)


@meets("accounts.regrouping.close", "accounts.units.add")
def test_a_unit_is_closed_while_one_is_added_below_it(c):
    empty = units.add(c.college, kind="class", name="空班", actor=c.office)

    won, _ = race(
        lambda: regrouping.close(read(empty), actor=c.office, reason="撤销"),
        lambda: units.add(read(empty), kind="dorm", name="兰园1-101", actor=c.office),
    )

    below = Unit.objects.open().filter(path__startswith=empty.path).exclude(pk=empty.pk)
    assert won == 1
    assert bool(fresh(empty).closed_on) != below.exists()


@meets("pledges.paper.undo_paper", "rounds.ladder.submit")
def test_a_record_from_paper_is_undone_while_the_class_hands_in(c):
    pledges.record_paper(scan(c), [c.classmate], actor=c.counselor)
    made = Signature.objects.get(person=c.classmate)

    race(
        lambda: pledges.undo_paper(read(made), actor=c.counselor, reason="误勾"),
        lambda: rounds.submit(part(c), actor=c.counselor, note="其余未签"),
    )

    told = list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))
    if "undo_paper" in told:
        assert told.index("undo_paper") < told.index("submit")
    live(c)
