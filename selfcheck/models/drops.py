"""The files of a drop, one by one, and what the answers were that it touched."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.models import StoredFile, User
from rounds.models import Answer, Item
from selfcheck.models.tools import Drop, Shot


class DropFile(models.Model):
    """One file of a drop: whom and what it is meant to show until it is placed, and what became of it.

    `key` is given by whoever sends it, so that the same sending twice is once. A zip has a row of
    its own (`bundle` while it is kept), and one for each of its pictures, which stand `inside` it.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", "处理中"
        TAKEN = "taken", "已接收"
        SAME = "same", "重复，未再存"
        REFUSED = "refused", "未能接收"
        REMOVED = "removed", "已移除"
        OPENED = "opened", "压缩包"

    drop = models.ForeignKey(Drop, models.PROTECT, related_name="files")
    key = models.CharField("发送标识", max_length=80)
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveIntegerField("大小", default=0)
    outcome = models.CharField("结果", max_length=8, choices=Outcome, default=Outcome.WAITING)
    why = models.CharField("原因", max_length=200, blank=True)
    bundle = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True)
    inside = models.ForeignKey("self", models.PROTECT, related_name="members", null=True)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", null=True)
    by = models.CharField("对应依据", max_length=8, choices=Shot.By, blank=True)
    shot = models.ForeignKey(Shot, models.PROTECT, related_name="sent_as", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "班级截图文件"
        ordering = ["id"]
        constraints = [
            UniqueConstraint(fields=["drop", "key"], name="a_sending_once_in_a_drop"),
        ]
        indexes = [
            models.Index(
                fields=["inside"], condition=Q(outcome="waiting"), name="drop_file_waiting"
            ),
        ]

    def __str__(self):
        return self.name


class DropAnswer(models.Model):
    """An answer that a drop gave or gave anew, and what it was before; null: it was not there."""

    drop = models.ForeignKey(Drop, models.PROTECT, related_name="answers")
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="drops")
    was = models.JSONField("此前", null=True)
    made_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "班级截图所办项目"
        constraints = [
            UniqueConstraint(fields=["drop", "answer"], name="an_answer_once_in_a_drop"),
        ]

    def __str__(self):
        return f"{self.drop} {self.answer}"
