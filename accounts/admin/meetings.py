"""Meetings of the leading groups and what follows from them."""

from django.contrib import admin
from django.urls import reverse

from accounts.admin.shown import LateFilter, NoteForm
from accounts.desk import PersonFound, ScopedAdmin, Step
from accounts.filters import UnderFilter
from accounts.models import Meeting, MeetingTask
from accounts.services import meetings


@admin.register(Meeting)
class MeetingAdmin(ScopedAdmin):
    """Meetings with what was settled; entered and put right on the portal's own pages."""

    list_display = ("title", "unit", "held_on", "chair", "entered_by")
    list_filter = (UnderFilter,)
    list_select_related = ("unit", "entered_by")
    date_hierarchy = "held_on"
    search_fields = ("title", "decisions", "unit__name")
    search_help_text = "按会议名称、议定事项或单位查找"
    fields = (
        "title", "unit", "held_on", "place", "chair", "attendees", "minutes", "decisions",
        "entered_by", "entered_at",
    )  # fmt: skip
    empty = "没有符合条件的会议。会议在“组织”中所属单位的页面登记。"

    def links(self, request, row):
        """To the meeting's own page, where it is put right and tasks are given."""
        return [("纪要与交办", reverse("org:meeting", args=[row.pk]))]


def _open(task) -> bool:
    return task.state == MeetingTask.State.OPEN


@admin.register(MeetingTask)
class MeetingTaskAdmin(PersonFound, ScopedAdmin):
    """What meetings gave to whom, until it is done or dropped."""

    list_display = ("text", "holder", "due_on", "state_shown", "meeting")
    list_filter = ("state", LateFilter, UnderFilter)
    list_select_related = ("holder", "meeting")
    date_hierarchy = "due_on"
    whose = "holder"
    readonly_fields = ("state_shown",)
    fields = ("text", "holder", "due_on", "state_shown", "state_at", "note", "meeting")
    empty = "没有符合条件的会议事项。"
    steps = (
        Step(
            name="finish",
            label="办结",
            verb="edit",
            run=meetings.finish,
            form=NoteForm,
            when=_open,
            says="请写明办理情况。",
        ),
        Step(
            name="return",
            label="退回",
            verb="edit",
            run=meetings.send_back,
            form=NoteForm,
            when=lambda task: task.state == MeetingTask.State.DONE,
            says="承办人会看到退回原因，事项重新办理。",
        ),
        Step(
            name="drop",
            label="取消事项",
            verb="edit",
            run=meetings.drop,
            form=NoteForm,
            when=_open,
            says="事项不再办理，原因保留备查。",
            weighty=True,
            bulk=True,
        ),
    )

    def links(self, request, row):
        """To the meeting."""
        return [("所属会议", reverse("org:meeting", args=[row.meeting_id]))]
