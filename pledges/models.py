"""Pledges: versioned texts, the round that asks for one, and who signed which."""

import hashlib
import re
import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from accounts.models import StoredFile, Unit, User
from accounts.paths import PathField
from accounts.scope import Role, ScopedQuerySet
from pledges.charters.models import (  # noqa: F401
    Charter,
    CharterRound,
    CharterSignature,
    CharterTier,
    FormerScan,
    Hand,
)
from pledges.heads.models import HeadSignature
from pledges.joint.models import JointName, JointRound  # noqa: F401
from rounds.models import Completion, Round

BLANKS = {"{年度}": "year", "{学校}": "school", "{单位}": "unit", "{姓名}": "name"}
# a 责任书 between two units names both instead
CHARTER_BLANKS = {
    "{年度}": "year",
    "{学校}": "school",
    "{上级}": "upper",
    "{下级}": "lower",
    "{姓名}": "name",
}


class PledgeText(models.Model):
    """One version of a text with blanks for year, school, unit and name. Used once, it is fixed."""

    class Use(models.TextChoices):
        PERSON = "person", "个人承诺书、倡议书"
        CHARTER = "charter", "上下级责任书"

    MARKS: ClassVar[dict[str, dict[str, str]]] = {Use.PERSON: BLANKS, Use.CHARTER: CHARTER_BLANKS}

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="所属单位")
    path = PathField(editable=False)
    name = models.CharField("文本名称", max_length=60)
    version = models.PositiveIntegerField("版本", default=1)
    use = models.CharField("用途", max_length=8, choices=Use, default=Use.PERSON)
    heading = models.CharField("标题", max_length=80, help_text="可用 {年度}、{学校}。")
    body = models.TextField("正文", help_text="可用 {年度}、{学校}、{单位}、{姓名}；空一行分段。")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField("编写时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "text", "path"

    class Meta:
        verbose_name = verbose_name_plural = "承诺书文本"
        ordering = ["name", "-version"]
        constraints = [
            UniqueConstraint(fields=["unit", "name", "version"], name="one_text_for_a_version"),
        ]

    def __str__(self):
        return f"{self.name} 第 {self.version} 版"

    def filled(self, blanks: dict[str, str]) -> tuple[str, str]:
        """Heading and body with the blanks filled in."""
        heading, body = self.heading, self.body
        for mark, key in self.MARKS[self.use].items():
            heading = heading.replace(mark, blanks[key])
            body = body.replace(mark, blanks[key])
        return heading, body.replace("\r\n", "\n").strip()


def unknown_blank(text: str, allowed: Iterable[str]) -> str:
    """The first blank in a text that is none of the allowed; '' when all can be filled in."""
    found = re.findall(r"\{[^{}\n]{0,10}\}", text)
    return next((mark for mark in found if mark not in allowed), "")


def sha256_of(heading: str, body: str) -> str:
    """The digest that a signature carries of the exact text signed."""
    return hashlib.sha256(f"{heading}\n\n{body}".encode()).hexdigest()


class PledgeRound(models.Model):
    """What a pledge round adds to a round: which text, for which year."""

    round = models.OneToOneField(
        Round, models.PROTECT, primary_key=True, related_name="pledge", verbose_name="任务"
    )
    text = models.ForeignKey(PledgeText, models.PROTECT, related_name="+", verbose_name="文本")
    year = models.CharField("年度", max_length=12)
    head_role = models.CharField(
        "单位负责人签署", max_length=16, choices=Role, blank=True, db_default=""
    )
    # over all signatures, fixed when the round closes
    root = models.CharField("汇总校验码", max_length=64, blank=True, editable=False)
    rooted = models.PositiveIntegerField("签署份数", null=True, editable=False)
    rooted_at = models.DateTimeField("固定时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "承诺书任务"

    def __str__(self):
        return str(self.round)


class Scan(models.Model):
    """A sheet signed on paper, scanned once for all who signed it."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+", verbose_name="任务")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    unit_path = PathField()
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    signed_on = models.DateField("纸面签署日期")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    added_at = models.DateTimeField("上传时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "signature", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "签字表扫描件"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(fields=["round", "unit", "sha256"], name="one_scan_of_a_sheet"),
        ]

    def __str__(self):
        return f"{self.file.name}（{self.signed_on:%Y-%m-%d}）"


class Passing(models.Model):
    """One phone passed round a class for a short time: who gave it out, until when."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+", verbose_name="任务")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    unit_path = PathField()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发起人")
    started_at = models.DateTimeField("开始时间", default=timezone.now)
    until = models.DateTimeField("结束时间")
    ended_at = models.DateTimeField("提前结束", null=True)
    token_sha256 = models.CharField(max_length=64)
    misses = models.PositiveSmallIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "signature", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "现场传签"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.unit} {self.round}"

    @property
    def open(self) -> bool:
        """Whether it still takes signatures, by the clock."""
        return self.ended_at is None and timezone.now() < self.until


class PassingMiss(models.Model):
    """How often somebody's digits were tried in vain in one passing."""

    passing = models.ForeignKey(Passing, models.PROTECT, related_name="tried")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "传签核对未通过"
        constraints = [
            UniqueConstraint(fields=["passing", "person"], name="one_count_of_misses_each"),
        ]

    def __str__(self):
        return f"{self.passing} {self.count}"


