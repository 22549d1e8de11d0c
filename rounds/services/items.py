"""Rounds of several items: each answered and judged on its own, the part settled from them all."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused, move
from rounds import gate
from rounds.figures import Census
from rounds.kinds import Kind, kind_of
from rounds.models import Answer, Completion, Item, Round, Standing
from rounds.services.doing import handed_in, is_asked

CHUNK = 2000
State = Completion.State


@transaction.atomic
def set_items(round_: Round, items: Sequence[dict], *, actor) -> list[Item]:
    """The draft asks these items (code, label, obligatory), in this order; once issued they stay."""
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.state != Round.State.DRAFT:
        raise Refused(f"任务{row.get_state_display()}，不能再修改项目。")
    if not any(item.get("obligatory", True) for item in items):
        raise Refused("至少须有一项必填。")
    if len({item["code"] for item in items}) < len(items):
        raise Refused("同一任务中项目不能重复。")
    round_.items.all().delete()
    made = [Item(round=round_, position=n, **item) for n, item in enumerate(items)]
    Item.objects.bulk_create(made)
    record(actor, "set_items", round_, fields=[item.label for item in made])
    return made


@transaction.atomic
def draft_asking(kind: Kind, items: Sequence[dict], *, actor, **given) -> Round:
    """A draft of the kind that asks these items; of a kind without items, a draft alone."""
    made = kind.draft(actor=actor, **given)
    if kind.asks_items:
        set_items(made, items, actor=actor)
        kind.fits(made)
    return made


@transaction.atomic
def revise_asking(round_: Round, items: Sequence[dict], *, actor, **given) -> Round:
    """The draft as it is now wanted, with these items."""
    kind = kind_of(round_)
    made = kind.revise(round_, actor=actor, **given) or round_
    if kind.asks_items:
        set_items(round_, items, actor=actor)
        kind.fits(made)
    return made


@transaction.atomic
def answer(
    item: Item,
    person: User,
    *,
    actor,
    accepted: bool = False,
    valid_until: date | None = None,
    note: str = "",
) -> Answer:
    """The person's answer to one item, new or anew; their part is settled with it.

    Raises Refused on what was accepted and handed in, until a correction is granted.
    """
    round_ = gate.enter(item.round_id, person.unit_path)
    if not is_asked(round_, person):
        raise Refused("您不在本任务的应完成人员之列，无需办理。如有疑问请联系所在单位。")
    if valid_until and valid_until < timezone.localdate():
        raise Refused("有效期已过，请重新办理后再提交。")
    part = part_of(round_, person)
    _may_replace(item, part)
    given: dict[str, Any] = {
        "completion": part,
        "unit_path": person.unit_path,
        "state": Answer.State.ACCEPTED if accepted else Answer.State.PENDING,
        "state_at": timezone.now(),
        "done_at": timezone.now(),
        "valid_until": valid_until,
        "note": note[:500],
        "carried": False,
    }
    found, _ = Answer.objects.update_or_create(
        round=round_, item=item, person=person, defaults=given
    )
    record(actor, "answer", found)
    settle(round_, [part.pk])
    if accepted:
        remember(found)
    return found


def _may_replace(item: Item, part: Completion) -> None:
    # what was sent back, also by granting a correction, is to be done anew whoever handed in
    if part.state == State.SENT_BACK or not handed_in(part):
        return
    if Answer.objects.filter(item=item, completion=part, state=Answer.State.ACCEPTED).exists():
        raise Refused("所在单位已交件，已通过的项目不能直接更改。请先提交更正申请。")


def part_of(round_: Round, person: User) -> Completion:
    """The person's part, held until this transaction ends, so that two answers settle in turn."""
    Completion.objects.bulk_create(
        [Completion(round=round_, person=person, unit_path=person.unit_path, state=State.STARTED)],
        ignore_conflicts=True,
    )
    return Completion.objects.select_for_update().get(round=round_, person=person)


@transaction.atomic
def judge(
    found: Answer, *, actor, accept: bool, reason: str = "", valid_until: date | None = None
) -> Answer:
    """The answer is accepted, until a day if it has one, or sent back with a reason.

    Without an actor it is accepted by rule, which nobody is sent back by.
    """
    if not accept and (actor is None or not reason.strip()):
        raise Refused("请填写退回原因，便于对方修改。")
    if actor and found.person_id == actor.pk:
        raise Refused("本人提交的内容须由他人审核。")
    round_ = gate.enter(found.round_id, judging=True)
    Completion.objects.select_for_update().get(pk=found.completion_id)
    if accept:
        # by rule only what waits: never over the word of a person who sent it back
        still = Q() if actor else Q(state=Answer.State.PENDING)
        move(found, "accept", actor=actor, note=reason, only_if=still, valid_until=valid_until)
        remember(found)
    else:
        move(found, "send_back", actor=actor, note=reason)
    settle(round_, [found.completion_id])
    return found


@transaction.atomic
def reopen(found: Answer, *, actor, note: str = "") -> Answer:
    """The answer waits to be judged anew; what was known of the person through it is taken back."""
    round_ = gate.enter(found.round_id, judging=True)
    Completion.objects.select_for_update().get(pk=found.completion_id)
    move(found, "reopen", actor=actor, note=note)
    forget(found)
    settle(round_, [found.completion_id])
    return found


def forget(found: Answer) -> None:
    """What is known is what the person's other accepted answers of this sort still say."""
    if not Standing.objects.filter(source=found).delete()[0]:
        return
    others = Answer.objects.filter(
        person=found.person_id, item__code=found.item.code, state=Answer.State.ACCEPTED
    )
    for other in others.exclude(pk=found.pk).exclude(carried=True).select_related("item"):
        remember(other)


