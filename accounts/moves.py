"""The one door for every change of state."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record


class Refused(Exception):
    """What was asked cannot be done now; the message is a sentence for the person."""


@transaction.atomic
def move(obj, verb: str, *, actor, note: str = "", only_if: Q | None = None, said=None, **fields):
    """Take one step of the object's `MOVES` table, once, however many callers race for it.

    The object is refreshed and one audit row written. Whoever comes too late gets Refused, with
    the true state named. `only_if` narrows the step further; `fields` are set with it, and
    what is `said` besides goes into the audit row.
    """
    sources, target = obj.MOVES[verb]
    waiting = type(obj).objects.filter(only_if or Q(), pk=obj.pk, state__in=sources)
    before = obj.state
    moved = waiting.update(state=target, state_at=timezone.now(), note=note[:500], **fields)
    obj.refresh_from_db()
    if not moved:
        raise Refused(f"当前状态为“{obj.get_state_display()}”，不能执行此操作，请刷新页面后再看。")
    record(actor, verb, obj, note=note, state=[before, target], **(said or {}))
    return obj
