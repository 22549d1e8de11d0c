"""What people choose and type about findings, checked."""

from django import forms

from rounds.forms import Filter, ReasonForm
from rounds.models import Finding


class DecideFindingForm(ReasonForm):
    """What came of a finding, and why."""

    outcome = forms.ChoiceField(
        label="处理结果",
        choices=[("", "请选择"), *Finding.Outcome.choices],
        error_messages={"required": "请选择处理结果。", "invalid_choice": "请选择处理结果。"},
    )
    field_order = ["outcome", "reason"]


class FindingsFilter(Filter):
    show = forms.ChoiceField(
        required=False, choices=[(one, one) for one in ("waiting", "open", "followed", "closed")]
    )
