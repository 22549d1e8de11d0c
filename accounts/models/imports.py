"""A roster on its way in: a batch, and its rows staged before anything is written."""

from django.db import models
from django.utils import timezone

from accounts.paths import PathField
from accounts.scope import ScopedQuerySet


class ImportBatch(models.Model):
    """One uploaded roster: read and compared first, written only when somebody confirms."""

    class State(models.TextChoices):
        READING = "reading", "读取中"
        READY = "ready", "待确认"
        APPLYING = "applying", "写入中"
        APPLIED = "applied", "已写入"
        DISCARDED = "discarded", "已放弃"
        REFUSED = "refused", "未能读取"

    MOVES = {
        "show": ({State.READING}, State.READY),
        "refuse": ({State.READING}, State.REFUSED),
        "confirm": ({State.READY}, State.APPLYING),
        "finish": ({State.APPLYING}, State.APPLIED),
        "fail": ({State.APPLYING}, State.REFUSED),
        "discard": ({State.READING, State.READY, State.REFUSED}, State.DISCARDED),
    }

    unit = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="单位")
    path = PathField("路径", editable=False)
    file = models.ForeignKey(
        "StoredFile", models.PROTECT, related_name="+", null=True, verbose_name="名册文件"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.READING)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    created_by = models.ForeignKey(
        "User", models.PROTECT, related_name="+", null=True, verbose_name="上传人"
    )
    created_at = models.DateTimeField("上传时间", default=timezone.now)
    counts = models.JSONField("统计", default=dict)
    report = models.JSONField("识别结果", default=dict)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "roster", "path"

    class Meta:
        verbose_name = verbose_name_plural = "名册导入"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.unit} {timezone.localtime(self.created_at):%Y-%m-%d %H:%M} 名册"


class StagedRow(models.Model):
    """One row of a roster and what it would do. Sealed columns are sealed here as in `User`."""

    class Verdict(models.TextChoices):
        ADDED = "added", "新增"
        CHANGED = "changed", "变更"
        MOVED = "moved", "转班"
        ABSENT = "absent", "疑似离校"
        REJECTED = "rejected", "拒绝"

    # tens of thousands are written at once, of which the database need not check each batch
    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    verdict = models.CharField("结果", max_length=8, choices=Verdict)
    sheet = models.CharField("工作表", max_length=60, blank=True)
    row = models.PositiveIntegerField("行", default=0)
    person = models.ForeignKey(
        "User", models.CASCADE, related_name="+", null=True, db_constraint=False, db_index=False
    )
    uuid = models.UUIDField(null=True)
    unit_path = PathField(blank=True)
    old_path = PathField(blank=True)
    identity_kind = models.CharField(max_length=8, blank=True)
    identity_value = models.CharField(max_length=40, blank=True)
    exam_number = models.CharField(max_length=40, blank=True)
    number = models.CharField("学（工）号", max_length=30, blank=True)
    name = models.CharField("姓名", max_length=60, blank=True)
    gender = models.CharField(max_length=2, blank=True)
    category = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=16, blank=True)
    status_note = models.CharField(max_length=60, blank=True)
    grade = models.CharField(max_length=8, blank=True)
    cohort = models.CharField(max_length=8, blank=True)
    major = models.CharField(max_length=60, blank=True)
    phone_sealed = models.CharField(max_length=160, blank=True)
    phone_index = models.CharField(max_length=32, blank=True)
    id_number_sealed = models.CharField(max_length=160, blank=True)
    id_number_index = models.CharField(max_length=32, blank=True)
    reasons = models.JSONField("说明", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "待导入行"
        ordering = ["id"]
        indexes = [models.Index(fields=["batch", "verdict", "id"], name="staged_verdict")]

    def __str__(self):
        return f"{self.get_verdict_display()} {self.name}"
