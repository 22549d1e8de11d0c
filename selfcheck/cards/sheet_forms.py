"""What people type about a unit's sheet, checked."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.day_field import DayField
from adapters.images import Unusable
from adapters.scans import open_scan
from selfcheck.cards.forms import Guarded, Whole


class StudyForm(forms.Form):
    """A study that was held."""

    sort = forms.ChoiceField(
        label="形式",
        choices=[("class", "主题班会"), ("meeting", "部门会议"), ("other", "其他集中学习")],
    )
    held_on = DayField(label="日期", error_messages={"required": "请填写学习日期。"})
    topic = forms.CharField(label="内容", max_length=80, help_text="如：学习两卡有关规定和案例。")
    attended = Whole(label="参加人数", most=100_000, least=1)

    def clean_held_on(self):
        """Not a day that is still to come."""
        day = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("学习日期不能晚于今天。")
        return day


class PurposeForm(forms.Form):
    """What the named list is taken out for."""

    purpose = forms.CharField(
        label="用途", min_length=2, max_length=100,
        help_text="如“学院存档”。用途和导出人会留下记录。",
        error_messages={"required": "请填写用途。"},
    )  # fmt: skip


class RemarkForm(forms.Form):
    """A unit's own words beside a line of its sheet."""

    row = forms.RegexField(r"\A[0-9]{6,24}\Z", widget=forms.HiddenInput)
    text = Guarded(label="备注", max_length=200, required=False)


class ExplainForm(forms.Form):
    """What a unit says otherwise than a sum, and why."""

    row = forms.ChoiceField(label="班级（科室）", error_messages={"invalid_choice": "请选择一行。"})
    column = forms.ChoiceField(label="栏目", error_messages={"invalid_choice": "请选择一栏。"})
    said = Whole(label="本单位填报数", most=999_999)
    reason = Guarded(label="不一致的原因", max_length=200)

    def __init__(self, *args, sheet, **more):
        super().__init__(*args, **more)
        fields: Any = self.fields
        self.sheet = sheet
        fields["row"].choices = [(line.path, line.name) for line in sheet.lines]
        fields["column"].choices = sheet.columns

    def clean(self):
        """No more people than are asked."""
        given = super().clean()
        lines = {line.path: line for line in self.sheet.lines}
        line, said = lines.get(given.get("row", "")), given.get("said")
        people = given.get("column") in {"done", "undone", "people"}
        if line and said is not None and people and said > line.numbers["expected"]:
            most = line.numbers["expected"]
            self.add_error("said", f"填报 {said} 人，超过应查 {most} 人，请核对。")
        return given


class StampForm(forms.Form):
    """The scan of the stamped sheet, with who signed it on paper; or one's own word."""

    scan = forms.FileField(
        label="盖章后的统计表扫描件或照片",
        required=False,
        help_text="JPG、PNG、WebP 图片，或扫描仪生成的 PDF。",
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}
        ),
    )
    signed_by = forms.CharField(
        label="纸面三方签字人",
        required=False,
        max_length=60,
        help_text="在纸上签字的，依次填写填表人、审核人、单位负责人姓名；已在线签字的不填。",
    )
    named = forms.BooleanField(
        label="不上传扫描件，由我确认本表已经本单位审定，以本人确认代替用印", required=False
    )

    def clean_scan(self):
        """The name it came under and the scan as it is kept."""
        sent = self.cleaned_data["scan"]
        if not sent:
            return None
        try:
            return sent.name or "", open_scan(sent)
        except Unusable as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean(self):
        """One of the two."""
        given = super().clean()
        if not self.errors and bool(given.get("scan")) == bool(given.get("named")):
            raise forms.ValidationError("请上传盖章扫描件，或勾选由本人确认，二者选一。")
        return given


class ReturnedForm(forms.Form):
    """附件2 as it was filled in offline."""

    file = forms.FileField(
        label="填好的统计表",
        help_text="只接收从本页下载的 Excel 文件。",
        error_messages={
            "required": "请选择填好的统计表。",
            "empty": "文件为空，请重新保存后再上传。",
        },
    )


class StepForm(forms.Form):
    """Which of the three signs."""

    step = forms.TypedChoiceField(coerce=int, choices=[(1, ""), (2, ""), (3, "")])
