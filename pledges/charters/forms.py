"""What people choose and type about charters, checked."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.day_field import DayField
from accounts.models import Unit
from accounts.scope import Role
from pledges import queries as texts
from pledges.charters.models import Charter, Tier
from pledges.charters.queries import PARTS
from pledges.forms import SignForm
from pledges.models import PledgeText
from rounds.forms import Filter, PictureForm

SCHOOL_ROLES = [Role.OFFICE, Role.LEADER]
UNIT_ROLES = [Role.COLLEGE_HEAD, Role.LIAISON]


class CharterForm(forms.Form):
    """Which tiers sign which text, in which order, by whom."""

    year = forms.CharField(label="年度", max_length=12, help_text="填入文本中的 {年度}。")
    cascade = forms.TypedChoiceField(
        label="开启顺序",
        coerce=lambda value: value == "True",
        choices=[(True, "逐级开启（上一级签订后下一级才能签）"), (False, "同时开启")],
    )
    school_role = forms.ChoiceField(
        label="学校由谁签", choices=[(role, role.label) for role in SCHOOL_ROLES]
    )
    unit_role = forms.ChoiceField(
        label="二级单位由谁签", choices=[(role, role.label) for role in UNIT_ROLES]
    )

    def __init__(self, *args, user, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["year"].initial = str(timezone.localdate().year)
        found = texts.latest_texts(user).filter(use=PledgeText.Use.CHARTER)
        for tier in Tier:
            fields[f"text_{tier.value}"] = forms.ModelChoiceField(
                label=f"{tier.label}：责任书文本",
                queryset=found,
                required=False,
                empty_label="本层级不签",
            )

    def clean(self):
        """At least one tier is asked; the texts by tier."""
        super().clean()
        given = self.cleaned_data
        chosen = {tier.value: given.pop(f"text_{tier.value}", None) for tier in Tier}
        given["texts"] = {tier: text for tier, text in chosen.items() if text}
        if not given["texts"]:
            raise forms.ValidationError(
                "请至少为一个层级选择责任书文本；还没有文本的，请先到“承诺书文本”采用示例或编写。"
            )
        return given


class HandForm(SignForm):
    """A hand under one pair's text."""


class ManyHandsForm(SignForm):
    """One hand under several texts, each named with the digest that was shown."""

    text_sha256 = None  # type: ignore[assignment]
    pairs = forms.MultipleChoiceField(
        error_messages={
            "required": "请至少勾选一份责任书。",
            "invalid_choice": "所选责任书已有变化，请刷新后重新勾选。",
        }
    )

    def __init__(self, *args, digests: dict[int, str], **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        choices = [f"{pk}:{digest}" for pk, digest in digests.items()]
        fields["pairs"].choices = [(value, value) for value in choices]

    def digests(self) -> dict[int, str]:
        """The pairs chosen, each with its digest."""
        split = (value.split(":") for value in self.cleaned_data["pairs"])
        return {int(pk): digest for pk, digest in split}


class PaperForm(PictureForm):
    """A pair signed by pen: who, when, and the scan."""

    upper_name = forms.CharField(label="上级签署人", max_length=60)
    lower_name = forms.CharField(label="下级签署人", max_length=60)
    signed_on = DayField(label="签订日期")

    field_order = ("upper_name", "lower_name", "signed_on", "picture")


class KeepForm(forms.Form):
    """Where the copies of the pairs ticked lie."""

    pairs = forms.ModelMultipleChoiceField(
        queryset=Charter.objects.none(),
        error_messages={
            "required": "请至少勾选一份已签订的责任书。",
            "invalid_choice": "所选责任书已有变化，请刷新后重新勾选。",
            "invalid_pk_value": "所选责任书已有变化，请刷新后重新勾选。",
        },
    )
    copies = forms.IntegerField(label="份数", min_value=1, max_value=20, initial=2)
    place = forms.CharField(label="存放处", max_length=60)
    keeper = forms.CharField(label="保管人", max_length=60)
    kept_on = DayField(label="归档日期")

    def __init__(self, *args, rows, user, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["pairs"].queryset = rows
        fields["keeper"].initial = user.name
        fields["kept_on"].initial = timezone.localdate()

    def clean_kept_on(self):
        """Not a day to come."""
        if self.cleaned_data["kept_on"] > timezone.localdate():
            raise forms.ValidationError("归档日期不能晚于今天。")
        return self.cleaned_data["kept_on"]


class ListFilter(Filter):
    part = forms.ChoiceField(required=False, choices=[(part, part) for part in PARTS])
    tier = forms.ChoiceField(required=False, choices=Tier)


def place_of(unit: Unit, office: str) -> str:
    """Where the copies of a unit's pairs lie by default: with the office, or with the unit."""
    return office if unit.kind == Unit.Kind.SCHOOL else unit.name
