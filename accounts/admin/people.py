"""People: found by name or number, looked at, put on another status, let in for the first time."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts import masks
from accounts.contract_forms import ContractForm
from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter, yes_no
from accounts.models import User
from accounts.queries import search
from accounts.sealed import Unreadable
from accounts.services import activation, contracts, ending, handover, people, second
from accounts.sheets import PEOPLE

ActivatedFilter = yes_no(
    "激活",
    "activated",
    ("已激活", Q(activated_at__isnull=False)),
    ("未激活", Q(activated_at__isnull=True)),
)
DormantFilter = yes_no(
    "久未登录",
    "dormant",
    ("已停用，待重新激活", Q(dormant_since__isnull=False, activated_at__isnull=True)),
    ("否", Q(dormant_since__isnull=True)),
)
AbsentFilter = yes_no(
    "最近一次名册",
    "absent",
    ("未见（疑似离校）", Q(absent_since__isnull=False)),
    ("在册", Q(absent_since__isnull=True)),
)


def _standing(person: User) -> str:
    """What a change of status brings, for this person."""
    said = "进行中任务的应完成人数随之变化，已结束的任务不变。"
    if person.pk in ending.closed_by_hand([person.pk]):
        return f"{said}该账号已被关闭，变更状态后仍不能登录；需要登录的，另点“恢复账号”。"
    return f"{said}毕业、退学、转学、离职的随即不能登录，仍担任职务的请先交接；恢复在籍（在岗）后可以登录。"


class StatusForm(StepForm):
    """The status and what it rests on."""

    status = forms.ChoiceField(label="状态", choices=User.Status.choices)
    note = forms.CharField(
        label="依据", max_length=60, help_text="如“学籍异动通知〔2026〕12 号”“本人已到校”。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].initial = self.row.status


class AmendForm(StepForm):
    """For each fact: kept, set to a value, or cleared; nothing typed by oversight wipes anything."""

    WHAT = {"grade": "年级", "cohort": "入校年度", "major": "专业（岗位）"}
    DO = [("keep", "保持不变"), ("set", "改为"), ("clear", "清空")]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in self.WHAT.items():
            self.fields[f"{name}_do"] = forms.ChoiceField(
                label=label, choices=self.DO, initial="keep"
            )
            self.fields[name] = forms.CharField(
                label=f"新的{label}", max_length=people.AMENDED[name], required=False
            )

    def clean(self):
        """What is to be changed, as the service takes it."""
        data = super().clean()
        changes = {}
        for name, label in self.WHAT.items():
            do, value = data.get(f"{name}_do"), data.get(name, "")
            if do == "set" and not value:
                self.add_error(name, f"请填写新的{label}，或选择“清空”“保持不变”。")
            if do == "keep" and value:
                self.add_error(f"{name}_do", f"填写了新的{label}，请选择“改为”。")
            if do in {"set", "clear"}:
                changes[name] = value if do == "set" else ""
        if not changes and not self.errors:
            raise forms.ValidationError("请至少选择一项要修改或清空的内容。")
        return {"changes": changes}


class ContractStep(ContractForm, StepForm):
    """The last day of the person's own contract."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = self.row.contract_ends


class SeenForm(StepForm):
    """How the person was recognised."""

    seen = forms.CharField(label="身份核对方式", max_length=60, help_text="如“当面核对校园卡”。")


def _renew(person, *, actor, ends_on, reason):
    contracts.set_own_contract(person, actor=actor, ends_on=ends_on, reason=reason)


def _printed(service):
    """The service's code as it is read out or written down."""

    def run(person, *, actor, **asked):
        return activation.shown(service(person, actor=actor, **asked))

    return run


def _other(user, person) -> bool:
    """Nobody acts on their own standing."""
    return user.pk != person.pk


def _lets_in(user, person) -> bool:
    return bool(activation.open_to(user, [person]))


def _single(person) -> bool:
    """A record joined to another is no person's any more."""
    return person.merged_into_id is None


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """The people of the school. Their facts come from the roster; here only their standing."""

    list_display = ("name", "number", "category", "status", "unit", "activated", "absent_since")
    list_filter = ("category", "status", ActivatedFilter, DormantFilter, AbsentFilter, UnderFilter)
    list_select_related = ("unit",)
    search_fields = ("name",)
    search_help_text = "姓名、拼音、首字母或学（工）号"
    ordering = ("unit_path", "number")
    readonly_fields = ("activated", "phone_masked", "id_number_masked", "place", "contract_ends")
    empty = "没有符合条件的人员。请检查筛选条件，或先导入名册。"
    sheet = PEOPLE
    steps = (
        Step(
            name="code",
            label="发放激活码",
            verb="activate",
            run=_printed(activation.issue_code),
            form=StepForm,
            when=lambda person: person.is_active and person.activated_at is None,
            able=_lets_in,
            says="生成一次性激活码，14 天内有效；此前发放的激活码随即作废。",
            reveals="激活码",
        ),
        Step(
            name="reset",
            label="重置口令",
            verb="activate",
            run=_printed(activation.reset),
            form=SeenForm,
            when=lambda person: person.is_active and person.activated_at is not None,
            able=_lets_in,
            says="原口令随即失效，本人凭新的激活码重新设置口令。任何人都看不到、也不能代设口令。",
            reveals="激活码",
            weighty=True,
        ),
        Step(
            name="second",
            label="重置两步验证",
            verb="second",
            run=second.reset,
            when=lambda person: second.factor_of(person) is not None,
            able=_other,
            says="本人的手机验证码和恢复码随即失效，其登录全部退出，下次登录时重新设置。请写明如何核对了本人身份。",
            weighty=True,
        ),
        Step(
            name="status",
            label="变更状态",
            verb="settle",
            run=people.set_status,
            form=StatusForm,
            when=_single,
            able=_other,
            says=_standing,
        ),
        Step(
            name="contract",
            label="登记本人合同截止",
            verb="renew",
            run=_renew,
            form=ContractStep,
            when=lambda person: person.category in User.HIRED,
            able=_other,
            says="与单位合同不一致的，以先到期的为准；到期次日离岗，续签后自动恢复。",
        ),
        Step(
            name="close",
            label="关闭账号",
            verb="close",
            run=handover.close_account,
            when=lambda person: person.is_active,
            able=_other,
            says="关闭后不能登录。还有责任、授权、会议事项或待发催办、通知的，请先交接。",
            weighty=True,
        ),
        Step(
            name="reopen",
            label="恢复账号",
            verb="close",
            run=handover.reopen_account,
            when=lambda person: not person.is_active and _single(person),
            says="恢复后可以凭原口令登录；责任和授权须重新登记。",
        ),
        Step(
            name="amend",
            label="修改信息",
            verb="edit",
            run=people.amend,
            form=AmendForm,
            says="只修改选择“改为”“清空”的内容。按年级、入校年度发布的进行中任务随之增减人员。",
            bulk=True,
        ),
    )

    def get_search_results(self, request, queryset, search_term):
        """Found by the one search of the portal; no row twice."""
        return search(queryset, search_term), False

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
        standing = ("status", "status_note", "absent_since", "contract_ends")
        study = ("gender", "grade", "cohort", "major", "study_years")
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
