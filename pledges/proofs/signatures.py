"""Each person's own signature: the row, the part it fulfils, the deed on the trail."""

from django.db.models import Count, F, Q

from accounts.models import AuditEntry
from accounts.verify import Proof
from pledges.models import Document, PledgeText, Signature
from pledges.proofs.trail import CHUNK, chunks, deeds
from pledges.services.documents import digest_of
from pledges.services.signing import verify
from rounds.models import Completion

SIGNED = ("sign", "record_paper")


def signatures(proof: Proof) -> None:
    """Every signature, every part that should have one, every signing on the trail."""
    _rows(proof)
    _parts(proof)
    _deeds(proof)


def _rows(proof: Proof) -> None:
    """Each fits its text and its keyed digest, its part and person, and a deed on the trail."""
    texts = PledgeText.objects.in_bulk()
    rows = Signature.objects.select_related("completion", "scan").order_by("pk")
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        said = deeds("signature", [one.pk for one in chunk], *SIGNED)
        noted = set(said.values_list("object_id", flat=True))
        drawn = Document.objects.filter(signature__in=chunk).values_list(
            "signature", "data", "sha256"
        )
        for pk, data, sha256 in drawn:
            if digest_of(bytes(data)) != sha256:
                proof.find("document", pk, f"签署记录 {pk} 的归档文件已被改动。")
        for one in chunk:
            proof.checked += 1
            one.text = texts[one.text_id]
            if what := _wrong(one, noted):
                proof.find("signature", one.pk, f"回执号 {one.receipt}：{what}。")


def _wrong(one: Signature, noted: set[str]) -> str:
    if not verify(one):
        return "签署内容、时间、方式、笔迹或签署人与签署时不一致"
    if one.completion.person_id != one.person_id:
        return "签署记录已不属于签署人"
    if str(one.pk) not in noted:
        return "签署记录没有对应的操作记录"
    return ""


def _parts(proof: Proof) -> None:
    """Whoever counts as signed has exactly one signature in force, the latest, of that method."""
    signed = Completion.objects.filter(
        ~Q(method=Completion.Method.OUTSIDE),
        round__pledge__isnull=False,
        state=Completion.State.ACCEPTED,
    ).annotate(latest=Count("signatures", filter=Q(signatures__superseded_at__isnull=True)))
    for pk in signed.exclude(latest=1).values_list("pk", flat=True).iterator(chunk_size=CHUNK):
        proof.find("part", pk, f"个人完成 {pk}：已计为签署，但没有有效的签署记录。")
    present = Signature.objects.filter(
        superseded_at__isnull=True, completion__state=Completion.State.ACCEPTED
    )
    later = present.filter(completion__signatures__pk__gt=F("pk"))
    other = present.exclude(completion__method=F("method"))
    for pk, receipt in later.values_list("pk", "receipt").distinct():
        proof.find("signature", pk, f"回执号 {receipt}：较早的签署被改为有效。")
    for pk, receipt in other.values_list("pk", "receipt"):
        proof.find("signature", pk, f"回执号 {receipt}：完成方式与签署方式不一致。")


def _deeds(proof: Proof) -> None:
    """Each signing on the trail still has its signature."""
    said = AuditEntry.objects.filter(model="signature", verb__in=SIGNED).order_by("pk")
    rows = said.values_list("object_id", "subject").iterator(chunk_size=CHUNK)
    for chunk in chunks(rows):
        ids = {int(pk) for pk, _ in chunk}
        there = set(Signature.objects.filter(pk__in=ids).values_list("pk", flat=True))
        for pk, receipt in chunk:
            if int(pk) not in there:
                proof.find("signature", pk, f"回执号 {receipt}：签署记录已被删除。")
