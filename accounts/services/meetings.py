"""Entering a meeting, giving tasks, and following them until they are done."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.holdings import Holding, register
from accounts.models import Meeting, MeetingTask, Unit, User
from accounts.moves import Refused, move
from accounts.paths import COLLEGE
from accounts.scope import covers
from accounts.services.files import keep


@transaction.atomic
def enter(
    unit: Unit, *, actor, paper=None, people=None, meeting: Meeting | None = None, **said
) -> Meeting:
    """The meeting stands as said, and who came; a new paper takes the place of an earlier one."""
    if unit.level > COLLEGE or unit.closed_on:
        raise Refused("会议登记在学校或学院（部门）一级。")
    if said["held_on"] > timezone.localdate():
        raise Refused("会议日期不能晚于今天，请会后登记。")
    verb = "revise_meeting" if meeting else "enter_meeting"
    meeting = meeting or Meeting(unit=unit, path=unit.path, entered_by=actor)
    for name, value in said.items():
        setattr(meeting, name, value)
    if paper:
        name, content = paper
        meeting.file = keep(
            "minutes", content.bytes, name=name, content_type=content.content_type, actor=actor
        )
    meeting.save()
    if people is not None:
        meeting.people.set(people)
    record(actor, verb, meeting, held_on=f"{meeting.held_on}")
    return meeting


@transaction.atomic
def give_task(meeting: Meeting, *, text: str, holder: User, due_on: date, actor) -> MeetingTask:
    """Somebody has to do this by a day, and reads so on their home."""
    if due_on < meeting.held_on:
        raise Refused("办结期限不能早于会议日期。")
    if holder.status not in User.COUNTED or not holder.is_active:
        raise Refused(f"{holder.name}不在校或账号不可用，不能承办。")
    if holder.school is None or not meeting.path.startswith(holder.school.path):
        raise Refused("承办人不是本校人员。")
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    given = {"meeting": meeting, "text": text.strip(), "holder": holder, "due_on": due_on}
    if same := MeetingTask.objects.filter(**given).first():
        return same
    task = MeetingTask.objects.create(path=meeting.path, **given)
    record(actor, "give_task", task, holder=holder.name, due_on=f"{due_on}")
    return task


def finish(task: MeetingTask, *, actor, note: str) -> MeetingTask:
    """The holder, or whoever keeps the meetings, says that it is done and how."""
    if not note.strip():
        raise Refused("请填写办理情况。")
    if task.holder_id != actor.pk and not covers(actor, "meeting.edit", task.path):
        raise Refused("由承办人或会议登记单位办结。")
    return move(task, "finish_task", actor=actor, note=note)


def send_back(task: MeetingTask, *, actor, note: str) -> MeetingTask:
    """What was called done is not, for a reason."""
    if not note.strip():
        raise Refused("请填写退回原因。")
    return move(task, "return_task", actor=actor, note=note)


def drop(task: MeetingTask, *, actor, note: str) -> MeetingTask:
    """It need not be done any more, for a reason."""
    if not note.strip():
        raise Refused("请填写取消原因。")
    return move(task, "drop_task", actor=actor, note=note)


def _pass_task(task: MeetingTask, successor: User, actor, reason: str) -> None:
    before = task.holder.name
    task.holder = successor
    task.save(update_fields=["holder"])
    record(actor, "pass_task", task, note=reason, holder=[before, successor.name])


register(
    Holding(
        "会议事项",
        lambda person: person.meeting_tasks.waiting().select_related("holder", "meeting"),
        _pass_task,
        lambda task, actor: covers(actor, "meeting.edit", task.path),
        lambda task: f"{task.text}（{task.due_on}前）",
    )
)
