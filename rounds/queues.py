"""What waits for whom in rounds."""

from django.urls import reverse

from accounts.queues import Queue, register
from rounds.models import Assignment, Correction, Round


def to_judge(user):
    """Handed-in parts of open rounds that this user may judge now: nothing below them waits."""
    waiting = Assignment.objects.permitted(user, "approve").filter(
        state=Assignment.State.SUBMITTED, round__state=Round.State.OPEN
    )
    return waiting.exclude(submitted_by=user)


def returned(user):
    """Parts sent back to the user's own unit."""
    mine = Assignment.objects.permitted(user, "submit")
    return mine.filter(state=Assignment.State.SENT_BACK, round__state=Round.State.OPEN)


def to_hand_in(user):
    """Parts of the user's own unit not handed in yet."""
    mine = Assignment.objects.permitted(user, "submit")
    return mine.filter(state=Assignment.State.OPEN, round__state=Round.State.OPEN)


def to_issue(user):
    """Drafts the user may issue."""
    return Round.objects.permitted(user, "issue").filter(state=Round.State.DRAFT)


def corrections(user):
    """Requests to correct that the user may decide."""
    asked = Correction.objects.permitted(user, "decide").filter(state=Correction.State.OPEN)
    return asked.exclude(completion__person=user)


register(
    Queue(
        "退回给我的",
        "上级退回，请按说明修改后重新交件",
        returned,
        lambda user: reverse("rounds:assignments") + "?show=returned",
        tone="late",
    )
)
register(
    Queue(
        "待我审核",
        "下级单位已交件，等您审核",
        to_judge,
        lambda user: reverse("rounds:assignments") + "?show=judge",
    )
)
register(
    Queue(
        "待交件",
        "本单位尚未交件的任务",
        to_hand_in,
        lambda user: reverse("rounds:assignments") + "?show=open",
    )
)
register(
    Queue(
        "更正申请",
        "已交件人员申请重新办理",
        corrections,
        lambda user: reverse("rounds:corrections"),
    )
)
register(
    Queue(
        "草稿待发布",
        "起草后尚未发布的任务",
        to_issue,
        lambda user: reverse("rounds:list") + "?show=draft",
        tone="grey",
    )
)
