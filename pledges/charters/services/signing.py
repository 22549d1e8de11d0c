"""Both sides sign the same text; the second hand makes it a charter."""

import hmac

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Unit, User
from accounts.moves import Refused, move
from accounts.paths import SCHOOL, ancestors
from accounts.scope import grants_of
from pledges.charters.models import Charter, CharterSignature, CharterTier, Hand, Side
from pledges.charters.services.hands import draw, seal_of, sealed, signer_of
from pledges.models import PledgeText
from pledges.services.signing import SAMPLE, Page, page_with
from rounds import gate
from rounds.models import Completion

CHANGED = "责任书内容已更新，请重新阅读后签署。"


def texts_of(round_id: int) -> dict[str, PledgeText]:
    """The text of each tier of a round."""
    tiers = CharterTier.objects.filter(charter_round=round_id).select_related("text")
    return {tier.tier: tier.text for tier in tiers}


def sample_page(text: PledgeText, year: str) -> Page:
    """A text as it looks before any unit's name is in it."""
    return page_with(text, SAMPLE | {"year": year})


def blanks_of(charter: Charter, names: dict[str, str]) -> dict[str, str]:
    """What stands in the blanks of a pair's text; `names` are those of its units by path."""

    def called(path: str) -> str:
        return "".join(names.get(step, "") for step in ancestors(path)[SCHOOL:]) or names[path]

    lower = charter.unit.name if charter.unit_path != charter.upper_path else ""
    if charter.tier in {"class", "group"}:
        lower = called(charter.unit_path)
    return {
        "year": charter.round.charter.year,
        "school": names[charter.unit_path[: SCHOOL * 6]],
        "upper": called(charter.upper_path),
        "lower": lower,
        "name": charter.person.name if charter.person else "",
    }


def pages_of(charters: list[Charter]) -> dict[int, Page]:
    """The exact text of each pair: as first signed, or as it would be signed now."""
    chains = {step for row in charters for step in ancestors(row.unit_path)}
    names = dict(Unit.objects.filter(path__in=chains).values_list("path", "name"))
    texts = {round_id: texts_of(round_id) for round_id in {row.round_id for row in charters}}
    pages = {}
    for row in charters:
        text = texts[row.round_id][row.tier]
        pages[row.pk] = page_with(text, row.blanks or blanks_of(row, names))
    return pages


def page_of(charter: Charter) -> Page:
    """The exact text of one pair."""
    return pages_of([charter])[charter.pk]


def side_of(charter: Charter, person: User) -> str:
    """For which side this person signs; '' for neither.

    Somebody who answers for both signs above: below it must be another.
    """
    held = {(grant.path, grant.role) for grant in grants_of(person)}
    if (charter.upper_path, charter.upper_role) in held:
        return Side.UPPER
    if charter.person_id == person.pk:
        return Side.LOWER
    if charter.person_id is None and (charter.unit_path, charter.lower_role) in held:
        return Side.LOWER
    return ""


@transaction.atomic
def sign(
    charter: Charter,
    person: User,
    *,
    text_sha256: str,
    strokes: list,
    agent: str = "",
    again: bool = False,
) -> CharterSignature:
    """The person's hand stands for their side: this one, or the one already there.

    `again` replaces one's own as long as the other side has not signed.
    """

    def hand():
        return draw(person, strokes=strokes, agent=agent)

    return _put(charter.pk, person, text_sha256, hand, again=again)


@transaction.atomic
def sign_many(
    digests: dict[int, str], person: User, *, strokes: list, agent: str = ""
) -> tuple[list[CharterSignature], list[tuple[int, str]]]:
    """One drawing stands under each pair, bound to its own text; one refusal stops no other."""
    hand = draw(person, strokes=strokes, agent=agent)
    done: list[CharterSignature] = []
    refused: list[tuple[int, str]] = []
    for pk, digest in sorted(digests.items()):
        try:
            with transaction.atomic():
                done.append(_put(pk, person, digest, lambda: hand))
        except Refused as refusal:
            refused.append((pk, str(refusal)))
    if not any(one.hand_id == hand.pk for one in done):
        hand.delete()
    return done, refused


def _put(
    charter_id: int, person: User, digest: str, hand_of, *, again: bool = False
) -> CharterSignature:
    row = Charter.objects.only("round_id").get(pk=charter_id)
    gate.enter(row.round_id)
    locked = Charter.objects.select_for_update(of=("self",))
    charter = locked.select_related("round__charter", "unit", "upper", "person").get(pk=charter_id)
    side = side_of(charter, person)
    if not side:
        raise Refused("您不是这份责任书的签署人。如有疑问请联系所在单位。")
    there = {
        s.side: s for s in charter.signatures.filter(superseded_at=None).select_related("hand")
    }
    own = there.get(side)
    if own and own.hand.person_id == person.pk and not again:
        return own
    _check_turn(charter, person, side, there)
    page = page_of(charter)
    if not hmac.compare_digest(page.sha256, digest):
        raise Refused(CHANGED)
    if own:
        CharterSignature.objects.filter(pk=own.pk).update(superseded_at=timezone.now())
        return _written(charter, side, page, hand_of(), again=True)
    return _signed(charter, side, page, hand_of(), first=not there)


