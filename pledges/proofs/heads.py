"""The hands of units' heads, which stand on each copy of their people's pledges."""

from datetime import datetime

from accounts.models import AuditEntry
from accounts.verify import Proof
from pledges.heads.models import HeadSignature
from pledges.heads.services import SIGNED, verify_head
from pledges.proofs.trail import CHUNK, chunks, deeds

CHANGED = "change_text"


def heads(proof: Proof) -> None:
    """Each is as it was when signed, has its deed, and stood for as long as the trail says."""
    rows = HeadSignature.objects.select_related("hand", "unit", "text").order_by("pk")
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        rounds = {one.round_id for one in chunk}
        said = deeds("round", rounds, SIGNED)
        details = [*said.values_list("detail", flat=True)]
        noted = {detail["receipt"] for detail in details}
        ended = dict(detail["ended"] for detail in details if detail.get("ended"))
        for detail in deeds("round", rounds, CHANGED).values_list("detail", flat=True):
            ended |= dict(detail.get("ended", []))
        for one in chunk:
            proof.checked += 1
            if what := _wrong(one, noted, ended):
                proof.find("head", one.pk, f"{one.unit}负责人会签 {one.hand.receipt}：{what}。")
    _deeds(proof)


def _wrong(one: HeadSignature, noted: set[str], ended: dict[str, str]) -> str:
    if not verify_head(one):
        return "文本、签名、身份或签署人与签署时不一致"
    if one.unit_path != one.unit.path:
        return "签署记录已不属于签署时的单位"
    if one.hand.receipt not in noted:
        return "签署记录没有对应的操作记录"
    said = ended.get(one.hand.receipt)
    if one.ended_at != (datetime.fromisoformat(said) if said else None):
        return "接替时间与操作记录不一致"
    return ""


def _deeds(proof: Proof) -> None:
    """Each head's signing on the trail still has its row."""
    rows = AuditEntry.objects.filter(model="round", verb=SIGNED).order_by("pk")
    said = rows.values_list("object_id", "detail").iterator(chunk_size=CHUNK)
    for chunk in chunks(said):
        receipts = {detail["receipt"] for _, detail in chunk}
        found = HeadSignature.objects.filter(hand__receipt__in=receipts)
        there = {(str(pk), receipt) for pk, receipt in found.values_list("round", "hand__receipt")}
        for round_id, detail in chunk:
            if (round_id, detail["receipt"]) not in there:
                said_ = f"单位负责人会签 {detail['receipt']}：签署记录已被删除。"
                proof.find("head", detail["receipt"], said_)
