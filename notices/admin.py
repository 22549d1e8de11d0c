"""The desk's pages of 通知 and 催办."""

from django.contrib import admin
from django.urls import reverse

from accounts.desk import ScopedAdmin, Step, StepForm
from accounts.filters import UnderFilter
from accounts.models import Unit
from notices import circular_queries, services
from notices.models import Circular, Reminder
from notices.services import circulars
from rounds.admin.shown import RoundFilter


def _names(paths) -> str:
    found = Unit.objects.filter(path__in=paths).order_by("path").values_list("name", flat=True)
    return "、".join(found)


@admin.register(Circular)
class CircularAdmin(ScopedAdmin):
    """通知 of the school's units; written on the portal's own pages, recalled here or there."""

    list_display = ("title", "number", "unit", "state_shown", "publish_at", "told")
    list_filter = ("state", "receipt", UnderFilter)
    list_select_related = ("unit",)
    date_hierarchy = "created_at"
    search_fields = ("title", "number")
    search_help_text = "按标题或文号查找"
    readonly_fields = ("state_shown", "to_units", "to_people", "read", "ways")
    fields = (
        "title", "number", "unit", "state_shown", "state_at", "body", "to_units", "to_people",
        "publish_at", "told", "read", "ways", "note",
        "created_by", "created_at",
    )  # fmt: skip
    empty = "没有符合条件的通知。"
    steps = (
        Step(
            name="unschedule",
            label="取消发布",
            verb="edit",
            run=circulars.unschedule,
            form=StepForm,
            when=lambda circular: circular.state == Circular.State.SCHEDULED,
            says="通知回到草稿，可以修改后重新发布。",
        ),
        Step(
            name="recall",
            label="撤回通知",
            verb="edit",
            run=circulars.recall,
            when=lambda circular: circular.state == Circular.State.PUBLISHED,
            says="收件人不能再阅读正文，只看到已撤回和原因。撤回后不能恢复，可以另发更正。",
            weighty=True,
            bulk=True,
        ),
    )

    @admin.display(description="发给单位")
    def to_units(self, circular):
        """The units by name."""
        return _names(circular.places) or "—"

    @admin.display(description="发给人员")
    def to_people(self, circular):
        """The roles and groups in words."""
        words = dict(circular_queries.audiences())
        return "、".join(words.get(role, role) for role in circular.roles) or "—"

    @admin.display(description="已读、已阅")
    def read(self, circular):
        """How many opened it, how many pressed 已阅."""
        found = circular_queries.counts(circular)
        return f"已读 {found['read']:,} 人，已阅 {found['receipts']:,} 人"

    @admin.display(description="方式")
    def ways(self, circular):
        """Whether it asks for a receipt, stands on top, or corrects another."""
        said = ["需要回执" if circular.receipt else "无需回执"]
        said += ["置顶"] if circular.pinned else []
        said += [f"更正“{circular.corrects}”"] if circular.corrects_id else []
        return "，".join(said)

    def links(self, request, row):
        """To the 通知 as it is read, with its files and receipts."""
        return [("查看通知", reverse("notices:circular", args=[row.pk]))]


@admin.register(Reminder)
class ReminderAdmin(ScopedAdmin):
    """催办 sent or held till the next window."""

    list_display = ("unit", "round", "to_whom", "state_shown", "send_at", "told", "created_by")
    list_filter = ("state", "whom", RoundFilter, UnderFilter)
    list_select_related = ("unit", "round", "created_by")
    date_hierarchy = "created_at"
    search_fields = ("unit__name", "round__title", "created_by__name")
    search_help_text = "按单位、任务或催办人姓名查找"
    readonly_fields = ("state_shown", "to_whom", "to_units")
    fields = (
        "round", "unit", "to_units", "to_whom", "send_at", "told", "state_shown", "state_at",
        "note", "created_by", "created_at",
    )  # fmt: skip
    empty = "没有符合条件的催办。"
    steps = (
        Step(
            name="cancel",
            label="取消发送",
            verb="cancel",
            run=services.cancel,
            when=lambda reminder: reminder.state == Reminder.State.WAITING,
            says="取消后不会发出，原因保留备查。",
            bulk=True,
        ),
    )

    @admin.display(description="发给", ordering="whom")
    def to_whom(self, reminder):
        """Whom, in a word."""
        return "责任人" if reminder.to_answerable else "未完成的本人"

    @admin.display(description="所选单位")
    def to_units(self, reminder):
        """The units by name."""
        return _names(reminder.places) or "—"

    def links(self, request, row):
        """To its own page, with who has read it."""
        return [("收件与已读", reverse("notices:reminder", args=[row.pk]))]
