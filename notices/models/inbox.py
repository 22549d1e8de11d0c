"""One message to one person about one topic."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.models import User
from accounts.scope import ScopedQuerySet
from notices.models.circulars import Circular
from notices.models.reminders import Reminder


class Notice(models.Model):
    """A message in somebody's inbox. About one topic nobody is told twice on the same day."""

    class Kind(models.TextChoices):
        REMIND = "remind", "催办"
        OWN = "own", "办理提醒"
        CIRCULAR = "circular", "通知"
        PEOPLE = "people", "人员变动"

    person = models.ForeignKey(User, models.PROTECT, related_name="notices", verbose_name="收件人")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    key = models.CharField("事项", max_length=40)
    day = models.DateField("日期")
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容", blank=True)
    link = models.CharField("去办理", max_length=200, blank=True)
    reminder = models.ForeignKey(Reminder, models.PROTECT, related_name="notices", null=True)
    circular = models.ForeignKey(Circular, models.PROTECT, related_name="notices", null=True)
    sent_at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("已读时间", null=True)
    receipt_at = models.DateTimeField("回执时间", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path, scope_person = "notice", "", "person"

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(fields=["person", "key", "day"], name="once_a_day_about_a_topic"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_inbox"),
            models.Index(fields=["key", "day", "person"], name="notice_topic"),
            # the count in the head of every page
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self):
        return self.title
