"""What is chosen for the inbox and for a 催办."""

from uuid import uuid4

from django import forms

from accounts.forms import PageForm
from notices.models import Reminder


class InboxForm(PageForm):
    """Which messages are listed."""

    show = forms.ChoiceField(choices=[("", "全部"), ("unread", "未读")], required=False)


class HistoryForm(PageForm):
    """Whose history is listed."""

    round = forms.IntegerField(required=False, min_value=1, max_value=10**12)


class RemindForm(forms.Form):
    """Which units are reminded and who is told; asked once more with the count before it goes."""

    units = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "请至少勾选一个单位。"}
    )
    whom = forms.ChoiceField(
        label="发给",
        choices=Reminder.Whom.choices,
        widget=forms.RadioSelect,
        initial=Reminder.Whom.ANSWERABLE,
    )
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    confirmed = forms.BooleanField(required=False)

    def __init__(self, *args, lines, people=True, **more):
        super().__init__(*args, **more)
        self.paths = {line.unit.pk: line.unit.path for line in lines}
        if not people:  # nobody's own part is asked, only those who act for a unit are told
            self.fields["whom"].choices = Reminder.Whom.choices[:1]
        self.fields["units"].choices = [(pk, pk) for pk in self.paths]

    @property
    def places(self) -> list[str]:
        """The paths of the chosen units."""
        return [self.paths[pk] for pk in self.cleaned_data["units"]]
