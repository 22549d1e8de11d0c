"""Whom to follow to the last one, as it is asked for."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils import timezone

from accounts.day_field import DayField
from rounds.figures import SEPTEMBER, school_year
from rounds.forms import Filter
from rounds.kinds import KINDS, counting
from rounds.queries.newcomers import ALL, welcoming


class NewcomersForm(forms.Form):
    """Whom to follow to the last one, and in what."""

    STAFF = "staff"
    who = forms.ChoiceField(label="跟进对象", required=False)
    since = DayField(label="新到起始日期", required=False, help_text="跟进新进人员时填写。")
    kind = forms.ChoiceField(label="事项", required=False)

    def __init__(self, data, *, cohorts: list[str], **more):
        super().__init__(data, **more)
        fields: Any = self.fields
        years = [(cohort, f"{cohort} 年入校新生") for cohort in cohorts]
        fields["who"].choices = [*years, (self.STAFF, "新进教职工、派遣和服务人员")]
        kinds = [(code, KINDS[code].label) for code in counting("people")]
        together = "、".join(KINDS[code].label for code in welcoming())
        fields["kind"].choices = [*kinds, (ALL, f"合并跟进（{together}）")]

    def asked(self) -> tuple[str, date, str]:
        """A cohort or '' for staff, since when, and the kind; nonsense counts as nothing asked."""
        self.is_valid()
        given, fields = self.cleaned_data, cast(Any, self.fields)
        who = given.get("who") or fields["who"].choices[0][0]
        year = int(school_year(timezone.localdate()))
        since = given.get("since") or date(year, SEPTEMBER, 1)
        kind = given.get("kind") or fields["kind"].choices[0][0]
        self.initial = {"who": who, "since": since, "kind": kind}
        self.is_bound, self._errors = False, None  # shown as it was understood
        return ("" if who == self.STAFF else who), since, kind


class FollowFilter(Filter):
    tab = forms.ChoiceField(required=False, choices=[(t, t) for t in ("missing", "units", "done")])
