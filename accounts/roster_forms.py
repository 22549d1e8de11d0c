"""What is asked of somebody who brings a roster."""

from typing import cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.forms import PageForm
from accounts.models import StagedRow, Unit, User
from accounts.paths import COLLEGE, WIDTH
from accounts.scope import reach
from accounts.services.schools import school_at

ACCEPTED = ".xlsx,.xls,.ods,.csv,.txt,.xml,.html"
HERE = "here"


class UploadForm(forms.Form):
    """A file, and the unit whose roster it is."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="名册范围",
        empty_label=None,
        help_text="全校名册选学校；只有一个学院（部门）的名册，选该单位。",
    )
    file = forms.FileField(
        label="名册文件",
        widget=forms.FileInput({"accept": ACCEPTED}),
        error_messages={
            "required": "请选择名册文件。",
            "empty": "文件为空，请重新导出后再上传。",
            "max_length": "文件名过长，请改短后再上传。",
        },
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(reach(user, "roster.make", "path"))
        choice = cast(forms.ModelChoiceField, self.fields["unit"])
        choice.queryset = units.filter(path__length__lte=COLLEGE * WIDTH)
        if user.unit_path:
            word = school_at(user.unit_path).college_word
            choice.help_text = f"全校名册选学校；只有一个{word}（部门）的名册，选该单位。"

    def clean_file(self):
        """The file, when it is not larger than is taken."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            most = settings.UPLOAD_LIMIT // 1024 // 1024
            raise ValidationError(f"文件超过 {most} MB，请拆分后再上传。")
        if len(self.files.getlist("file")) > 1:
            raise ValidationError("一次只能上传一份名册。")
        return file


class PreviewForm(PageForm):
    """Which rows of a staged roster, and which page of them."""

    tab = forms.ChoiceField(choices=StagedRow.Verdict.choices, required=False)


class ConfirmForm(forms.Form):
    """The second tick, where many would leave."""

    sure = forms.BooleanField(required=False)


class SettleForm(forms.Form):
    """What became of somebody whom the roster no longer names."""

    outcome = forms.ChoiceField(
        label="核实结果",
        choices=[
            (HERE, "仍在校（在岗），名册漏列"),
            *[(v, label) for v, label in User.Status.choices if v not in User.COUNTED],
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="依据",
        max_length=60,
        help_text="如“教务处 11 月学籍异动名单”，将记入操作记录。",
    )

    def settled(self) -> dict[str, str]:
        """The status that was chosen, '' for still here, and why."""
        chosen = self.cleaned_data["outcome"]
        return {"status": "" if chosen == HERE else chosen, "note": self.cleaned_data["note"]}
