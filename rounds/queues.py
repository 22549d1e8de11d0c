"""What waits for whom in rounds."""

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Left, Length
from django.urls import reverse

from accounts.models import Grant
from accounts.paths import WIDTH
from accounts.queues import Queue, register
from accounts.scope import ROLES, grants_of
from rounds.models import Assignment, Correction, Round


def to_judge(user):
    """Handed-in parts of open rounds that wait for this user: those right below them.

    A part deeper down waits for those in between; where nobody is, it waits for the user after all.
    """
    waiting = Assignment.objects.permitted(user, "approve").filter(
        state=Assignment.State.SUBMITTED, round__state=Round.State.OPEN
    )
    waiting = waiting.exclude(submitted_by=user).exclude(unit_path__in=own_paths(user))
    above = Left("unit_path", Length("unit_path") - WIDTH)
    between = Grant.objects.in_force().filter(path=OuterRef("above"), role__in=JUDGES)
    mine = Q(above__in=judged_paths(user)) | Q(above=F("round__unit__path"))
    return waiting.annotate(above=above).filter(mine | ~Exists(between))


JUDGES = [role for role, rule in ROLES.items() if "assignment.approve" in rule.may]


def judged_paths(user) -> list[str]:
    """The units whose parts below the user judges."""
    return [grant.path for grant in grants_of(user) if grant.role in JUDGES]


def own_paths(user) -> list[str]:
    """The units for which the user hands in, and which they therefore never judge."""
    held = grants_of(user)
    return [grant.path for grant in held if "assignment.submit" in ROLES[grant.role].may]


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
