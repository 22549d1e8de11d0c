"""One hand of a unit's head in a pledge round."""

from django.db import models
from django.db.models import Q, UniqueConstraint

from accounts.models import Unit
from accounts.paths import PathField
from accounts.scope import Role, ScopedQuerySet
from pledges.charters.models import Hand
from rounds.models import Round


class HeadSignature(models.Model):
    """The head signed for the unit; it stands on what its people sign until another hand does.

    A material change of the text ends it, too: the head reads and signs the new one.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="heads", verbose_name="任务")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    unit_path = PathField(editable=False)
    hand = models.ForeignKey(Hand, models.PROTECT, related_name="heads", verbose_name="签名")
    role = models.CharField("身份", max_length=16, choices=Role)
    text = models.ForeignKey("PledgeText", models.PROTECT, related_name="+", verbose_name="文本")
    blanks = models.JSONField("填入内容")
    text_sha256 = models.CharField("文本校验码", max_length=64)
    seal = models.CharField("签署校验码", max_length=64)
    # as it stood when signed, “A 代 B” for a deputy; '' where it was not yet written down
    signer = models.CharField("签署人", max_length=140, blank=True, db_default="", default="")
    ended_at = models.DateTimeField("由继任者接替", null=True)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "signature", "unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "单位负责人签署"
        constraints = [
            UniqueConstraint(
                fields=["round", "unit"],
                condition=Q(ended_at__isnull=True),
                name="one_head_in_force_a_unit",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.hand}"

    @property
    def signed_by(self) -> str:
        """Who signed, as it is shown."""
        return self.signer or self.hand.person.name
