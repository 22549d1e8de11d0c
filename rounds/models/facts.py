"""What people did: completions, the files that show them, excuses, requests to correct."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from accounts.models import StoredFile, User
from accounts.paths import PathField
from accounts.scope import OWN, ScopedQuerySet, reach
from rounds.models.rounds import Assignment, Round


class FactQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """Below a grant, the user's own, or in a round that a granted unit owns."""
        model: Any = self.model
        allowed = reach(user, f"{model.scope_name}.{action}", model.scope_path)
        if action == "view":
            allowed |= reach(user, "round.own", "round__owner__path")
        if action in OWN and getattr(user, "is_authenticated", False):
            allowed |= Q(**{model.scope_person: user.pk})
        return self.filter(allowed)


class Completion(models.Model):
    """One person's part of a round. No row means not done."""

    class State(models.TextChoices):
        STARTED = "started", "办理中"
        PENDING = "pending", "待核"
        ACCEPTED = "accepted", "已完成"
        SENT_BACK = "sent_back", "已退回"
        MISSING = "missing", "结束时未完成"
        UNJUDGED = "unjudged", "结束时未核"
        EXCUSED = "excused", "结束时已豁免"

    class Method(models.TextChoices):
        SELF = "self", "本人办理"
        PAPER = "paper", "纸质代录"
        PASSED = "passed", "现场传签"
        RECORDED = "recorded", "当面代录"
        OUTSIDE = "outside", "外部导入"

    MOVES = {
        "accept": ({State.PENDING}, State.ACCEPTED),
        "send_back": ({State.PENDING, State.ACCEPTED}, State.SENT_BACK),
        "redo": ({State.SENT_BACK, State.ACCEPTED, State.PENDING}, State.ACCEPTED),
    }
    SUBMITTED = [State.PENDING, State.ACCEPTED, State.UNJUDGED]

    # no index of their own: the constraint and `completion_person` begin with them
    round = models.ForeignKey(Round, models.PROTECT, related_name="completions", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="completions", db_index=False)
    unit_path = PathField("单位路径")
    state = models.CharField("状态", max_length=10, choices=State)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    method = models.CharField("方式", max_length=8, choices=Method, default=Method.SELF)
    done_at = models.DateTimeField("完成时间", null=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    counted = models.BooleanField(
        "结束时应完成", null=True, help_text="任务结束时此人是否在应完成之列；未结束为空。"
    )
    excused = models.BooleanField("结束时已豁免", default=False, db_default=False, editable=False)

    objects = FactQuerySet.as_manager()
    scope_name, scope_path, scope_person = "completion", "unit_path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "个人完成"
        constraints = [
            UniqueConstraint(fields=["round", "person"], name="one_completion_each"),
        ]
        indexes = [
            models.Index(fields=["round", "unit_path", "state"], name="completion_path"),
            # answers the count of a subtree from the index alone
            models.Index(
                fields=["round", "person"],
                include=["state", "done_at", "valid_until"],
                name="completion_counted",
            ),
            models.Index(fields=["person", "round"], name="completion_person"),
            # the few that were not done by one's own hand on one's own phone
            models.Index(
                fields=["round", "unit_path"],
                condition=~Q(method="self"),
                name="completion_other_method",
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.round}"


class Excuse(models.Model):
    """A person or a unit that need not answer: why, who allowed it, until when.

    A wrong one is voided, never deleted.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="excuses")
    person = models.ForeignKey(
        User, models.PROTECT, related_name="excuses", null=True, verbose_name="人员"
    )
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="excuses", null=True, verbose_name="单位任务"
    )
    unit_path = PathField("单位路径")
    reason = models.CharField("事由", max_length=200)
    until = models.DateField("截止", null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="批准人")
    approved_at = models.DateTimeField("批准时间", default=timezone.now)
    voided_at = models.DateTimeField("作废时间", null=True)
    voided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    void_reason = models.CharField("作废事由", max_length=200, blank=True)

    objects = FactQuerySet.as_manager()
    scope_name, scope_path, scope_person = "excuse", "unit_path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "豁免"
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(assignment__isnull=True),
                name="excuse_has_one_subject",
            ),
            UniqueConstraint(
                fields=["round", "person"],
                condition=Q(voided_at__isnull=True, person__isnull=False),
                name="one_excuse_in_force_each",
            ),
            UniqueConstraint(
                fields=["assignment"],
                condition=Q(voided_at__isnull=True, assignment__isnull=False),
                name="one_excuse_in_force_for_a_unit",
            ),
        ]

    def __str__(self):
        return f"{self.person or self.assignment}豁免"


class EvidenceQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """Below a grant, the user's own, or handed in with a round that a granted unit owns."""
        found = super().permitted(user, action).filter(assignment__isnull=False)
        if action == "view":
            # a person's picture is no paper of their unit: only who gathers or judges them looks
            looks = reach(user, "shot.view", "unit_path")
            found = found | self.filter(looks, assignment__isnull=True)
            owned = reach(user, "round.own", "assignment__round__owner__path")
            owned |= reach(user, "round.own", "answer__round__owner__path")
            found = found | self.filter(owned)
        if action in OWN and getattr(user, "is_authenticated", False):
            mine = Q(answer__person=user.pk) | Q(completion__person=user.pk)
            found = found | self.filter(mine)
        return found


class Evidence(models.Model):
    """One stored file that shows an answer or a completion, or belongs to a unit's assignment.

    A picture that nobody has been found for yet belongs to the assignment of the class.
    """

    completion = models.ForeignKey(
        Completion, models.PROTECT, related_name="evidence", null=True, blank=True
    )
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="evidence", null=True, blank=True
    )
    answer = models.ForeignKey(
        "rounds.Answer", models.PROTECT, related_name="evidence", null=True, blank=True
    )
    unit_path = PathField("单位路径")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="evidence")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    added_at = models.DateTimeField("上传时间", default=timezone.now)
    voided_at = models.DateTimeField("作废时间", null=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replaced_by", null=True, verbose_name="替换了"
    )

    objects = EvidenceQuerySet.as_manager()
    scope_name, scope_path, scope_person = "evidence", "unit_path", "completion__person"

    class Meta:
        verbose_name = verbose_name_plural = "佐证"
        ordering = ["id"]
        constraints = [
            CheckConstraint(
                condition=(
                    Q(answer__isnull=False, completion__isnull=True, assignment__isnull=True)
                    | Q(answer__isnull=True, completion__isnull=False, assignment__isnull=True)
                    | Q(answer__isnull=True, completion__isnull=True, assignment__isnull=False)
                ),
                name="evidence_has_one_owner",
            ),
            UniqueConstraint(
                fields=["assignment", "sha256"],
                condition=Q(voided_at__isnull=True, assignment__isnull=False),
                name="a_file_once_for_an_assignment",
            ),
            UniqueConstraint(
                fields=["completion", "sha256"],
                condition=Q(voided_at__isnull=True, completion__isnull=False),
                name="a_file_once_for_a_completion",
            ),
            UniqueConstraint(
                fields=["answer", "sha256"],
                condition=Q(voided_at__isnull=True, answer__isnull=False),
                name="a_file_once_for_an_answer",
            ),
        ]

    def __str__(self):
        return self.file.name


class Correction(models.Model):
    """A person's request to redo their part after the class has handed in."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        GRANTED = "granted", "已同意"
        REFUSED = "refused", "未同意"

    MOVES = {
        "grant": ({State.OPEN}, State.GRANTED),
        "refuse": ({State.OPEN}, State.REFUSED),
    }

    completion = models.ForeignKey(Completion, models.PROTECT, related_name="corrections")
    unit_path = PathField("单位路径")
    reason = models.CharField("更正事由", max_length=200)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("答复", max_length=500, blank=True)
    asked_at = models.DateTimeField("申请时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    # a completion follows its person to another class, and who decides about it too
    scope_name, scope_path = "correction", "completion__unit_path"
    scope_person = "completion__person"

    class Meta:
        verbose_name = verbose_name_plural = "更正申请"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["completion"], condition=Q(state="open"), name="one_open_correction_each"
            ),
        ]

    def __str__(self):
        return f"{self.completion}更正"
