"""Those counted by a list from elsewhere: on one that was checked, and without a signature."""

from django.db.models import Q

from accounts.verify import Proof
from pledges.proofs.trail import deeds
from rounds.models import Completion, OutsideBatch, OutsideRow
from rounds.services.outside import TOOK, digest_of

METHOD = Completion.Method.OUTSIDE


def listed(proof: Proof) -> None:
    """Whoever counts by a list stands on one that was checked, and no signature is claimed."""
    parts = Completion.objects.filter(round__pledge__isnull=False, method=METHOD)
    done = parts.filter(state=Completion.State.ACCEPTED)
    checked = done.filter(outside_rows__batch__state=OutsideBatch.State.CHECKED)
    for pk in done.exclude(pk__in=checked.values("pk")).values_list("pk", flat=True):
        proof.find("part", pk, f"个人完成 {pk}：已计为外部导入，但没有经抽查的导入记录。")
    signed = done.filter(Q(signatures__isnull=False, signatures__superseded_at__isnull=True))
    for pk in signed.values_list("pk", flat=True):
        proof.find("part", pk, f"个人完成 {pk}：标为外部导入，却有有效的签署记录。")
    _lists(proof)
    proof.facts["outside"] = parts.filter(state__in=Completion.SUBMITTED).count()


def _lists(proof: Proof) -> None:
    """Each list that counts is as it was when it was taken in."""
    found = OutsideBatch.objects.filter(
        round__pledge__isnull=False, state__in=OutsideRow.COUNTING
    ).select_related("file")
    for batch in found.order_by("pk"):
        noted = deeds("outsidebatch", [batch.pk], TOOK).values_list("detail", flat=True).last()
        if not digest_of(batch) == batch.sha256 == (noted or {}).get("sha256"):
            said = f"外部导入 {batch.pk}：导入的明细与确认导入时不一致。"
            proof.find("outside", batch.pk, said)
