"""What people type about safeguards, and the pictures they send, checked."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.day_field import DayField
from accounts.models import Unit
from adapters import images
from rounds.forms import Filter
from selfcheck.models import Barrier, CodeTry, Tool, ToolItem
from selfcheck.tools.starters import READABLE

RESULTS = [
    ("green", "绿码"),
    ("passed", "红码后重新测试，这次通过了"),
    ("red", "红码"),
]
AT_ONCE = 6  # pictures of one item in one sending


class SafeguardForm(forms.Form):
    """What a safeguard round asks besides its items."""

    sample_percent = forms.IntegerField(
        label="机器通过的抽检比例（%）", min_value=0, max_value=100, initial=5,
        help_text="机器判为通过的截图中，按此比例抽出交人工复核。",
    )  # fmt: skip
    fresh_days = forms.IntegerField(
        label="截图须在任务开始前几天之内", min_value=1, max_value=365, initial=30,
        help_text="更早的截图不由机器判定，交人工核对。",
    )  # fmt: skip

    def __init__(self, *args, user, **more):
        super().__init__(*args, **more)


class ToolForm(forms.Form):
    """A tool of the catalogue."""

    name = forms.CharField(label="名称", max_length=40)
    guide = forms.CharField(
        label="办理与截图说明",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写给办理的人看：在哪里办、截哪一页、哪些信息请遮住。每行一条。",
    )
    places = forms.MultipleChoiceField(
        label="规定使用的单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="只在部分校区、学院使用的，勾选这些单位；不勾选即全校使用。",
        error_messages={"invalid_choice": "所选单位不在本校，请刷新后重试。"},
    )
    coloured = forms.BooleanField(label="以颜色示状态（绿码、红码）", required=False)
    passes = forms.IntegerField(
        label="红码转绿须连续通过次数", min_value=1, max_value=10, initial=3,
        help_text="不以颜色示状态的不必改动。",
    )  # fmt: skip

    def __init__(self, *args, school: Unit, **more):
        super().__init__(*args, **more)
        units = Unit.objects.children_of(school.path).open()
        fields: Any = self.fields
        fields["places"].choices = [(unit.path, unit.name) for unit in units]

    @staticmethod
    def initial_of(tool: Tool) -> dict:
        """The tool as its form shows it."""
        names = ("name", "guide", "places", "coloured", "passes")
        return {name: getattr(tool, name) for name in names}


class ToolItemForm(forms.Form):
    """One thing asked of a tool."""

    label = forms.CharField(label="项目", max_length=40, help_text="如：安装、实名注册、绿码。")
    voluntary = forms.BooleanField(label="起草任务时先列为选填", required=False)
    pictured = forms.BooleanField(
        label="须交截图", required=False, help_text="不勾选的，由本人确认已办理。"
    )
    reads = forms.ChoiceField(
        label="机器识别",
        required=False,
        choices=READABLE,
        help_text="机器只通过有把握的，其余交人工核对。",
    )
    valid_days = forms.IntegerField(
        label="有效天数", min_value=1, max_value=1100, required=False,
        help_text="到期须重新办理；长期有效的不填。",
    )  # fmt: skip

    @staticmethod
    def initial_of(item: ToolItem) -> dict:
        """The item as its form shows it."""
        names = ("label", "voluntary", "pictured", "valid_days", "reads")
        return {name: getattr(item, name) for name in names}


class ManyFiles(forms.ClearableFileInput):
    """A field of files that takes several at once."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures, each checked and made anew before anything is stored."""

    widget = ManyFiles

    def clean(self, data, initial=None) -> list[tuple[str, images.Image]]:
        """The name each came under, and the picture as we made it anew."""
        sent = data if isinstance(data, list) else [data] if data else []
        if len(sent) > AT_ONCE:
            raise forms.ValidationError(f"每项一次最多 {AT_ONCE} 张图片，请减少后再上传。")
        found = []
        for one in sent:
            file = super().clean(one, initial)
            try:
                found.append((file.name or "", images.open_safely(file)))
            except images.Unusable as refusal:
                raise forms.ValidationError(f"{file.name}：{refusal}") from None
        return found


