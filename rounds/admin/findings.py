"""What was found, at the desk."""

from django import forms
from django.contrib import admin

from accounts.desk import PersonFound, ReasonForm, ScopedAdmin, Step
from accounts.filters import UnderFilter
from accounts.scope import alike
from rounds import services
from rounds.admin.shown import RoundFilter
from rounds.models import Finding


class OutcomeForm(ReasonForm):
    """What came of it, and why."""

    outcome = forms.ChoiceField(label="处理结果", choices=Finding.Outcome.choices)
    field_order = ["outcome", "reason"]


def _of_another(user, finding) -> bool:
    return finding.person_id not in alike(user)


@admin.register(Finding)
class FindingAdmin(PersonFound, ScopedAdmin):
    """Each finding with who decided it and why; none is deleted."""

    list_display = ("who", "label", "asked", "state_shown", "outcome", "source", "found_at")
    list_display_links = ("who",)
    list_filter = ("state", "outcome", RoundFilter, UnderFilter)
    list_select_related = ("person", "round")
    ordering = ("-id",)
    readonly_fields = ("who", "asked", "state_shown", "source")
    fields = (
        "who", "asked", "label", "summary", "source", "taken_back_at", "found_at", "state_shown",
        "state_at", "note", "outcome", "decided_by", "closed_at",
    )  # fmt: skip
    empty = "没有符合条件的线索。"
    steps = (
        Step(
            name="decide",
            label="处理并办结",
            verb="decide",
            run=services.decide_finding,
            form=OutcomeForm,
            when=lambda finding: finding.state != Finding.State.CLOSED,
            able=_of_another,
            says="此条线索办结，处理人和理由留有记录。系统不向任何部门自动报送。",
        ),
        Step(
            name="reopen",
            label="重新处理",
            verb="decide",
            run=services.reopen_finding,
            when=lambda finding: finding.state == Finding.State.CLOSED,
            able=_of_another,
            says="此条线索恢复为跟进中，原处理结果留有记录。",
            weighty=True,
        ),
    )

    @admin.display(description="人员")
    def who(self, finding):
        """Whom it is about."""
        return str(finding.person)

    @admin.display(description="任务")
    def asked(self, finding):
        """In which round."""
        return str(finding.round)

    @admin.display(description="来源")
    def source(self, finding):
        """Whether the person said it of their own accord in time."""
        return "主动申报" if finding.voluntary else "自查发现"
