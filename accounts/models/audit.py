"""What was done, by whom, when: written once, in the transaction of the deed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.paths import PathField
from accounts.scope import ScopedQuerySet


class AuditEntry(models.Model):
    """One deed. The database refuses to change or remove a row."""

    at = models.DateTimeField("时间", default=timezone.now)
    actor = models.ForeignKey(
        "User", models.PROTECT, related_name="+", null=True, verbose_name="操作人"
    )
    actor_name = models.CharField("操作人姓名", max_length=60)
    verb = models.CharField("操作", max_length=40)
    model = models.CharField("对象类型", max_length=40)
    object_id = models.CharField("对象编号", max_length=40, blank=True)
    subject = models.CharField("对象", max_length=120, blank=True)
    path = PathField("单位路径", blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    detail = models.JSONField("变更", default=dict)
    address = models.GenericIPAddressField("来源地址", null=True)
    digest = models.CharField("校验码", max_length=64)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "audit", "path"

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["model", "object_id"], name="audit_object"),
            models.Index(fields=["actor", "at"], name="audit_actor"),
            # lists that were taken away, by the unit they were about
            models.Index(fields=["path"], name="audit_taken", condition=Q(verb="export")),
        ]

    def __str__(self):
        return f"{self.actor_name} {self.verb} {self.subject}"


class AuditLink(models.Model):
    """One committed row's place in the chain. The database refuses to change or remove a link.

    `digest` is keyed and covers the link before it, so nothing is left out, put in or moved.
    """

    number = models.PositiveBigIntegerField("序号", primary_key=True)
    # no reference: a link goes on saying what was there after somebody removed the row
    entry_id = models.BigIntegerField("操作记录", unique=True)
    said = models.CharField("记录的校验码", max_length=64)
    digest = models.CharField("校验码", max_length=64)
    sealed_at = models.DateTimeField("封存时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "操作记录封存链"
        ordering = ["number"]

    def __str__(self):
        return f"第 {self.number} 环"
