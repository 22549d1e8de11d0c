"""What is asked when somebody is appointed or a duty ends."""

from django import forms
from django.urls import reverse
from django.utils import timezone

from accounts.day_field import DayField
from accounts.duties import KINDS, DutyKind, appointable
from accounts.finding import found_people, meant, said
from accounts.models import Filing, User
from accounts.paths import COLLEGE, cut, under
from accounts.scope import holds


class PersonField(forms.CharField):
    """One person by number or full name; whoever reads people by name is helped while typing.

    `of` says among whom. Nobody is taken for another: what names no one exactly is refused with
    those whom it may mean.
    """

    def __init__(self, **kwargs):
        attrs = {"autocomplete": "off", "placeholder": "姓名、拼音、首字母或学（工）号"}
        super().__init__(**{"max_length": 80, "widget": forms.TextInput(attrs), **kwargs})
        self.people = self.known = User.objects.none()

    def of(self, actor, people=None) -> None:
        """Among these people, or all in the actor's view; only those in view are suggested."""
        self.known = User.objects.permitted(actor)
        self.people = self.known if people is None else people
        if holds(actor, "person.view"):
            self.widget.attrs["data-find"] = reverse("accounts:find_people")

    def clean(self, value):
        """The person; refused in words when there is none, or more than one."""
        text = super().clean(value)
        if not text:
            return None
        found = meant(self.people, text)
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(f"有多人同名，请改填学（工）号。{self._maybe(text)}")
        raise forms.ValidationError(f"没有找到这个人，请核对学（工）号或姓名。{self._maybe(text)}")

    def _maybe(self, text: str) -> str:
        """Those in view whom the text may mean, so that it works without a script as well."""
        some = found_people(self.known, text)
        named = "；".join(f"{said(person)}（{place}）" for person, place in some)
        return f"符合的有：{named}。" if named else ""


class KindForm(forms.Form):
    """Which kind of duty a link named, if any."""

    kind = forms.ChoiceField(choices=DutyKind.choices, required=False)

    def asked(self) -> str:
        """The kind, or '' when it was not understood."""
        return self.cleaned_data["kind"] if self.is_valid() else ""


class AppointForm(forms.Form):
    """Who answers, as what, from when."""

    kind = forms.ChoiceField(label="责任")
    person = PersonField(label="人员")
    title = forms.CharField(label="职务", max_length=30, required=False, help_text="如：党委副书记")
    starts_on = DayField(label="起")
    ends_on = DayField(
        label="止",
        required=False,
        help_text="含当日；不填则长期；班级反诈联络员、寝室长不填则到学期末。",
    )
    note = forms.CharField(
        label="依据", max_length=100, required=False, help_text="如任职文件、会议决定，可不填。"
    )

    def __init__(self, *args, unit, actor, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = appointable(actor, unit)
        self.fields["kind"].choices = [
            (kind, f"{DutyKind(kind).label}（{hint}）" if (hint := KINDS[kind].hint) else label)
            for kind in kinds
            if (label := DutyKind(kind).label)
        ]
        self.fields["starts_on"].initial = timezone.localdate()
        self.fields["person"].of(actor)


class DelegateForm(forms.Form):
    """Who stands in for the holder, and for how long."""

    person = PersonField(label="代理人")
    starts_on = DayField(label="起")
    ends_on = DayField(label="止", help_text="含当日，到期自动收回；最长六个月。")
    note = forms.CharField(
        label="原因", max_length=100, required=False, help_text="如：休假、培训。"
    )

    def __init__(self, *args, duty, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = timezone.localdate()
        if duty.person_id == actor.pk:  # a colleague of one's own college or department
            near = under(cut(duty.path, COLLEGE), "unit_path")
            self.fields["person"].of(actor, User.objects.counted().filter(near))
        else:
            self.fields["person"].of(actor)


class HandoverForm(forms.Form):
    """Who takes over, and why; `expected` is what the preview counted, once it was seen."""

    successor = PersonField(label="接手人")
    reason = forms.CharField(label="原因", max_length=100, help_text="如：工作调动、退休。")
    expected = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].of(actor)


class EndForm(forms.Form):
    """Why a duty ends."""

    reason = forms.CharField(label="原因", max_length=100, help_text="如：换届、工作调整、毕业。")


class FilingForm(forms.Form):
    """Which of a unit's lists is filed."""

    which = forms.ChoiceField(choices=Filing.List.choices)
