"""Declaring, by oneself or together with whoever answers; declaring anew."""

import secrets
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused, move
from accounts.scope import alike, covers
from rounds import gate
from rounds.models import Completion, Round
from rounds.services import Found, complete_entered, handed_in, hold_part, put_down
from selfcheck.cards.catalogue import VIOLATIONS, Way, measure_of, word_of
from selfcheck.models import Account, CardCheck, Declaration

Method = Completion.Method
SEALED = ("tail", "whom", "note")


def enters_for(actor: User, person: User) -> bool:
    """Whether the actor enters what this person says: their counselor, for staff the unit's contact."""
    path = person.unit_path
    if covers(actor, "declaration.record", path):
        return True
    student = person.category == User.Category.STUDENT
    return not student and covers(actor, "declaration.record_staff", path)


@transaction.atomic
def declare(
    round_: Round,
    person: User,
    *,
    actor: User,
    zero: bool,
    accounts: list[dict[str, Any]] = (),  # type: ignore[assignment]
    again: bool = False,
    discovered: bool = False,
) -> Declaration:
    """What the person declared: this, or what they had declared before unless `again`.

    By another's hand it is 代录, and `discovered` says that it did not come from the person. What is
    forbidden is put down as findings in the same transaction; earlier declarations are kept.
    """
    own = actor.pk == person.pk
    if not own and (person.pk in alike(actor) or not enters_for(actor, person)):
        raise Refused("只能由本人，或负责此人的辅导员、单位联络员代录。")
    gate.stay(round_, person)
    asked = CardCheck.objects.get(round=round_)
    if strange := {one["kind"] for one in accounts} - set(asked.kinds):
        raise Refused(f"“{'、'.join(sorted(strange))}”不在本次申报的种类中，请刷新后重新填写。")
    if zero == bool(accounts):
        raise Refused("请选择“没有（零报告）”，或逐项填写。")
    method = Method.SELF if own else Method.RECORDED
    part, outcome = complete_entered(round_, person, actor=actor, method=method)
    hold_part(part)
    former = part.declarations.filter(superseded_at__isnull=True).select_for_update().first()
    if former and outcome == "already":
        if not again:
            return former
        if handed_in(part):
            raise Refused("所在单位已交件，不能直接重新申报。请先提交更正申请。")
    if part.method != method:
        Completion.objects.filter(pk=part.pk).update(method=method)
    return _written(part, former, asked, actor, own, zero, list(accounts), discovered)


def _written(part, former, asked, actor, own, zero, accounts, discovered) -> Declaration:
    now = timezone.now()
    if former:
        Declaration.objects.filter(pk=former.pk).update(superseded_at=now)
    made = Declaration.objects.create(
        completion=part,
        zero=zero,
        voluntary=not zero and asked.discloses and not discovered,
        recorded_by=None if own else actor,
        receipt=f"{timezone.localtime(now):%Y%m%d}-{secrets.randbelow(10**10):010d}",
        declared_at=now,
    )
    rows = [_account(made, **one) for one in accounts]
    Account.objects.bulk_create(rows)
    put_down(part, found_in(rows), actor=actor, voluntary=made.voluntary)
    record(actor, "declare" if own else "declare_for", made, again=bool(former))
    return made


def _account(declaration: Declaration, **given) -> Account:
    row = Account(
        declaration=declaration,
        **{key: value for key, value in given.items() if key not in SEALED},
    )
    for name in SEALED:
        setattr(row, name, given.get(name) or "")
    return row


def found_in(rows: list[Account]) -> list[Found]:
    """What of it is forbidden: one finding for each sort of account and way, without any number."""
    sorts: dict[tuple[str, str], list[Account]] = {}
    for row in rows:
        if row.way in VIOLATIONS:
            sorts.setdefault((row.kind, row.way), []).append(row)
    return [_found(kind, way, some) for (kind, way), some in sorts.items()]


def _found(kind: str, way: str, rows: list[Account]) -> Found:
    count = sum(row.count for row in rows)
    label = f"{Way(way).label}{word_of(kind)}"
    from_whom = "、".join(dict.fromkeys(row.provider for row in rows if row.provider))
    summary = f"{word_of(kind)} {count} {measure_of(kind)}，{Way(way).label}"
    return Found(f"{kind}:{way}", label, f"{summary}（{from_whom}）" if from_whom else summary)


@transaction.atomic
def check(declaration: Declaration, *, actor: User) -> bool:
    """The declaration was looked at by whoever answers for the person; whether it was this call."""
    part = declaration.completion
    if part.person_id in alike(actor):
        raise Refused("本人的申报须由他人核对。")
    gate.enter(part.round_id, judging=True)
    open_ = Q(pk=declaration.pk, checked_at__isnull=True, superseded_at__isnull=True)
    done = Declaration.objects.filter(open_).update(checked_by=actor, checked_at=timezone.now())
    if done:
        record(actor, "check", declaration)
    return bool(done)


@transaction.atomic
def check_zeros(declarations, *, actor: User) -> int:
    """Every 零报告 among these is checked but one's own; how many were not before."""
    waiting = declarations.filter(zero=True, checked_at__isnull=True, superseded_at__isnull=True)
    rows = waiting.exclude(completion__person__in=alike(actor)).select_related("completion")
    return sum(check(row, actor=actor) for row in rows)


@transaction.atomic
def return_declaration(declaration: Declaration, *, actor: User, reason: str) -> None:
    """The person declares anew and reads why. Only until the unit hands in."""
    part = declaration.completion
    if not reason.strip():
        raise Refused("请填写退回原因，便于本人修改。")
    if part.person_id in alike(actor):
        raise Refused("本人的申报须由他人处理。")
    gate.enter(part.round_id, judging=True)
    hold_part(part)
    if handed_in(part):
        raise Refused("本单位已交件，不能退回个人申报。需要修改请先撤回交件。")
    if declaration.superseded_at:
        raise Refused("此份申报已被新的申报替换，请刷新后再看。")
    move(part, "send_back", actor=actor, note=reason)


@transaction.atomic
def exchange(old: Completion, kept: Completion, *, actor: User) -> None:
    """What was declared for either part is the other's when two records of a person become one."""
    if old.pk == kept.pk:
        return
    rows = list(Declaration.objects.filter(completion__in=[old, kept]).order_by("pk"))
    in_force = [one.pk for one in rows if one.superseded_at is None]
    Declaration.objects.filter(pk__in=in_force).update(superseded_at=timezone.now())
    for one in rows:
        other = kept if one.completion_id == old.pk else old
        Declaration.objects.filter(pk=one.pk).update(completion=other)
    Declaration.objects.filter(pk__in=in_force).update(superseded_at=None)
