"""The root of each closed round."""

from accounts.models import AuditEntry
from accounts.verify import Proof
from pledges.queries import rooted
from pledges.services.rooting import FIXED, kept_by, root_of
from rounds.models import Round


def fixed(proof: Proof) -> None:
    """Each closed round still comes to the root it was closed with; the trail says the same."""
    found = []
    for round_ in rooted(Round.objects.filter(state=Round.State.CLOSED)).order_by("pk"):
        value, count = root_of(round_)
        kept = kept_by(round_).root
        deed = AuditEntry.objects.filter(model="round", object_id=str(round_.pk), verb=FIXED)
        said = deed.order_by("pk").values_list("detail", flat=True).first()
        if (kept or said) and not value == kept == (said or {}).get("root"):
            proof.find("root", round_.pk, f"{round_.title}：汇总校验码与结束时不一致。")
        about: dict[str, object] = {"round": round_.pk, "title": round_.title, "signatures": count}
        found.append(about | {"root": value, "kept": kept})
    proof.facts["rounds"] = found
    lines = "".join(
        f"\n{r['round']}  {r['title']}  {r['signatures']} 份  {r['root']}" for r in found
    )
    outside = proof.facts["outside"]
    others = f"另有外部导入 {outside} 人，无本系统签署记录。" if outside else ""
    proof.sentence = (
        f"共核对 {proof.checked} 份签署。{others}已结束任务的汇总校验码：{lines or '无'}"
    )
