"""Kept figures: what is dear to count live, and what was frozen when a round closed."""

from django.db import models
from django.db.models import UniqueConstraint

from accounts.paths import PathField
from accounts.scope import ScopedQuerySet
from rounds.models.rounds import Round


class Tally(models.Model):
    """The figures of one unit in one round: recounted whole from facts, never stepped.

    Of a closed round every unit's, frozen; of a school's open round those of the school and of its
    classes, as they were at `counted_at`.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="tallies")
    path = PathField("单位路径")
    level = models.PositiveSmallIntegerField(
        help_text="按哪一级汇总；班级中未安排宿舍的人以班级路径记在第 4 级。"
    )
    expected = models.PositiveIntegerField()
    submitted = models.PositiveIntegerField()
    verified = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()
    excused = models.PositiveIntegerField()
    recipe = models.JSONField(default=list)
    counted_at = models.DateTimeField("数据截至", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "tally", "path"

    class Meta:
        verbose_name = verbose_name_plural = "进度"
        constraints = [
            UniqueConstraint(fields=["round", "path", "level"], name="one_tally_each"),
        ]

    def __str__(self):
        return f"{self.round_id} {self.path}"

    @property
    def missing(self) -> int:
        """Expected and not verified."""
        return self.expected - self.verified


class Touch(models.Model):
    """That something a round counts has changed at or below a path, left by the database itself.

    Without a round it concerns every one: somebody came, left or moved. Written by triggers on
    PostgreSQL, in the transaction of the change, so that a recount misses none.
    """

    round_key = models.BigIntegerField(null=True)
    path = PathField()

    class Meta:
        verbose_name = verbose_name_plural = "待重算"

    def __str__(self):
        return f"{self.round_key} {self.path}"
