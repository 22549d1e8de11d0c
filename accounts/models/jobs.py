"""Long work as a row: the broker only wakes a worker, the row is what is true."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.scope import ScopedQuerySet


class Job(models.Model):
    """A piece of long work with a key, progress and a lease."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    kind = models.CharField("工作", max_length=40)
    key = models.CharField("键", max_length=100)
    state = models.CharField("状态", max_length=8, choices=State, default=State.QUEUED)
    params = models.JSONField(default=dict)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("结果", max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    lease_until = models.DateTimeField(null=True)
    requested_by = models.ForeignKey(
        "User", models.PROTECT, related_name="+", null=True, verbose_name="发起人"
    )
    created_at = models.DateTimeField("发起时间", default=timezone.now)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path, scope_person = "job", "requested_by__unit_path", "requested_by"

    class Meta:
        verbose_name = verbose_name_plural = "后台工作"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=["queued", "running"]),
                name="one_open_job_for_a_key",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"

    @property
    def percent(self) -> int:
        """How far the work is, 0 to 100."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0
