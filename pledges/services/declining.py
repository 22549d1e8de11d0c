"""Not agreeing to sign: the reason goes to the college, whose answer goes back; signing ends it."""

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused, move
from pledges.models import Objection
from rounds import gate
from rounds.models import Completion, Round
from rounds.services import is_asked


@transaction.atomic
def decline(round_: Round, person: User, *, reason: str) -> Objection:
    """The person's college knows that they do not agree, and why."""
    if not reason.strip():
        raise Refused("请写明不同意签署的理由。")
    entered = gate.enter(round_.pk)
    if not is_asked(entered, person):
        raise Refused("您不在本任务的应完成人员之列，无需办理。")
    done = Completion.objects.filter(round=entered, person=person)
    if done.filter(state=Completion.State.ACCEPTED).exists():
        raise Refused("您已签署。如需更正，请在回执页办理。")
    try:
        with transaction.atomic():
            objection = Objection.objects.create(
                round=entered, person=person, reason=reason.strip()[:200]
            )
    except IntegrityError:
        raise Refused("您的意见已提交，请等待学院（部门）与您沟通。") from None
    record(person, "decline", objection, note=objection.reason)
    return objection


@transaction.atomic
def answer_objection(objection: Objection, *, actor: User, note: str) -> Objection:
    """Somebody of the college spoke with the person; what was said goes back to them."""
    if objection.person_id == actor.pk:
        raise Refused("本人的意见须由他人答复。")
    if not note.strip():
        raise Refused("请填写沟通情况和答复。")
    return move(objection, "reply", actor=actor, note=note)
