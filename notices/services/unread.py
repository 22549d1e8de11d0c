"""催办 of those who have not read a 通知: at most once a day, in the hours that are set."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.audit import record
from accounts.moves import Refused
from accounts.periods import day_of
from notices import circular_queries as queries
from notices import hours
from notices.models import Circular, Notice
from notices.services.held import tell_able
from notices.services.inbox import tell

State = Circular.State


@transaction.atomic
def remind_unread(circular: Circular, *, actor) -> tuple[int, datetime | None]:
    """Each who has not read it is told now, or when the window opens: how many, and when if later.

    Whoever reads it before then is not told.
    """
    circular = Circular.objects.select_for_update(of=("self",)).get(pk=circular.pk)
    if circular.state != State.PUBLISHED:
        raise Refused("通知未在发布中，不能催办。")
    if circular.remind_at:
        when = f"{timezone.localtime(circular.remind_at):%Y-%m-%d %H:%M}"
        raise Refused(f"已安排在 {when} 催办，届时只发给仍未阅读的人员。")
    now = timezone.now()
    slot = hours.next_slot(circular.path, now)
    keys = _untold(circular, slot)
    if not keys:
        raise Refused("未读人员今天都已收到催办，同一事项一天只发一次。")
    if slot > now:
        Circular.objects.filter(pk=circular.pk).update(remind_at=slot, remind_by=actor)
        record(actor, "remind", circular, people=len(keys), at=slot.isoformat())
        return len(keys), slot
    _tell(circular, keys, now)
    record(actor, "remind", circular, people=len(keys))
    return len(keys), None


@transaction.atomic
def cancel_held(circular: Circular, *, actor) -> Circular:
    """The 催办 held till the next window is not sent; the 通知 stays as it is."""
    circular = Circular.objects.select_for_update(of=("self",)).get(pk=circular.pk)
    if not circular.remind_at:
        raise Refused("没有待发出的未读催办，可能已经发出或取消。")
    record(actor, "cancel", circular, at=circular.remind_at.isoformat())
    circular.remind_at = circular.remind_by = None
    circular.save(update_fields=["remind_at", "remind_by"])
    return circular


def _untold(circular: Circular, at: datetime) -> list[int]:
    """Who has not read it and was not told so on that day."""
    told = Notice.objects.filter(key=_key(circular), day=day_of(at)).values("person")
    people = queries.unread(circular).exclude(person__in=told).order_by("person")
    return list(people.values_list("person", flat=True))


def _key(circular: Circular) -> str:
    return f"unread:{circular.pk}"


def _tell(circular: Circular, keys: list[int], at: datetime) -> None:
    link = reverse("notices:circular", args=[circular.pk])
    title = f"请阅读通知：{circular.title}"[:120]
    about = {"kind": Notice.Kind.REMIND, "key": _key(circular), "day": day_of(at)}
    rows = (Notice(person_id=person, title=title, link=link, **about) for person in keys)
    tell(rows, total=len(keys))


def remind_due() -> int:
    """Those held till now are told, each 通知 in one transaction; how many 通知."""
    held = Circular.objects.filter(remind_at__lte=timezone.now()).order_by("pk")
    ids = list(held.values_list("pk", flat=True))
    for pk in ids:
        _remind_held(pk)
    return len(ids)


@transaction.atomic
def _remind_held(pk: int) -> None:
    """Told and no longer held, or neither: a killed worker leaves it to the next."""
    now = timezone.now()
    waiting = Circular.objects.select_for_update(of=("self",)).filter(pk=pk, remind_at__lte=now)
    circular = waiting.select_related("remind_by").first()
    if circular is None:
        return
    actor = circular.remind_by
    Circular.objects.filter(pk=pk).update(remind_at=None, remind_by=None)
    may = actor and Circular.objects.permitted(actor, "edit").filter(pk=pk).exists()
    if circular.state == State.PUBLISHED and may:
        keys = _untold(circular, now)
        _tell(circular, keys, now)
        record(actor, "remind_held", circular, people=len(keys))
    elif circular.state == State.PUBLISHED:
        tell_able(
            "circular.edit", circular.path, kind=Notice.Kind.REMIND, key=f"held_unread:{circular.pk}",
            title=f"未读催办未发出：{circular.title}",
            body="催办人已没有该单位的发布权限，未发出。如仍需催办未读人员，请重新发送。",
            link=reverse("notices:circular", args=[circular.pk]),
        )  # fmt: skip
