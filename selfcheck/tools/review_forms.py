"""What comes in with a look at an answer."""

from django import forms

from selfcheck.models import Review
from selfcheck.tools.reasons import REASONS
from selfcheck.tools.review_queries import TABS


class ReviewFilter(forms.Form):
    """Which tab, and which doubt; anything else falls back."""

    show = forms.ChoiceField(choices=list(TABS.items()), required=False)
    doubt = forms.ChoiceField(choices=[(code, code) for code in REASONS], required=False)
    page = forms.IntegerField(min_value=1, max_value=100_000, required=False)
    next = forms.IntegerField(min_value=0, max_value=2**62, required=False)

    def asked(self, name: str, otherwise):
        """What was asked for, where it is a choice there is."""
        self.is_valid()
        return self.cleaned_data.get(name) or otherwise


class LookForm(forms.Form):
    """A verdict with its reasons."""

    verdict = forms.ChoiceField(
        choices=Review.Verdict.choices, error_messages={"required": "请选择通过、退回或暂缓。"}
    )
    reasons = forms.MultipleChoiceField(
        choices=[(code, label) for code, (label, _) in REASONS.items()], required=False
    )
    note = forms.CharField(max_length=200, required=False)


class ManyForm(forms.Form):
    """Why all that are listed are passed at once."""

    note = forms.CharField(
        label="说明",
        max_length=200,
        help_text="例如“已逐张看过缩略图”。",
        error_messages={"required": "请填写说明，便于日后核对。"},
    )
