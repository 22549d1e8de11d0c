"""催办: who reminded which units of which round, and when it went out."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import PathField
from accounts.scope import ScopedQuerySet, reach
from rounds.models import Round


class ReminderQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """Below a grant, or of a round that a granted unit owns."""
        owned = reach(user, "round.own", "round__owner__path")
        return self.filter(reach(user, f"reminder.{action}", "path") | owned)


class Reminder(models.Model):
    """One 催办. Whom it told stands in the notices that point to it."""

    class State(models.TextChoices):
        WAITING = "waiting", "待发出"
        SENT = "sent", "已发出"
        CANCELLED = "cancelled", "已取消"

    class Whom(models.TextChoices):
        ANSWERABLE = "answerable", "责任人（每人一条，合并其负责范围内的全部未办事项）"
        PEOPLE = "people", "未完成的本人（各自单独收到）"

    MOVES = {
        "deliver": ({State.WAITING}, State.SENT),
        "cancel": ({State.WAITING}, State.CANCELLED),
    }

    round = models.ForeignKey(Round, models.PROTECT, related_name="+", verbose_name="任务")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    path = PathField("单位路径")
    places = models.JSONField("所选单位", default=list)
    whom = models.CharField("发给", max_length=10, choices=Whom)
    once = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    send_at = models.DateTimeField("发出时间")
    told = models.PositiveIntegerField("收到人数", default=0)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="催办人")
    created_at = models.DateTimeField("催办时间", default=timezone.now)

    objects = ReminderQuerySet.as_manager()
    scope_name, scope_path = "reminder", "path"

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["round", "path"], name="reminder_path"),
            models.Index(
                fields=["send_at"], condition=models.Q(state="waiting"), name="reminder_waiting"
            ),
        ]

    def __str__(self):
        return f"{self.round} {self.unit}"

    @property
    def to_answerable(self) -> bool:
        """Whether it goes to those who answer, not to those who have not done it."""
        return self.whom == self.Whom.ANSWERABLE
