"""Rounds: drafted in the portal, issued and ended here or there."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from accounts.desk import ReasonForm, ScopedAdmin, Step, StepForm
from accounts.models import User
from accounts.scope import may
from accounts.templatetags.portal import deadline
from rounds import queries, services
from rounds.admin.shown import KindFilter
from rounds.kinds import KINDS
from rounds.models import Round


class CloseForm(ReasonForm):
    """Why it is closed although something waits."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].help_text = "还有单位等待审核时必须填写。"


def _issuing(round_) -> str:
    from rounds.queries import preview

    found = preview(round_)
    people = found["figures"].expected
    return (
        f"将面向 {found['units']:,} 个单位、{people:,} 名应完成人员发布，相关单位随即可以办理。"
        "发布后内容和期限不能修改，需要停办只能撤回。"
    )


@admin.register(Round)
class RoundAdmin(ScopedAdmin):
    """Rounds with their dates; drafted in the portal, issued and ended here or there."""

    list_display = ("title", "kind_shown", "state_shown", "unit", "issuer", "due", "board")
    list_filter = ("state", KindFilter)
    list_select_related = ("unit", "owner__school")
    search_fields = ("title",)
    search_help_text = "按任务名称查找"
    readonly_fields = ("kind_shown", "state_shown", "issuer", "asked", "due", "locks")
    fields = (
        "title", "kind_shown", "state_shown", "state_at", "note", "body", "unit", "issuer", "level",
        "asked", "opens_at", "due", "locks", "created_by", "created_at",
    )  # fmt: skip
    empty = "没有符合条件的任务。"
    steps = (
        Step(
            name="issue",
            label="发布任务",
            verb="issue",
            run=services.issue,
            form=StepForm,
            when=lambda round_: round_.state == Round.State.DRAFT,
            says=_issuing,
        ),
        Step(
            name="close",
            label="结束任务",
            verb="close",
            run=services.close,
            form=CloseForm,
            when=lambda round_: round_.state == Round.State.OPEN,
            says="未完成人员将记录在案，数据就此固定。结束后不能恢复。",
            weighty=True,
        ),
        Step(
            name="withdraw",
            label="撤回任务",
            verb="issue",
            run=services.withdraw_round,
            when=lambda round_: round_.state in {Round.State.DRAFT, Round.State.OPEN},
            says="任务不再要求任何单位和人员办理，已办理的内容保留备查。撤回后不能恢复。",
            weighty=True,
        ),
    )

    @admin.display(description="种类", ordering="kind")
    def kind_shown(self, round_):
        """The kind in words."""
        return KINDS[round_.kind].label

    @admin.display(description="面向人员")
    def asked(self, round_):
        """Whom it asks, in words."""
        labels = dict(User.Category.choices)
        said = ["、".join(labels.get(c, c) for c in round_.categories)]
        said += ["、".join(f"{grade}级" for grade in round_.grades)]
        said += ["、".join(f"{cohort}年入校" for cohort in round_.cohorts)]
        said += [f"{round_.since:%Y-%m-%d}起新到"] if round_.since else []
        said += ["、".join(queries.place_names(round_))]
        return "；".join(filter(None, said))

    @admin.display(description="发布单位", ordering="owner__path")
    def issuer(self, round_):
        """Who issued it, as the portal says: for a school the name of its office."""
        school = getattr(round_.owner, "school", None)
        return school.office_name if school else round_.owner.name

    @admin.display(description="按时截止", ordering="due_at")
    def due(self, round_):
        """The last moment that counts as on time."""
        return deadline(round_.due_at)

    @admin.display(description="停止办理", ordering="locks_at")
    def locks(self, round_):
        """The last moment at which one may act."""
        return deadline(round_.locks_at)

    @admin.display(description="进度")
    def board(self, round_):
        """The way to the figures; a draft has none."""
        if round_.state == Round.State.DRAFT:
            return "—"
        return format_html('<a href="{}">看板</a>', reverse("rounds:board", args=[round_.pk]))

    def links(self, request, row):
        """To the board and the parts, or to the draft's form."""
        if row.state == Round.State.DRAFT:
            if not may(request.user, "edit", row):
                return []
            return [("编辑草稿", reverse("rounds:edit", args=[row.pk]))]
        parts = f"{reverse('admin:rounds_assignment_changelist')}?round={row.pk}"
        return [("看板", reverse("rounds:board", args=[row.pk])), ("单位任务", parts)]
