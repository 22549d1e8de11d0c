"""An answer that somebody gave for another by mistake is again what it was."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.audit import record
from rounds.models import Answer, Completion, Evidence, Round
from rounds.services.doing import answering
from rounds.services.items import settle

KEPT = "state", "state_at", "done_at", "valid_until", "note", "carried"


def as_it_is(answer: Answer) -> dict[str, Any]:
    """What `restore` needs to bring the answer back to this moment; plain values."""
    found = {name: getattr(answer, name) for name in KEPT}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in found.items()
    }


@transaction.atomic
def restore(
    round_: Round, former: Iterable[tuple[Answer, dict[str, Any] | None]], *, actor
) -> None:
    """Each answer is as it was; one that was not there before is gone.

    Files put aside that showed it belong to the class's part. Where something else hangs on it, as
    somebody's judgement, it is sent back instead. The caller is in the round's gate and holds the
    people's parts.
    """
    gone, back = [], []
    for answer, was in former:
        if was is None:
            gone.append(answer)
        else:
            back.append(_as_it_was(answer, was))
    for answer in [*back, *gone]:
        record(actor, "restore", answer)
    for answer in gone:
        try:
            with transaction.atomic():
                _forget(round_, answer)
        except ProtectedError:
            answer.state, answer.note = Answer.State.SENT_BACK, "截图已撤下，请重新提交。"
            back.append(answer)
    Answer.objects.bulk_update(back, KEPT)
    parts = {answer.completion_id for answer in [*back, *gone]}
    settle(round_, parts)
    begun = Completion.objects.filter(
        pk__in=parts, state=Completion.State.STARTED, method=Completion.Method.SELF
    )
    for part in begun.filter(answers=None, evidence=None, corrections=None):
        with suppress(ProtectedError):  # something else hangs on it
            part.delete()


def _forget(round_: Round, answer: Answer) -> None:
    part = answering(round_, answer.unit_path)
    files = Evidence.objects.filter(answer=answer).exclude(voided_at=None)
    files.update(answer=None, assignment=part)
    Answer.objects.get(pk=answer.pk).delete()  # the caller's own keeps its number


def _as_it_was(answer: Answer, was: dict[str, Any]) -> Answer:
    for name in KEPT:
        setattr(answer, name, was[name])
    answer.state_at = datetime.fromisoformat(was["state_at"])
    answer.done_at = datetime.fromisoformat(was["done_at"])
    answer.valid_until = was["valid_until"] and date.fromisoformat(was["valid_until"])
    return answer
