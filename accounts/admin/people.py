"""People: found by name or number, looked at, put on another status, let in for the first time."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts import masks
from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter, yes_no
from accounts.models import User
from accounts.sealed import Unreadable
from accounts.services import activation, people

ActivatedFilter = yes_no(
    "激活",
    "activated",
    ("已激活", Q(activated_at__isnull=False)),
    ("未激活", Q(activated_at__isnull=True)),
)
AbsentFilter = yes_no(
    "最近一次名册",
    "absent",
    ("未见（疑似离校）", Q(absent_since__isnull=False)),
    ("在册", Q(absent_since__isnull=True)),
)


class StatusForm(StepForm):
    """The status and what it rests on."""

    status = forms.ChoiceField(label="状态", choices=User.Status.choices)
    note = forms.CharField(
        label="依据", max_length=60, help_text="如“学籍异动通知〔2026〕12 号”“本人已到校”。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].initial = self.row.status


class SeenForm(StepForm):
    """How the person was recognised."""

    seen = forms.CharField(label="身份核对方式", max_length=60, help_text="如“当面核对校园卡”。")


def _printed(service):
    """The service's code as it is read out or written down."""

    def run(person, *, actor, **asked):
        return activation.shown(service(person, actor=actor, **asked))

    return run


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """The people of the school. Their facts come from the roster; here only their standing."""

    list_display = ("name", "number", "category", "status", "unit", "activated", "absent_since")
    list_filter = ("category", "status", ActivatedFilter, AbsentFilter, UnderFilter)
    list_select_related = ("unit",)
    search_fields = ("name", "number")
    search_help_text = "按姓名或学（工）号查找"
    ordering = ("unit_path", "number")
    readonly_fields = ("activated", "phone_masked", "id_number_masked", "place")
    empty = "没有符合条件的人员。请检查筛选条件，或先导入名册。"
    steps = (
        Step(
            name="code",
            label="发放激活码",
            verb="activate",
            run=_printed(activation.issue_code),
            form=StepForm,
            when=lambda person: person.activated_at is None,
            says="生成一次性激活码，14 天内有效；此前发放的激活码随即作废。",
            reveals="激活码",
        ),
        Step(
            name="reset",
            label="重置口令",
            verb="activate",
            run=_printed(activation.reset),
            form=SeenForm,
            when=lambda person: person.activated_at is not None,
            says="原口令随即失效，本人凭新的激活码重新设置口令。任何人都看不到、也不能代设口令。",
            reveals="激活码",
            weighty=True,
        ),
        Step(
            name="status",
            label="变更状态",
            verb="settle",
            run=people.set_status,
            form=StatusForm,
            says="进行中任务的应完成人数随之变化，已结束的任务不变。",
        ),
    )

    def basic(self, request) -> bool:
        """Whether only what is needed to grant a role is shown."""
        return not request.user.has_perm("accounts.change_user")

    def tells_history(self, request) -> bool:
        """Reasons speak of standing: not for those who see only what is needed for a role."""
        return not self.basic(request)

    def get_list_display(self, request):
        """Standing and absence only for the office."""
        basic = ("name", "number", "category", "unit", "activated")
        return basic if self.basic(request) else self.list_display

    def get_list_filter(self, request):
        """As the columns."""
        basic = ("category", ActivatedFilter, UnderFilter)
        return basic if self.basic(request) else self.list_filter

    def get_fieldsets(self, request, obj=None):
        """Numbers that identify a person elsewhere are masked, and not shown to all."""
        who = ("name", "number", "category", "place", "activated")
        if self.basic(request):
            return [(None, {"fields": who})]
        standing = ("status", "status_note", "absent_since")
        study = ("gender", "grade", "cohort", "major")
        return [
            (None, {"fields": who}),
            ("在册情况", {"fields": standing}),
            ("名册信息", {"fields": (*study, "phone_masked", "id_number_masked")}),
        ]

    def links(self, request, row):
        """To the person's page in the portal, for those who act for them there."""
        if self.basic(request):
            return []
        return [("门户中的个人页", reverse("accounts:person", args=[row.pk]))]

    @admin.display(description="激活", ordering="activated_at")
    def activated(self, person):
        """Whether the person has come in once."""
        if person.activated_at is None:
            return "未激活"
        return f"已激活（{timezone.localtime(person.activated_at):%Y-%m-%d}）"

    @admin.display(description="所在单位")
    def place(self, person):
        """The units from the school down to the person's own."""
        return " › ".join(step.name for step in person.unit.lineage()) if person.unit else "—"

    @admin.display(description="手机号")
    def phone_masked(self, person):
        """The phone with stars."""
        return _or_why(lambda: masks.phone(person.phone))

    @admin.display(description="证件号码")
    def id_number_masked(self, person):
        """The ID with stars."""
        return _or_why(lambda: masks.id_number(person.id_number))

    def option_labels(self, found) -> dict[int, str]:
        """Each person with number and unit, so that two of one name can be told apart."""
        return {p.pk: " ".join(filter(None, [p.name, p.number, str(p.unit or "")])) for p in found}


def _or_why(read) -> str:
    try:
        return read() or "—"
    except Unreadable:
        return "无法读取，请联系系统管理员检查密钥"
