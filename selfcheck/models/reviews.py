"""What people said of answers in the review queue."""

from django.db import models
from django.utils import timezone

from accounts.models import User
from accounts.paths import PathField
from accounts.scope import ScopedQuerySet
from rounds.models import Answer, Round


class Review(models.Model):
    """One look at an answer: passed, sent back for reasons, or put aside; undone it stays on record.

    `sampled`: the machine had accepted it, and this look says whether rightly.
    """

    class Verdict(models.TextChoices):
        PASS = "pass", "通过"
        RETURN = "return", "退回"
        HOLD = "hold", "暂缓"

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="reviews")
    round = models.ForeignKey(Round, models.PROTECT, related_name="reviews", db_index=False)
    unit_path = PathField("单位路径")
    verdict = models.CharField("结论", max_length=8, choices=Verdict)
    reasons = models.JSONField("原因", default=list)
    note = models.CharField("说明", max_length=500, blank=True)
    sampled = models.BooleanField("抽检", default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")
    at = models.DateTimeField("审核时间", default=timezone.now)
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "completion", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "截图审核"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["round", "by", "-id"], name="review_latest"),
            models.Index(fields=["round", "unit_path", "sampled"], name="review_path"),
        ]

    def __str__(self):
        return f"{self.answer} {self.get_verdict_display()}"