class Signature(models.Model):
    """One signing: the blanks filled in, the digest of the text shown, the strokes drawn.

    Signing again before the class hands in supersedes the former; none is deleted.
    """

    completion = models.ForeignKey(Completion, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit_path = PathField()
    text = models.ForeignKey(PledgeText, models.PROTECT, related_name="+")
    blanks = models.JSONField("填入内容")
    text_sha256 = models.CharField("文本校验码", max_length=64)
    strokes = models.JSONField("笔迹")
    method = models.CharField(
        "方式", max_length=8, choices=Completion.Method, default=Completion.Method.SELF
    )
    signed_at = models.DateTimeField("签署时间", default=timezone.now)
    receipt = models.CharField("回执号", max_length=24, unique=True)
    seal = models.CharField("签署校验码", max_length=64)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)
    # of paper: the sheet and who entered it; of a phone passed round: which time
    scan = models.ForeignKey(Scan, models.PROTECT, related_name="signatures", null=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="代录人"
    )
    passing = models.ForeignKey(Passing, models.PROTECT, related_name="signatures", null=True)
    superseded_at = models.DateTimeField("被替换时间", null=True)

    objects = ScopedQuerySet.as_manager()
    # a completion follows its person to another class, and who may see the signature with it
    scope_name, scope_path, scope_person = "signature", "completion__unit_path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "签署"
        constraints = [
            UniqueConstraint(
                fields=["completion"],
                condition=Q(superseded_at__isnull=True),
                name="one_signature_in_force_each",
            ),
        ]

    def __str__(self):
        return self.receipt


class Document(models.Model):
    """A signature's page as it was drawn, with the head's hand on it, kept with its digest."""

    signature = models.OneToOneField(Signature, models.PROTECT, related_name="document")
    head = models.ForeignKey(HeadSignature, models.PROTECT, related_name="+", null=True)
    data = models.BinaryField()
    sha256 = models.CharField("校验码", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "签署件"

    def __str__(self):
        return str(self.signature)


class FormerDocument(models.Model):
    """A page that was drawn before the unit's head signed: what its digest was, and until when."""

    signature = models.ForeignKey(Signature, models.PROTECT, related_name="former_documents")
    sha256 = models.CharField("校验码", max_length=64)
    superseded_at = models.DateTimeField("被替换时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "被替换的签署件"
        ordering = ["id"]

    def __str__(self):
        return self.sha256


class Archive(models.Model):
    """One download of what a unit signed in a round or for a year: for what, by whom, until when."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    round = models.ForeignKey(
        Round, models.PROTECT, related_name="+", null=True, verbose_name="任务"
    )
    year = models.CharField("年度", max_length=12, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    unit_path = PathField()
    purpose = models.CharField("用途", max_length=200)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间", default=timezone.now)
    documents = models.PositiveIntegerField("份数", default=0)
    made_at = models.DateTimeField("生成时间", null=True)
    until = models.DateTimeField("下载截止", null=True)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "archive", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "归档下载"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["round", "unit", "requested_by"],
                condition=Q(made_at__isnull=True),
                name="one_archive_under_way_each",
            ),
            UniqueConstraint(
                fields=["year", "unit", "requested_by"],
                condition=Q(made_at__isnull=True, round__isnull=True),
                name="one_year_under_way_each",
            ),
            CheckConstraint(
                condition=Q(round__isnull=True) ^ Q(year=""), name="archive_of_round_or_year"
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.title}"

    @property
    def title(self) -> str:
        """What it holds."""
        return self.round.title if self.round else f"{self.year}年度承诺书和责任书"

    @property
    def ready(self) -> bool:
        """Whether it can be downloaded now."""
        return bool(self.file_id and self.until and timezone.now() < self.until)


class TextChange(models.Model):
    """A named person put another version into an open round, having seen the difference."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+", verbose_name="任务")
    before = models.ForeignKey(PledgeText, models.PROTECT, related_name="+")
    after = models.ForeignKey(PledgeText, models.PROTECT, related_name="+")
    material = models.BooleanField("实质变更")
    note = models.CharField("说明", max_length=500)
    asked_again = models.PositiveIntegerField("需重签人数", default=0)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="决定人")
    decided_at = models.DateTimeField("决定时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "文本变更"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.before} → {self.after}"


class Objection(models.Model):
    """Somebody does not agree to sign: why, and what the college answered. Signing ends it."""

    class State(models.TextChoices):
        OPEN = "open", "待沟通"
        ANSWERED = "answered", "已答复"

    MOVES = {"reply": ({State.OPEN}, State.ANSWERED)}

    round = models.ForeignKey(Round, models.PROTECT, related_name="+", verbose_name="任务")
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="人员")
    reason = models.CharField("理由", max_length=200)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("沟通情况和答复", max_length=500, blank=True)
    asked_at = models.DateTimeField("提出时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path, scope_person = "objection", "person__unit_path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "不同意签署"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["round", "person"],
                condition=Q(state="open"),
                name="one_open_objection_each",
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.round}"
