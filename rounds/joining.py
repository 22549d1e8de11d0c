"""Two records of one person in the open rounds: the better of two parts wins."""

from datetime import datetime

from django.utils import timezone

from accounts import joins
from accounts.audit import record
from accounts.models import User
from rounds.kinds import kind_of
from rounds.models import (
    Answer,
    Completion,
    Correction,
    Evidence,
    Excuse,
    Finding,
    OutsideRow,
    Round,
    Standing,
)
from rounds.services.items import settle
from rounds.services.outside import TOOK, digest_of

State = Completion.State
OPEN = {"round__state": Round.State.OPEN}
# of two parts: verified before submitted before begun or sent back
RANK: dict[str, int] = {State.ACCEPTED: 0, State.PENDING: 1}
ANSWERED = ["state", "state_at", "note", "done_at", "valid_until", "carried"]
SAID = ["state", "state_at", "note", "method", "done_at", "valid_until"]


def parts_of(person: User):
    """The person's parts of open rounds."""
    return Completion.objects.filter(person=person, **OPEN).select_related("round")


def _rank(part: Completion | Answer) -> tuple[int, datetime]:
    rank = RANK.get(part.state, 2)
    fresh = part.valid_until is None or part.valid_until >= timezone.localdate()
    return rank if fresh else 2, part.done_at or timezone.now()


def carry(old: User, kept: User, actor: User) -> None:
    """The kept record has the better of both parts of each open round; the other keeps the rest."""
    theirs = {part.round_id: part for part in parts_of(kept).select_for_update(of=("self",))}
    for part in parts_of(old).select_for_update(of=("self",)):
        there = theirs.get(part.round_id)
        if there is None:
            _move(part, kept)
            kind_of(part.round).joined(part, part, actor=actor)
        elif part.round.items.exists():
            _answers(part, there)
        elif _rank(part) < _rank(there):
            _exchange(part, there)
            kind_of(part.round).joined(part, there, actor=actor)
            _lists(part, there, actor)


def _move(part: Completion, kept: User) -> None:
    """The part is the kept record's, where that stands."""
    part.person, part.unit_path = kept, kept.unit_path
    part.save(update_fields=["person", "unit_path"])
    Answer.objects.filter(completion=part).update(person=kept, unit_path=kept.unit_path)
    for model in (Evidence, Correction):
        model.objects.filter(completion=part).update(unit_path=kept.unit_path)
    Evidence.objects.filter(answer__completion=part).update(unit_path=kept.unit_path)
    OutsideRow.objects.filter(completion=part).update(person=kept)


def _exchange(part: Completion, there: Completion) -> None:
    """Each says what the other said: there is one part a person, and figures read it."""
    for name in SAID:
        mine, other = getattr(part, name), getattr(there, name)
        setattr(part, name, other)
        setattr(there, name, mine)
    part.save(update_fields=SAID)
    there.save(update_fields=SAID)


def _answers(part: Completion, there: Completion) -> None:
    """Of two answers to an item the better one counts; the part is settled from them."""
    given = {one.item_id: one for one in there.answers.all()}
    for one in part.answers.all():
        other = given.get(one.item_id)
        if other is None:
            place = {"person": there.person, "unit_path": there.unit_path}
            Answer.objects.filter(pk=one.pk).update(completion=there, **place)
            Evidence.objects.filter(answer=one).update(unit_path=there.unit_path)
        elif _rank(one) < _rank(other):
            said = {name: getattr(one, name) for name in ANSWERED}
            Answer.objects.filter(pk=other.pk).update(**said)
            _pictures(one, other)
    settle(there.round, [there.pk])


def _pictures(one: Answer, other: Answer) -> None:
    """What showed the one shows the other, and the other way round."""
    theirs = list(other.evidence.values_list("pk", flat=True))
    shown = Evidence.objects.filter(answer=one).exclude(
        sha256__in=list(other.evidence.values_list("sha256", flat=True))
    )
    shown.update(answer=other, unit_path=other.unit_path)
    here = set(one.evidence.values_list("sha256", flat=True))
    back = Evidence.objects.filter(pk__in=theirs).exclude(sha256__in=here)
    back.update(answer=one, unit_path=one.unit_path)


def _lists(part: Completion, there: Completion, actor: User) -> None:
    """The lines of lists from elsewhere go with what they made; the lists are digested anew."""
    rows = OutsideRow.objects.filter(completion__in=[part, there]).select_related("batch__file")
    moved = list(rows)
    for row in moved:
        row.completion = there if row.completion_id == part.pk else part
        row.person_id = row.completion.person_id
        row.save(update_fields=["completion", "person"])
    for batch in {row.batch.pk: row.batch for row in moved}.values():
        batch.sha256 = digest_of(batch)
        batch.save(update_fields=["sha256"])
        record(actor, TOOK, batch, sha256=batch.sha256)


def _excuses(old: User):
    return Excuse.objects.filter(person=old, voided_at=None, **OPEN)


def carry_excuses(old: User, kept: User, actor: User) -> None:
    """What frees the one frees the kept, unless it is freed already."""
    there = Excuse.objects.filter(person=kept, voided_at=None).values("round")
    _excuses(old).exclude(round__in=list(there.values_list("round", flat=True))).update(
        person=kept, unit_path=kept.unit_path
    )


def carry_standing(old: User, kept: User, actor: User) -> None:
    """What is known of the one is known of the kept; of two the one that holds longer."""
    there = {one.code: one for one in kept.standings.all()}
    for one in old.standings.all():
        known = there.get(one.code)
        if known is None:
            Standing.objects.filter(pk=one.pk).update(person=kept)
        elif known.valid_until and (not one.valid_until or one.valid_until > known.valid_until):
            known.valid_until, known.since, known.source = one.valid_until, one.since, one.source
            known.save(update_fields=["valid_until", "since", "source"])


def _findings(old: User):
    return Finding.objects.filter(person=old).exclude(state=Finding.State.CLOSED)


def carry_findings(old: User, kept: User, actor: User) -> None:
    """What is still followed up is followed up with the kept record, where that stands."""
    _findings(old).update(person=kept, unit_path=kept.unit_path)


joins.register(joins.Join("进行中任务的办理记录", lambda old: parts_of(old).count(), carry))
joins.register(joins.Join("豁免", lambda old: _excuses(old).count(), carry_excuses))
joins.register(joins.Join("未办结的线索", lambda old: _findings(old).count(), carry_findings))
joins.register(joins.Join("已有事项", lambda old: old.standings.count(), carry_standing))
