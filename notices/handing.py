"""What waits to be sent goes with the rest when somebody hands over: 催办 and 通知 not yet out."""

from accounts.audit import record
from accounts.holdings import Holding, register
from accounts.models import User
from accounts.scope import covers
from notices.models import Circular, Reminder


def waiting_reminders(person: User):
    """The 催办 of the person that wait for the hours."""
    waiting = Reminder.objects.filter(created_by=person, state=Reminder.State.WAITING)
    return waiting.select_related("round", "unit")


def scheduled_circulars(person: User):
    """The 通知 of the person that wait for their time."""
    waiting = Circular.objects.filter(created_by=person, state=Circular.State.SCHEDULED)
    return waiting.select_related("unit")


def _pass(row, successor: User, actor, reason: str) -> None:
    before = row.created_by.name
    row.created_by = successor
    row.save(update_fields=["created_by"])
    record(actor, "pass_unsent", row, note=reason, holder=[before, successor.name])


register(
    Holding(
        "待发催办", waiting_reminders, _pass,
        lambda row, actor: covers(actor, "person.handover", row.path),
        lambda row: f"{row.unit.name}：{row.round.title}",
    )
)  # fmt: skip
register(
    Holding(
        "待发布通知", scheduled_circulars, _pass,
        lambda row, actor: covers(actor, "person.handover", row.path),
        lambda row: f"{row.unit.name}：{row.title}",
    )
)  # fmt: skip
