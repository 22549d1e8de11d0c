"""What people type to get in, to find people, to let others in; cleaned, with caps."""

import re
import unicodedata

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Unit, User
from accounts.paths import ancestors, under
from accounts.queries import search
from accounts.services.schools import school_of

LONGEST_PASSWORD = 128  # hashing is dear: more is refused before it


class NumberField(forms.CharField):
    """A number as it is on the roster: full-width characters become half-width, blanks go."""

    def __init__(self, **kwargs):
        attrs = {"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"}
        kwargs = {"max_length": 40, "widget": forms.TextInput(attrs), **kwargs}
        super().__init__(**kwargs)

    def to_python(self, value):
        """The number without what a phone's keyboard or a copied cell adds."""
        return "".join(unicodedata.normalize("NFKC", super().to_python(value)).split())


class PasswordField(forms.CharField):
    """A password exactly as typed, however the keyboard composes its characters."""

    def __init__(self, autocomplete="current-password", **kwargs):
        widget = forms.PasswordInput({"autocomplete": autocomplete})
        super().__init__(strip=False, max_length=LONGEST_PASSWORD, widget=widget, **kwargs)

    def to_python(self, value):
        """The composed form, the same from every keyboard."""
        return unicodedata.normalize("NFC", super().to_python(value))


class OnwardForm(forms.Form):
    """Where somebody was going when asked to log in: an address of this portal, or nowhere."""

    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_next(self):
        """The address when it is ours; '' for any other."""
        address = self.cleaned_data["next"]
        ours = len(address) <= 500 and url_has_allowed_host_and_scheme(
            address, {self.request.get_host()}, self.request.is_secure()
        )
        return address if ours else ""

    @classmethod
    def of(cls, request) -> str:
        """The onward address in this request's own query."""
        form = OnwardForm(request.GET, request=request)
        return form.cleaned_data["next"] if form.is_valid() else ""


class KnockForm(OnwardForm):
    """School and number; the school is asked only when there is more than one to choose from."""

    school = forms.ModelChoiceField(
        Unit.objects.none(), label="学校", empty_label="请选择学校", to_field_name="code"
    )
    number = NumberField(label="学号或工号")

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, request=request, **kwargs)
        self.only = school_of(request)
        if self.only:
            del self.fields["school"]
        else:
            self.fields["school"].queryset = Unit.objects.schools().order_by("name")

    @property
    def where(self) -> Unit:
        """The school that the number belongs to."""
        return self.only.unit if self.only else self.cleaned_data["school"]


class LoginForm(KnockForm):
    """A number and its password."""

    password = PasswordField(label="口令")
    field_order = ["school", "number", "password", "next"]


class NewPassword(forms.Form):
    """A new password, typed twice, checked without knowing whose it is."""

    password1 = PasswordField("new-password", label="新口令")
    password2 = PasswordField("new-password", label="再输一次新口令")

    def clean_password1(self):
        """The password, when it would do for anybody."""
        validate_password(self.cleaned_data["password1"])
        return self.cleaned_data["password1"]

    def clean(self):
        """Both must be the same."""
        data = super().clean()
        if {"password1", "password2"} <= set(data) and data["password1"] != data["password2"]:
            self.add_error("password2", "两次输入的口令不一致。")
        return data


class ActivateForm(KnockForm, NewPassword):
    """A number, the code of its slip, and the password to be."""

    code = forms.CharField(
        label="激活码",
        max_length=20,
        help_text="激活条上的 10 位字符，不分大小写。",
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    field_order = ["school", "number", "code", "password1", "password2", "next"]

    def clean_code(self):
        """The code in half-width characters."""
        return unicodedata.normalize("NFKC", self.cleaned_data["code"])


class PasswordForm(NewPassword):
    """The password in use, and the one to be."""

    current = PasswordField(label="当前口令")
    field_order = ["current", "password1", "password2"]

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password1(self):
        """The password, when it would do for this person."""
        validate_password(self.cleaned_data["password1"], self.person)
        return self.cleaned_data["password1"]


class BeginForm(forms.Form):
    """The wish to set a phone up."""

    do = forms.ChoiceField(choices=[("begin", "")])


class SecondForm(forms.Form):
    """The code on the phone, or one kept for its loss; and what one's own page is to do with it."""

    code = forms.CharField(
        label="验证码",
        max_length=20,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}
        ),
    )
    do = forms.ChoiceField(choices=[("spares", ""), ("off", "")], required=False)

    def clean_code(self):
        """The code in half-width characters, without blanks."""
        return "".join(unicodedata.normalize("NFKC", self.cleaned_data["code"]).split())

    def clean_do(self):
        """New spare codes unless something else is asked."""
        return self.cleaned_data["do"] or "spares"