def _check_turn(charter: Charter, person: User, side: str, there: dict) -> None:
    """Refused unless it is this person's turn to sign, or to replace their own."""
    own = there.get(side)
    if own and own.hand.person_id != person.pk:
        raise Refused("本方已由他人签署，无需重复签署。")
    if own and (len(there) > 1 or charter.state == Charter.State.SIGNED):
        raise Refused("对方已签署，责任书已签订，不能再更换签名。如有错误请联系发布单位。")
    if any(other.hand.person_id == person.pk for other in there.values()) and not own:
        raise Refused("同一人不能代表双方签署，请由对方责任人签署。")
    if charter.state not in Charter.WAITING:
        raise Refused(f"这份责任书{charter.get_state_display()}，无需再签。")
    if not Charter.objects.unlocked().filter(pk=charter.pk).exists():
        raise Refused("上一级责任书尚未签订，签订后本级才能签署。")


def _signed(charter: Charter, side: str, page: Page, hand: Hand, *, first: bool):
    made = _written(charter, side, page, hand)
    verb = f"sign_{side}" if first else "countersign"
    fixed = {"blanks": page.blanks, "text_sha256": page.sha256}
    if not first:
        fixed["seal"] = pair_seal(charter, **fixed)
    move(charter, verb, actor=hand.person, **fixed)
    return made


def _written(charter: Charter, side: str, page: Page, hand: Hand, **more):
    """The hand's row, sealed, with its deed on the trail."""
    role = charter.upper_role if side == Side.UPPER else charter.lower_role
    path = charter.upper_path if side == Side.UPPER else charter.unit_path
    made = CharterSignature(
        charter=charter,
        side=side,
        hand=hand,
        role=role,
        signer=signer_of(hand.person, role, path),
        text=page.text,
        text_sha256=page.sha256,
    )
    made.seal = _seal(made)
    made.save(force_insert=True)
    record(hand.person, "sign", charter, side=side, receipt=hand.receipt, **more)
    return made


def _seal(signature: CharterSignature) -> str:
    said = [signature.charter_id, signature.side, signature.role, signature.text_sha256]
    if signature.signer:  # not said of those signed before it was written down
        said.append(signature.signer)
    return seal_of(signature.hand, *said)


def pair_seal(charter: Charter, hands: list[CharterSignature] | None = None, **fields) -> str:
    """The keyed digest over a pair that is signed: its text, and by whose hands or on which paper.

    `fields` are those about to be written. Where the pair stands is not said: units move.
    """
    for name, value in fields.items():
        setattr(charter, name, value)
    under_it = hands_of(charter) if hands is None else hands
    paper = [
        charter.upper_name,
        charter.lower_name,
        charter.signed_on and charter.signed_on.isoformat(),
        charter.scan and charter.scan.sha256,
        charter.recorded_by_id,
    ]
    return sealed(
        [charter.pk, charter.round_id, charter.tier, charter.person_id],
        [charter.blanks, charter.text_sha256, charter.method],
        sorted(one.seal for one in under_it),
        paper if charter.method == Completion.Method.PAPER else [],
    )


def hands_of(charter: Charter) -> list[CharterSignature]:
    """The hands in force under a pair."""
    found = charter.signatures.filter(superseded_at=None)
    return list(found.select_related("hand", "text"))


def verify(charter: Charter, hands: list[CharterSignature] | None = None, texts=None) -> bool:
    """Whether the text, both hands and the whole pair are as they were when signed.

    Whoever goes through many brings the hands and the texts of the tiers along.
    """
    hands = hands_of(charter) if hands is None else hands
    if charter.state == Charter.State.SIGNED and not hmac.compare_digest(
        pair_seal(charter, hands), charter.seal
    ):
        return False
    shown = (texts_of(charter.round_id) if texts is None else texts)[charter.tier]
    words = [shown, *(one.text for one in hands)]
    same = not charter.blanks or all(_says(text, charter) for text in words)
    return same and all(
        one.text_sha256 == charter.text_sha256 and verify_hand(one) for one in hands
    )


def _says(text: PledgeText, charter: Charter) -> bool:
    """Whether a text with the pair's blanks says what was signed."""
    said = {*PledgeText.MARKS[PledgeText.Use.CHARTER].values()}
    whole = said <= charter.blanks.keys()
    return whole and page_with(text, charter.blanks).sha256 == charter.text_sha256


def verify_hand(signature: CharterSignature) -> bool:
    """Whether one side's hand and its row are as they were when signed."""
    return hmac.compare_digest(_seal(signature), signature.seal)
