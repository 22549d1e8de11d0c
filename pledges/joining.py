"""What somebody did not agree to, when two records turn out to be one person."""

from accounts import joins
from accounts.models import User
from accounts.moves import move
from pledges.models import Objection
from rounds.models import Round


def _open_rounds(old: User):
    return Objection.objects.filter(person=old, round__state=Round.State.OPEN)


def carry(old: User, kept: User, actor: User) -> None:
    """What was said in open rounds is the kept record's; said on both, it is answered once."""
    waiting = Objection.objects.filter(state=Objection.State.OPEN)
    said = list(waiting.filter(person=kept).values_list("round", flat=True))
    for again in waiting.filter(person=old, round__in=said):
        move(again, "reply", actor=actor, note="与同一人的另一条意见合并答复")
    _open_rounds(old).update(person=kept)


joins.register(joins.Join("不同意签署的意见", lambda old: _open_rounds(old).count(), carry))
