"""Leave for one unit to go on after the round has stopped taking entries; it still counts late."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from accounts.models import User
from accounts.scope import ScopedQuerySet, reach
from rounds.models.rounds import Assignment


class LockExceptionQuerySet(ScopedQuerySet):
    def permitted(self, user, action="view"):
        """Seen with the unit's part; answered, and ended, by the owner of the round."""
        owned = reach(user, "round.own", "assignment__round__owner__path")
        if action == "view":
            owned |= reach(user, "assignment.view", "assignment__unit_path")
        return self.filter(owned)


class LockException(models.Model):
    """A unit's request to act after the lock, and the answer: until when. The clock ends it."""

    class State(models.TextChoices):
        ASKED = "asked", "待答复"
        ALLOWED = "allowed", "已同意延期"
        DECLINED = "declined", "未同意延期"
        ENDED = "ended", "已收回"

    MOVES = {
        "allow_late": ({State.ASKED}, State.ALLOWED),
        "decline_late": ({State.ASKED}, State.DECLINED),
        "end_late": ({State.ALLOWED}, State.ENDED),
    }

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="late", verbose_name="单位任务"
    )
    reason = models.CharField("延期事由", max_length=200)
    until = models.DateTimeField("办理至", null=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    state_at = models.DateTimeField("状态时间", default=timezone.now)
    note = models.CharField("答复", max_length=500, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间", default=timezone.now)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="答复人"
    )

    objects = LockExceptionQuerySet.as_manager()
    scope_name, scope_path = "assignment", "assignment__unit_path"

    class Meta:
        verbose_name = verbose_name_plural = "延期办理"
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(
                fields=["assignment"], condition=Q(state="asked"), name="one_open_request_of_a_unit"
            ),
            UniqueConstraint(
                fields=["assignment"], condition=Q(state="allowed"), name="one_leave_for_a_unit"
            ),
            CheckConstraint(
                condition=~Q(state="allowed") | Q(until__isnull=False), name="leave_has_an_end"
            ),
        ]

    def __str__(self):
        return f"{self.assignment}延期办理"

    @property
    def in_force(self) -> bool:
        """Whether the unit may act by it now."""
        if self.state != self.State.ALLOWED or self.until is None:
            return False
        return self.until > timezone.now()

    @property
    def standing(self) -> str:
        """How it stands, in words; an end that has passed is said."""
        if self.state == self.State.ALLOWED and not self.in_force:
            return "延期已到期"
        return self.get_state_display()
