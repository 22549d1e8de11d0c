"""Results that came from elsewhere: the list, where it is from, and what each line became."""

from django.db import models
from django.utils import timezone

from accounts.models import StoredFile, Unit, User
from accounts.paths import PathField
from accounts.scope import ScopedQuerySet, reach
from rounds.models.facts import Completion
from rounds.models.rounds import Round


class OutsideBatchQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """The business of the round's owner, and of the unit whose people the list may name."""
        owned = reach(user, "round.own", "round__owner__path")
        return self.filter(owned | reach(user, f"outside.{action}", "unit_path"))


class OutsideBatch(models.Model):
    """One list of results from another platform: shown first, then taken in, or undone, as a whole."""

    class State(models.TextChoices):
        SHOWN = "shown", "待确认"
        TAKEN = "taken", "已导入"
        CHECKED = "checked", "已抽查核验"
        DROPPED = "dropped", "已放弃"
        UNDONE = "undone", "已撤销"

    MOVES = {
        "take_in": ({State.SHOWN}, State.TAKEN),
        "drop": ({State.SHOWN}, State.DROPPED),
        "check_sample": ({State.TAKEN}, State.CHECKED),
        "undo_import": ({State.TAKEN, State.CHECKED}, State.UNDONE),
    }

    round = models.ForeignKey(Round, models.PROTECT, related_name="outside")
    unit_path = PathField("单位路径", editable=False)
    source = models.CharField("来源", max_length=80)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="outside")
    state = models.CharField("状态", max_length=10, choices=State, default=State.SHOWN)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="导入人")
    created_at = models.DateTimeField("上传时间", default=timezone.now)
    checked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="抽查人"
    )

    sha256 = models.CharField("明细校验码", max_length=64, blank=True, editable=False)

    objects = OutsideBatchQuerySet.as_manager()
    scope_name, scope_path = "outside", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "外部导入"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.source}（{self.round}）"

    @property
    def unit(self) -> Unit:
        """The unit whose people the list may name."""
        return Unit.objects.get(path=self.unit_path)


class OutsideRow(models.Model):
    """One line of a list: whom it means, when it was done, or why it is not taken."""

    COUNTING = [OutsideBatch.State.TAKEN, OutsideBatch.State.CHECKED]

    batch = models.ForeignKey(OutsideBatch, models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField("行")
    person = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    done_on = models.DateField("完成日期", null=True)
    result = models.CharField("结果", max_length=60, blank=True)
    problem = models.CharField("问题", max_length=100, blank=True)
    completion = models.ForeignKey(
        Completion, models.PROTECT, related_name="outside_rows", null=True
    )
    sampled = models.BooleanField("已抽查", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "外部导入明细"
        ordering = ["line"]

    def __str__(self):
        return f"{self.batch} {self.line}"