class ReasonForm(forms.Form):
    """Why sensitive values are looked at; the audit trail keeps it."""

    reason = forms.CharField(
        label="查看原因",
        max_length=100,
        widget=forms.TextInput({"placeholder": "如：电话核实预警", "autocomplete": "off"}),
    )


class SeenForm(forms.Form):
    """How a person was recognised before a code was handed out; the audit trail keeps it."""

    seen = forms.CharField(
        label="如何核对了本人身份", max_length=60, help_text="将记入操作记录，如“当面核对校园卡”。"
    )


class SlipsForm(forms.Form):
    """For whom slips are printed: people of the unit whom the user may let in."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(), error_messages={"required": "请至少选择一人。"}
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people


class PageForm(forms.Form):
    """Which page of a list; the first when it was not understood."""

    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def asked(self, field: str):
        """What was understood of one field, or None."""
        self.is_valid()
        return self.cleaned_data.get(field)


class FindForm(forms.Form):
    """What somebody has typed of a name or a number."""

    q = forms.CharField(max_length=80)

    def typed(self) -> str:
        """The text; '' when it was not understood."""
        return self.cleaned_data["q"] if self.is_valid() else ""


class SlipUnitsForm(PageForm):
    """Which units are listed."""

    show = forms.ChoiceField(choices=[("", "有未激活人员"), ("all", "全部")], required=False)


class PeopleForm(PageForm):
    """Whom to list; every choice lies within what the user may see."""

    q = forms.CharField(label="姓名、拼音或学（工）号", max_length=40, required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), label="单位", required=False)
    category = forms.ChoiceField(
        label="人员类别", choices=[("", "全部"), *User.Category.choices], required=False
    )
    status = forms.ChoiceField(
        label="状态", choices=[("", "全部"), *User.Status.choices], required=False
    )
    activated = forms.ChoiceField(
        label="激活",
        choices=[("", "全部"), ("yes", "已激活"), ("no", "未激活")],
        required=False,
    )

    FEW = 100  # more than that no list of choices can hold

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = Unit.objects.permitted(user)
        self.fields["unit"].queryset = units
        self.fields["unit"].choices = [("", "全部"), *self._near(units)]

    def _near(self, units):
        """All units when they are few; else the chosen one, those above and right below it."""
        few = list(units.order_by("path")[: self.FEW + 1])
        if len(few) > self.FEW:
            at = self._chosen(units) or few[0]
            above = units.filter(path__in=ancestors(at.path)).order_by("path")
            few = [*above, *units.children_of(at.path)]
        top = min((unit.level for unit in few), default=0)
        return [(unit.pk, "　" * (unit.level - top) + unit.name) for unit in few]

    def _chosen(self, units):
        asked = str(self.data.get("unit", ""))
        return units.filter(pk=asked).first() if re.fullmatch(r"[0-9]{1,18}", asked) else None

    @property
    def narrows(self) -> bool:
        """Whether anything was asked."""
        return any(self.asked(field) for field in self.fields if field != "page")

    def narrow(self, people):
        """The people who fit everything that was understood of the question."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            people = search(people, asked["q"])
        if asked.get("unit"):
            people = people.filter(under(asked["unit"].path, "unit_path"))
        for field in ("category", "status"):
            if asked.get(field):
                people = people.filter(**{field: asked[field]})
        if asked.get("activated"):
            people = people.filter(activated_at__isnull=asked["activated"] == "no")
        return people
