"""What people type, and draw, about pledges, checked."""

import json
from typing import Any

from django import forms
from django.utils import timezone

from accounts.day_field import DayField
from accounts.models import Unit
from accounts.scope import ROLES, Role, grants_of
from adapters.images import Unusable
from adapters.scans import Scanned, open_scan
from pledges import queries
from pledges.models import PledgeText, Scan, unknown_blank

MOST_BYTES = 20_000
MOST_STROKES = 200
EDGE = 2000
LONGEST = 3_600_000  # milliseconds somebody may take over a signature
LEAST_EXTENT = 20
HEADS = [Role.COLLEGE_HEAD, Role.LIAISON]


class PledgeForm(forms.Form):
    """What a pledge round asks besides: which text, for which year."""

    text = forms.ModelChoiceField(
        label="承诺书文本",
        queryset=Unit.objects.none(),
        empty_label="请选择文本",
        help_text="文本发布后固定为所选版本。还没有文本的，请先编写承诺书文本。",
        error_messages={"required": "请选择承诺书文本。"},
    )
    year = forms.CharField(label="年度", max_length=12, help_text="填入文本中的 {年度}。")
    head_role = forms.ChoiceField(
        label="单位负责人签署",
        required=False,
        choices=[("", "不需要"), *((role, role.label) for role in HEADS)],
        help_text="选择后，各单位负责人签署一次，签名落在本单位每一份承诺书上。",
    )

    def __init__(self, *args, user, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        found = queries.latest_texts(user).filter(use=PledgeText.Use.PERSON)
        fields["text"].queryset = found
        fields["year"].initial = str(timezone.localdate().year)


def own_units(user):
    """The units in whose name the user writes texts."""
    held = [g.path for g in grants_of(user) if "text.edit" in ROLES[g.role].may]
    return Unit.objects.permitted(user).filter(path__in=held)


class StarterForm(forms.Form):
    """In whose name the texts to start from are taken over."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args, user, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["unit"].queryset = own_units(user)
        fields["unit"].initial = fields["unit"].queryset.first()


class TextForm(forms.Form):
    """A new version of a text."""

    unit = forms.ModelChoiceField(label="所属单位", queryset=Unit.objects.none(), empty_label=None)
    name = forms.CharField(
        label="文本名称", max_length=60, help_text="同名文本保存为新版本，旧版本保持不变。"
    )
    use = forms.ChoiceField(label="用途", choices=PledgeText.Use, required=False)
    heading = forms.CharField(label="标题", max_length=80, help_text="可用 {年度}、{学校}。")
    body = forms.CharField(
        label="正文",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="可用 {年度}、{学校}、{单位}、{姓名}；责任书用 {上级}、{下级} 代替 {单位}。空一行分段。",
    )
    preview = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **more):
        super().__init__(*args, **more)
        units = own_units(user)
        fields: Any = self.fields
        fields["unit"].queryset = units
        fields["unit"].initial = units.first()
        if len(units) == 1:
            fields["unit"].widget = forms.HiddenInput()

    def _known(self, name: str, allowed) -> str:
        text = self.cleaned_data[name]
        if strange := unknown_blank(text, allowed):
            raise forms.ValidationError(
                f"“{strange}”不是可填入的内容，可用的是 {'、'.join(allowed)}。"
            )
        return text

    def clean_use(self) -> str:
        """A pledge of one person, unless told otherwise."""
        return self.cleaned_data["use"] or PledgeText.Use.PERSON

    def clean_heading(self):
        """The heading, with no blank that could not be filled in."""
        return self._known("heading", ["{年度}", "{学校}"])

    def clean_body(self):
        """The body, with no blank that could not be filled in."""
        use = self.cleaned_data.get("use", PledgeText.Use.PERSON)
        return self._known("body", list(PledgeText.MARKS[use]))


class SignForm(forms.Form):
    """A signature: the text it was drawn under, that it was read, and the strokes."""

    text_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$",
        widget=forms.HiddenInput,
        error_messages={
            "required": "页面内容不完整，请刷新后重新阅读并签署。",
            "invalid": "页面内容不完整，请刷新后重新阅读并签署。",
        },
    )
    read_to_end = forms.BooleanField(
        widget=forms.HiddenInput,
        error_messages={"required": "请先把承诺书阅读到最后，再签名。"},
    )
    strokes = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": "请在签名框内手写您的姓名。"}
    )

    def clean_strokes(self) -> list:
        """The strokes as lists of whole numbers, a drawn name and not a dot."""
        given = self.cleaned_data["strokes"]
        if len(given.encode()) > MOST_BYTES:
            raise forms.ValidationError("笔迹过长，请清除后重新签名。")
        try:
            strokes = json.loads(given)
        except (ValueError, RecursionError):
            strokes = None
        if not drawn(strokes):
            raise forms.ValidationError("签名没有完整收到，请清除后重新签名。")
        points = [point for stroke in strokes for point in stroke]
        spans = [max(p[axis] for p in points) - min(p[axis] for p in points) for axis in (0, 1)]
        if max(spans) < LEAST_EXTENT or all(len(stroke) < 2 for stroke in strokes):
            raise forms.ValidationError("签名太小或不完整，请清除后重新手写姓名。")
        return strokes


def drawn(strokes) -> bool:
    """Whether this is a list of strokes, each of points [x, y] or [x, y, milliseconds]."""
    if not isinstance(strokes, list) or not 1 <= len(strokes) <= MOST_STROKES:
        return False
    if not all(isinstance(stroke, list) and stroke for stroke in strokes):
        return False
    return all(_point(point) for stroke in strokes for point in stroke)


def _point(point) -> bool:
    # called for each of some two hundred points of every signature, hence so plain
    if type(point) is not list or not 2 <= len(point) <= 3:
        return False
    x, y, at = point if len(point) == 3 else (*point, 0)
    if not type(x) is type(y) is type(at) is int:
        return False
    return 0 <= x <= EDGE and 0 <= y <= EDGE and 0 <= at <= LONGEST


class AgainForm(forms.Form):
    """Whether the link asks to sign anew."""

    again = forms.BooleanField(required=False)

    def asked(self) -> bool:
        """Whether it does; nonsense counts as no."""
        return bool(self.data) and self.is_valid() and self.cleaned_data["again"]


class PurposeForm(forms.Form):
    """For what a unit's pledges are taken out."""

    purpose = forms.CharField(
        label="用途",
        max_length=200,
        help_text="例如：学院存档、上级检查。用途和下载人会留下记录。",
        error_messages={"required": "请填写用途。"},
    )


class YearForm(PurposeForm):
    """For which year, and for what, all that a unit signed is taken out."""

    year = forms.ChoiceField(label="年度", error_messages={"required": "请选择年度。"})
    field_order = ("year", "purpose")

    def __init__(self, *args, years, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["year"].choices = [(year, year) for year in years]


class ScanForm(forms.Form):
    """A sheet signed on paper."""

    scan = forms.FileField(
        label="签字表扫描件或照片",
        help_text="JPG、PNG、WebP 图片，或扫描仪生成的 PDF。",
        error_messages={"required": "请选择扫描件。"},
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}
        ),
    )
    signed_on = DayField(
        label="纸面签署日期",
        initial=timezone.localdate,
        error_messages={"required": "请填写纸面上的日期。", "invalid": "日期不正确。"},
    )

    def clean_scan(self) -> tuple[str, Scanned]:
        """The name it came under, and the scan as it is kept."""
        sent = self.cleaned_data["scan"]
        try:
            return sent.name or "", open_scan(sent)
        except Unusable as refusal:
            raise forms.ValidationError(str(refusal)) from None


