"""Something asked of units and people by a date, and each unit's part of it."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import CLASS, COLLEGE, PathField, ancestors
from accounts.scope import FROM_ABOVE, OWN, ScopedQuerySet, grants_of, reach


class RoundQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """Below a grant, owned by a granted unit, or (once open) addressed to the user."""
        verb = f"round.{action}"
        if action == "complete":  # one's own part asks for no grant
            return self.addressed(*ancestors(getattr(user, "unit_path", "")))
        allowed = reach(user, verb, "unit__path") | reach(user, verb, "owner__path")
        if verb in OWNER_ONLY:
            # a round is its owner's: another department's is only looked at
            allowed = reach(user, verb, "owner__path")
        if action in OWN and getattr(user, "is_authenticated", False):
            above = {cut for grant in grants_of(user) for cut in ancestors(grant.path)}
            above |= set(ancestors(user.unit_path))
            allowed |= Q(unit__path__in=above)
        if action in OWN:  # a draft is nobody's business but its owner's
            mine = reach(user, "round.edit", "owner__path")
            allowed &= ~Q(state=Round.State.DRAFT) | mine
        return self.filter(allowed)

    def addressed(self, *paths: str):
        """Asked of one of these units, and issued at some time."""
        return self.filter(unit__path__in=paths).exclude(state=Round.State.DRAFT)


OWNER_ONLY = {"round.edit", "round.issue", "round.close", "round.own"}


class Round(models.Model):
    """Something asked of units and people by a date. `unit`'s subtree is asked, `owner` judges."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        OPEN = "open", "进行中"
        CLOSED = "closed", "已结束"
        WITHDRAWN = "withdrawn", "已撤回"

    MOVES = {
        "issue": ({State.DRAFT}, State.OPEN),
        "close": ({State.OPEN}, State.CLOSED),
        "withdraw": ({State.DRAFT, State.OPEN}, State.WITHDRAWN),
    }

    kind = models.CharField("种类", max_length=20)
    title = models.CharField("任务名称", max_length=80)
    body = models.TextField("说明", blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="面向单位")
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发布单位")
    level = models.PositiveSmallIntegerField(
        "交件层级", choices=[(COLLEGE, "学院、部门"), (CLASS, "班级")], default=CLASS
    )
    categories = models.JSONField("人员类别", default=list)
    grades = models.JSONField("年级", default=list, blank=True)
    cohorts = models.JSONField("入校年度", default=list, blank=True)
    since = models.DateField(
        "新到起始日期", null=True, blank=True, help_text="只面向自此日起进入名册的新到人员。"
    )
    places = models.JSONField(
        "指定单位", default=list, blank=True, help_text="只面向这些单位（路径）；空即面向单位全部。"
    )
    opens_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("按时截止", help_text="此时之前完成的计为按时。")
    locks_at = models.DateTimeField("停止办理", help_text="此时之后不能再办理。")
    # raised when what an open round asks is changed: whoever read it before reads it again
    edition = models.PositiveSmallIntegerField("内容版次", default=1, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("备注", max_length=500, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    created_at = models.DateTimeField("起草时间", default=timezone.now)

    objects = RoundQuerySet.as_manager()
    scope_name, scope_path = "round", "unit__path"

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(due_at__gt=F("opens_at")),
                name="due_after_opening",
                violation_error_message="按时截止须晚于开始时间。",
            ),
            CheckConstraint(
                condition=Q(locks_at__gte=F("due_at")),
                name="locks_not_before_due",
                violation_error_message="停止办理不能早于按时截止。",
            ),
        ]

    def __str__(self):
        return self.title

    def reaches(self, path: str) -> bool:
        """Whether somebody who stands at a path is in a unit that is asked."""
        asked = self.places or [self.unit.path]
        return any(path.startswith(place) for place in asked)

    def touches(self, path: str) -> bool:
        """Whether a unit is asked, or lies above or below one that is."""
        asked = self.places or [self.unit.path]
        return any(path.startswith(place) or place.startswith(path) for place in asked)

    @property
    def accepts(self) -> bool:
        """Whether people and units may still act, by the clock."""
        return self.state == self.State.OPEN and self.opens_at <= timezone.now() < self.locks_at


def shown(actor: User | None, principal: User | None) -> str:
    """The actor's name, with whom they stood in for; '' for nobody."""
    if actor is None:
        return ""
    return f"{actor.name} 代 {principal.name}" if principal else actor.name


class AssignmentQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """Below a grant, or in a round that a granted unit owns."""
        verb = f"assignment.{action}"
        allowed = reach(user, verb, "unit_path")
        if verb in OWNER_MAY:
            owned = reach(user, "round.own", "round__owner__path")
            if verb in FROM_ABOVE:
                owned &= ~Q(unit_path=F("round__owner__path"))
            allowed |= owned
        return self.filter(allowed)


OWNER_MAY = {"assignment.view", "assignment.allow_late", *FROM_ABOVE}


class Assignment(models.Model):
    """One unit's part of a round."""

    class State(models.TextChoices):
        OPEN = "open", "办理中"
        SUBMITTED = "submitted", "已交件"
        SENT_BACK = "sent_back", "已退回"
        APPROVED = "approved", "已通过"
        EXCUSED = "excused", "已豁免"
        LOCKED = "locked", "已锁定"

    MOVES = {
        "submit": ({State.OPEN, State.SENT_BACK}, State.SUBMITTED),
        "withdraw": ({State.SUBMITTED}, State.OPEN),
        "send_back": ({State.SUBMITTED, State.APPROVED}, State.SENT_BACK),
        "approve": ({State.SUBMITTED}, State.APPROVED),
        "undo": ({State.APPROVED}, State.SUBMITTED),
        "excuse": ({State.OPEN, State.SENT_BACK}, State.EXCUSED),
        "resume": ({State.EXCUSED}, State.OPEN),
        "lock": ({State.OPEN, State.SUBMITTED, State.SENT_BACK}, State.LOCKED),
    }
    SETTLED = [State.APPROVED, State.EXCUSED]

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="assignments", verbose_name="任务"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    unit_path = PathField("单位路径", editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    late_joiner = models.BooleanField("新增", default=False)
    zero = models.BooleanField("零报告", default=False, db_default=False)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="交件人"
    )
    submitted_for = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="代谁交件"
    )
    submitted_at = models.DateTimeField("交件时间", null=True)
    opened_at = models.DateTimeField("上级查看时间", null=True)
    judged_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="审核人"
    )
    judged_for = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="代谁审核"
    )

    objects = AssignmentQuerySet.as_manager()
    scope_name, scope_path = "assignment", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "单位任务"
        ordering = ["unit_path"]
        constraints = [
            UniqueConstraint(fields=["round", "unit"], name="one_assignment_each"),
        ]
        indexes = [
            models.Index(fields=["round", "unit_path"], name="assignment_path"),
            models.Index(fields=["unit_path", "state"], name="assignment_state"),
        ]

    @property
    def submitter(self) -> str:
        """Who handed in, as it is shown: a stand-in as “A 代 B”."""
        return shown(self.submitted_by, self.submitted_for)

    @property
    def judge(self) -> str:
        """Who judged, as it is shown."""
        return shown(self.judged_by, self.judged_for)

    def __str__(self):
        return f"{self.unit} {self.round}"
