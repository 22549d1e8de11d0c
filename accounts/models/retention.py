"""How long each kind of data is kept at a school, and what was removed when its time had come."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone

from accounts.scope import ScopedQuerySet


class RetentionRule(models.Model):
    """One kind of data of one school: kept for so many days, unless a hold stops the removing."""

    school = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="学校")
    kind = models.CharField("数据", max_length=20)
    days = models.PositiveIntegerField("保存天数")
    hold = models.BooleanField("暂停删除", default=False)
    hold_why = models.CharField("暂停原因", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "retention", "school__path"

    class Meta:
        verbose_name = verbose_name_plural = "保存期限"
        ordering = ["school", "kind"]
        constraints = [UniqueConstraint(fields=["school", "kind"], name="one_rule_a_kind")]

    def __str__(self):
        return f"{self.kind} {self.days} 天"


class Deletion(models.Model):
    """What was removed at the end of its time: of which kind, up to when, how much. Never names."""

    rule = models.ForeignKey(RetentionRule, models.PROTECT, related_name="deletions")
    before = models.DateTimeField("截至")
    count = models.PositiveIntegerField("条数")
    days = models.PositiveIntegerField("当时的保存天数")
    at = models.DateTimeField("删除时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "删除记录"
        ordering = ["-id"]

    def __str__(self):
        return f"{timezone.localtime(self.at):%Y-%m-%d} 删除 {self.count} 条"
