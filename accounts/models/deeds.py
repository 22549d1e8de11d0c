"""One step of the desk taken on a whole list: which rows, and what became of each."""

import uuid

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.scope import ScopedQuerySet


class BulkDeed(models.Model):
    """A step that somebody confirmed for every row of a list as it stood at that moment."""

    owner = models.ForeignKey("User", models.PROTECT, related_name="+", verbose_name="办理人")
    model = models.CharField(max_length=60)
    step = models.CharField(max_length=40)
    title = models.CharField("事项", max_length=80)
    asked = models.JSONField(default=dict)
    query = models.CharField("筛选条件", max_length=500, blank=True)
    once = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey("Job", models.SET_NULL, related_name="+", null=True)
    total = models.PositiveIntegerField("项数", default=0)
    created_at = models.DateTimeField("确认时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path, scope_person = "bulkdeed", "", "owner"

    class Meta:
        verbose_name = verbose_name_plural = "批量办理"
        ordering = ["-id"]

    def __str__(self):
        return self.title


class BulkRow(models.Model):
    """One row of the list: waiting, done, or not done and why."""

    class State(models.TextChoices):
        WAITING = "waiting", "待办理"
        DONE = "done", "已办理"
        REFUSED = "refused", "未办理"

    deed = models.ForeignKey(BulkDeed, models.CASCADE, related_name="rows")
    key = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    name = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批量办理明细"
        ordering = ["id"]
        constraints = [
            UniqueConstraint(fields=["deed", "key"], name="a_row_once_in_a_deed"),
        ]
        indexes = [
            models.Index(fields=["deed"], condition=Q(state="waiting"), name="bulk_row_waiting"),
        ]

    def __str__(self):
        return f"{self.deed} {self.key}"
