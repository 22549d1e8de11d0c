"""What is asked when somebody's studies or work take a turn."""

from typing import cast

from django import forms
from django.utils import timezone

from accounts.day_field import DayField
from accounts.models import Unit, User
from accounts.paths import CLASS, COLLEGE, WIDTH, cut
from accounts.scope import reach
from accounts.services.standing import turns_for


class ClassField(forms.ModelChoiceField):
    """A class, told apart from its namesakes by its college."""

    colleges: dict[str, str] = {}

    def label_from_instance(self, obj):
        """College and class."""
        return f"{self.colleges.get(cut(obj.path, COLLEGE), '')} {obj.name}"


class TurnForm(forms.Form):
    """Which turn, since when, why, and into which class."""

    turn = forms.ChoiceField(label="异动", widget=forms.RadioSelect)
    day = DayField(label="日期")
    unit = ClassField(
        Unit.objects.none(),
        label="转入班级",
        required=False,
        empty_label="（不变）",
        help_text="复学、留级、转专业时选择；留级选下一年级的班级。",
    )
    reason = forms.CharField(
        label="依据", max_length=50, help_text="如学籍异动通知的文号，将记入操作记录。"
    )

    def __init__(self, *args, person: User, actor, **kwargs):
        super().__init__(*args, **kwargs)
        turns = [(turn.value, turn.label) for turn in turns_for(person)]
        cast(forms.ChoiceField, self.fields["turn"]).choices = turns
        self.fields["day"].initial = timezone.localdate
        choice = cast(ClassField, self.fields["unit"])
        here = Unit.objects.open().filter(reach(actor, "person.settle", "path"))
        here = here.filter(path__startswith=person.unit_path[:WIDTH])
        choice.queryset = here.filter(path__length=CLASS * WIDTH).order_by("path")
        tops = Unit.objects.filter(
            path__startswith=person.unit_path[:WIDTH], path__length=COLLEGE * WIDTH
        )
        choice.colleges = dict(tops.values_list("path", "name"))
        if person.category != User.Category.STUDENT:
            del self.fields["unit"]


class TakeBackForm(forms.Form):
    """Why a leaving is taken back."""

    reason = forms.CharField(
        label="原因", max_length=100, help_text="如登记错了人，将记入操作记录。"
    )
