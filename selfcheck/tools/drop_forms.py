"""What is typed or chosen when a class's pictures are handed in."""

from django import forms

TYPES = ".zip,image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"
AT_ONCE = 100  # files that one plain form may carry


class ManyInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files of one field."""

    widget = ManyInput(attrs={"accept": TYPES})

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        return [
            super(ManyFiles, self).clean(one, initial) for one in files if one
        ] or super().clean(None, initial)


class SendForm(forms.Form):
    """Many files, or a zip, sent by a plain form."""

    files = ManyFiles(
        label="截图或压缩包",
        help_text=f"可一次选多个文件，或选一个 ZIP 压缩包；超过 {AT_ONCE} 个文件请打包后上传。",
        error_messages={
            "required": "请选择截图或压缩包。",
            "empty": "有文件是空的，请检查后重新选择。",
        },
    )


class OneFileForm(forms.Form):
    """One file, with the key its sender gave it and its path in the folder it comes from."""

    file = forms.FileField(
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请检查后重新选择。"}
    )
    key = forms.SlugField(max_length=60, error_messages={"invalid": "发送标识不正确，请刷新页面。"})
    path = forms.CharField(max_length=1000, required=False)


class DirectForm(forms.Form):
    """Whom a picture shows, and which item; among those given, so that many forms ask but once."""

    person = forms.TypedChoiceField(
        label="人员",
        widget=forms.Select({"class": "form-select"}),
        error_messages={
            "required": "请选择人员。",
            "invalid_choice": "所选人员不在本班应办理人员之列，请重新选择。",
        },
    )
    item = forms.TypedChoiceField(
        label="项目",
        widget=forms.Select({"class": "form-select"}),
        error_messages={
            "required": "请选择项目。",
            "invalid_choice": "所选项目不属于本任务，请重新选择。",
        },
    )

    def __init__(self, *args, people, items, **kwargs):
        super().__init__(*args, **kwargs)
        who, what = self.fields["person"], self.fields["item"]
        who.choices = [("", "选择人员"), *((one.pk, f"{one.name} {one.number}") for one in people)]
        what.choices = [("", "选择项目"), *((one.pk, one.label) for one in items)]
        who.coerce = {str(one.pk): one for one in people}.__getitem__
        what.coerce = {str(one.pk): one for one in items}.__getitem__


class GroupForm(forms.Form):
    """Which page of the files that wait for a hand."""

    page = forms.IntegerField(min_value=1, required=False)

    @property
    def number(self) -> int:
        """The page asked for; the first where nothing sensible is."""
        return (self.is_valid() and self.cleaned_data["page"]) or 1
