"""Signing: the exact text shown, the strokes drawn, a receipt."""

import base64
import hmac
import json
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import bulk
from accounts.audit import address, record
from accounts.models import User
from accounts.moves import Refused
from accounts.paths import COLLEGE, SCHOOL, ancestors, cut
from accounts.prepared import names_at
from pledges.models import Passing, PledgeText, Signature, sha256_of
from rounds import gate
from rounds.models import Completion, Round
from rounds.services import complete_entered, handed_in

Method = Completion.Method


@dataclass(frozen=True)
class Page:
    """The exact text one person is shown, and its digest."""

    text: PledgeText
    blanks: dict[str, str]
    heading: str
    body: str
    sha256: str

    @property
    def paragraphs(self) -> list[str]:
        """The body by paragraph."""
        return [part.strip() for part in self.body.split("\n") if part.strip()]


def page_for(round_: Round, person: User) -> Page:
    """The round's text with this person's school, unit and name filled in."""
    path = person.unit_path
    names = names_at(ancestors(path)) if path else {}
    chain = [names.get(step, "") for step in ancestors(path)[COLLEGE - 1 : COLLEGE + 1]]
    blanks = {
        "year": round_.pledge.year,
        "school": names.get(cut(path, SCHOOL), ""),
        "unit": "".join(chain),
        "name": person.name,
    }
    return page_with(round_.pledge.text, blanks)


# what stands in the blanks where a text is looked at and nobody signs
SAMPLE = {
    "year": "（年度）",
    "school": "（学校名称）",
    "unit": "（学院、班级）",
    "name": "（姓名）",
    "upper": "（上级单位）",
    "lower": "（下级单位）",
}


def page_with(text: PledgeText, blanks: dict[str, str]) -> Page:
    """A text with these blanks filled in, and its digest."""
    heading, body = text.filled(blanks)
    return Page(text, blanks, heading, body, sha256_of(heading, body))


def page_of(signature: Signature) -> Page:
    """The exact text that was signed."""
    return page_with(signature.text, signature.blanks)


def seal_of(signature: Signature) -> str:
    """The keyed digest over who signed what, when, how, and with which strokes."""
    said = [
        signature.completion_id,
        signature.person_id,
        signature.blanks,
        signature.text_sha256,
        signature.strokes,
        signature.signed_at.isoformat(),
        signature.receipt,
    ]
    if signature.method != Completion.Method.SELF:  # said only of what is not one's own hand
        said += [signature.method, signature.recorded_by_id, signature.passing_id]
        said.append(signature.scan.sha256 if signature.scan else None)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hmac.digest(base64.b64decode(settings.AUDIT_KEY), text.encode(), "sha256").hex()


def verify(signature: Signature) -> bool:
    """Whether the text, the strokes and the row are as they were when signed."""
    intact = page_of(signature).sha256 == signature.text_sha256
    return intact and hmac.compare_digest(seal_of(signature), signature.seal)


@transaction.atomic
def sign(
    round_: Round,
    person: User,
    *,
    text_sha256: str,
    strokes: list,
    agent: str = "",
    again: bool = False,
    passing: Passing | None = None,
) -> Signature:
    """The person's signature in force: this one, or the one already there.

    `again` replaces an earlier one as long as the unit has not handed in. Raises Refused when the
    text shown is not the text to be signed, or the round does not accept it.
    """
    gate.stay(round_, person)
    page = page_for(round_, person)
    if not hmac.compare_digest(page.sha256, text_sha256):
        raise Refused("承诺书内容或您的单位、姓名信息已更新，请重新阅读后签署。")
    completion, outcome = complete_entered(
        round_, person, actor=person, method=Method.PASSED if passing else Method.SELF
    )
    now = timezone.now()
    if outcome != "first":
        present = Signature.objects.filter(completion=completion, superseded_at__isnull=True)
        former = present.select_for_update().first() if outcome == "already" else None
        if former and not again:
            return former
        if former and handed_in(completion):
            raise Refused("所在单位已交件，不能直接重签。请先提交更正申请。")
        present.update(superseded_at=now)
        method_is(completion, Method.PASSED if passing else Method.SELF)
    bound = {"passing": passing, "method": Method.PASSED} if passing else {}
    signature = signed(completion, page, strokes, now=now, agent=agent, **bound)
    record(person, "sign", signature, again=again)
    return signature


def method_is(completion: Completion, method: str) -> None:
    """The part says how it was done last; when it was done first stays."""
    if completion.method != method:
        Completion.objects.filter(pk=completion.pk).update(method=method)
        completion.method = method


def signed(completion, page: Page, strokes: list, *, now, agent: str = "", **bound) -> Signature:
    """The signature's row, sealed; `bound` says how it was given, when not by one's own hand."""
    person = completion.person
    signature = Signature(
        completion=completion,
        person=person,
        unit_path=person.unit_path,
        text=page.text,
        blanks=page.blanks,
        text_sha256=page.sha256,
        strokes=strokes,
        signed_at=now,
        receipt=f"{timezone.localtime(now):%Y%m%d}-{secrets.randbelow(10**10):010d}",
        address=address.get(),
        agent=agent[:200],
        **bound,
    )
    signature.seal = seal_of(signature)
    bulk.insert_row(signature)
    return signature
