"""What waits for whom in pledges."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.queues import Queue, register
from pledges.models import Objection
from rounds.models import Completion, Round


def objections(user):
    """Those who do not agree to sign and wait for the user's answer; signing ends it."""
    signed = Completion.objects.filter(
        round=OuterRef("round"), person=OuterRef("person"), state=Completion.State.ACCEPTED
    )
    found = Objection.objects.permitted(user, "answer").filter(
        state=Objection.State.OPEN, round__state=Round.State.OPEN
    )
    return found.exclude(person=user).filter(~Exists(signed))


register(
    Queue(
        "不同意签署",
        "有人说明理由不同意签署，请沟通后答复",
        objections,
        lambda user: reverse("pledges:objections"),
    )
)
