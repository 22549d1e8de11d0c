"""What is asked of somebody who brings a roster."""

from typing import cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.forms import PageForm
from accounts.models import StagedRow, Unit, User
from accounts.paths import COLLEGE, WIDTH
from accounts.roster.columns import FIELDS, tidy
from accounts.scope import reach
from accounts.services.roster.comparing import school_year
from accounts.services.roster.mapping import wrong
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


class ColumnsForm(forms.Form):
    """What each column of each header means."""

    def __init__(self, *args, heads: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        self.heads = heads
        for h, head in enumerate(heads):
            for c, (header, field, _) in enumerate(head["columns"]):
                self.fields[f"{h}-{c}"] = forms.ChoiceField(
                    label=header if header[:1] != "#" else f"第 {header[1:]} 列（无表头）",
                    choices=[("", "不读取"), *FIELDS.items()],
                    required=False,
                    initial=field,
                    widget=forms.Select({"class": "form-select"}),
                    error_messages={"invalid_choice": "请选择列表中的含义。"},
                )

    def tables(self) -> list[dict]:
        """Each header with its columns as (bound field, samples)."""
        return [
            {
                "sheet": head["sheet"],
                "row": head["row"],
                "columns": [
                    (self[f"{h}-{c}"], "，".join(samples))
                    for c, (_, _, samples) in enumerate(head["columns"])
                ],
            }
            for h, head in enumerate(self.heads)
        ]

    def mappings(self) -> dict[str, dict[str, str]]:
        """By signature, column → field."""
        return {
            head["signature"]: {
                tidy(header) or header: self.cleaned_data.get(f"{h}-{c}", "")
                for c, (header, _, _) in enumerate(head["columns"])
            }
            for h, head in enumerate(self.heads)
        }

    def clean(self):
        """A header that lacks what is needed is named, before anything is read again."""
        cleaned = super().clean()
        for head, said in zip(self.heads, self.mappings().values(), strict=True):
            if why := wrong(said):
                where = f"工作表“{head['sheet']}”" if head["sheet"] else ""
                self.add_error(None, f"{where}{why}")
        return cleaned


class TransferForm(forms.Form):
    """Whether somebody is let go."""

    decision = forms.ChoiceField(choices=[("let_go", "同意"), ("keep_here", "不同意")])
    reason = forms.CharField(required=False, max_length=200)


class RollForm(forms.Form):
    """Which 学年 begins for which unit, and which grades leave."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="范围",
        empty_label=None,
        help_text="学制不同的学院（如三年制）可分别办理。",
    )
    year = forms.ChoiceField(label="即将开始的学年")
    graduates = forms.MultipleChoiceField(label="毕业的年级", required=False)
    chosen = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        choice = cast(forms.ModelChoiceField, self.fields["unit"])
        units = Unit.objects.filter(reach(user, "roster.roll", "path"))
        choice.queryset = units.filter(path__length__lte=COLLEGE * WIDTH)
        now = int(school_year())
        years = [(str(y), f"{y}-{y + 1} 学年") for y in (now, now + 1)]
        cast(forms.ChoiceField, self.fields["year"]).choices = years
        grades = [
            (f"{y}{years}", f"{y} 级")
            for y in range(now - 12, now + 1)
            for years in ("", *(f"/{half / 2:g}" for half in range(2, 17)))
        ]
        cast(forms.MultipleChoiceField, self.fields["graduates"]).choices = grades

    def asked(self) -> tuple[Unit, int, list[str] | None]:
        """The unit, the year, the grades; None for those that are due."""
        said = self.cleaned_data
        grades = said["graduates"] if said["chosen"] else None
        return said["unit"], int(said["year"]), grades
