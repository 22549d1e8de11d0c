"""What is asked about a meeting and the tasks that follow."""

import re

from django import forms
from django.urls import reverse
from django.utils import timezone

from accounts.day_field import DayField
from accounts.finding import meant, said
from accounts.models import Meeting, MeetingTask, User
from accounts.org_forms import PersonField
from accounts.scope import holds
from adapters import papers

LONG = {"rows": 4}
PARTED = re.compile(r"[、，,；;\n]+")
NUMBERED = re.compile(r"(?:.+\s)?[A-Za-z]{0,3}\d{4,}")  # alone, or after a name


class AttendeesField(forms.CharField):
    """Names parted by 、; whoever is written with a number is that person, others stay words."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 2000, "widget": forms.Textarea(LONG), **kwargs})
        self.people = User.objects.none()

    def of(self, actor) -> None:
        """Among the people in the actor's view."""
        self.people = User.objects.permitted(actor)
        if holds(actor, "person.view"):
            self.widget.attrs |= {
                "data-find": reverse("accounts:find_people"),
                "data-find-many": "",
            }

    def clean(self, value):
        """The names as they are read, and those of them who are people of the school."""
        words = [word.strip() for word in PARTED.split(super().clean(value)) if word.strip()]
        names, people = [], []
        for word in words:
            exact = NUMBERED.fullmatch(word)
            found = meant(self.people, word) if exact or " " in word else []
            if len(found) == 1:
                people += found
                word = found[0].name
            elif exact:
                raise forms.ValidationError(f"没有找到“{word}”，请核对姓名和学（工）号。")
            names.append(word)
        return "、".join(dict.fromkeys(names)), people


def attendees_of(meeting: Meeting) -> str:
    """Who came, as the field is filled in: people with their numbers, then the others."""
    people = list(meeting.people.order_by("pk"))
    known = {person.name for person in people}
    others = [word for word in PARTED.split(meeting.attendees) if word.strip() not in known]
    return "、".join([said(person) for person in people] + [word for word in others if word])


class MeetingForm(forms.ModelForm):
    """What was held when, who came, what was settled; the minutes as text, as a file, or both."""

    held_on = DayField(label="日期")
    attendees = AttendeesField(
        label="参会人员",
        help_text="姓名之间用顿号分开；本校人员可输入姓名、拼音后选择，校外人员直接写姓名。",
    )
    paper = forms.FileField(
        label="纪要文件",
        required=False,
        help_text="PDF、Word（.docx）或照片，20 MB 以内；与文字纪要填一种即可。",
    )

    class Meta:
        model = Meeting
        fields = ["title", "held_on", "place", "chair", "minutes", "decisions"]
        help_texts = {"decisions": "每行一项。"}
        widgets = {
            "minutes": forms.Textarea({"rows": 8}),
            "decisions": forms.Textarea(LONG),
        }

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attendees"].of(actor)
        if self.instance.pk:
            self.initial["attendees"] = attendees_of(self.instance)
        else:
            self.fields["held_on"].initial = timezone.localdate()

    field_order = ["title", "held_on", "place", "chair", "attendees", "minutes", "decisions"]

    def clean_paper(self):
        """The name it came under, and the paper once looked at; None for none."""
        sent = self.cleaned_data["paper"]
        if not sent:
            return None
        try:
            return sent.name, papers.open_safely(sent)
        except papers.Unusable as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean(self):
        """Some minutes there must be; who came stands as words and as people."""
        asked = super().clean()
        if "attendees" in asked:
            asked["attendees"], asked["people"] = asked["attendees"]
        kept = self.instance.pk and self.instance.file_id
        if not (asked.get("minutes") or asked.get("paper") or kept or self.errors.get("paper")):
            self.add_error("minutes", "请填写会议纪要，或上传纪要文件。")
        return asked


class TaskForm(forms.Form):
    """What somebody has to do, by when."""

    text = forms.CharField(label="事项", max_length=200)
    holder = PersonField(label="承办人")
    due_on = DayField(label="办结期限", help_text="含当日。")

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["holder"].of(actor)


class NoteForm(forms.Form):
    """How it was done, or why it comes back or is dropped."""

    note = forms.CharField(label="说明", max_length=500, widget=forms.Textarea({"rows": 3}))


class TasksForm(forms.Form):
    """Which tasks are listed."""

    show = forms.ChoiceField(
        choices=[("mine", "我承办的"), ("late", "已逾期"), ("open", "办理中"), ("done", "已办结")],
        required=False,
    )

    def asked(self) -> str:
        """Which; one's own unless told."""
        return (self.cleaned_data["show"] if self.is_valid() else "") or "mine"

    def narrow(self, user):
        """The tasks of that list which the user may see."""
        tasks = MeetingTask.objects.permitted(user)
        return {
            "mine": tasks.waiting().filter(holder=user),
            "late": tasks.overdue(),
            "open": tasks.waiting(),
            "done": tasks.filter(state=MeetingTask.State.DONE),
        }[self.asked()]
