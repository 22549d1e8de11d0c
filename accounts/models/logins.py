"""Who is logged in where: one row a login, bound to its session."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.paths import PathField
from accounts.scope import ScopedQuerySet


class LoginQuerySet(ScopedQuerySet):
    def open(self):
        """Those that nobody ended and that may still be in use."""
        return self.filter(ended_at__isnull=True)


class Login(models.Model):
    """One login: who, when, with which device, from where. Ending it removes its session."""

    class How(models.TextChoices):
        PASSWORD = "password", "口令"
        CODE = "code", "激活码"
        CAS = "cas", "统一身份认证"

    class Why(models.TextChoices):
        LEFT = "left", "本人退出"
        KILLED = "killed", "被强制退出"
        IDLE = "idle", "长时间未操作"
        PASSWORD = "password", "口令已变更"
        RIGHTS = "rights", "权限已变更"
        CLOSED = "closed", "账号已停用"
        OVER = "over", "登录到期"

    user = models.ForeignKey("User", models.CASCADE, related_name="logins", verbose_name="人员")
    path = PathField("单位路径", blank=True, editable=False)
    session_key = models.CharField(max_length=40, editable=False)
    how = models.CharField("方式", max_length=10, choices=How, default=How.PASSWORD)
    device = models.CharField("设备", max_length=60, blank=True)
    address = models.CharField("来源地址", max_length=40, blank=True)
    at = models.DateTimeField("登录时间", default=timezone.now)
    ended_at = models.DateTimeField("退出时间", null=True)
    ended_why = models.CharField("退出原因", max_length=10, choices=Why, blank=True)

    objects = LoginQuerySet.as_manager()
    scope_name, scope_path, scope_person = "login", "path", "user"

    class Meta:
        verbose_name = verbose_name_plural = "登录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user"], name="login_open", condition=Q(ended_at__isnull=True)),
            models.Index(
                fields=["session_key"], name="login_session", condition=Q(ended_at__isnull=True)
            ),
            models.Index(fields=["at"], name="login_at"),
        ]

    def __str__(self):
        return f"{self.user} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
