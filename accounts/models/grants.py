"""Who holds which role where, from when until when."""

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone

from accounts.models.people import User
from accounts.paths import PathField
from accounts.scope import PROMISE_FIRST, Role, ScopedQuerySet


class GrantQuerySet(ScopedQuerySet):
    def dated(self, day=None):
        """The grants within whose days a day lies, today unless told."""
        day = day or timezone.localdate()
        started = Q(starts_on__lte=day)
        return self.filter(started, Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def in_force(self, day=None):
        """The grants that hold on a day, today unless told."""
        return self.dated(day).exclude(UNPROMISED)

    def able(self):
        """Those in force today by which somebody can act: a holder whose login is closed cannot."""
        return self.in_force().filter(user__is_active=True)

    def present(self):
        """Those by which somebody is there to answer: able, and on the roster today."""
        return self.able().filter(user__status__in=User.COUNTED)

    def unpromised(self):
        """Those that would hold today if their holder had promised secrecy."""
        return self.dated().filter(UNPROMISED)


UNPROMISED = Q(role__in=PROMISE_FIRST, promised_at__isnull=True)


class Grant(models.Model):
    """This person holds this role at this unit, from–until (both days included)."""

    user = models.ForeignKey("User", models.PROTECT, related_name="grants", verbose_name="人员")
    role = models.CharField("角色", max_length=16, choices=Role)
    unit = models.ForeignKey(
        "Unit", models.PROTECT, related_name="grants", null=True, blank=True, verbose_name="单位"
    )
    path = PathField("路径", blank=True, editable=False)
    starts_on = models.DateField("起", default=timezone.localdate)
    ends_on = models.DateField("止", null=True, blank=True)
    promised_at = models.DateTimeField("签署保密承诺", null=True, editable=False)
    duty = models.OneToOneField(
        "Duty", models.CASCADE, related_name="grant", null=True, editable=False
    )
    acting_for = models.ForeignKey(
        "User", models.PROTECT, related_name="+", null=True, editable=False, verbose_name="代理"
    )

    objects = GrantQuerySet.as_manager()
    scope_name, scope_path = "grant", "path"

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        ordering = ["path", "role"]
        constraints = [
            CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="grant_ends_after_it_starts",
                violation_error_message="截止日期不能早于起始日期。",
            ),
            CheckConstraint(
                condition=Q(unit__isnull=False) | Q(role="PROVINCE"),
                name="only_the_province_has_no_unit",
                violation_error_message="请选择授权的单位。",
            ),
        ]
        indexes = [models.Index(fields=["path", "role"], name="grant_path")]

    @property
    def standing(self) -> str:
        """Whether it holds today, in a word."""
        today = timezone.localdate()
        if self.ends_on and self.ends_on < today:
            return "已结束"
        if self.role in PROMISE_FIRST and not self.promised_at:
            return "待签保密承诺"
        return "未开始" if self.starts_on > today else "生效中"

    def __str__(self):
        return f"{self.user} {self.get_role_display()}"
