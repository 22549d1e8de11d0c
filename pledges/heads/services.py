"""A unit's head signs once; a successor signs anew and stands on what comes later."""

import hmac

from django.db import transaction

from accounts.audit import record
from accounts.models import Unit, User
from accounts.moves import Refused
from accounts.paths import SCHOOL, cut
from pledges.charters.services.hands import draw, seal_of, signer_of
from pledges.heads.models import HeadSignature
from pledges.heads.standing import end, holds_still
from pledges.services.signing import Page, page_with
from rounds import gate
from rounds.models import Round

EACH = "（各签署人）"
SIGNED = "sign_for_unit"


def page_for_head(round_: Round, unit: Unit) -> Page:
    """The text as the head signs it: the unit filled in, a word in the place of each name."""
    school = Unit.objects.get(path=cut(unit.path, SCHOOL))
    blanks = {"year": round_.pledge.year, "school": school.name, "unit": unit.name, "name": EACH}
    return page_with(round_.pledge.text, blanks)


@transaction.atomic
def sign_for_unit(
    round_: Round, unit: Unit, person: User, *, text_sha256: str, strokes: list, agent: str = ""
) -> HeadSignature:
    """The head's hand for the unit: this one, or the one already there.

    Where a former head's stands and that head holds the unit no longer, it ends with the day they
    left, and this one stands on what was signed after.
    """
    round_ = gate.enter(round_.pk)  # with the text as it is now, whatever the request had read
    Unit.objects.select_for_update().get(pk=unit.pk)
    role = round_.pledge.head_role
    if not role or not holds_still(person.pk, role, unit.path):
        raise Refused("您不是本单位的会签负责人。如有疑问请联系发布单位。")
    page = page_for_head(round_, unit)
    if not hmac.compare_digest(page.sha256, text_sha256):
        raise Refused("承诺书内容已更新，请重新阅读后签署。")
    here = HeadSignature.objects.filter(round=round_, unit=unit, ended_at__isnull=True)
    former = here.select_related("hand").first()
    if former and former.hand.person_id == person.pk:
        return former
    if former and holds_still(former.hand.person_id, former.role, unit.path):
        raise Refused("本单位负责人已签署，无需重复签署。")
    ended = end(here)
    hand = draw(person, strokes=strokes, agent=agent)
    return _signed(round_, unit, page, hand, ended[0] if ended else [])


def _signed(round_: Round, unit: Unit, page: Page, hand, ended: list[str]) -> HeadSignature:
    made = HeadSignature(
        round=round_,
        unit=unit,
        unit_path=unit.path,
        hand=hand,
        role=round_.pledge.head_role,
        signer=signer_of(hand.person, round_.pledge.head_role, unit.path),
        text=page.text,
        blanks=page.blanks,
        text_sha256=page.sha256,
    )
    made.seal = _seal(made)
    made.save(force_insert=True)
    record(
        hand.person, SIGNED, round_, path=unit.path, receipt=hand.receipt, unit=unit.pk, ended=ended
    )
    return made


def _seal(head: HeadSignature) -> str:
    said = [head.round_id, head.unit_id, head.role, head.text_sha256]
    if head.signer:  # not said of those signed before it was written down
        said.append(head.signer)
    return seal_of(head.hand, *said)


def verify_head(head: HeadSignature) -> bool:
    """Whether text, hand and row are as they were when the head signed."""
    same = page_with(head.text, head.blanks).sha256 == head.text_sha256
    return same and hmac.compare_digest(_seal(head), head.seal)
