"""Who answers for which unit, as what, from when until when; and the lists that colleges file."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone

from accounts.duties import BY_STUDENTS, DutyKind, role_of
from accounts.paths import PathField, level_of
from accounts.scope import ScopedQuerySet


class DutyQuerySet(ScopedQuerySet):
    def in_force(self, day=None):
        """The duties held on a day, today unless told."""
        day = day or timezone.localdate()
        return self.running(day).filter(starts_on__lte=day)

    def running(self, day=None):
        """The duties held on a day or later."""
        day = day or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def over(self):
        """The duties that have ended."""
        return self.filter(ends_on__lt=timezone.localdate())


class Duty(models.Model):
    """This person answers for this unit, from–until (both days included)."""

    person = models.ForeignKey("User", models.PROTECT, related_name="duties", verbose_name="人员")
    kind = models.CharField("责任", max_length=16, choices=DutyKind)
    unit = models.ForeignKey("Unit", models.PROTECT, related_name="duties", verbose_name="单位")
    path = PathField("路径", editable=False)
    title = models.CharField("职务", max_length=30, blank=True)
    starts_on = models.DateField("起", default=timezone.localdate)
    ends_on = models.DateField("止", null=True, blank=True)
    note = models.CharField("依据", max_length=100, blank=True)
    stands_for = models.ForeignKey(
        "self", models.PROTECT, related_name="delegations", null=True, verbose_name="代理的责任"
    )
    appointed_by = models.ForeignKey(
        "User", models.PROTECT, related_name="+", null=True, verbose_name="登记人"
    )
    appointed_at = models.DateTimeField("登记时间", default=timezone.now)
    ended_by = models.ForeignKey(
        "User", models.PROTECT, related_name="+", null=True, verbose_name="结束登记人"
    )
    end_note = models.CharField("结束原因", max_length=100, blank=True)

    objects = DutyQuerySet.as_manager()
    scope_name, scope_path, scope_person = "duty", "path", "person"

    class Meta:
        verbose_name = verbose_name_plural = "责任"
        ordering = ["path", "kind", "starts_on", "id"]
        constraints = [
            CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="duty_ends_after_it_starts",
                violation_error_message="截止日期不能早于起始日期。",
            ),
            CheckConstraint(
                condition=Q(stands_for__isnull=True) | Q(ends_on__isnull=False),
                name="a_delegation_has_an_end",
                violation_error_message="代理须有截止日期。",
            ),
            UniqueConstraint(
                fields=["person", "kind", "unit"],
                condition=Q(ends_on__isnull=True),
                name="one_open_duty_each",
            ),
        ]
        indexes = [models.Index(fields=["path", "kind"], name="duty_path")]

    def __str__(self):
        return f"{self.person} {self.get_kind_display()}"

    @property
    def holder(self) -> str:
        """Who holds it, as it is shown: a delegate as “A 代 B”."""
        if self.stands_for is None:
            return self.person.name
        return f"{self.person.name} 代 {self.stands_for.person.name}"

    @property
    def delegable(self) -> bool:
        """Whether somebody may stand in: it carries a power, and is no standing-in itself."""
        if self.stands_for_id or self.kind in BY_STUDENTS:
            return False
        return bool(role_of(self.kind, level_of(self.path)))

    @property
    def standing(self) -> str:
        """Whether it is held today, in a word."""
        today = timezone.localdate()
        if self.ends_on and self.ends_on < today:
            return "已结束"
        return "未开始" if self.starts_on > today else "在任"

    @property
    def gone(self) -> bool:
        """Whether its holder is on the roster no longer, or cannot log in."""
        return self.person.status not in self.person.COUNTED or not self.person.is_active


class Filing(models.Model):
    """A unit says on a day that one of its lists is right; what stood on it is kept."""

    class List(models.TextChoices):
        GROUP = "group", "领导小组名单"
        CONTACT = "contact", "联络员名单"

    unit = models.ForeignKey("Unit", models.PROTECT, related_name="filings", verbose_name="单位")
    path = PathField("路径", editable=False)
    which = models.CharField("名单", max_length=8, choices=List)
    lines = models.JSONField("名单内容", default=list)
    filed_by = models.ForeignKey("User", models.PROTECT, related_name="+", verbose_name="报送人")
    filed_at = models.DateTimeField("报送时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    scope_name, scope_path = "filing", "path"

    class Meta:
        verbose_name = verbose_name_plural = "名单报送"
        ordering = ["-filed_at", "-id"]
        indexes = [models.Index(fields=["path", "which", "filed_at"], name="filing_path")]

    def __str__(self):
        return f"{self.unit}{self.get_which_display()}"
