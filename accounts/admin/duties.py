"""Who answers for which unit."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils import timezone

from accounts.admin.grants import FOUND, Lookup
from accounts.day_field import DayField
from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.duties import DutyKind
from accounts.filters import UnderFilter
from accounts.models import Duty, Unit, User
from accounts.services import duties


class AppointForm(StepForm):
    """Who answers for which unit, as what, from when."""

    person = forms.ModelChoiceField(label="人员", queryset=User.objects.none())
    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none())
    kind = forms.ChoiceField(label="责任", choices=[("", "请选择"), *DutyKind.choices])
    title = forms.CharField(label="职务", max_length=30, required=False)
    starts_on = DayField(label="起")
    ends_on = DayField(
        label="止", required=False, help_text="含当日；不填则长期，学生担任的到学期末。"
    )
    note = forms.CharField(label="依据", max_length=100, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = timezone.localdate()
        for name, model in (("person", User), ("unit", Unit)):
            field = self.fields[name]
            looked_up = Lookup(Duty._meta.get_field(name), admin.site, attrs=FOUND)
            looked_up.choices, looked_up.is_required = field.choices, True
            field.widget = looked_up
            field.queryset = model.objects.permitted(self.actor)


def _appoint(*, actor, unit, **asked):
    return duties.appoint(unit, actor=actor, **asked)


class HeldFilter(admin.SimpleListFilter):
    """Those held today, those to come, those that ended."""

    title, parameter_name = "任期", "held"

    def lookups(self, request, model_admin):
        """Four cases."""
        return [("now", "在任"), ("gone", "在任但已离校"), ("later", "未开始"), ("over", "已结束")]

    def queryset(self, request, queryset):
        """The rows of one case, as of today."""
        today = timezone.localdate()
        if self.value() == "now":
            return queryset.in_force()
        if self.value() == "gone":
            return queryset.in_force().exclude(person__status__in=User.COUNTED)
        cases = {"later": Q(starts_on__gt=today), "over": Q(ends_on__lt=today)}
        return queryset.filter(cases.get(self.value(), Q()))


@admin.register(Duty)
class DutyAdmin(ScopedAdmin):
    """Duties given and ended by the one service."""

    list_display = ("person", "kind", "unit", "title", "starts_on", "ends_on", "standing")
    list_filter = ("kind", HeldFilter, UnderFilter)
    list_select_related = ("person", "unit")
    search_fields = ("person__name", "=person__number", "unit__name")
    search_help_text = "按姓名、学（工）号或单位名称查找"
    readonly_fields = ("standing",)
    fields = (
        "person", "kind", "unit", "title", "starts_on", "ends_on", "standing", "note",
        "appointed_by", "appointed_at", "ended_by", "end_note",
    )  # fmt: skip
    empty = "没有符合条件的责任登记。"
    steps = (
        Step(
            name="appoint",
            label="登记责任人员",
            verb="edit",
            run=_appoint,
            form=AppointForm,
            says="登记后即按责任开通相应权限，结束时一并收回。",
            done="已登记。",
            on_list=True,
        ),
        Step(
            name="end",
            label="结束责任",
            verb="edit",
            run=duties.end,
            able=duties.may_end,
            when=lambda duty: not duty.ends_on or duty.ends_on >= timezone.localdate(),
            says="相应权限随即收回，任职记录保留。",
            weighty=True,
            bulk=True,
        ),
    )

    @admin.display(description="任期")
    def standing(self, duty):
        """Whether it is held today."""
        return duty.standing
