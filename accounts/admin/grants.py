"""Who holds which role where."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Q
from django.utils import timezone

from accounts.day_field import DayField
from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter
from accounts.models import Grant, Unit, User
from accounts.scope import Role, grantable
from accounts.services import grants

FOUND = {"data-minimum-input-length": "2"}


class Lookup(AutocompleteSelect):
    """Looks people and units up; a forged id is shown as nothing chosen."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        """With what to type, which is also what a screen reader calls the box while it is empty."""
        attrs = super().build_attrs(base_attrs, extra_attrs)
        people = self.field.remote_field.model is User
        typed = "姓名、拼音、首字母或学（工）号" if people else "单位名称"
        return attrs | {"data-placeholder": f"输入{typed}查找"}

    def optgroups(self, name, value, attr=None):
        """The choices, of which the chosen one is asked for only by what can be an id."""
        ids = [one for one in value if str(one).isdecimal() and len(str(one)) < 19]
        return super().optgroups(name, ids, attr)


class GiveForm(StepForm):
    """Whom, which role, where, how long."""

    user = forms.ModelChoiceField(label="人员", queryset=User.objects.none())
    role = forms.ChoiceField(label="角色")
    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none())
    starts_on = DayField(label="起")
    ends_on = DayField(
        label="止", required=False, help_text="含当日；不填则长期有效；班干部不填则到学期末。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        may = grantable(self.actor)
        self.fields["role"].choices = [
            ("", "请选择"),
            *((role.value, role.label) for role in Role if role in may),
        ]
        self.fields["starts_on"].initial = timezone.localdate()
        for name, model in (("user", User), ("unit", Unit)):
            field = self.fields[name]
            looked_up = Lookup(Grant._meta.get_field(name), admin.site, attrs=FOUND)
            looked_up.choices, looked_up.is_required = field.choices, True
            field.widget = looked_up
            field.queryset = model.objects.permitted(self.actor)


def _give(*, actor, user, role, unit, starts_on, ends_on):
    return grants.give(
        user, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on, actor=actor
    )


class InForceFilter(admin.SimpleListFilter):
    """Those that hold today, those to come, those that ended."""

    title, parameter_name = "效力", "force"

    def lookups(self, request, model_admin):
        """Four cases."""
        return [
            ("now", "生效中"),
            ("unpromised", "待签保密承诺"),
            ("later", "未开始"),
            ("over", "已结束"),
        ]

    def queryset(self, request, queryset):
        """The rows of one case, as of today."""
        today = timezone.localdate()
        cases = {"later": Q(starts_on__gt=today), "over": Q(ends_on__lt=today)}
        if self.value() == "now":
            return queryset.in_force(today)
        if self.value() == "unpromised":
            return queryset.unpromised()
        return queryset.filter(cases.get(self.value(), Q()))


@admin.register(Grant)
class GrantAdmin(ScopedAdmin):
    """Grants given and ended by the one service."""

    list_display = ("user", "role", "unit", "starts_on", "ends_on", "standing")
    list_filter = ("role", InForceFilter, UnderFilter)
    list_select_related = ("user", "unit")
    search_fields = ("user__name", "=user__number", "unit__name")
    search_help_text = "按姓名、学（工）号或单位名称查找"
    readonly_fields = ("standing",)
    fields = ("user", "role", "unit", "starts_on", "ends_on", "standing")
    empty = "没有符合条件的授权。"
    steps = (
        Step(
            name="give",
            label="新增授权",
            verb="add",
            run=_give,
            form=GiveForm,
            says="被授权人在所选单位及其下级单位范围内行使该角色的权限。系统管理员、审计员、"
            "安全保卫部门三种角色不能由同一人担任。",
            done="已授权。",
            on_list=True,
        ),
        Step(
            name="end",
            label="结束授权",
            verb="edit",
            run=grants.end,
            able=grants.may_end,
            when=lambda grant: not grant.ends_on or grant.ends_on >= timezone.localdate(),
            says="权限随即失效，本人的数据和办理记录不变。需要恢复时重新授权。",
            weighty=True,
        ),
    )

    @admin.display(description="效力")
    def standing(self, grant):
        """Whether it holds today."""
        return grant.standing