@transaction.atomic
def excuse_item(
    item: Item, person: User, *, actor, reason: str, until: date | None = None
) -> Answer | None:
    """The item is not asked of the person until the end given; None where they have it already."""
    round_ = gate.enter(item.round_id, judging=True)
    part = part_of(round_, person)
    found = Answer.objects.filter(item=item, completion=part).first()
    if found and found.state == Answer.State.ACCEPTED:
        return None
    given: dict[str, Any] = {
        "completion": part,
        "unit_path": person.unit_path,
        "state": Answer.State.EXCUSED,
        "state_at": timezone.now(),
        "valid_until": until,
        "note": reason[:500],
        "carried": False,
    }
    found, _ = Answer.objects.update_or_create(
        round=round_, item=item, person=person, defaults=given
    )
    record(actor, "excuse", found, note=reason)
    settle(round_, [part.pk])
    return found


@transaction.atomic
def ask_again(found: Answer, *, actor, note: str) -> Answer:
    """What a person was excused from is asked of them again."""
    round_ = gate.enter(found.round_id, judging=True)
    Completion.objects.select_for_update().get(pk=found.completion_id)
    move(found, "ask_again", actor=actor, note=note, valid_until=None)
    settle(round_, [found.completion_id])
    return found


def remember(found: Answer) -> None:
    """What was accepted outlives its round, unless something that holds longer is known."""
    known, new = Standing.objects.get_or_create(
        person_id=found.person_id,
        code=found.item.code,
        defaults={
            "since": timezone.localdate(found.done_at),
            "valid_until": found.valid_until,
            "source": found,
        },
    )
    if new or known.valid_until is None:
        return
    if found.valid_until is None or found.valid_until > known.valid_until:
        known.valid_until, known.source = found.valid_until, found
        known.since = timezone.localdate(found.done_at)
        known.save(update_fields=["valid_until", "source", "since"])


def settle(round_: Round, parts: Iterable[int]) -> None:
    """Each part is what its obligatory answers make it: the least of them, and their shortest term.

    What the person is excused from is not asked, until that ends.

    Set from the answers as they stand, never stepped; the caller holds the parts.
    """
    obligatory = set(round_.items.filter(obligatory=True).values_list("pk", flat=True))
    ids = list(parts)
    given: dict[int, list[Answer]] = {pk: [] for pk in ids}
    for found in Answer.objects.filter(completion__in=ids, item__in=obligatory):
        given[found.completion_id].append(found)
    rows = list(Completion.objects.filter(pk__in=ids))
    for row in rows:
        answers = given[row.pk]
        row.state = _state_of(answers, len(obligatory))
        ends = [one.valid_until for one in answers if one.valid_until]
        row.valid_until = min(ends, default=None)
        whole = row.state in {State.PENDING, State.ACCEPTED}
        did = [one.done_at for one in answers if one.state != Answer.State.EXCUSED]
        row.done_at = max(did) if whole else None
        row.state_at = timezone.now()
    Completion.objects.bulk_update(rows, ["state", "valid_until", "done_at", "state_at"])


def _state_of(answers: list[Answer], wanted: int) -> str:
    states = {one.state for one in answers} - {Answer.State.EXCUSED}
    if Answer.State.SENT_BACK in states:
        return State.SENT_BACK
    # who is excused from every item is excused from the round, not done with it
    if len(answers) < wanted or not states:
        return State.STARTED
    return State.ACCEPTED if states == {Answer.State.ACCEPTED} else State.PENDING


@transaction.atomic
def carry_over(round_: Round, people: Iterable[int] | None = None) -> int:
    """Whom the round asks has answers from what is known of them and still holds; how many people.

    Of everybody, or of these; an answer already given stays. Twice is once.
    """
    items = {item.code: item for item in round_.items.all()}
    asked = Census(round_).people().values("pk")
    holds = Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate())
    known = Standing.objects.filter(holds, code__in=items, person__in=asked)
    given = Answer.objects.filter(round=round_).values_list("person", "item__code")
    if people is not None:
        ids = list(people)
        known, given = known.filter(person__in=ids), given.filter(person__in=ids)
    there = set(given)
    new = [one for one in _with_people(known) if (one.person_id, one.code) not in there]
    carried: set[int] = set()
    for start in range(0, len(new), CHUNK):
        carried |= _carry(round_, items, new[start : start + CHUNK], timezone.now())
    return len(carried)


def _with_people(known: QuerySet[Standing]) -> QuerySet[Standing]:
    return known.select_related("person").order_by("person_id", "pk")


def _carry(round_: Round, items: dict[str, Item], known: list[Standing], now: datetime) -> set[int]:
    people = {one.person_id: one.person.unit_path for one in known}
    Completion.objects.bulk_create(
        [
            Completion(round=round_, person_id=pk, unit_path=path, state=State.STARTED)
            for pk, path in people.items()
        ],
        ignore_conflicts=True,
    )
    held = Completion.objects.select_for_update().filter(round=round_, person__in=people)
    parts = dict(held.values_list("person", "pk"))
    answers = [
        Answer(
            round=round_,
            item=items[one.code],
            completion_id=parts[one.person_id],
            person_id=one.person_id,
            unit_path=one.person.unit_path,
            state=Answer.State.ACCEPTED,
            valid_until=one.valid_until,
            done_at=now,
            carried=True,
        )
        for one in known
    ]
    Answer.objects.bulk_create(answers, ignore_conflicts=True)
    settle(round_, parts.values())
    return set(people)
