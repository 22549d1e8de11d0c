"""Closing: the missing are written down and the figures frozen."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused, move
from rounds import gate
from rounds.figures import Census, freeze
from rounds.kinds import kind_of
from rounds.models import Assignment, Completion, Round, Tally

State = Completion.State


@transaction.atomic
def close(round_: Round, *, actor, reason: str = "") -> Round:
    """The round is over: each counted person has a row, the figures stand in `Tally` for good.

    Refused while anything waits for judgement, unless a reason is given.
    """
    gate.shut(round_.pk)
    round_.refresh_from_db()
    waiting = round_.assignments.filter(state=Assignment.State.SUBMITTED).count()
    waiting += round_.completions.filter(state=State.PENDING).count()
    if waiting and not reason.strip():
        raise Refused(f"还有 {waiting} 项等待审核。确需现在结束，请填写原因。")
    if round_.state != Round.State.OPEN:
        raise Refused(f"任务{round_.get_state_display()}，不能结束。")
    tallies = freeze(round_)
    _write_down(round_)
    round_.tallies.all().delete()  # those of the open round
    Tally.objects.bulk_create(tallies, batch_size=1000)
    open_ = round_.assignments.exclude(state__in=Assignment.SETTLED)
    locked = open_.update(state=Assignment.State.LOCKED, state_at=timezone.now())
    move(round_, "close", actor=actor, note=reason)
    record(actor, "freeze", round_, tallies=len(tallies), locked=locked)
    kind_of(round_).closed(round_, actor=actor)
    return round_


def _write_down(round_: Round) -> None:
    """Each expected person has a completion marked as counted, each excused one marked so."""
    census = Census(round_)
    expected, excused = (census.people().filter(q) for q in (census.expected, census.excused))
    for people, state in ((expected, State.MISSING), (excused, State.EXCUSED)):
        without = people.filter(done__isnull=True).values_list("pk", "unit_path")
        Completion.objects.bulk_create(
            (
                Completion(round=round_, person_id=person, unit_path=path, state=state)
                for person, path in without.iterator(chunk_size=2000)
            ),
            batch_size=2000,
        )
    here = OuterRef("person")
    round_.completions.update(counted=False)
    round_.completions.filter(Exists(excused.filter(pk=here))).update(excused=True)
    round_.completions.filter(Exists(expected.filter(pk=here))).update(counted=True)
    round_.completions.filter(state=State.PENDING).update(state=State.UNJUDGED)
    # what stands written is where the person belonged at the close
    moved = User.objects.filter(pk=here).values("unit_path")[:1]
    round_.completions.filter(Q(counted=True) | Q(excused=True)).update(unit_path=moved)


@transaction.atomic
def withdraw_round(round_: Round, *, actor, reason: str) -> Round:
    """The round asks nothing any more; what was done stays on record."""
    if not reason.strip():
        raise Refused("请填写撤回原因。")
    gate.shut(round_.pk)
    if round_.state == Round.State.OPEN:
        round_.tallies.all().delete()
    return move(round_, "withdraw", actor=actor, note=reason)
