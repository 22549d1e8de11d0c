"""Something found in a person's part that somebody has to follow up, until a named officer decides."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from accounts.models import User
from accounts.paths import PathField
from accounts.scope import ScopedQuerySet
from rounds.models.facts import Completion
from rounds.models.rounds import Round


class Finding(models.Model):
    """One line of what a person's part shows. Its visibility is its own, stricter than the part's.

    The summary says what and how many, never a number of a card or account. A declaration made anew
    that no longer holds it leaves it standing with `taken_back_at`: only a named officer closes it.
    """

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        FOLLOWED = "followed", "跟进中"
        CLOSED = "closed", "已办结"

    class Outcome(models.TextChoices):
        TAUGHT = "taught", "批评教育"
        PUT_RIGHT = "put_right", "整改完成"
        PASSED_ON = "passed_on", "移交"
        UNFOUNDED = "unfounded", "不成立"

    MOVES = {
        "follow": ({State.OPEN, State.FOLLOWED}, State.FOLLOWED),
        "decide": ({State.OPEN, State.FOLLOWED}, State.CLOSED),
        "reopen": ({State.CLOSED}, State.FOLLOWED),
    }

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="findings", db_index=False, verbose_name="任务"
    )
    completion = models.ForeignKey(Completion, models.PROTECT, related_name="findings")
    person = models.ForeignKey(
        User, models.PROTECT, related_name="findings", verbose_name="涉及人员"
    )
    unit_path = PathField("单位路径")
    code = models.CharField("事项代码", max_length=40)
    label = models.CharField("事项", max_length=60)
    summary = models.CharField("摘要", max_length=300)
    voluntary = models.BooleanField("主动申报", default=False)
    taken_back_at = models.DateTimeField("本人更正时间", null=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("处理说明", max_length=500, blank=True)
    outcome = models.CharField("处理结果", max_length=10, choices=Outcome, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="处理人"
    )
    found_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    found_at = models.DateTimeField("登记时间", default=timezone.now)
    closed_at = models.DateTimeField("办结时间", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "finding", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "线索"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["completion", "code"],
                condition=~Q(state="closed"),
                name="one_open_finding_of_a_sort",
            ),
            CheckConstraint(
                condition=~Q(state="closed")
                | (Q(decided_by__isnull=False, closed_at__isnull=False) & ~Q(outcome="")),
                name="finding_closed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "unit_path"], name="finding_path"),
            models.Index(fields=["unit_path", "state"], name="finding_state"),
        ]

    def __str__(self):
        # it stands on the trail, which others read than the finding
        return f"{self.round}线索 {self.pk}"
