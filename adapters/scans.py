"""Scanned papers from outside: pictures made anew, PDF files looked at and kept as they are."""

import hashlib
from dataclasses import dataclass

from adapters.images import Unusable, open_safely

MOST_BYTES = 20 * 1024 * 1024
ALIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA", b"/Encrypt")


@dataclass(frozen=True)
class Scanned:
    """A scanned paper as it is kept."""

    bytes: bytes
    sha256: str
    content_type: str


def open_scan(sent) -> Scanned:
    """The scan in a file. Raises Unusable for what is no picture and no plain PDF."""
    start = sent.read(5)
    sent.seek(0)
    if start != b"%PDF-":
        image = open_safely(sent)
        return Scanned(image.bytes, image.sha256, image.content_type)
    data = sent.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unusable("PDF 超过 20 MB，请降低扫描分辨率或分成几个文件上传。")
    if b"%%EOF" not in data[-2048:]:
        raise Unusable("PDF 不完整，请重新扫描后上传。")
    if any(mark in data for mark in ALIVE):
        raise Unusable("PDF 含有脚本、附件或密码，不能接收。请上传扫描仪直接生成的 PDF 或照片。")
    return Scanned(data, hashlib.sha256(data).hexdigest(), "application/pdf")
