"""责任书 between tiers: both hands, the pair as a whole, and the steps on the trail."""

from itertools import groupby

from django.db.models import Prefetch

from accounts.models import AuditEntry
from accounts.verify import Proof
from pledges.charters.models import Charter, CharterSignature, Side
from pledges.charters.services.signing import texts_of, verify, verify_hand
from pledges.models import PledgeText
from pledges.proofs.trail import CHUNK, chunks, deeds

State = Charter.State
SIDES: dict[str, set[str]] = {
    State.OPEN: set(),
    State.UPPER: {Side.UPPER},
    State.LOWER: {Side.LOWER},
    State.SIGNED: {Side.UPPER, Side.LOWER},
}
HANDS = Prefetch("signatures", CharterSignature.objects.select_related("hand").order_by("pk"))
Deeds = list[tuple[str, dict]]


def charters(proof: Proof) -> None:
    """Each pair is as its hands and its steps made it, and each step still has its pair."""
    texts = PledgeText.objects.in_bulk()
    tiers: dict[int, dict] = {}
    rows = Charter.objects.order_by("pk").select_related("scan", "upper", "unit", "person")
    for chunk in chunks(rows.prefetch_related(HANDS).iterator(chunk_size=CHUNK)):
        steps = _steps(chunk)
        for one in chunk:
            if one.round_id not in tiers:
                tiers[one.round_id] = texts_of(one.round_id)
            for hand in one.signatures.all():
                hand.text = texts[hand.text_id]
            proof.checked += one.state == State.SIGNED or bool(one.signatures.all())
            if what := _wrong(one, steps.get(str(one.pk), []), tiers[one.round_id]):
                proof.find("charter", one.pk, f"责任书 {one.pk}（{one}）：{what}。")
    _removed(proof)


def _steps(chunk: list[Charter]) -> dict[str, Deeds]:
    """What was done to each, the oldest first."""
    said = deeds("charter", [one.pk for one in chunk], *Charter.MOVES, "sign")
    rows = sorted(said.values_list("object_id", "pk", "verb", "detail"), key=lambda r: (r[0], r[1]))
    return {pk: [row[2:] for row in some] for pk, some in groupby(rows, key=lambda r: r[0])}


def _wrong(one: Charter, steps: Deeds, texts: dict) -> str:
    hands = list(one.signatures.all())
    standing = [hand for hand in hands if hand.superseded_at is None]
    if not verify(one, standing, texts) or not all(verify_hand(hand) for hand in hands):
        return "文本、签署人、时间、方式或签名与签订时不一致"
    put = [(said["side"], said["receipt"]) for verb, said in steps if verb == "sign"]
    if put != [(hand.side, hand.hand.receipt) for hand in hands]:
        return "签名与操作记录不符，有删除、增加或顺序改动"
    if not _stands(one, [verb for verb, _ in steps if verb in Charter.MOVES]):
        return f"状态“{one.get_state_display()}”与操作记录不一致"
    return _out_of_force(one, hands, standing)


def _stands(one: Charter, verbs: list[str]) -> bool:
    """Whether the pair is in the state into which the last step brought it."""
    last = Charter.MOVES[verbs[-1]][1] if verbs else State.OPEN
    return one.state == last or (one.state == State.GONE and last in Charter.WAITING)


def _out_of_force(one: Charter, hands: list, standing: list) -> str:
    """The hands in force are the latest of the sides that the state names."""
    sides = {hand.side for hand in standing}
    by_hand = one.method == "self" and one.state != State.GONE
    if by_hand and sides != SIDES[one.state]:
        return "有效的签名与状态不符"
    latest = {hand.side: hand.pk for hand in hands}
    if any(latest[hand.side] != hand.pk for hand in standing):
        return "较早的签名被改为有效"
    return ""


def _removed(proof: Proof) -> None:
    """Each pair that somebody acted on is still there."""
    acted = AuditEntry.objects.filter(model="charter", verb__in=["sign", "record_paper"])
    rows = acted.order_by("pk").values_list("object_id", "subject")
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        ids = {int(pk) for pk, _ in chunk}
        there = set(Charter.objects.filter(pk__in=ids).values_list("pk", flat=True))
        for pk, name in dict(chunk).items():
            if int(pk) not in there:
                proof.find("charter", pk, f"责任书 {pk}（{name}）：记录已被删除。")
