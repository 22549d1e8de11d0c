"""Who agreed to stand on a poster of a joint appeal."""

from collections.abc import Iterable

from accounts.models import AuditEntry
from accounts.verify import Proof
from pledges.models import JointName
from pledges.proofs.trail import CHUNK, chunks, deeds

AGREED, LEFT = "agree_poster", "leave_poster"


def posters(proof: Proof) -> None:
    """Each name on a poster was agreed to, and each agreed to and not taken back is there."""
    rows = JointName.objects.select_related("signature").order_by("pk")
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        agreed = _agreed([one.pk for one in chunk])
        for one in chunk:
            if one.pk not in agreed:
                proof.find("poster", one.pk, f"回执号 {one.signature}：本人没有同意联名上墙。")
    asked = AuditEntry.objects.filter(model="signature", verb=AGREED).order_by("pk")
    for some in chunks(asked.values_list("object_id", "subject").iterator(chunk_size=CHUNK)):
        receipts = {int(pk): receipt for pk, receipt in some}
        there = set(JointName.objects.filter(pk__in=receipts).values_list("pk", flat=True))
        for pk in _agreed(receipts) - there:
            said = f"回执号 {receipts[pk]}：本人同意联名上墙，记录已被删除。"
            proof.find("poster", pk, said)


def _agreed(ids: Iterable[int]) -> set[int]:
    """Those whose signer last said that they may be shown."""
    said = deeds("signature", ids, AGREED, LEFT).values_list("object_id", "verb")
    return {int(pk) for pk, verb in dict(said).items() if verb == AGREED}
