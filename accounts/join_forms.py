"""Two records of one person: which other one, and why."""

from django import forms


class WithForm(forms.Form):
    """The other record, by a number or as chosen; nonsense counts as nothing asked."""

    number = forms.CharField(label="另一条记录的学（工）号、考生号", max_length=40, required=False)
    chosen = forms.IntegerField(
        required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput
    )

    def asked(self, name: str):
        """What was asked, if it makes sense."""
        self.is_valid()
        return self.cleaned_data.get(name)


class JoinForm(forms.Form):
    """Why the two are one, and that it cannot be undone."""

    reason = forms.CharField(
        label="合并依据", max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text="如“新生导入时用考生号建档，与学号记录为同一人，已核对证件”。",
    )  # fmt: skip
    sure = forms.BooleanField(
        label="已逐项核对，两条记录为同一人；我知道合并后不能撤销",
        error_messages={"required": "请核对后勾选确认。"},
    )
