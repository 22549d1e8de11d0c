"""Correcting one's own part after the unit has handed in."""

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.moves import Refused, move
from rounds import gate
from rounds.models import Completion, Correction
from rounds.services.doing import handed_in


@transaction.atomic
def ask_correction(completion: Completion, *, actor, reason: str) -> Correction:
    """The person's unit is asked to let them redo their part."""
    if not reason.strip():
        raise Refused("请说明需要更正什么。")
    gate.enter(completion.round_id, completion.unit_path)
    if completion.state != Completion.State.ACCEPTED or not handed_in(completion):
        raise Refused("所在单位尚未交件，您可以直接重新办理，无需申请更正。")
    try:
        with transaction.atomic():
            correction = Correction.objects.create(
                completion=completion, unit_path=completion.unit_path, reason=reason[:200]
            )
    except IntegrityError:
        raise Refused("您已提交过更正申请，请等待答复。") from None
    record(actor, "ask_correction", correction, note=reason)
    return correction


@transaction.atomic
def decide_correction(correction: Correction, *, actor, grant: bool, note: str = "") -> Correction:
    """Granted, the person's part is sent back to them; refused, it stays and the note says why."""
    done = correction.completion
    gate.enter(done.round_id, done.unit_path, judging=not grant)
    if correction.completion.person_id == actor.pk:
        raise Refused("本人的更正申请须由他人处理。")
    if not grant and not note.strip():
        raise Refused("不同意时请填写理由。")
    move(correction, "grant" if grant else "refuse", actor=actor, note=note)
    if grant:
        why = f"同意更正：{correction.reason}"
        move(correction.completion, "send_back", actor=actor, note=why)
    return correction