class SendForm(forms.Form):
    """Pictures for some items of a tool, sent at one moment; a code with the days on it."""

    upload = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "页面内容不完整，请刷新后重新上传。",
            "invalid": "页面内容不完整，请刷新后重新上传。",
        },
    )

    def __init__(self, *args, lines, **more):
        super().__init__(*args, **more)
        self.lines = {f"item_{line.item.pk}": line for line in lines}
        fields: Any = self.fields
        for name, line in self.lines.items():
            fields[name] = _field(line)
            if line.known.tool.coloured:
                fields["result"] = forms.ChoiceField(
                    label="结果",
                    required=False,
                    choices=RESULTS,
                    initial="green",
                    widget=forms.RadioSelect,
                )
                fields["issued_on"] = DayField(label="领码或测试日期", required=False)
                fields["expires_on"] = DayField(
                    label="有效期至", required=False, help_text="含当日，见码上所示。"
                )

    def clean(self):
        """Something is sent, and a code bears days that can be."""
        given = super().clean() or {}
        red = given.get("result") == CodeTry.Result.RED
        if not self.errors and not red and not any(given.get(name) for name in self.lines):
            raise forms.ValidationError("请先选择截图。")
        first, last = given.get("issued_on"), given.get("expires_on")
        if first and first > timezone.localdate():
            self.add_error("issued_on", "领取日期不能晚于今天。")
        if last and last < timezone.localdate():
            self.add_error("expires_on", "有效期已过，请重新领码后再提交。")
        elif first and last and last < first:
            self.add_error("expires_on", "有效期不能早于领取日期，请核对。")
        return given

    def sent(self) -> list[tuple]:
        """Each item that something was sent for, with its pictures."""
        data = self.cleaned_data
        red = data.get("result") == CodeTry.Result.RED
        return [
            (line, data[name] if line.known.pictured else [])
            for name, line in self.lines.items()
            if data.get(name) or red
        ]

    def more(self) -> dict:
        """The sending they belong to, and when a code was given and until when it holds."""
        days = self.cleaned_data.get("issued_on"), self.cleaned_data.get("expires_on")
        result = self.cleaned_data.get("result") or CodeTry.Result.GREEN
        return {"upload": self.cleaned_data["upload"], "days": days, "result": result}


def _field(line) -> forms.Field:
    if not line.known.pictured:
        return forms.BooleanField(label="本人已办理", required=False)
    attributes = {"accept": "image/*,.heic,.heif", "data-each": str(line.item)}
    return PicturesField(
        label=f"{line.known}截图",
        required=False,
        widget=ManyFiles(attrs=attributes),
        error_messages={"empty": "所选图片是空文件，请重新选择。"},
    )


class BarrierForm(forms.Form):
    """What keeps somebody from a tool."""

    reason = forms.ChoiceField(
        label="情况",
        choices=Barrier.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择情况。", "invalid_choice": "请选择列出的情况。"},
    )
    said = forms.CharField(
        label="说明", max_length=200, required=False,
        help_text="如机型、证件类型。请勿填写证件号码。",
    )  # fmt: skip


class EnterBarrierForm(BarrierForm):
    """The same, entered for somebody."""

    number = forms.CharField(label="学（工）号", max_length=32)
    tool = forms.ModelChoiceField(
        label="反诈工具",
        queryset=Tool.objects.none(),
        empty_label="请选择",
        error_messages={"invalid_choice": "所选工具已停用，请刷新后重试。"},
    )
    field_order = ("number", "tool", "reason", "said")

    def __init__(self, *args, tools, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["tool"].queryset = tools


class DecideForm(forms.Form):
    """Confirmed until a day, or not, with a word to the person."""

    until = DayField(label="确认至", required=False, help_text="含当日；不填即长期。")
    note = forms.CharField(label="答复", max_length=200, required=False)
    decision = forms.ChoiceField(
        choices=[("allow", "确认"), ("decline", "不确认")],
        error_messages={
            "required": "请选择确认或不确认。", "invalid_choice": "请选择确认或不确认。"
        },
    )  # fmt: skip

    def given(self) -> dict:
        """The decision as the service takes it."""
        data = self.cleaned_data
        return {
            "allowed": data["decision"] == "allow", "until": data["until"], "note": data["note"]
        }  # fmt: skip

    def why_not(self) -> str:
        """What does not fit, in one line."""
        return " ".join(str(one) for errors in self.errors.values() for one in errors)


class BarriersFilter(Filter):
    """Which tab of the difficulties is asked for."""

    show = forms.ChoiceField(
        required=False, choices=[(one, "") for one in ("asked", "allowed", "past")]
    )


class ExpiringFilter(Filter):
    """Which tab of the forecast is asked for."""

    tab = forms.ChoiceField(
        required=False, choices=[(one, "") for one in ("soon", "over", "units")]
    )
