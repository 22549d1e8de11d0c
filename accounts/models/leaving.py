"""Who left: because a contract was over, or as somebody entered by hand."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone


class Expiry(models.Model):
    """Somebody left with their contract; closed when it was made longer and they came back."""

    person = models.ForeignKey("User", models.CASCADE, related_name="expiries", verbose_name="人员")
    unit = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="单位")
    ended_on = models.DateField("合同截止")
    note = models.CharField("状态说明", max_length=60)
    left_at = models.DateTimeField("离岗时间", default=timezone.now)
    back_at = models.DateTimeField("恢复时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "合同到期离岗"
        ordering = ["id"]
        constraints = [
            UniqueConstraint(
                fields=["person", "ended_on"],
                condition=Q(back_at__isnull=True),
                name="one_expiry_for_a_contract",
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.ended_on}"


class Departure(models.Model):
    """Somebody's leaving was entered by hand; closed when it was taken back."""

    person = models.ForeignKey(
        "User", models.CASCADE, related_name="departures", verbose_name="人员"
    )
    unit = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name="单位")
    day = models.DateField("离校日期")
    status = models.CharField("状态", max_length=16)
    note = models.CharField("状态说明", max_length=60)
    was_status = models.CharField("原状态", max_length=16)
    was_note = models.CharField("原状态说明", max_length=60, blank=True)
    was_active = models.BooleanField("原可登录", default=True)
    entered_by = models.ForeignKey(
        "User", models.PROTECT, related_name="+", null=True, verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", default=timezone.now)
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "离校（离岗）登记"
        ordering = ["id"]

    def __str__(self):
        return f"{self.person} {self.day}"
