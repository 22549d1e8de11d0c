"""What was found in a person's part: put down, followed up, decided by a named officer."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused, move
from accounts.scope import alike
from rounds.models import Completion, Finding

State = Finding.State


@dataclass(frozen=True)
class Found:
    """One sort of thing that a part shows: what in code and word, and how much, without numbers."""

    code: str
    label: str
    summary: str


@transaction.atomic
def put_down(
    completion: Completion, found: Iterable[Found], *, actor: User, voluntary: bool
) -> list[Finding]:
    """The part has these findings; called in the transaction in which the part is done, or anew.

    One that was there is kept and says what is said now; one that is no longer said stays, marked as
    taken back by the person; what was decided about just this is not asked again. Nobody else is told.
    """
    said = {one.code: one for one in found}
    there = list(completion.findings.select_for_update())
    now, waiting = timezone.now(), {one.code: one for one in there if one.state != State.CLOSED}
    for code, row in waiting.items():
        if code not in said:
            if row.taken_back_at is None:
                Finding.objects.filter(pk=row.pk).update(taken_back_at=now)
            continue
        Finding.objects.filter(pk=row.pk).update(
            taken_back_at=None, summary=said[code].summary, label=said[code].label
        )
    decided = {(one.code, one.summary) for one in there if one.state == State.CLOSED}
    new = [
        one
        for code, one in said.items()
        if code not in waiting and (code, one.summary) not in decided
    ]
    return [_made(completion, one, actor, voluntary) for one in new]


def _made(completion: Completion, found: Found, actor: User, voluntary: bool) -> Finding:
    made = Finding.objects.create(
        round_id=completion.round_id,
        completion=completion,
        person_id=completion.person_id,
        unit_path=completion.unit_path,
        code=found.code,
        label=found.label,
        summary=found.summary[:300],
        voluntary=voluntary,
        found_by=actor,
    )
    record(actor, "put_down", made)
    return made


def _not_own(finding: Finding, actor: User) -> None:
    if finding.person_id in alike(actor):
        raise Refused("涉及本人的线索须由他人处理，本人的代理人也不能处理。")


@transaction.atomic
def follow_finding(finding: Finding, *, actor: User, note: str) -> Finding:
    """Somebody has taken it up; what was done so far stands on the trail."""
    if not note.strip():
        raise Refused("请填写跟进情况。")
    _not_own(finding, actor)
    return move(finding, "follow", actor=actor, note=note)


@transaction.atomic
def decide_finding(finding: Finding, *, actor: User, outcome: str, reason: str) -> Finding:
    """It is closed by a named officer, with what came of it and why. Nothing goes anywhere by itself."""
    if outcome not in Finding.Outcome.values:
        raise Refused("请选择处理结果。")
    if not reason.strip():
        raise Refused("请填写处理依据和理由。")
    _not_own(finding, actor)
    return move(
        finding, "decide", actor=actor, note=reason, outcome=outcome, decided_by=actor,
        closed_at=timezone.now(), said={"outcome": Finding.Outcome(outcome).label},
    )  # fmt: skip


@transaction.atomic
def reopen_finding(finding: Finding, *, actor: User, reason: str) -> Finding:
    """A decision that does not hold is taken back; the trail keeps it."""
    if not reason.strip():
        raise Refused("请填写重新处理的原因。")
    _not_own(finding, actor)
    if finding.completion.findings.filter(code=finding.code).exclude(state=State.CLOSED).exists():
        raise Refused("本人已就同一事项重新申报，请直接处理新的线索。")
    return move(
        finding, "reopen", actor=actor, note=reason, outcome="", decided_by=None, closed_at=None
    )
