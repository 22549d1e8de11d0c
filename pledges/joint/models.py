"""Whose names stand together, and who agreed to stand on the poster."""

from django.db import models

from accounts.paths import CLASS, COLLEGE, DORM
from accounts.scope import ScopedQuerySet
from rounds.models import Round

TOGETHER = [(COLLEGE, "二级单位"), (CLASS, "班级、科室"), (DORM, "寝室")]


class JointRoundQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """As the round itself."""
        return self.filter(round__in=Round.objects.permitted(user, action))


class JointRound(models.Model):
    """What a joint round adds to a pledge round: the level of the units that join as one."""

    round = models.OneToOneField(
        Round, models.PROTECT, primary_key=True, related_name="joint", verbose_name="任务"
    )
    together = models.PositiveSmallIntegerField("联名单位", choices=TOGETHER, default=CLASS)

    objects = JointRoundQuerySet.as_manager()
    scope_name, scope_path = "round", "round__unit__path"

    class Meta:
        verbose_name = verbose_name_plural = "联名倡议任务"

    def __str__(self):
        return str(self.round)


class JointName(models.Model):
    """The signer agreed that name and hand stand on the poster of their unit."""

    signature = models.OneToOneField(
        "Signature", models.PROTECT, primary_key=True, related_name="joint_name"
    )

    class Meta:
        verbose_name = verbose_name_plural = "联名上墙"

    def __str__(self):
        return str(self.signature)
