"""Filters of the desk's lists: short lists of links, long ones as a choice, days as two dates."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.utils import timezone

from accounts.day_field import DayField
from accounts.models import Unit
from accounts.paths import COLLEGE, WIDTH, under


class SelectFilter(admin.SimpleListFilter):
    """A filter with more choices than a column of links can hold."""

    template = "admin/desk/filter_select.html"

    def choices(self, changelist):
        """The choices with their values, and what else is chosen on the page."""
        self.others = [
            (key, value) for key, value in changelist.params.items() if key != self.parameter_name
        ]
        for value, label in self.lookup_choices:
            yield {"value": value, "display": label, "selected": str(value) == self.value()}


class UnderFilter(SelectFilter):
    """Everything at or below a unit."""

    title, parameter_name = "单位", "under"

    def lookups(self, request, model_admin):
        """Colleges and departments in view, and the unit chosen when it lies deeper."""
        units = Unit.objects.permitted(request.user)
        second = units.filter(path__length=COLLEGE * WIDTH).order_by("path")
        found = list(second.values_list("path", "name"))
        chosen = self.used_parameters.get(self.parameter_name)
        if chosen and chosen.isdecimal() and chosen not in dict(found):
            found += units.filter(path=chosen).values_list("path", "name")
        return found

    def queryset(self, request, queryset):
        """The rows below the unit; a path that is no unit in view finds nothing."""
        if not self.value():
            return queryset
        if self.value() not in dict(self.lookup_choices):
            return queryset.none()
        return queryset.filter(under(self.value(), queryset.model.scope_path))

    def has_output(self):
        """Shown even when there is one unit only, as a deeper one may be chosen."""
        return True


class Days(forms.Form):
    """Two dates, either may be left out."""

    since = DayField(label="从", required=False)
    until = DayField(label="到", required=False)

    def clean(self):
        """The first day is not after the last."""
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "结束日期不能早于开始日期。")
        return data


class DaysFilter(admin.ListFilter):
    """The rows of some days, both included; a subclass names the column."""

    title, template = "日期", "admin/desk/filter_days.html"
    parameters = ("since", "until")
    column = "at"

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        for name in self.parameters:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def expected_parameters(self):
        """The names this filter reads."""
        return list(self.parameters)

    def has_output(self):
        """Always offered."""
        return True

    def choices(self, changelist):
        """What is chosen, and what else is chosen on the page."""
        others = [(k, v) for k, v in changelist.params.items() if k not in self.parameters]
        yield {"chosen": self.used_parameters, "others": others}

    def queryset(self, request, queryset):
        """The rows from the first day's beginning to the last day's end."""
        form = Days(self.used_parameters)
        if not form.is_valid():
            told = "".join(str(one) for wrong in form.errors.values() for one in wrong)
            messages.error(request, f"未按日期筛选：{told}", fail_silently=True)
            raise IncorrectLookupParameters(told)
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        if since:
            queryset = queryset.filter(**{f"{self.column}__gte": midnight(since)})
        if until:
            queryset = queryset.filter(**{f"{self.column}__lt": midnight(until + timedelta(1))})
        return queryset


def midnight(day: date) -> datetime:
    """The first moment of a day here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def yes_no(heading: str, name: str, yes: tuple[str, object], no: tuple[str, object]):
    """A filter of two links: each a label and the condition it stands for."""

    class YesNo(admin.SimpleListFilter):
        title, parameter_name = heading, name

        def lookups(self, request, model_admin):
            return [("1", yes[0]), ("0", no[0])]

        def queryset(self, request, queryset):
            chosen = {"1": yes[1], "0": no[1]}.get(self.value())
            return queryset.filter(chosen) if chosen is not None else queryset

    return YesNo
