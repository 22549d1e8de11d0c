"""What is asked of a unit: to let somebody go, to put a record right."""

from django import forms
from django.contrib import admin

from accounts.admin.shown import LateFilter, unit_named
from accounts.desk import PersonFound, ReasonForm, ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter
from accounts.models import RecordRequest, Transfer
from accounts.services import requests, transfers


def _asked(row) -> bool:
    return row.state == type(row).State.ASKED


@admin.register(Transfer)
class TransferAdmin(PersonFound, ScopedAdmin):
    """People whom another unit's roster names, let go or kept by the one they stand with."""

    list_display = ("person", "from_unit", "to_unit", "state_shown", "created_at")
    list_filter = ("state", UnderFilter)
    list_select_related = ("person",)
    date_hierarchy = "created_at"
    readonly_fields = ("from_unit", "to_unit", "state_shown")
    fields = (
        "person", "from_unit", "to_unit", "created_at", "state_shown", "state_at", "note",
    )  # fmt: skip
    empty = "没有符合条件的转入申请。"
    steps = (
        Step(
            name="let_go",
            label="同意转出",
            verb="decide",
            run=transfers.let_go,
            form=StepForm,
            when=_asked,
            says="本人随即转入申请单位，进行中任务随之移交。",
            bulk=True,
        ),
        Step(
            name="keep",
            label="不同意转出",
            verb="decide",
            run=transfers.keep_here,
            form=ReasonForm,
            when=_asked,
            says="本人留在现单位，申请单位会看到原因。",
            bulk=True,
        ),
    )

    def get_queryset(self, request):
        """With what both units are called."""
        found = super().get_queryset(request)
        return found.annotate(from_name=unit_named("old_path"), to_name=unit_named("new_path"))

    @admin.display(description="现单位")
    def from_unit(self, transfer):
        """Where the person stands."""
        return transfer.from_name

    @admin.display(description="转入单位")
    def to_unit(self, transfer):
        """Who asks for them."""
        return transfer.to_name


class AnswerForm(StepForm):
    """The reply that the person will read."""

    note = forms.CharField(
        label="答复", max_length=500, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )


def _of_another(user, request) -> bool:
    return request.person_id != user.pk


def _decide(grant: bool):
    def run(request, *, actor, note):
        return requests.decide(request, grant=grant, note=note, actor=actor)

    return run


@admin.register(RecordRequest)
class RecordRequestAdmin(PersonFound, ScopedAdmin):
    """What people ask about their own record, with the day by which it is answered."""

    list_display = ("person", "kind", "place", "due_on", "state_shown", "asked_at")
    list_filter = ("state", "kind", LateFilter, UnderFilter)
    list_select_related = ("person__unit", "decided_by")
    date_hierarchy = "asked_at"
    ordering = ("due_on", "id")
    readonly_fields = ("place", "state_shown")
    fields = (
        "person", "place", "kind", "text", "asked_at", "due_on", "state_shown", "state_at",
        "decided_by", "note",
    )  # fmt: skip
    empty = "没有符合条件的个人信息申请。"
    steps = (
        Step(
            name="grant",
            label="同意",
            verb="decide",
            run=_decide(True),
            form=AnswerForm,
            when=_asked,
            able=_of_another,
            says="请先完成更正或删除，再填写答复；本人会看到答复。",
        ),
        Step(
            name="refuse",
            label="不同意",
            verb="decide",
            run=_decide(False),
            form=AnswerForm,
            when=_asked,
            able=_of_another,
            says="信息保持不变，本人会看到理由。",
        ),
    )

    @admin.display(description="所在单位")
    def place(self, request):
        """Where the person stands."""
        return str(request.person.unit or "—")
