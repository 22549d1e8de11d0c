"""Each unit's part of a round."""

from django.contrib import admin
from django.urls import reverse

from accounts.day_field import DayField
from accounts.desk import ReasonForm, ScopedAdmin, Step
from accounts.filters import UnderFilter
from accounts.scope import may
from rounds import queries, services
from rounds.admin.shown import KindFilter, NoteForm, RoundFilter
from rounds.models import Assignment
from rounds.sheets import PARTS


class KindOfPartFilter(KindFilter):
    column = "round__kind"


class ExcuseForm(ReasonForm):
    """Why and until when."""

    until = DayField(label="豁免至", required=False, help_text="含当日；不填则到任务结束。")


def _fitting(verb: str):
    """Whether the portal, too, would offer this."""

    def able(user, part) -> bool:
        return verb in queries.open_verbs(user, part)

    return able


@admin.register(Assignment)
class AssignmentAdmin(ScopedAdmin):
    """Each unit's part, judged one by one or many at once."""

    list_display = ("unit", "round", "state_shown", "handed_in_by", "submitted_at", "decided_by")
    list_display_links = ("unit",)
    list_filter = ("state", RoundFilter, KindOfPartFilter, UnderFilter)
    list_select_related = (
        "unit", "round", "submitted_by", "submitted_for", "judged_by", "judged_for",
    )  # fmt: skip
    search_fields = ("unit__name",)
    search_help_text = "按单位名称查找"
    ordering = ("-round_id", "unit_path")
    readonly_fields = ("state_shown", "place", "joined_late", "handed_in_by", "decided_by")
    fields = (
        "place", "round", "state_shown", "state_at", "note", "joined_late",
        "handed_in_by", "submitted_at", "opened_at", "decided_by",
    )  # fmt: skip
    empty = "没有符合条件的单位任务。"
    sheet = PARTS
    steps = (
        Step(
            name="approve",
            label="通过",
            verb="approve",
            run=services.approve,
            form=NoteForm,
            when=lambda part: part.state == Assignment.State.SUBMITTED,
            able=_fitting("approve"),
            says="本单位的材料审核通过。24 小时内可以撤销，此后只能退回。",
            bulk=True,
        ),
        Step(
            name="send_back",
            label="退回",
            verb="send_back",
            run=services.send_back,
            when=lambda part: part.state in {Assignment.State.SUBMITTED, Assignment.State.APPROVED},
            able=_fitting("send_back"),
            says="单位可以修改后重新交件，并会看到退回原因。",
            bulk=True,
        ),
        Step(
            name="undo",
            label="撤销通过",
            verb="undo",
            run=services.undo,
            when=lambda part: part.state == Assignment.State.APPROVED,
            able=_fitting("undo"),
            says="回到等待审核的状态。通过后 24 小时内可以撤销。",
        ),
        Step(
            name="excuse",
            label="豁免",
            verb="excuse",
            run=services.excuse_unit,
            form=ExcuseForm,
            when=lambda part: part.state in {Assignment.State.OPEN, Assignment.State.SENT_BACK},
            able=_fitting("excuse"),
            says="本单位及其全部人员退出应完成人数，事由和批准人记录在案。误办的可以作废。",
            bulk=True,
            weighty=True,
        ),
    )

    @admin.display(description="交件人", ordering="submitted_by")
    def handed_in_by(self, part):
        """Who handed in; a stand-in with whom they stood in for."""
        return part.submitter or "—"

    @admin.display(description="审核人", ordering="judged_by")
    def decided_by(self, part):
        """Who judged, the same way."""
        return part.judge or "—"

    @admin.display(description="单位")
    def place(self, part):
        """The units from the school down to this one."""
        return " › ".join(step.name for step in part.unit.lineage())

    @admin.display(description="新增")
    def joined_late(self, part):
        """Whether the unit came in after the round was issued."""
        return "发布后新增" if part.late_joiner else "否"

    def get_object(self, request, object_id, from_field=None):
        """The part; whoever may judge it and opens it has looked, as in the portal."""
        part = super().get_object(request, object_id, from_field)
        if part.state == Assignment.State.SUBMITTED and may(request.user, "approve", part):
            services.mark_opened(part)
        return part

    def links(self, request, row):
        """To the part's own page in the portal, with its people and files."""
        return [("材料与名单", reverse("rounds:assignment", args=[row.pk]))]
