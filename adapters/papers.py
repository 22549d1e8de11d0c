"""Written papers from outside: PDF, Word or a picture, looked at before they are kept."""

import io
import zipfile
from dataclasses import dataclass

from adapters import images

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
PDF, DOCX = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
NEITHER = "只接受 PDF、Word（.docx）或照片（JPEG、PNG）。"


class Unusable(Exception):
    """The paper cannot be taken; the message is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Paper:
    """The bytes to keep, and what they are by their content."""

    bytes: bytes
    content_type: str


def open_safely(sent) -> Paper:
    """The paper in a file. Raises Unusable for what is too large or is none of the three."""
    data = sent.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unusable("文件超过 20 MB，请压缩后再上传。")
    if data.startswith(b"%PDF-"):
        return Paper(data, PDF)
    if data.startswith(b"PK"):
        _check_word(data)
        return Paper(data, DOCX)
    try:
        picture = images.open_safely(io.BytesIO(data))
    except images.Unusable:
        raise Unusable(NEITHER) from None
    return Paper(picture.bytes, picture.content_type)


def _check_word(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            found = {part.filename: part.file_size for part in parts.infolist()}
    except zipfile.BadZipFile:
        raise Unusable("文件已损坏，无法打开，请另存后再上传。") from None
    if "word/document.xml" not in found or sum(found.values()) > MOST_UNPACKED:
        raise Unusable(NEITHER)
    if any(name.lower().endswith("vbaproject.bin") for name in found):
        raise Unusable("文件含有宏，请另存为不含宏的 .docx 后再上传。")
