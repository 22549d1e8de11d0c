"""Answers are looked at by people: passed, sent back with reasons, put aside; and that undone."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused
from rounds import gate
from rounds import services as rounds
from rounds.models import Answer, Completion
from selfcheck.models import Review, Shot
from selfcheck.tools.reasons import REASONS, said

UNDO_WITHIN = timedelta(hours=24)
MANY = 300
Verdict = Review.Verdict


@transaction.atomic
def settle(
    answer: Answer,
    *,
    actor: User,
    verdict: str,
    reasons: Sequence[str] = (),
    note: str = "",
    valid_until: date | None = None,
) -> Review:
    """The answer is passed, sent back with the reasons' sentences, or put aside; on record.

    Of one that the machine had accepted and that is looked at as a sample, passing changes nothing.
    """
    codes = [code for code in reasons if code in REASONS]
    if verdict == Verdict.RETURN and not codes and not note.strip():
        raise Refused("请选择或填写退回原因，便于对方修改。")
    answer = _held(answer)
    sampled = answer.state == Answer.State.ACCEPTED and sample_of(answer).exists()
    if verdict == Verdict.RETURN:
        rounds.judge(answer, actor=actor, accept=False, reason=said(codes, note))
    elif verdict == Verdict.PASS and not sampled:
        until = valid_until or answer.valid_until or read_until(answer)
        rounds.judge(answer, actor=actor, accept=True, reason=note, valid_until=until)
    elif answer.person_id == actor.pk:
        raise Refused("本人提交的内容须由他人审核。")
    elif answer.state not in {Answer.State.PENDING, Answer.State.ACCEPTED}:
        raise Refused("此项已处理，请刷新页面后再看。")
    return Review.objects.create(
        answer=answer,
        round_id=answer.round_id,
        unit_path=answer.unit_path,
        verdict=verdict,
        reasons=codes,
        note=note.strip()[:500],
        sampled=sampled,
        by=actor,
    )


def _held(answer: Answer) -> Answer:
    """The answer as it is, which nobody else judges meanwhile: locks in the order of the core."""
    gate.enter(answer.round_id, judging=True)
    Completion.objects.select_for_update().get(pk=answer.completion_id)
    return Answer.objects.select_related("item").get(pk=answer.pk)


def sample_of(answer: Answer):
    """The pictures of an answer drawn to be looked at although the machine accepted them."""
    return Shot.objects.filter(evidence__answer=answer, evidence__voided_at=None, sampled=True)


def read_until(answer: Answer) -> date | None:
    """Until when the answer's pictures say that it holds; None where they say nothing."""
    shots = Shot.objects.filter(evidence__answer=answer, evidence__voided_at=None)
    days = [shot.facts.get("until", {}).get("value", "")[:10] for shot in shots]
    return min((date.fromisoformat(day) for day in days if day), default=None)


@transaction.atomic
def undo(review: Review, *, actor: User) -> Answer:
    """The look is undone by whoever took it, within a day: the answer waits as it waited before."""
    answer = _held(review.answer)
    row = Review.objects.select_for_update().get(pk=review.pk)
    if row.undone_at:
        raise Refused("此次审核已撤销。")
    if row.by_id != actor.pk:
        raise Refused("只能撤销本人的审核。")
    if timezone.now() - row.at > UNDO_WITHIN:
        raise Refused("审核已超过 24 小时，不能撤销。")
    if answer.reviews.filter(pk__gt=row.pk, undone_at=None).exists():
        raise Refused("此项之后又有人审核，不能撤销，请刷新页面后再看。")
    if row.verdict == Verdict.RETURN or (row.verdict == Verdict.PASS and not row.sampled):
        rounds.reopen(answer, actor=actor, note="撤销审核")
    if row.sampled and row.verdict == Verdict.RETURN:
        until = answer.valid_until or read_until(answer)
        rounds.judge(answer, actor=actor, accept=True, reason="撤销审核", valid_until=until)
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    record(actor, "undo_review", answer)
    return answer


def pass_many(answers: Iterable[Answer], *, actor: User, note: str) -> tuple[int, list[str]]:
    """Each is passed, or refused with its own sentence; how many were, and the sentences."""
    done, refused = 0, []
    for answer in list(answers)[:MANY]:
        try:
            settle(answer, actor=actor, verdict=Verdict.PASS, note=note)
            done += 1
        except Refused as refusal:
            refused.append(f"{answer.person.name}：{refusal}")
    return done, refused
