"""A person on the way from one unit to another: asked by one side, decided by the other."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.paths import PathField
from accounts.scope import ScopedQuerySet, reach


class TransferQuerySet(ScopedQuerySet):
    def permitted(self, user, action: str = "view"):
        """Both sides see it; the side the person stands with, or whoever is above, decides."""
        verb = f"transfer.{action}"
        allowed = reach(user, verb, "old_path")
        if action == "view":
            allowed |= reach(user, verb, "new_path")
        return self.filter(allowed)


class Transfer(models.Model):
    """A college's roster names somebody who stands with another: nobody is pulled over silently."""

    class State(models.TextChoices):
        ASKED = "asked", "待确认"
        CONFIRMED = "confirmed", "已转入"
        DECLINED = "declined", "不同意"

    MOVES = {
        "let_go": ({State.ASKED}, State.CONFIRMED),
        "keep_here": ({State.ASKED}, State.DECLINED),
    }

    person = models.ForeignKey(
        "User", models.CASCADE, related_name="transfers", verbose_name="人员"
    )
    old_path = PathField("现单位", editable=False)
    new_path = PathField("转入单位", editable=False)
    batch = models.ForeignKey("ImportBatch", models.PROTECT, related_name="transfers", null=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("说明", max_length=500, blank=True)
    asked_by = models.ForeignKey("User", models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField("申请时间", default=timezone.now)

    objects = TransferQuerySet.as_manager()
    scope_name, scope_path = "transfer", "old_path"

    class Meta:
        verbose_name = verbose_name_plural = "转入申请"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["person"], condition=Q(state="asked"), name="one_open_transfer_each"
            ),
        ]

    def __str__(self):
        return f"{self.person}转入申请"
