"""Meetings of a leading group: minutes, decisions, and tasks that follow until they are done."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.paths import PathField
from accounts.scope import ScopedQuerySet


class Meeting(models.Model):
    """A meeting of a unit's leading group or its office, on a day."""

    unit = models.ForeignKey("Unit", models.PROTECT, related_name="meetings", verbose_name="单位")
    path = PathField("路径", editable=False)
    title = models.CharField("会议名称", max_length=80)
    held_on = models.DateField("日期")
    place = models.CharField("地点", max_length=60, blank=True)
    chair = models.CharField("主持人", max_length=60, blank=True)
    attendees = models.TextField("参会人员", max_length=2000)
    people: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "User", related_name="+", verbose_name="本校参会人员"
    )
    minutes = models.TextField("会议纪要", max_length=20_000, blank=True)
    decisions = models.TextField("议定事项", max_length=5000, blank=True)
    file = models.ForeignKey(
        "StoredFile", models.PROTECT, related_name="+", null=True, verbose_name="纪要文件"
    )
    entered_by = models.ForeignKey("User", models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "meeting", "path"

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        ordering = ["-held_on", "-id"]
        indexes = [models.Index(fields=["path", "held_on"], name="meeting_path")]

    def __str__(self):
        return self.title


class MeetingTaskQuerySet(ScopedQuerySet):
    def waiting(self):
        """Those not done yet."""
        return self.filter(state=MeetingTask.State.OPEN)

    def overdue(self):
        """Those not done on the day after they were due."""
        return self.waiting().filter(due_on__lt=timezone.localdate())


class MeetingTask(models.Model):
    """Something a meeting gave to somebody by a day; it stays open until it is done."""

    class State(models.TextChoices):
        OPEN = "open", "办理中"
        DONE = "done", "已办结"
        DROPPED = "dropped", "已取消"

    MOVES = {
        "finish_task": ({State.OPEN}, State.DONE),
        "return_task": ({State.DONE}, State.OPEN),
        "drop_task": ({State.OPEN}, State.DROPPED),
    }

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="tasks", verbose_name="会议")
    path = PathField("路径", editable=False)
    text = models.CharField("事项", max_length=200)
    holder = models.ForeignKey(
        "User", models.PROTECT, related_name="meeting_tasks", verbose_name="承办人"
    )
    due_on = models.DateField("办结期限")
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("办理情况", max_length=500, blank=True)

    objects = MeetingTaskQuerySet.as_manager()
    scope_name, scope_path, scope_person = "meetingtask", "path", "holder"

    class Meta:
        verbose_name = verbose_name_plural = "会议事项"
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["path", "due_on"], name="meeting_task_open", condition=Q(state="open")
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def late(self) -> bool:
        """Whether it should have been done by now."""
        return self.state == self.State.OPEN and self.due_on < timezone.localdate()
