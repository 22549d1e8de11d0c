"""Excuses and requests to correct."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html

from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter, yes_no
from rounds import services
from rounds.admin.shown import NoteForm, RoundFilter, state_shown
from rounds.models import Correction, Excuse


class RefuseForm(StepForm):
    """Why not."""

    note = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


def _decide(grant: bool):
    def run(correction, *, actor, note=""):
        return services.decide_correction(correction, actor=actor, grant=grant, note=note)

    return run


@admin.register(Excuse)
class ExcuseAdmin(ScopedAdmin):
    """Excuses, in force or voided; none is deleted."""

    list_display = ("subject", "asked", "reason", "until", "approved_by", "approved_at", "standing")
    list_filter = (
        yes_no("效力", "void", ("已作废", Q(voided_at__isnull=False)), ("有效", Q(voided_at=None))),
        RoundFilter,
        UnderFilter,
    )
    list_select_related = ("round", "person", "assignment__unit", "approved_by")
    search_fields = ("person__name", "person__number", "assignment__unit__name", "reason")
    search_help_text = "按姓名、学（工）号、单位或事由查找"
    readonly_fields = ("subject", "asked", "standing", "voider")
    fields = (
        "subject", "asked", "reason", "until", "approved_by", "approved_at",
        "standing", "voided_at", "voider", "void_reason",
    )  # fmt: skip
    empty = "没有符合条件的豁免。"
    steps = (
        Step(
            name="void",
            label="作废",
            verb="void",
            run=services.void_excuse,
            when=lambda excuse: excuse.voided_at is None,
            says="此项豁免不再有效，相关人员或单位重新计入应完成；记录保留。",
            weighty=True,
        ),
    )

    @admin.display(description="豁免对象")
    def subject(self, excuse):
        """The person or the unit."""
        return str(excuse.person or excuse.assignment.unit)

    @admin.display(description="任务")
    def asked(self, excuse):
        """In which round."""
        return str(excuse.round)

    @admin.display(description="作废人")
    def voider(self, excuse):
        """Who voided it."""
        return str(excuse.voided_by or "—")

    @admin.display(description="效力")
    def standing(self, excuse):
        """Whether it holds."""
        if excuse.voided_at:
            return format_html('<span class="state state-{}">{}</span>', "grey", "已作废")
        return format_html('<span class="state state-{}">{}</span>', "done", "有效")


@admin.register(Correction)
class CorrectionAdmin(ScopedAdmin):
    """Requests to redo a part that was handed in."""

    list_display = ("person", "round", "reason", "state_shown", "asked_at")
    list_display_links = ("person",)
    list_filter = ("state", UnderFilter)
    list_select_related = ("completion__person", "completion__round")
    search_fields = ("completion__person__name", "completion__person__number")
    search_help_text = "按姓名或学（工）号查找"
    readonly_fields = ("person", "round", "state_shown")
    fields = ("person", "round", "reason", "asked_at", "state_shown", "state_at", "note")
    empty = "没有更正申请。"
    steps = (
        Step(
            name="grant",
            label="同意更正",
            verb="decide",
            run=_decide(True),
            form=NoteForm,
            when=lambda correction: correction.state == Correction.State.OPEN,
            says="本人随即可以重新办理，原来办理的内容保留备查。",
        ),
        Step(
            name="refuse",
            label="不同意",
            verb="decide",
            run=_decide(False),
            form=RefuseForm,
            when=lambda correction: correction.state == Correction.State.OPEN,
            says="原办理结果不变，本人会看到理由。",
        ),
    )

    @admin.display(description="申请人")
    def person(self, correction):
        """Who asks."""
        return str(correction.completion.person)

    @admin.display(description="任务")
    def round(self, correction):
        """In which round."""
        return str(correction.completion.round)

    @admin.display(description="状态", ordering="state")
    def state_shown(self, correction):
        """The state in words and colour."""
        return state_shown(correction)
