"""How long each kind of data is kept, what goes next, what went."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html_join

from accounts.desk import ReasonForm, ScopedAdmin, Step
from accounts.models import RetentionRule
from accounts.retention import KINDS
from accounts.services import retaining


class DaysForm(ReasonForm):
    """For how many days, and why."""

    days = forms.IntegerField(label="保存天数", min_value=1, max_value=36_500)
    field_order = ["days", "reason"]


def _hold(hold: bool):
    def run(rule, *, actor, reason):
        return retaining.set_hold(rule, hold=hold, reason=reason, actor=actor)

    return run


@admin.register(RetentionRule)
class RetentionRuleAdmin(ScopedAdmin):
    """One line a kind of data; the removing itself is done at night."""

    list_display = ("label", "days", "held", "next_time")
    list_display_links = ("label",)
    list_select_related = ("school",)
    sortable_by = ()
    fields = ("label", "days", "held", "hold_why", "next_time", "past")
    readonly_fields = ("label", "held", "next_time", "past")
    empty = "保存期限在系统首次夜间运行后列出。"
    steps = (
        Step(
            name="days",
            label="修改期限",
            verb="edit",
            run=retaining.set_days,
            form=DaysForm,
            says="到期的数据在下一次夜间运行时删除，不能恢复。",
            weighty=True,
        ),
        Step(
            name="hold",
            label="暂停删除",
            verb="edit",
            run=_hold(True),
            when=lambda rule: not rule.hold,
            says="调查、审计、诉讼期间，到期数据也不删除，直到恢复。",
        ),
        Step(
            name="release",
            label="恢复删除",
            verb="edit",
            run=_hold(False),
            when=lambda rule: rule.hold,
            says="到期的数据在下一次夜间运行时删除，不能恢复。",
            weighty=True,
        ),
    )

    def called(self, row):
        """The kind of data."""
        return self.label(row)

    @admin.display(description="数据")
    def label(self, rule):
        """The kind in words."""
        return KINDS[rule.kind].label if rule.kind in KINDS else "其他"

    @admin.display(description="暂停")
    def held(self, rule):
        """Whether nothing is removed now."""
        return "已暂停" if rule.hold else "否"

    @admin.display(description="下次删除")
    def next_time(self, rule):
        """What the next run would remove."""
        return "暂停中" if rule.hold else f"{retaining.due(rule):,} 条"

    @admin.display(description="删除记录")
    def past(self, rule):
        """What went, newest first."""
        lines = (
            (f"{timezone.localtime(one.at):%Y-%m-%d}", f"{one.count:,}", one.days)
            for one in rule.deletions.all()[:20]
        )
        return format_html_join("", "<div>{} 删除 {} 条（保存 {} 天）</div>", lines) or "—"
