"""Pledges: versioned texts, the round that asks for one, and who signed which."""

import hashlib

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import PathField
from accounts.scope import ScopedQuerySet
from rounds.models import Completion, Round

BLANKS = {"{年度}": "year", "{学校}": "school", "{单位}": "unit", "{姓名}": "name"}


class PledgeText(models.Model):
    """One version of a text with blanks for year, school, unit and name. Used once, it is fixed."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="所属单位")
    path = PathField(editable=False)
    name = models.CharField("文本名称", max_length=60)
    version = models.PositiveIntegerField("版本", default=1)
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
        return f"{self.name} 第{self.version}版"

    def filled(self, blanks: dict[str, str]) -> tuple[str, str]:
        """Heading and body with the blanks filled in."""
        heading, body = self.heading, self.body
        for mark, key in BLANKS.items():
            heading = heading.replace(mark, blanks[key])
            body = body.replace(mark, blanks[key])
        return heading, body.replace("\r\n", "\n").strip()


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

    class Meta:
        verbose_name = verbose_name_plural = "承诺书任务"

    def __str__(self):
        return str(self.round)


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
    signed_at = models.DateTimeField("签署时间", default=timezone.now)
    receipt = models.CharField("回执号", max_length=24, unique=True)
    seal = models.CharField("签署校验码", max_length=64)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)
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
