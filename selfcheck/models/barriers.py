"""What keeps somebody from a safeguard, and how a coloured code came to its colour."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.models import User
from accounts.paths import PathField
from accounts.scope import ScopedQuerySet
from rounds.models import Evidence
from selfcheck.models.tools import Tool


class Barrier(models.Model):
    """Why a person cannot have, or does not want, a safeguard; counted apart, leads to nothing else.

    It holds for the person and the tool whatever the round, until its last day.
    """

    class Reason(models.TextChoices):
        NO_PHONE = "no_phone", "无智能手机"
        CANNOT = "cannot", "机型或证件无法注册"
        UNWILLING = "unwilling", "本人不同意（已告知）"

    class State(models.TextChoices):
        ASKED = "asked", "待确认"
        ALLOWED = "allowed", "已确认"
        DECLINED = "declined", "未确认"
        ENDED = "ended", "已结束"

    MOVES = {
        "allow_barrier": ({State.ASKED}, State.ALLOWED),
        "decline_barrier": ({State.ASKED}, State.DECLINED),
        "end_barrier": ({State.ASKED, State.ALLOWED}, State.ENDED),
    }
    OPEN = [State.ASKED, State.ALLOWED]

    person = models.ForeignKey(
        User, models.PROTECT, related_name="barriers", verbose_name="人员", db_index=False
    )
    tool = models.ForeignKey(Tool, models.PROTECT, related_name="barriers", verbose_name="反诈工具")
    unit_path = PathField("单位路径")
    reason = models.CharField("情况", max_length=10, choices=Reason)
    said = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.ASKED)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("答复", max_length=500, blank=True)
    until = models.DateField("截止", null=True, blank=True)
    asked_at = models.DateTimeField("提出时间", default=timezone.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="确认人"
    )

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path, scope_person = "barrier", "unit_path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "办理困难"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["person", "tool"],
                condition=Q(state__in=["asked", "allowed"]),
                name="one_barrier_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["unit_path", "state"], name="barrier_path"),
            models.Index(fields=["person", "state"], name="barrier_person"),
        ]

    @property
    def running(self) -> bool:
        """Whether it waits to be confirmed, or is."""
        return self.state in self.OPEN

    def __str__(self):
        return f"{self.person} {self.tool}：{self.get_reason_display()}"


class CodeTry(models.Model):
    """One step of a person towards a coloured code: given red, passed once more, given green.

    `picture` shows it where the person sent one. What was said stays; a later row says more.
    """

    class Result(models.TextChoices):
        RED = "red", "红码"
        PASSED = "passed", "测试通过"
        GREEN = "green", "绿码"

    person = models.ForeignKey(
        User, models.PROTECT, related_name="code_tries", verbose_name="人员", db_index=False
    )
    tool = models.ForeignKey(
        Tool, models.PROTECT, related_name="tries", verbose_name="反诈工具", db_index=False
    )
    unit_path = PathField("单位路径")
    result = models.CharField("结果", max_length=6, choices=Result)
    happened_on = models.DateField("日期")
    expires_on = models.DateField("有效期至", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    picture = models.ForeignKey(
        Evidence, models.PROTECT, related_name="code_tries", null=True, verbose_name="截图"
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    made_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path, scope_person = "shot", "unit_path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "领码记录"
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "tool"], name="code_try_person")]

    def __str__(self):
        return f"{self.person} {self.tool} {self.get_result_display()}"
