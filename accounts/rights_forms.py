"""What is typed about one's own data: that a notice was read, what is asked, what is answered."""

from django import forms

from accounts.models import RecordRequest

LONG = {"rows": 4}


class ReadForm(forms.Form):
    """That the notice was read; its optional items, none of them chosen beforehand."""

    agreed = forms.MultipleChoiceField(
        label="可选事项（不选不影响使用）", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, notice, was, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreed"].choices = [(item, item) for item in notice.items]
        self.fields["agreed"].initial = was.agreed if was else []
        if not notice.items:
            self.fields["agreed"].widget = forms.MultipleHiddenInput()


class NoticeForm(forms.Form):
    """A new version of the notice."""

    body = forms.CharField(label="正文", max_length=20_000, widget=forms.Textarea({"rows": 24}))
    optional = forms.CharField(
        label="可选事项",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="每行一项，由本人自愿选择，不选不影响使用。没有可不填。",
    )


class AskForm(forms.Form):
    """What the person asks about their record."""

    kind = forms.ChoiceField(
        label="申请事项", choices=RecordRequest.Kind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="说明",
        max_length=500,
        widget=forms.Textarea(LONG),
        help_text="写明哪一项有误、应当是什么，或为何申请。不要填写完整的证件号码和银行卡号。",
    )


class AnswerForm(forms.Form):
    """The decision and its sentence."""

    decision = forms.ChoiceField(choices=[("grant", "同意"), ("refuse", "不同意")])
    note = forms.CharField(label="答复", max_length=500, widget=forms.Textarea({"rows": 2}))

    @property
    def answer(self) -> dict:
        """As the service takes it."""
        asked = self.cleaned_data
        return {"grant": asked["decision"] == "grant", "note": asked["note"]}
