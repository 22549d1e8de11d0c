"""What was done, by whom, when: written once, in the transaction of the deed."""

from django.db import models
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
        ]

    def __str__(self):
        return f"{self.actor_name} {self.verb} {self.subject}"
