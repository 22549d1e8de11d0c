"""Lists of results from other platforms."""

from django.contrib import admin
from django.urls import reverse

from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter
from accounts.scope import holds
from rounds import services
from rounds.admin.shown import RoundFilter
from rounds.models import OutsideBatch

State = OutsideBatch.State


def _dropped(batch, *, actor):
    return services.drop(batch, actor=actor)


@admin.register(OutsideBatch)
class OutsideBatchAdmin(ScopedAdmin):
    """Lists taken in as a whole, checked by a sample, or undone as a whole."""

    list_display = ("source", "asked", "state_shown", "created_by", "created_at", "checked_by")
    list_filter = ("state", RoundFilter, UnderFilter)
    list_select_related = ("round", "created_by", "checked_by")
    date_hierarchy = "created_at"
    search_fields = ("source", "round__title")
    search_help_text = "按来源或任务查找"
    readonly_fields = ("asked", "state_shown", "taken", "left_out")
    fields = (
        "source", "asked", "state_shown", "state_at", "taken", "left_out", "note",
        "created_by", "created_at", "checked_by",
    )  # fmt: skip
    empty = "没有符合条件的外部导入。"
    steps = (
        Step(
            name="drop",
            label="放弃导入",
            verb="view",
            run=_dropped,
            form=StepForm,
            when=lambda batch: batch.state == State.SHOWN,
            says="不导入任何人员，名单保留备查。",
        ),
        Step(
            name="undo",
            label="整批撤销",
            verb="view",
            run=services.undo_import,
            when=lambda batch: batch.state in {State.TAKEN, State.CHECKED},
            says="本批导入的人员不再计为已提交，须本人办理；已由本人重新办理的不受影响。",
            weighty=True,
        ),
    )

    @admin.display(description="任务")
    def asked(self, batch):
        """For which round."""
        return str(batch.round)

    def holds(self, request, action):
        """A list is the business of the round's owner, too."""
        return holds(request.user, "round.own") or super().holds(request, action)

    @admin.display(description="可导入")
    def taken(self, batch):
        """How many lines name somebody without a doubt."""
        return f"{batch.rows.filter(problem='').count():,} 人"

    @admin.display(description="不导入")
    def left_out(self, batch):
        """How many lines do not."""
        return f"{batch.rows.exclude(problem='').count():,} 行"

    def links(self, request, row):
        """To the list's own page, with the lines and the sample."""
        return [("名单与抽查", reverse("rounds:outside_batch", args=[row.pk]))]
