"""Items: which of them a draft asks, and what a person says of one."""

from typing import Any

from django import forms

from accounts.day_field import DayField
from rounds.kinds import Kind
from rounds.models import Round

MUST, MAY, NOT = "must", "may", "not"


class ItemsForm(forms.Form):
    """Each item that the kind knows: asked of everybody, left to them, or not at all."""

    def __init__(self, *args, kind: Kind, school: str, round_: Round | None = None, **more):
        super().__init__(*args, **more)
        asked = (
            {i.code: MUST if i.obligatory else MAY for i in round_.items.all()} if round_ else {}
        )
        self.labels = dict(kind.items(school))
        fields: Any = self.fields
        usually = {} if round_ else kind.usually(school)
        for code, label in self.labels.items():
            fields[f"item_{code}"] = forms.ChoiceField(
                label=label,
                choices=[(MUST, "必填"), (MAY, "选填"), (NOT, "不要求")],
                initial=asked.get(code, NOT if round_ else usually.get(code, MUST)),
            )

    def clean(self):
        """Something is asked of everybody."""
        given = super().clean()
        if self.labels and MUST not in given.values() and not self.errors:
            raise forms.ValidationError("至少须有一项必填。")
        return given

    def items(self) -> list[dict]:
        """The items as the services take them."""
        said = {code: self.cleaned_data[f"item_{code}"] for code in self.labels}
        return [
            {"code": code, "label": label, "obligatory": said[code] == MUST}
            for code, label in self.labels.items()
            if said[code] != NOT
        ]


class AnswerForm(forms.Form):
    """That an item is done: until when it holds, and a word about it."""

    valid_until = DayField(label="有效期至", required=False, help_text="含当日；长期有效的不填。")
    note = forms.CharField(label="说明", max_length=200, required=False)
