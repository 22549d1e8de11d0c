"""What is typed about the calendar."""

from datetime import date

from django import forms

from accounts.day_field import DayField
from accounts.models import Term


class TermForm(forms.Form):
    """A term."""

    year = forms.TypedChoiceField(label="学年", coerce=int)
    number = forms.TypedChoiceField(label="学期", coerce=int, choices=Term.Number.choices)
    starts_on = DayField(label="开始日期")
    ends_on = DayField(label="结束日期", help_text="含当日。")
    week_one = DayField(
        label="第 1 周的星期一", required=False, help_text="不填即为开始日期所在周的星期一。"
    )

    def __init__(self, *args, today: date, term: Term | None = None, **more):
        super().__init__(*args, **more)
        years = range(min(today.year, term.year if term else today.year) - 3, today.year + 3)
        self.fields["year"].choices = [(y, f"{y}-{y + 1} 学年") for y in reversed(years)]
        self.fields["year"].initial = today.year if today.month > 6 else today.year - 1
        for name, field in self.fields.items():
            if term:
                field.initial = getattr(term, name)


class DaysForm(forms.Form):
    """Days on which the school works or rests against the general calendar."""

    first = DayField(label="起")
    last = DayField(label="止", required=False, help_text="含当日；只有一天可不填。")
    works = forms.TypedChoiceField(
        label="安排",
        coerce=lambda value: value == "work",
        choices=[("rest", "放假（不上班）"), ("work", "上班（含调休补班）")],
        widget=forms.RadioSelect,
        initial="rest",
    )
    note = forms.CharField(label="说明", max_length=40, required=False, help_text="如“校庆调休”。")

    def clean(self):
        """One day when no last one is told."""
        data = super().clean()
        if data.get("first") and not data.get("last"):
            data["last"] = data["first"]
        return data


class YearForm(forms.Form):
    """Which calendar year is shown."""

    year = forms.IntegerField(required=False, min_value=2004, max_value=2100)

    def asked(self, default: int) -> int:
        """The year, or the default when it was not understood."""
        return (self.is_valid() and self.cleaned_data["year"]) or default
