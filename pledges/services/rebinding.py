"""Signatures go with the part when two records of a person become one."""

from django.utils import timezone

from accounts.audit import record
from accounts.moves import Refused
from pledges.models import Signature
from pledges.services.signing import seal_of, verify
from rounds.models import Completion


def rebind(old: Completion, kept: Completion, *, actor) -> None:
    """What was signed for either part is bound to the other, as it was; of one, to its new person.

    Each is proved before and sealed anew; the former seal stays on the trail.
    """
    parts = {old.pk, kept.pk}
    found = Signature.objects.filter(completion__in=parts).select_related("text", "scan")
    rows = list(found.order_by("pk"))
    for one in rows:
        if not verify(one):
            raise Refused(f"回执号 {one.receipt} 核验未通过，不能合并，请先由系统管理员核对。")
    in_force = {one.pk for one in rows if one.superseded_at is None}
    # one at a time may be in force for a part, also while they change places
    Signature.objects.filter(pk__in=in_force).update(superseded_at=timezone.now())
    other = {old.pk: kept, kept.pk: old}
    for one in rows:
        former = [one.person_id, one.completion_id, one.seal]
        part = other[one.completion_id]
        one.completion, one.person = part, part.person
        one.seal = seal_of(one)
        one.save(update_fields=["completion", "person", "seal"])
        record(actor, "rebind", one, former=former)
    Signature.objects.filter(pk__in=in_force).update(superseded_at=None)
