"""A signature as a document: drawn once, kept with its digest, used ever after."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from adapters import pdf
from pledges.heads.models import HeadSignature
from pledges.heads.standing import Standing
from pledges.models import Document, FormerDocument, Signature
from pledges.services.signing import page_of


@dataclass(frozen=True)
class Drawn:
    """A signature's document: its bytes, their digest, and the head whose hand is on it."""

    signature: Signature
    data: bytes
    sha256: str
    head: HeadSignature | None = None


def sheet_of(signature: Signature, head: HeadSignature | None = None) -> pdf.Sheet:
    """What stands on the document, with the hand of the unit's head beside the person's own."""
    page = page_of(signature)
    paper = []
    if scan := signature.scan:
        paper = [f"纸质签署，代录人 {signature.recorded_by}　扫描件校验码 {scan.sha256}"]
    at = timezone.localtime(signature.signed_at)
    return pdf.Sheet(
        heading=page.heading,
        paragraphs=page.paragraphs,
        facts=[
            ("姓名", page.blanks["name"]),
            ("单位", page.blanks["unit"]),
            ("日期", day_of(at)),
        ],
        strokes=signature.strokes,
        proof=[
            f"电子确认　方式 {signature.get_method_display()}　回执号 {signature.receipt}"
            f"　时间 {at:%Y-%m-%d %H:%M:%S}",
            f"文本校验码 {signature.text_sha256}",
            f"签署校验码 {signature.seal}",
            *paper,
            *(_said(head) if head else []),
        ],
        beside=_beside(head) if head else None,
    )


def day_of(at) -> str:
    """A day as it stands below a text."""
    return f"{at.year}年{at.month}月{at.day}日"


def _beside(head: HeadSignature) -> tuple[pdf.Facts, pdf.Strokes]:
    at = timezone.localtime(head.hand.signed_at)
    facts = [("单位负责人", head.signed_by), ("单位", head.blanks["unit"])]
    return [*facts, ("日期", day_of(at))], head.hand.strokes


def _said(head: HeadSignature) -> list[str]:
    at = timezone.localtime(head.hand.signed_at)
    return [
        f"单位负责人会签　回执号 {head.hand.receipt}　时间 {at:%Y-%m-%d %H:%M:%S}",
        f"会签校验码 {head.seal}",
    ]


def documents(signatures: Sequence[Signature], standing: Standing) -> list[Drawn]:
    """The documents of these, read with `person`, `text` and `document`; drawn where new.

    One drawn before the head now standing on it had signed is drawn anew, and its digest stays on
    record. A kept one that is no longer what it was is drawn again from the signature, and stays as
    it is: `verify pledges` tells of it.
    """
    drawn, new = [], []
    for signature in signatures:
        kept, head = getattr(signature, "document", None), standing.on(signature)
        data = bytes(kept.data) if kept else b""
        whole = kept is not None and digest_of(data) == kept.sha256
        if kept and whole and kept.head_id == (head.pk if head else None):
            drawn.append(Drawn(signature, data, kept.sha256, head))
            continue
        data = pdf.draw(sheet_of(signature, head), font_file=settings.PDF_FONT)
        drawn.append(Drawn(signature, data, digest_of(data), head))
        if kept is None:
            new.append(drawn[-1])
        elif whole:
            _supersede(kept, drawn[-1])
    Document.objects.bulk_create(
        (
            Document(signature=one.signature, data=one.data, sha256=one.sha256, head=one.head)
            for one in new
        ),
        ignore_conflicts=True,  # another worker may be drawing some of the same, alike
    )
    return drawn


@transaction.atomic
def _supersede(kept: Document, drawn: Drawn) -> None:
    """The new page takes the place of the kept one, once however many draw it."""
    same = Document.objects.filter(pk=kept.pk, sha256=kept.sha256)
    if same.update(data=drawn.data, sha256=drawn.sha256, head=drawn.head):
        FormerDocument.objects.create(signature=drawn.signature, sha256=kept.sha256)


def digest_of(data: bytes) -> str:
    """The digest that the index lists."""
    return hashlib.sha256(data).hexdigest()
