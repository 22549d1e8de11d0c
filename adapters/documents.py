"""Word and PDF files from outside: known by what they hold, never by their name."""

import io
import zipfile

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
PDF = "application/pdf"
DOC = "application/msword"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: ".pdf", DOC: ".doc", DOCX: ".docx"}
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
MACROS = ("vbaproject.bin", "vbadata.xml")


class Unusable(Exception):
    """The file cannot be taken; the message is a sentence for the person who sent it."""


def open_safely(sent) -> tuple[bytes, str]:
    """The bytes of a Word or PDF file and what they are.

    Raises Unusable for what is too large, is neither, carries macros or unpacks to a bomb.
    """
    data = sent.read(MOST_BYTES + 1)
    if not data:
        raise Unusable("文件是空的，请重新选择。")
    if len(data) > MOST_BYTES:
        raise Unusable("附件超过 20 MB，请压缩或拆分后再上传。")
    kind = _kind(data)
    if not kind:
        raise Unusable("附件只能是 Word（doc、docx）或 PDF 文件。")
    if not (sent.name or "").lower().endswith(ENDINGS[kind]):
        raise Unusable(f"文件内容与名称不符，应以 {ENDINGS[kind]} 结尾。")
    return data, kind


def _kind(data: bytes) -> str:
    if data.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in data[-2048:] else ""
    if data.startswith(OLE):
        if "_VBA_PROJECT".encode("utf-16-le") in data:
            raise Unusable("文件含有宏，请另存为不含宏的文件后再上传。")
        return DOC if "WordDocument".encode("utf-16-le") in data else ""
    return DOCX if data.startswith(b"PK") and _is_word(data) else ""


def _is_word(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = {entry.filename.lower() for entry in packed.infolist()}
            size = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    if size > MOST_UNPACKED:
        raise Unusable("附件展开后过大，请检查文件后再上传。")
    if any(name.endswith(MACROS) for name in names):
        raise Unusable("文件含有宏，请另存为不含宏的文件后再上传。")
    return {"[content_types].xml", "word/document.xml"} <= names
