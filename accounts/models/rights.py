"""What people are told about their data, and what they ask about it."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.paths import PathField
from accounts.scope import ScopedQuerySet


class PrivacyNotice(models.Model):
    """A version of the school's 个人信息处理告知书; a published one never changes."""

    school = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="学校")
    version = models.PositiveIntegerField("版本")
    body = models.TextField("正文")
    optional = models.TextField("可选事项", blank=True, help_text="每行一项，由本人自愿选择。")
    published_at = models.DateTimeField("发布时间", default=timezone.now)
    published_by = models.ForeignKey(
        "User", models.PROTECT, related_name="+", null=True, verbose_name="发布人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "个人信息处理告知书"
        ordering = ["school", "-version"]
        constraints = [
            UniqueConstraint(fields=["school", "version"], name="one_notice_a_version"),
        ]

    def __str__(self):
        return f"个人信息处理告知书（第 {self.version} 版）"

    @property
    def items(self) -> list[str]:
        """The optional items, one each."""
        return [line.strip() for line in self.optional.splitlines() if line.strip()]


class NoticeRead(models.Model):
    """A person has read a version, and agreed to these of its optional items and no others."""

    notice = models.ForeignKey(PrivacyNotice, models.PROTECT, related_name="reads")
    user = models.ForeignKey("User", models.CASCADE, related_name="notices_read")
    read_at = models.DateTimeField("阅读时间", default=timezone.now)
    agreed = models.JSONField("同意的可选事项", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "告知书阅读"
        constraints = [UniqueConstraint(fields=["user", "notice"], name="read_once")]

    def __str__(self):
        return f"{self.user} {self.notice}"


class RecordRequest(models.Model):
    """Somebody asks that what is kept about them be put right or removed."""

    class Kind(models.TextChoices):
        CORRECT = "correct", "更正信息"
        ERASE = "erase", "删除信息"
        ASK = "ask", "说明查看或使用情况"

    class State(models.TextChoices):
        ASKED = "asked", "待答复"
        GRANTED = "granted", "已同意"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    MOVES = {
        "grant": ({State.ASKED}, State.GRANTED),
        "refuse": ({State.ASKED}, State.REFUSED),
        "withdraw": ({State.ASKED}, State.WITHDRAWN),
    }

    person = models.ForeignKey(
        "User", models.PROTECT, related_name="requests", verbose_name="申请人"
    )
    path = PathField("单位路径", editable=False)
    kind = models.CharField("事项", max_length=8, choices=Kind)
    text = models.CharField("内容", max_length=500)
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    due_on = models.DateField("答复期限")
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("答复", max_length=500, blank=True)
    decided_by = models.ForeignKey(
        "User", models.PROTECT, related_name="+", null=True, verbose_name="答复人"
    )

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path, scope_person = "request", "path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "个人信息申请"
        ordering = ["due_on", "id"]
        constraints = [
            UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(state="asked"),
                name="one_open_request_of_a_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["path"], name="request_open", condition=Q(state="asked")),
        ]

    def __str__(self):
        return f"{self.person} {self.get_kind_display()}"

    @property
    def late(self) -> bool:
        """Whether the day of the reply has passed without one."""
        return self.state == self.State.ASKED and self.due_on < timezone.localdate()
