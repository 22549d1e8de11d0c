"""Drafting a joint appeal, joining it."""

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused
from pledges import services as pledges
from pledges.joint.models import JointName, JointRound
from pledges.models import Signature
from rounds.models import Round


@transaction.atomic
def draft(*, actor, together: int, **rest) -> Round:
    """A draft joint round; the rest is a pledge's."""
    round_ = pledges.draft(kind="joint", actor=actor, **rest)
    JointRound.objects.create(round=round_, together=together)
    return round_


@transaction.atomic
def revise(round_: Round, *, actor, together: int, **rest) -> Round:
    """The draft as it is now wanted."""
    row = pledges.revise(round_, actor=actor, **rest)
    JointRound.objects.filter(round=row).update(together=together)
    return row


@transaction.atomic
def join(round_: Round, person: User, *, on_poster: bool, **signing) -> Signature:
    """The person has joined by their own hand, and stands on the poster if they agreed to."""
    signature = pledges.sign(round_, person, **signing)
    if on_poster and JointName.objects.get_or_create(signature=signature)[1]:
        record(person, "agree_poster", signature)
    return signature


@transaction.atomic
def leave_poster(signature: Signature, *, actor: User) -> bool:
    """The signer's name and hand stand on no poster; whether it was this call that took them off.

    Consent may be taken back at any time, also when the appeal is closed; having joined stays.
    """
    if signature.person_id != actor.pk:
        raise Refused("只有本人可以撤下自己的姓名和签名。")
    taken, _ = JointName.objects.filter(signature=signature).delete()
    if taken:
        record(actor, "leave_poster", signature)
    return bool(taken)
