"""Who cannot have, or does not want, a safeguard: said, confirmed by a named person, ended.

It takes the tool's items off the person in open rounds, and does nothing else to them.
"""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused, move
from accounts.scope import covers
from rounds import services as rounds
from rounds.models import Answer, Excuse, Item, Round
from rounds.services import is_asked
from selfcheck.models import Barrier, Tool

OVER = "办理困难期限已到"
State = Barrier.State


@transaction.atomic
def ask(person: User, tool: Tool, *, reason: str, said: str, actor: User) -> Barrier:
    """The person's difficulty waits to be confirmed by whoever answers for them."""
    if person.pk != actor.pk and not covers(actor, "barrier.enter", person.unit_path):
        raise Refused("此人不在您的范围内，不能代为登记。")
    if reason == Barrier.Reason.CANNOT and not said.strip():
        raise Refused("请写明机型或证件的情况，便于确认。")
    given = {"reason": reason, "said": said.strip()[:200], "asked_by": actor}
    try:
        with transaction.atomic():
            made = Barrier.objects.create(
                person=person, tool=tool, unit_path=person.unit_path, **given
            )
    except IntegrityError:
        raise Refused("此工具的办理困难已登记，不必重复提交。") from None
    record(actor, "ask_barrier", made, note=made.get_reason_display())
    return made


@transaction.atomic
def enter(person: User | None, tool: Tool, *, reason: str, said: str, actor: User) -> Barrier:
    """The difficulty is entered by who answers for the person, and confirmed with it."""
    if person is None:
        raise Refused("没有找到此学（工）号的人员，或不在您的范围内，请核对。")
    made = ask(person, tool, reason=reason, said=said, actor=actor)
    return allow(made, actor=actor, note="代为登记")


@transaction.atomic
def allow(barrier: Barrier, *, actor: User, until: date | None = None, note: str = "") -> Barrier:
    """The difficulty is confirmed until a day; open rounds do not ask the tool of the person."""
    _check_hand(barrier, actor)
    if until and until < timezone.localdate():
        raise Refused("截止日期不能早于今天。")
    move(barrier, "allow_barrier", actor=actor, note=note, until=until, decided_by=actor)
    for round_ in _rounds_of(barrier):
        lift(round_, barrier)
    return barrier


def decide(barrier: Barrier, *, actor: User, allowed: bool, until: date | None, note: str) -> None:
    """The difficulty is confirmed until a day, or it is not."""
    if allowed:
        allow(barrier, actor=actor, until=until, note=note)
    else:
        decline(barrier, actor=actor, note=note)


@transaction.atomic
def decline(barrier: Barrier, *, actor: User, note: str) -> Barrier:
    """The difficulty is not confirmed; the person reads why and goes on."""
    _check_hand(barrier, actor)
    if not note.strip():
        raise Refused("请写明原因和办法，本人可以看到。")
    return move(barrier, "decline_barrier", actor=actor, note=note, decided_by=actor)


@transaction.atomic
def end(barrier: Barrier, *, actor: User | None, note: str = "") -> Barrier:
    """The difficulty is over: the tool is asked of the person again where a round is open."""
    was_allowed = barrier.state == State.ALLOWED
    move(barrier, "end_barrier", actor=actor, note=note)
    if was_allowed:
        for round_ in _rounds_of(barrier):
            _put_back(round_, barrier, actor, note or "办理困难已结束，请办理。")
    return barrier


def end_due() -> int:
    """Those whose last day is over are ended; how many. Twice is once."""
    due = Barrier.objects.filter(state=State.ALLOWED, until__lt=timezone.localdate())
    done = 0
    for barrier in due.select_related("person", "tool"):
        try:
            end(barrier, actor=None, note=OVER)
            done += 1
        except Refused:  # ended by somebody in the meantime, or the round just closed
            continue
    return done


def carry(round_: Round, people=None) -> None:
    """A round that begins, or is joined, does not ask what a confirmed difficulty keeps off."""
    codes = {code.partition(".")[0] for code in round_.items.values_list("code", flat=True)}
    school = round_.unit.school_path
    found = in_force(tool__unit__path=school, tool__code__in=codes)
    if people is not None:
        found = found.filter(person__in=list(people))
    for barrier in found.select_related("person", "tool", "decided_by"):
        if is_asked(round_, barrier.person):
            lift(round_, barrier)


def in_force(**where):
    """The confirmed difficulties that hold today."""
    running = Q(until__isnull=True) | Q(until__gte=timezone.localdate())
    return Barrier.objects.filter(running, state=State.ALLOWED, **where)


def lift(round_: Round, barrier: Barrier) -> None:
    """The round does not ask the tool of the person; where it asks nothing else, nor the person."""
    given: dict[str, Any] = {"actor": barrier.decided_by, "reason": barrier.get_reason_display()}
    given["until"] = barrier.until
    there = Answer.objects.filter(round=round_, person=barrier.person)
    excused = set(there.filter(state=Answer.State.EXCUSED).values_list("item", flat=True))
    for item in _items_of(round_, barrier):
        if item.pk not in excused:
            rounds.excuse_item(item, barrier.person, **given)
    wanted = Item.objects.filter(round=round_, obligatory=True)
    left = wanted.exclude(answers__in=there.filter(state=Answer.State.EXCUSED))
    freed = Excuse.objects.filter(round=round_, person=barrier.person, voided_at=None)
    if not left.exists() and not freed.exists():
        rounds.excuse_person(round_, barrier.person, **given)


def _put_back(round_: Round, barrier: Barrier, actor: User | None, note: str) -> None:
    asked = _items_of(round_, barrier)
    excused = Answer.objects.filter(
        person=barrier.person, item__in=asked, state=Answer.State.EXCUSED
    )
    for found in excused:
        rounds.ask_again(found, actor=actor, note=note)
    freed = Excuse.objects.filter(
        round=round_, person=barrier.person, voided_at=None, reason__in=Barrier.Reason.labels
    )
    for excuse in freed:
        rounds.void_excuse(excuse, actor=actor, reason=note)


def _items_of(round_: Round, barrier: Barrier) -> list[Item]:
    return list(round_.items.filter(code__startswith=f"{barrier.tool.code}."))


def _rounds_of(barrier: Barrier) -> list[Round]:
    """The open rounds that ask the tool of the person."""
    found = Round.objects.filter(
        kind="safeguard",
        state=Round.State.OPEN,
        unit__path__startswith=barrier.tool.unit_path,
        items__code__startswith=f"{barrier.tool.code}.",
    )
    rows = found.select_related("unit", "owner").distinct().order_by("pk")
    return [one for one in rows if is_asked(one, barrier.person)]


def _check_hand(barrier: Barrier, actor: User) -> None:
    if barrier.person_id == actor.pk:
        raise Refused("本人的办理困难须由他人确认。")
