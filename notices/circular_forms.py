"""What is written in a 通知, and what is asked of its lists."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.forms import PageForm
from adapters import documents
from notices import circular_queries as queries
from notices.models import Circular


class CircularForm(forms.Form):
    """The words of a 通知 and whom it is for."""

    unit = forms.TypedChoiceField(label="发布单位", coerce=int)
    title = forms.CharField(label="标题", max_length=100)
    number = forms.CharField(
        label="文号", max_length=40, required=False, help_text="如 安保〔2026〕12 号，可不填。"
    )
    body = forms.CharField(label="正文", max_length=5000, widget=forms.Textarea(attrs={"rows": 10}))
    places = forms.MultipleChoiceField(
        label="发给单位", widget=forms.CheckboxSelectMultiple, help_text="包括其下属单位。"
    )
    roles = forms.MultipleChoiceField(label="发给人员", widget=forms.CheckboxSelectMultiple)
    receipt = forms.BooleanField(
        label="需要回执", required=False, initial=True, help_text="收件人须点“已阅”。"
    )
    pinned = forms.BooleanField(label="置顶", required=False)

    def __init__(self, *args, user, circular: Circular | None = None, **more):
        super().__init__(*args, **more)
        units = queries.publishers(user)
        self.units = {unit.pk: unit for unit in units}
        self.fields["unit"].choices = [(unit.pk, unit.name) for unit in units]
        if len(units) == 1 or circular:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = units[0].pk if units else None
        self.fields["places"].choices = [(u.path, u.name) for u in queries.choosable(user)]
        self.fields["roles"].choices = queries.audiences()
        if circular:
            self._show(circular)

    def _show(self, circular: Circular) -> None:
        for name in ("title", "number", "body", "places", "roles", "receipt", "pinned"):
            self.fields[name].initial = getattr(circular, name)
        self.fields["unit"].initial = circular.unit_id
        if circular.corrects_id:
            del self.fields["places"], self.fields["roles"]

    def words(self) -> tuple:
        """The publishing unit, and the rest as it is written down."""
        data = dict(self.cleaned_data)
        return self.units[data.pop("unit")], data


class DocumentForm(forms.Form):
    """A Word or PDF file, looked into before anything is stored."""

    document = forms.FileField(
        label="附件",
        help_text="Word 或 PDF，不超过 20 MB。",
        error_messages={"required": "请选择文件。"},
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.doc,.docx"}),
    )

    def clean_document(self) -> tuple[str, bytes, str]:
        """The name it came under, its bytes, what they are."""
        sent: UploadedFile = self.cleaned_data["document"]
        try:
            return sent.name or "", *documents.open_safely(sent)
        except documents.Unusable as refusal:
            raise forms.ValidationError(str(refusal)) from None


class PublishForm(forms.Form):
    """When it is published."""

    at = forms.DateTimeField(
        label="发布时间",
        required=False,
        help_text="不填即立即发布。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def clean_at(self):
        """A moment within a year."""
        at = self.cleaned_data["at"]
        if at and not -1 <= (at - timezone.now()).days <= 366:
            raise forms.ValidationError("发布时间应在一年以内，且不早于现在。")
        return at


class RecallForm(forms.Form):
    """Why it is recalled."""

    reason = forms.CharField(label="撤回原因", max_length=200)


class ForwardForm(forms.Form):
    """To which class it is passed on, with a line."""

    unit = forms.TypedChoiceField(label="转发到班级", coerce=int)
    line = forms.CharField(label="附言", max_length=200, required=False)

    def __init__(self, *args, units, **more):
        super().__init__(*args, **more)
        self.units = {unit.pk: unit for unit in units}
        self.fields["unit"].choices = [(unit.pk, unit.name) for unit in units]


class CircularsForm(PageForm):
    """Which 通知 are listed."""

    tab = forms.ChoiceField(
        choices=[("", "收到"), ("unread", "待阅"), ("own", "发布")], required=False
    )
    state = forms.ChoiceField(
        label="状态", choices=[("", "全部状态"), *Circular.State.choices], required=False
    )
    q = forms.CharField(label="标题或文号", max_length=40, required=False)
