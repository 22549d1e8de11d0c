"""Pledge texts and signatures."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html_join

from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter, yes_no
from accounts.models import Unit
from pledges import services
from pledges.models import PledgeText, Signature
from pledges.sheets import SIGNATURES
from rounds.kinds import kind_of


class TextForm(StepForm):
    """Heading and body of a version; starts from the version looked at."""

    heading = forms.CharField(
        label="标题", max_length=80, help_text="可用 {年度}、{学校}，签署时自动填入。"
    )
    body = forms.CharField(
        label="正文",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="可用 {年度}、{学校}、{单位}、{姓名}，签署时自动填入；空一行分段。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.row:
            self.fields["heading"].initial = self.row.heading
            self.fields["body"].initial = self.row.body


class NewTextForm(TextForm):
    """A text of a new name."""

    unit = forms.ModelChoiceField(label="所属单位", queryset=Unit.objects.none())
    name = forms.CharField(label="文本名称", max_length=60)
    field_order = ("unit", "name", "heading", "body")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        schools = Unit.objects.permitted(self.actor).schools()
        self.fields["unit"].queryset = schools
        self.fields["unit"].initial = schools.first()


def _next_version(text, *, actor, heading, body):
    return services.new_text(
        text.unit, name=text.name, use=text.use, heading=heading, body=body, actor=actor
    )


def _first_version(*, actor, unit, name, heading, body):
    return services.new_text(unit, name=name, heading=heading, body=body, actor=actor)


@admin.register(PledgeText)
class PledgeTextAdmin(ScopedAdmin):
    """Texts by name and version; a change is a new version, what was signed stays."""

    list_display = ("name", "version", "heading", "unit", "author", "created_at")
    list_select_related = ("unit", "created_by")
    search_fields = ("name", "heading")
    search_help_text = "按文本名称或标题查找"
    readonly_fields = ("paragraphs", "author")
    fields = ("name", "version", "unit", "heading", "paragraphs", "author", "created_at")
    empty = "还没有承诺书文本。"
    steps = (
        Step(
            name="new",
            label="新建文本",
            verb="edit",
            run=_first_version,
            form=NewTextForm,
            says="文本保存后不能改动，需要修改时另存新版本。",
            on_list=True,
        ),
        Step(
            name="version",
            label="修订为新版本",
            verb="edit",
            run=_next_version,
            form=TextForm,
            says="将保存为下一版本；已经签署的和进行中的任务仍用原版本。",
        ),
    )

    @admin.display(description="编写人")
    def author(self, text):
        """Who wrote this version."""
        return str(text.created_by or "系统")

    @admin.display(description="正文")
    def paragraphs(self, text):
        """The body by paragraph."""
        lines = ((line,) for line in text.body.split("\n") if line.strip())
        return format_html_join("", "<p>{}</p>", lines)


@admin.register(Signature)
class SignatureAdmin(ScopedAdmin):
    """Who signed what and when, and whether it is as it was signed."""

    list_display = ("receipt", "signer", "asked", "signed_at", "standing")
    list_filter = (
        yes_no(
            "效力",
            "former",
            ("已被重签替换", Q(superseded_at__isnull=False)),
            ("有效", Q(superseded_at=None)),
        ),
        UnderFilter,
    )
    list_select_related = ("person", "completion__round")
    search_fields = ("=receipt", "person__name", "=person__number")
    search_help_text = "按姓名、学（工）号或完整回执号查找"
    ordering = ("-id",)
    readonly_fields = ("signer", "asked", "version", "standing", "intact")
    fields = ("receipt", "signer", "asked", "version", "signed_at", "standing", "intact")
    empty = "没有符合条件的签署。"
    sheet = SIGNATURES

    @admin.display(description="签署人")
    def signer(self, signature):
        """Who signed."""
        return f"{signature.person} {signature.person.number}"

    @admin.display(description="任务")
    def asked(self, signature):
        """In which round."""
        return str(signature.completion.round)

    @admin.display(description="文本")
    def version(self, signature):
        """Which version was signed."""
        return str(signature.text)

    @admin.display(description="效力")
    def standing(self, signature):
        """Whether it was replaced."""
        return "已被重签替换" if signature.superseded_at else "有效"

    @admin.display(description="核验")
    def intact(self, signature):
        """Whether text, strokes and row are as signed."""
        if services.verify(signature):
            return "一致，文本和笔迹未被改动"
        return "不一致，记录可能被改动"

    def links(self, request, row):
        """To the signed text with the signature, of the one in force."""
        if row.superseded_at:
            return []
        return [("查看签署件", kind_of(row.completion.round).receipt_url(row.completion))]