class SignersForm(forms.Form):
    """Who signed on which sheet."""

    scan = forms.ModelChoiceField(
        label="扫描件",
        queryset=Scan.objects.none(),
        empty_label=None,
        error_messages={
            "required": "请先上传扫描件。",
            "invalid_choice": "扫描件不在本班，请刷新后重试。",
        },
    )
    people = forms.ModelMultipleChoiceField(
        label="在纸上签了名的人",
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请勾选在纸上签了名的人。",
            "invalid_choice": "所选人员已签署或不在本班，请刷新后重试。",
            "invalid_pk_value": "所选人员已签署或不在本班，请刷新后重试。",
        },
    )

    def __init__(self, *args, scans, people, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["scan"].queryset = scans
        fields["people"].queryset = people
        fields["people"].label_from_instance = lambda person: f"{person.name}　{person.number}"


class WhoForm(forms.Form):
    """Who holds the phone: the end of one's number and something only oneself knows."""

    digits = forms.RegexField(
        r"^[0-9A-Za-z]{4,32}$",
        label="学（工）号后四位",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={
            "required": "请填写学（工）号后四位。",
            "invalid": "请填写学（工）号后四位。",
        },
    )
    secret = forms.CharField(
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写此项，以核对是您本人。"},
    )

    def __init__(self, *args, secret: tuple[str, str], **more):
        super().__init__(*args, **more)
        self.fields["secret"].label, self.fields["secret"].help_text = secret


class ChangeForm(forms.Form):
    """Which version is signed from now on, and what that means for those who signed."""

    text = forms.ModelChoiceField(
        label="新文本",
        queryset=Unit.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "请先选择新文本并查看差异。",
            "invalid_choice": "所选文本不可用，请刷新后重试。",
        },
    )
    material = forms.TypedChoiceField(
        label="变更性质",
        choices=[
            ("yes", "实质变更：已签署的人（含单位负责人）需要重新签署，原签署保留"),
            ("no", "文字修订：已签署的继续有效，以后按新文本签署"),
        ],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请判断属于实质变更还是文字修订。"},
    )
    note = forms.CharField(
        label="说明",
        max_length=500,
        help_text="为什么更换，依据是什么。您的姓名和决定会留下记录。",
        error_messages={"required": "请说明为什么更换文本。"},
    )

    def __init__(self, *args, texts, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["text"].queryset = texts


class WhichTextForm(forms.Form):
    """The version to compare with the one in use."""

    text = forms.ModelChoiceField(
        label="新文本", queryset=Unit.objects.none(), empty_label="请选择文本"
    )

    def __init__(self, *args, texts, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["text"].queryset = texts
