"""Word and PDF files are known by what they hold."""

import io
import zipfile

import pytest

from adapters import documents

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def packed(*names: str, size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, b"x" * size)
    return out.getvalue()


WORD = packed("[Content_Types].xml", "word/document.xml")
OLD = documents.OLE + b"\0" * 512 + "WordDocument".encode("utf-16-le")


def sent(name: str, data: bytes):
    file = io.BytesIO(data)
    file.name = name
    return file


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [("通知.pdf", PDF, documents.PDF), ("通知.DOCX", WORD, documents.DOCX),
     ("通知.doc", OLD, documents.DOC)],
)  # fmt: skip
def test_word_and_pdf_are_taken(name, data, kind):
    assert documents.open_safely(sent(name, data)) == (data, kind)


BAD = [
    ("a.pdf", b"", "空的"),
    ("a.pdf", b"MZ" + PDF, "只能是"),
    ("a.pdf", b"%PDF-1.7 cut", "只能是"),
    ("a.docx", packed("xl/workbook.xml", "[Content_Types].xml"), "只能是"),
    ("a.docx", b"PK\x03\x04broken", "只能是"),
    ("a.docx", packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "宏"),
    ("a.doc", OLD + "_VBA_PROJECT".encode("utf-16-le"), "宏"),
    ("a.doc", documents.OLE + b"\0" * 600, "只能是"),
    ("a.exe", PDF, "名称不符"),
    ("a.pdf", WORD, "名称不符"),
    ("a.pdf", PDF + b"x" * documents.MOST_BYTES, "超过 20 MB"),
]


@pytest.mark.parametrize(("name", "data", "sentence"), BAD)
def test_what_is_something_else_is_refused_in_words(name, data, sentence):
    with pytest.raises(documents.Unusable, match=sentence):
        documents.open_safely(sent(name, data))


def test_a_word_file_that_unpacks_to_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "MOST_UNPACKED", 1000)

    with pytest.raises(documents.Unusable, match="展开后过大"):
        documents.open_safely(
            sent("a.docx", packed("[Content_Types].xml", "word/document.xml", size=900))
        )
