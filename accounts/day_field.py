"""A day as it is typed, alike in every form."""

from datetime import date

from django import forms
from django.utils import timezone

FIRST = 1990
AHEAD = 10  # years: nothing of the office's work is dated further ahead


def of_this_age(day: date) -> bool:
    """Whether a day can be meant: a year of four wrong digits is a slip, and breaks arithmetic."""
    return FIRST <= day.year <= timezone.localdate().year + AHEAD


class DayField(forms.DateField):
    """A day, picked from the browser's own calendar."""

    def __init__(self, **more):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, **more})

    def clean(self, value):
        """A day of this age."""
        found = super().clean(value)
        if found and not of_this_age(found):
            raise forms.ValidationError("请核对日期的年份。")
        return found
