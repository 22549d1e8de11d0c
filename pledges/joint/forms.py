"""What people choose about joint appeals, checked."""

from django import forms

from pledges.forms import PledgeForm, SignForm
from pledges.joint.models import TOGETHER
from rounds.forms import Filter


class JointForm(PledgeForm):
    """A pledge's choices, and whose names stand together."""

    together = forms.TypedChoiceField(
        label="以什么单位联名",
        coerce=int,
        choices=TOGETHER,
        initial=3,
        help_text="每个单位一张海报。",
    )

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields.pop("head_role", None)


class JoinForm(SignForm):
    """A hand under the appeal, and whether it may stand on the poster."""

    on_poster = forms.BooleanField(required=False)


class PosterFilter(Filter):
    size = forms.ChoiceField(required=False, choices=[("a4", "A4"), ("a3", "A3")])
