"""What people type, and draw, about pledges, checked."""

import json
import re
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Unit
from accounts.scope import ROLES, grants_of
from pledges import queries
from pledges.models import BLANKS

MOST_BYTES = 20_000
MOST_STROKES = 200
EDGE = 2000
LONGEST = 3_600_000  # milliseconds somebody may take over a signature
LEAST_EXTENT = 20


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

    def __init__(self, *args, user, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["text"].queryset = queries.latest_texts(user)
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
    heading = forms.CharField(label="标题", max_length=80, help_text="可用 {年度}、{学校}。")
    body = forms.CharField(
        label="正文",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="可用 {年度}、{学校}、{单位}、{姓名}；空一行分段。",
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
        strange = [mark for mark in re.findall(r"\{[^{}\n]{0,10}\}", text) if mark not in allowed]
        if strange:
            raise forms.ValidationError(
                f"“{strange[0]}”不是可填入的内容，可用的是 {'、'.join(allowed)}。"
            )
        return text

    def clean_heading(self):
        """The heading, with no blank that could not be filled in."""
        return self._known("heading", ["{年度}", "{学校}"])

    def clean_body(self):
        """The body, with no blank that could not be filled in."""
        return self._known("body", list(BLANKS))


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
