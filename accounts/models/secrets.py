"""What proves that somebody is who they say, beside the password: kept sealed or as digests."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.sealed import Sealed


class SecondFactor(models.Model):
    """A person's code generator. It counts once the person has proved that it works."""

    user = models.OneToOneField(
        "User", models.CASCADE, related_name="second_factor", verbose_name="人员"
    )
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    seed_sealed = models.CharField(max_length=160, editable=False)
    confirmed_at = models.DateTimeField("启用时间", null=True)
    last_step = models.BigIntegerField(default=0)  # no code of this step or earlier is taken again
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    seed = Sealed(found=False)

    class Meta:
        verbose_name = verbose_name_plural = "两步验证"

    def __str__(self):
        return f"{self.user}的两步验证"


class RecoveryCode(models.Model):
    """One of the codes for a lost phone; only its digest is kept, and it is good once."""

    user = models.ForeignKey("User", models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"

    def __str__(self):
        return f"{self.user}的恢复码"


class PastPassword(models.Model):
    """The hash of a password a person has had, so that it is not chosen again at once."""

    user = models.ForeignKey("User", models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "用过的口令"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.user}用过的口令"
