"""Lists that somebody took out: what, why, how many rows, and the file for a day."""

from django.db import models
from django.utils import timezone

from accounts.scope import ScopedQuerySet


class Export(models.Model):
    """One list taken out by one person for a purpose; nobody else reads it."""

    owner = models.ForeignKey("User", models.PROTECT, related_name="+", verbose_name="导出人")
    source = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    title = models.CharField("名单", max_length=80)
    purpose = models.CharField("用途", max_length=100)
    full = models.BooleanField("含完整号码", default=False)
    job = models.ForeignKey("Job", models.SET_NULL, related_name="+", null=True)
    file = models.OneToOneField("StoredFile", models.PROTECT, related_name="+", null=True)
    rows = models.PositiveIntegerField("行数", null=True)
    digest = models.CharField("名单校验码", max_length=64, blank=True)
    created_at = models.DateTimeField("导出时间", default=timezone.now)
    expires_at = models.DateTimeField("有效期至", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path, scope_person = "export", "", "owner"

    class Meta:
        verbose_name = verbose_name_plural = "导出"
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "created_at"], name="export_owner")]

    def __str__(self):
        return self.title

    @property
    def readable(self) -> bool:
        """Whether the file is there and its day not over."""
        return bool(self.file_id and self.expires_at and timezone.now() < self.expires_at)
