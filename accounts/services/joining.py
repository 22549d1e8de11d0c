"""Two records of one person become one: what is open goes over, what is closed stays as it was."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import changes, joins
from accounts.audit import record
from accounts.models import ActivationCode, Identity, Login, RecordRequest, User
from accounts.moves import Refused, move
from accounts.paths import SCHOOL, cut
from accounts.scope import covers
from accounts.services import logins
from accounts.services.handover import held_by

FILLED = ["gender", "grade", "cohort", "major"]
MOST = 20
SEALED = ["phone", "id_number"]


@dataclass(frozen=True)
class Preview:
    """What would go over, in words and numbers, and why it cannot, if it cannot."""

    goes: list[tuple[str, int]]
    refused: str


def preview(old: User, kept: User, *, actor) -> Preview:
    """What joining the old record to the kept one would do now."""
    goes = [(one.label, one.count(old)) for one in joins.JOINS]
    goes += [(part.label, len(part.goes)) for part in held_by(old, actor=actor)]
    try:
        _check(old, kept, actor)
    except Refused as refusal:
        return Preview(goes, str(refusal))
    return Preview([row for row in goes if row[1]], "")


def candidates(old: User, *, number: str, actor) -> list[User]:
    """Whom the record may be: of the same name, or the holder of a number that was typed."""
    found = User.objects.permitted(actor, "join").exclude(pk=old.pk).filter(merged_into=None)
    same = found.filter(name=old.name)
    if number:
        same = found.filter(identities__value=number).distinct()
    return list(same.select_related("unit").order_by("pk")[:MOST])


def _check(old: User, kept: User, actor) -> None:
    if old.pk == kept.pk:
        raise Refused("请选择另一条记录。")
    if old.merged_into_id or kept.merged_into_id:
        raise Refused("其中一条记录已并入其他记录，请刷新后再看。")
    if actor.pk in {old.pk, kept.pk}:
        raise Refused("不能合并本人的记录，请由同事办理。")
    if old.school_id != kept.school_id or not old.unit_path or not kept.unit_path:
        raise Refused("只能合并本校在册人员的记录。")
    if not all(covers(actor, "person.join", one.unit_path) for one in (old, kept)):
        raise Refused("两条记录须都在您的范围内。")
    if kept.status not in User.COUNTED or not kept.is_active:
        raise Refused(f"保留的记录“{kept.name} {kept.number}”不在校或已关闭，请换过来合并。")
    staying = [said for part in held_by(old, actor=actor) for said in part.staying]
    if staying:
        raise Refused(f"并入的记录还有须由他人交接的事项：{'、'.join(staying[:3])}。请先交接。")


@transaction.atomic
def join(old: User, kept: User, *, actor, reason: str) -> User:
    """The kept record has everything that is open of both; the other is closed and leads to it.

    Whoever acts in an open round of the school is waited for; closed rounds stay as they are.
    """
    if not reason.strip():
        raise Refused("请填写合并的依据，如“经核对为同一人”。")
    if kept.unit_path:
        changes.hold_facts(cut(kept.unit_path, SCHOOL))
    rows = User.objects.select_for_update().filter(pk__in=[old.pk, kept.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    old, kept = found[old.pk], found[kept.pk]
    _check(old, kept, actor)
    counts = {one.label: one.count(old) for one in joins.JOINS}
    for one in joins.JOINS:
        one.carry(old, kept, actor)
    for part in held_by(old, actor=actor):
        counts[part.label] = len(part.goes)
        for row in part.goes:
            part.holding.pass_on(row, kept, actor, f"重复记录合并：{reason}"[:100])
    _fill(old, kept)
    _close(old, kept)
    record(
        actor, "join_people", kept, note=reason.strip(), old=[old.pk, old.name, old.number],
        counts={label: n for label, n in counts.items() if n},
    )  # fmt: skip
    changes.tell(
        cut(kept.unit_path, SCHOOL), [changes.Moved(kept.pk, kept.unit_path, kept.unit_path)]
    )
    return kept


def _fill(old: User, kept: User) -> None:
    """What the kept record does not say and the other does."""
    said = [name for name in FILLED if not getattr(kept, name) and getattr(old, name)]
    sealed = [name for name in SEALED if not getattr(kept, name) and getattr(old, name)]
    for name in said + sealed:
        setattr(kept, name, getattr(old, name))
    if said or sealed:
        kept.save()


def _close(old: User, kept: User) -> None:
    """The record is no person's any more, asked of nothing, and nobody logs in by it."""
    old.merged_into, old.status, old.is_active = kept, User.Status.LEFT, False
    old.status_note = f"重复记录，已并入 {kept.number or kept.pk}"[:60]
    old.save(update_fields=["merged_into", "status", "status_note", "is_active"])
    User.objects.filter(merged_into=old).update(merged_into=kept)
    ActivationCode.objects.filter(user=old, used_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    logins.end_all(old, why=Login.Why.CLOSED)


def _identities(old: User, kept: User, actor) -> None:
    Identity.objects.filter(user=old).update(user=kept)


def _requests(old: User, kept: User, actor) -> None:
    """What was asked on either record is answered to the kept one; the same asked twice, once."""
    waiting = RecordRequest.objects.filter(state=RecordRequest.State.ASKED)
    twice = waiting.filter(person=kept).values("kind")
    for again in waiting.filter(person=old, kind__in=list(twice.values_list("kind", flat=True))):
        move(again, "withdraw", actor=actor, note="与同一人的另一条申请合并办理")
    RecordRequest.objects.filter(person=old).update(person=kept)
    waiting.filter(person=kept).update(path=kept.unit_path)


joins.register(joins.Join("个人信息申请", lambda old: old.requests.count(), _requests))
joins.register(joins.Join("编号", lambda old: old.identities.count(), _identities))
