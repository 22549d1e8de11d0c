"""催办: one message for each responsible person, never twice a day, in the hours that are set."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import jobs
from accounts.audit import record
from accounts.models import Unit, User
from accounts.moves import Refused, move
from notices import open_items, queries
from notices.hours import last_moment, next_slot
from notices.models import Notice, Reminder
from notices.services.held import tell_able
from notices.services.inbox import tell
from rounds.kinds import kind_of
from rounds.models import Round

JOB = "notices.remind"
NO_SENDER = "催办人已没有该单位的权限，未发出。"


@transaction.atomic
def remind(
    round_: Round,
    unit: Unit,
    *,
    places: list[str],
    whom: str,
    actor,
    once: UUID,
    now: datetime | None = None,
) -> Reminder:
    """The 催办 goes out now, or when the next window opens; the same form sent twice is one.

    Raises Refused when the round is not under way, nothing is open, or all were told that day.
    """
    sent = Reminder.objects.filter(once=once, created_by=actor).first()
    if sent:
        return sent
    _check_under_way(round_)
    now = now or timezone.now()
    send_at = next_slot(unit.path, now)
    seen = queries.preview(round_, unit.path, places, whom, timezone.localdate(send_at))
    if not seen.count:
        raise Refused(_why_nobody(seen, send_at > now))
    reminder, made = Reminder.objects.get_or_create(
        once=once,
        defaults={
            "round": round_, "unit": unit, "path": unit.path, "places": sorted(places),
            "whom": whom, "send_at": send_at, "created_by": actor,
        },
    )  # fmt: skip
    if made:
        record(actor, "remind", reminder, people=seen.count, whom=whom)
        if send_at <= now:
            jobs.start(JOB, f"reminder:{reminder.pk}", actor=actor, reminder=reminder.pk)
    return reminder


def _check_under_way(round_: Round) -> None:
    if round_.state != Round.State.OPEN:
        raise Refused("任务未在进行中，不能催办。")
    if timezone.now() >= round_.locks_at:
        raise Refused("任务已停止办理，不能催办。")


def _why_nobody(seen, held: bool) -> str:
    if seen.told:
        day = "该日" if held else "今天"
        return f"所选单位的人员{day}都已收到催办，同一事项一天只发一次。"
    if seen.vacant:
        return "所选单位还没有责任人，请先授权辅导员、负责人或联络员。"
    return "所选单位没有需要催办的事项。"


@transaction.atomic
def cancel(reminder: Reminder, *, actor, reason: str = "") -> Reminder:
    """A 催办 held till the next window is not sent."""
    return move(reminder, "cancel", actor=actor, note=reason.strip() or "发出前取消")


def due() -> int:
    """Start those whose window has opened, and those whose start was lost; how many."""
    waiting = Reminder.objects.filter(
        state=Reminder.State.WAITING, send_at__lte=timezone.now()
    ).select_related("created_by")
    for reminder in waiting:
        jobs.start(JOB, f"reminder:{reminder.pk}", actor=reminder.created_by, reminder=reminder.pk)
    return len(waiting)


def deliver(reminder: Reminder, job=None) -> str:
    """Everybody whom it concerns at this moment has the message; what was done since is left out."""
    if reminder.state != Reminder.State.WAITING:
        return reminder.get_state_display()
    reason = _why_not(reminder)
    if reason:
        return _give_up(reminder, reason)
    if reminder.to_answerable:
        rows = list(_to_answerable(reminder))
        tell(rows, total=len(rows), job=job)
    else:
        people = open_items.missing_people(reminder.round, reminder.places, reminder.path)
        tell(_to_people(reminder, people), total=people.count(), job=job)
    told = reminder.notices.count()
    move(reminder, "deliver", actor=reminder.created_by, note=f"已发给 {told} 人", told=told)
    return f"已发给 {told} 人"


@transaction.atomic
def _give_up(reminder: Reminder, reason: str) -> str:
    """It is not sent; where its sender has gone, whoever can send it now is told."""
    move(reminder, "cancel", actor=reminder.created_by, note=reason)
    if reason == NO_SENDER:
        tell_able(
            "reminder.send", reminder.path, kind=Notice.Kind.REMIND, key=f"held_reminder:{reminder.pk}",
            title=f"催办未发出：{reminder.round.title}",
            body=f"{reason}如仍需催办，请重新发送。",
            link=reverse("notices:remind", args=[reminder.round_id, reminder.unit_id]),
        )  # fmt: skip
    return reason


def _why_not(reminder: Reminder) -> str:
    try:
        _check_under_way(reminder.round)
    except Refused as refusal:
        return str(refusal)
    actor = User.objects.get(pk=reminder.created_by_id)
    if not actor.is_active or not queries.may_remind(actor, reminder.round, reminder.path):
        return NO_SENDER
    return ""


def _to_answerable(reminder: Reminder) -> Iterator[Notice]:
    asked, *everything = queries.all_open(reminder)
    chosen = open_items.recipients(asked)
    letters = open_items.letters(everything)
    link = reverse("rounds:board", args=[reminder.round_id])
    if asked.waits:
        link = kind_of(reminder.round).start_url(reminder.round)
    for person in sorted(chosen & letters.keys()):
        letter = letters[person]
        yield _notice(reminder, person, queries.REMIND_KEY, letter.title, letter.body, link)


def _to_people(reminder: Reminder, people) -> Iterator[Notice]:
    round_ = reminder.round
    kind = kind_of(round_)
    link, key = kind.start_url(round_), queries.own_key(round_)
    title = f"请完成：{round_.title}"
    body = f"您的“{round_.title}”还未完成，请在 {last_moment(round_.due_at)}前{kind.verb}。"
    for person in people.values_list("pk", flat=True).iterator(chunk_size=2000):
        yield _notice(reminder, person, key, title, body, link)


def _notice(reminder: Reminder, person: int, key: str, title: str, body: str, link: str) -> Notice:
    kind = Notice.Kind.REMIND if reminder.to_answerable else Notice.Kind.OWN
    return Notice(
        person_id=person, kind=kind, key=key, day=queries.key_day(reminder), title=title[:120],
        body=body, link=link, reminder=reminder,
    )  # fmt: skip
