"""What waits for whom in rounds."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Left, Length
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant
from accounts.paths import WIDTH
from accounts.queues import Queue, register
from accounts.scope import ROLES, alike, grants_of, holds
from rounds.models import Assignment, Correction, Excuse, Finding, LockException, Round

SILENT_DAYS = 3
ENDING_DAYS = 7


def to_judge(user):
    """Handed-in parts of open rounds that wait for this user: those right below them.

    A part deeper down waits for those in between; where nobody is, it waits for the user after all.
    """
    waiting = Assignment.objects.permitted(user, "approve").filter(
        state=Assignment.State.SUBMITTED, round__state=Round.State.OPEN
    )
    ones = alike(user)
    waiting = waiting.exclude(submitted_by__in=ones).exclude(submitted_for__in=ones)
    waiting = waiting.exclude(unit_path__in=own_paths(user))
    above = Left("unit_path", Length("unit_path") - WIDTH)
    between = Grant.objects.able().filter(path=OuterRef("above"), role__in=JUDGES)
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


def silent(user):
    """Parts sent back some days ago, by those who judge them, and not handed in again since."""
    sent = Assignment.objects.permitted(user, "send_back").filter(
        state=Assignment.State.SENT_BACK, round__state=Round.State.OPEN
    )
    since = timezone.now() - timedelta(days=SILENT_DAYS)
    return sent.filter(state_at__lte=since).exclude(unit_path__in=own_paths(user))


def to_hand_in(user):
    """Parts of the user's own unit not handed in yet."""
    mine = Assignment.objects.permitted(user, "submit")
    return mine.filter(state=Assignment.State.OPEN, round__state=Round.State.OPEN)


def to_issue(user):
    """Drafts the user may issue."""
    return Round.objects.permitted(user, "issue").filter(state=Round.State.DRAFT)


def ending(user):
    """Excuses of open rounds that end within days, for those who work at the desk."""
    if not (holds(user, "desk.enter") and holds(user, "excuse.view")):
        return Excuse.objects.none()
    return Excuse.objects.permitted(user).filter(ends_soon(), round__state=Round.State.OPEN)


def ends_soon() -> Q:
    """The condition on an excuse in force that ends within days."""
    today = timezone.localdate()
    return Q(voided_at=None, until__gte=today, until__lte=today + timedelta(days=ENDING_DAYS))


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
        "退回未改",
        f"退回 {SILENT_DAYS} 天以上仍未重新交件的单位",
        silent,
        lambda user: reverse("rounds:assignments") + "?show=silent",
        tone="late",
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


def late_asked(user):
    """Units' requests to act after the lock that the user may answer."""
    asked = LockException.objects.permitted(user, "decide")
    waits = {"state": LockException.State.ASKED, "assignment__round__state": Round.State.OPEN}
    return asked.filter(**waits)


register(
    Queue(
        "延期申请",
        "任务停止办理后，单位申请延期办理",
        late_asked,
        lambda user: reverse("rounds:late"),
    )
)
register(
    Queue(
        "豁免即将到期",
        f"{ENDING_DAYS} 天内到期的豁免，到期后重新计入应完成",
        ending,
        lambda user: reverse("admin:rounds_excuse_changelist") + "?ending=1",
        tone="grey",
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


def to_decide(user):
    """Findings not closed that the user may decide; never one's own."""
    found = Finding.objects.permitted(user, "decide").exclude(state=Finding.State.CLOSED)
    return found.exclude(person__in=alike(user))


def to_follow(user):
    """Findings nobody has taken up, for those who follow them up and do not decide."""
    if holds(user, "finding.decide"):
        return Finding.objects.none()
    found = Finding.objects.permitted(user, "follow").filter(state=Finding.State.OPEN)
    return found.exclude(person__in=alike(user))


register(
    Queue(
        "线索待处理",
        "自查中发现的情况，由您处理并写明理由",
        to_decide,
        lambda user: reverse("rounds:findings") + "?show=waiting",
        tone="late",
    )
)
register(
    Queue(
        "线索待跟进",
        "本班（科室）自查中发现的情况，尚未跟进",
        to_follow,
        lambda user: reverse("rounds:findings") + "?show=open",
        tone="late",
    )
)
