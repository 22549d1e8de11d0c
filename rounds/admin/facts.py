"""Excuses and requests to correct."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html

from accounts.day_field import DayField
from accounts.desk import PersonFound, ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter, yes_no
from accounts.templatetags.portal import deadline
from rounds import services
from rounds.admin.shown import NoteForm, RoundFilter
from rounds.forms import end_of
from rounds.models import Completion, Correction, Excuse, LockException, Round
from rounds.queues import ENDING_DAYS, ends_soon
from rounds.sheets import COMPLETIONS


class RefuseForm(StepForm):
    """Why not."""

    note = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class AllowForm(NoteForm):
    """Until which day."""

    until = DayField(label="办理至", help_text="含当日，至 24:00。")


def _answer_late(grant: bool):
    def run(leave, *, actor, note="", until=None):
        end = end_of(until) if until else None
        return services.decide_late(leave, actor=actor, grant=grant, note=note, until=end)

    return run


def _decide(grant: bool):
    def run(correction, *, actor, note=""):
        return services.decide_correction(correction, actor=actor, grant=grant, note=note)

    return run


def _of_another(user, correction) -> bool:
    return correction.completion.person_id != user.pk


class EndingFilter(admin.SimpleListFilter):
    """Those that end within days: the rows of the queue."""

    title, parameter_name = "到期", "ending"

    def lookups(self, request, model_admin):
        """One case."""
        return [("1", f"{ENDING_DAYS} 天内到期")]

    def queryset(self, request, queryset):
        """The rows that the queue counts."""
        if self.value() != "1":
            return queryset
        return queryset.filter(ends_soon(), round__state=Round.State.OPEN)

    def has_output(self):
        """Always offered."""
        return True


@admin.register(Excuse)
class ExcuseAdmin(ScopedAdmin):
    """Excuses, in force or voided; none is deleted."""

    list_display = ("subject", "asked", "reason", "until", "approved_by", "approved_at", "standing")
    list_filter = (
        EndingFilter,
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


@admin.register(Completion)
class CompletionAdmin(PersonFound, ScopedAdmin):
    """Who did what a round asks, and how; nothing is changed here."""

    list_display = ("who", "asked", "state_shown", "method", "done_at")
    list_display_links = ("who",)
    list_filter = ("state", "method", RoundFilter, UnderFilter)
    list_select_related = ("person", "round")
    ordering = ("-round_id", "unit_path")
    readonly_fields = ("who", "asked", "state_shown")
    fields = ("who", "asked", "state_shown", "state_at", "method", "done_at", "note")
    empty = "没有符合条件的办理记录。"
    sheet = COMPLETIONS

    @admin.display(description="人员")
    def who(self, completion):
        """Whose part it is."""
        return str(completion.person)

    @admin.display(description="任务")
    def asked(self, completion):
        """In which round."""
        return str(completion.round)


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
            able=_of_another,
            says="本人随即可以重新办理，原来办理的内容保留备查。",
        ),
        Step(
            name="refuse",
            label="不同意",
            verb="decide",
            run=_decide(False),
            form=RefuseForm,
            when=lambda correction: correction.state == Correction.State.OPEN,
            able=_of_another,
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


@admin.register(LockException)
class LockExceptionAdmin(ScopedAdmin):
    """Leave to act after the lock: who asked, who allowed it, until when."""

    list_display = ("subject", "asked", "reason", "until_shown", "standing_shown", "decided_by")
    list_filter = ("state",)
    list_select_related = ("assignment__unit", "assignment__round", "decided_by")
    search_fields = ("assignment__unit__name", "reason")
    search_help_text = "按单位或事由查找"
    readonly_fields = ("subject", "asked", "until_shown", "standing_shown")
    fields = (
        "subject", "asked", "reason", "asked_by", "asked_at", "until_shown", "standing_shown",
        "state_at", "note", "decided_by",
    )  # fmt: skip
    empty = "没有符合条件的延期。"
    steps = (
        Step(
            name="allow",
            label="同意延期",
            verb="decide",
            run=_answer_late(True),
            form=AllowForm,
            when=lambda leave: leave.state == LockException.State.ASKED,
            says="该单位及其人员可继续办理到所填日期（含当日），仍计为逾期。",
        ),
        Step(
            name="decline",
            label="不同意延期",
            verb="decide",
            run=_answer_late(False),
            form=RefuseForm,
            when=lambda leave: leave.state == LockException.State.ASKED,
            says="该单位不再办理，会看到理由。",
        ),
        Step(
            name="end",
            label="收回延期",
            verb="end",
            run=services.end_late,
            when=lambda leave: leave.in_force,
            says="该单位和人员即时停止办理，延期内已办理的保留。",
            weighty=True,
        ),
    )

    @admin.display(description="单位", ordering="assignment__unit_path")
    def subject(self, leave):
        """The unit."""
        return leave.assignment.unit.name

    @admin.display(description="任务")
    def asked(self, leave):
        """In which round."""
        return str(leave.assignment.round)

    @admin.display(description="状态", ordering="state")
    def standing_shown(self, leave):
        """How it stands; an end that has passed is said."""
        return leave.standing

    @admin.display(description="办理至", ordering="until")
    def until_shown(self, leave):
        """The last moment, 24:00 of a whole day."""
        return deadline(leave.until) if leave.until else "—"
