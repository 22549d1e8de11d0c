"""Who is logged in, and the way to end it."""

from django.contrib import admin
from django.db.models import Q

from accounts.desk import ScopedAdmin, Step
from accounts.filters import DaysFilter, yes_no
from accounts.models import Login
from accounts.services import logins

OpenFilter = yes_no(
    "登录",
    "open",
    ("登录中", Q(ended_at__isnull=True)),
    ("已退出", Q(ended_at__isnull=False)),
)


@admin.register(Login)
class LoginAdmin(ScopedAdmin):
    """Logins with device and network; each can be ended at once."""

    list_display = ("at", "user", "device", "address", "how", "ended_at", "ended_why")
    list_filter = (OpenFilter, DaysFilter)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__number")
    search_help_text = "按姓名或学（工）号查找"
    sortable_by = ()
    fields = ("user", "at", "how", "device", "address", "ended_at", "ended_why")
    empty = "没有符合条件的登录。"
    steps = (
        Step(
            name="end",
            label="强制退出",
            verb="end",
            run=logins.end,
            when=lambda login: login.ended_at is None,
            says="该设备随即退出登录，本人可以重新登录。",
            bulk=True,
            weighty=True,
        ),
    )
