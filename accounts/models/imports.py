"""A roster on its way in: a batch, and its rows staged before anything is written."""

import json
import uuid

from django.db import models
from django.utils import timezone

from accounts.paths import PathField
from accounts.scope import ScopedQuerySet
from accounts.sealed import seal, unseal
from accounts.spelling import LONGEST, MOST_INITIALS

ROW_CELLS = "accounts_stagedrow.cells"
FIX_CELLS = "accounts_rowfix.cells"


class ImportBatch(models.Model):
    """One uploaded roster: read and compared first, written only when somebody confirms."""

    class State(models.TextChoices):
        READING = "reading", "读取中"
        MAPPING = "mapping", "待对应列"
        READY = "ready", "待确认"
        APPLYING = "applying", "写入中"
        APPLIED = "applied", "已写入"
        DISCARDED = "discarded", "已放弃"
        REFUSED = "refused", "未能读取"
        UNDOING = "undoing", "撤销中"
        UNDONE = "undone", "已撤销"

    MOVES = {
        "show": ({State.READING}, State.READY),
        "ask": ({State.READING}, State.MAPPING),
        "revoke": ({State.APPLIED}, State.UNDOING),
        "revoked": ({State.UNDOING}, State.UNDONE),
        "stay": ({State.UNDOING}, State.APPLIED),
        "recheck": ({State.READY}, State.READING),
        "map": ({State.MAPPING, State.READY}, State.READING),
        "refuse": ({State.READING}, State.REFUSED),
        "confirm": ({State.READY}, State.APPLYING),
        "finish": ({State.APPLYING}, State.APPLIED),
        "fail": ({State.APPLYING}, State.REFUSED),
        "discard": ({State.READING, State.MAPPING, State.READY, State.REFUSED}, State.DISCARDED),
    }

    unit = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="单位")
    path = PathField("路径", editable=False)
    file = models.ForeignKey(
        "StoredFile", models.PROTECT, related_name="+", null=True, verbose_name="名册文件"
    )
    title = models.CharField("名称", max_length=60, blank=True)  # of what came from no file
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
        what = self.title or "名册"
        return f"{self.unit} {timezone.localtime(self.created_at):%Y-%m-%d %H:%M} {what}"

    @property
    def called(self) -> str:
        """The file it came from, or what else it is."""
        return self.file.name if self.file else self.title or "名册"


class ColumnMap(models.Model):
    """What a person said the columns of a header mean; kept for the next file of that source."""

    school = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="学校")
    signature = models.CharField(max_length=64)
    mapping = models.JSONField("列的对应", default=dict)
    said_by = models.ForeignKey("User", models.PROTECT, related_name="+", null=True)
    said_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "列的对应"
        constraints = [
            models.UniqueConstraint(fields=["school", "signature"], name="one_map_for_a_header"),
        ]

    def __str__(self):
        return f"{self.school}名册的列"


# what is bound to the person's row, so that applying or undoing only moves ciphertext
OF_PERSON = {
    "phone_sealed": "accounts_user.phone",
    "id_number_sealed": "accounts_user.id_number",
}


class StagedRow(models.Model):
    """One row of a roster and what it would do. Sealed columns are sealed here as in `User`."""

    SEALED_AS = OF_PERSON

    class Verdict(models.TextChoices):
        ADDED = "added", "新增"
        CHANGED = "changed", "变更"
        MOVED = "moved", "转班"
        ABSENT = "absent", "疑似离校"
        REJECTED = "rejected", "拒绝"
        TRANSFER = "transfer", "待对方确认"

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
    pinyin = models.CharField(max_length=LONGEST, blank=True)
    initials = models.CharField(max_length=MOST_INITIALS, blank=True)
    gender = models.CharField(max_length=2, blank=True)
    category = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=16, blank=True)
    status_note = models.CharField(max_length=60, blank=True)
    grade = models.CharField(max_length=8, blank=True)
    cohort = models.CharField(max_length=8, blank=True)
    major = models.CharField(max_length=60, blank=True)
    study_years = models.CharField(max_length=3, blank=True, db_default="")
    phone_sealed = models.CharField(max_length=160, blank=True)
    phone_index = models.CharField(max_length=32, blank=True)
    id_number_sealed = models.CharField(max_length=160, blank=True)
    id_number_index = models.CharField(max_length=32, blank=True)
    contract_ends = models.DateField(null=True)
    cells_sealed = models.TextField(blank=True)  # of a refused row: what stood there, by field
    reasons = models.JSONField("说明", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "待导入行"
        ordering = ["id"]
        indexes = [models.Index(fields=["batch", "verdict", "id"], name="staged_verdict")]

    def __str__(self):
        return f"{self.get_verdict_display()} {self.name}"

    @property
    def cells(self) -> dict[str, str]:
        """By field what stood in a refused row."""
        if not self.cells_sealed or self.uuid is None:
            return {}
        return json.loads(unseal(self.cells_sealed, ROW_CELLS, self.uuid))


class FormerRecord(models.Model):
    """What a person's record said before a batch changed it, so that the batch can be undone."""

    SEALED_AS = OF_PERSON
    SEALED_ROW = "person__uuid"

    # written set by set with the batch, of which the database need not check each row
    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="former", db_constraint=False
    )
    person = models.ForeignKey(
        "User", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    unit_path = PathField(blank=True)
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=LONGEST, blank=True)
    initials = models.CharField(max_length=MOST_INITIALS, blank=True)
    number = models.CharField(max_length=30, blank=True)
    category = models.CharField(max_length=12)
    status = models.CharField(max_length=16)
    status_note = models.CharField(max_length=60, blank=True)
    gender = models.CharField(max_length=2, blank=True)
    grade = models.CharField(max_length=8, blank=True)
    cohort = models.CharField(max_length=8, blank=True)
    major = models.CharField(max_length=60, blank=True)
    study_years = models.CharField(max_length=3, blank=True, db_default="")
    phone_sealed = models.CharField(max_length=160, blank=True)
    phone_index = models.CharField(max_length=32, blank=True)
    id_number_sealed = models.CharField(max_length=160, blank=True)
    id_number_index = models.CharField(max_length=32, blank=True)
    absent_since = models.DateField(null=True)
    contract_ends = models.DateField(null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入前的记录"

    def __str__(self):
        return self.name


class RowFix(models.Model):
    """What a person put in the place of some cells of a row, or that it is to be left out."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="fixes")
    sheet = models.CharField("工作表", max_length=60, blank=True)
    row = models.PositiveIntegerField("行")
    uuid = models.UUIDField(default=uuid.uuid4)
    left_out = models.BooleanField("不导入", default=False)
    cells_sealed = models.TextField(blank=True)
    checked = models.BooleanField("已重新核对", default=False)
    fixed_by = models.ForeignKey("User", models.PROTECT, related_name="+", null=True)
    fixed_at = models.DateTimeField("更正时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "名册更正"
        constraints = [
            models.UniqueConstraint(fields=["batch", "sheet", "row"], name="one_fix_for_a_row"),
        ]

    def __str__(self):
        return f"{self.batch}第 {self.row} 行"

    @property
    def cells(self) -> dict[str, str]:
        """By field what was put in."""
        return json.loads(unseal(self.cells_sealed, FIX_CELLS, self.uuid) or "{}")

    @cells.setter
    def cells(self, value: dict[str, str]) -> None:
        said = json.dumps(value, ensure_ascii=False)
        self.cells_sealed = seal(said, FIX_CELLS, self.uuid) if value else ""
