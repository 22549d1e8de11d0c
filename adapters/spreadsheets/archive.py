"""Zipped workbooks, looked at before anything unpacks them."""

import re
import zipfile
from pathlib import Path

from adapters.spreadsheets.refusal import Refused

MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
MOST_PARTS = 2000
CHUNK = 1024 * 1024
DAMAGED = "文件已损坏，无法打开。请重新导出或另存为 .xlsx 后再上传。"
# a lone cell far out makes a reader fill everything before it
FAR_OUT = re.compile(
    rb' r="(?:(?:[A-Z]{3}|[J-Z][A-Z])[0-9]+|[A-Z]{0,3}(?:[2-9][0-9]{5}|[0-9]{7}))"'
)
REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="[0-9]{5,}"[^>]*office:value')


def kind_of(path: Path) -> str:
    """Which workbook a zip holds: "xlsx" or "ods".

    Raises Refused when it holds another thing, is damaged, or would unpack to more than is taken.
    """
    try:
        with zipfile.ZipFile(path) as parts:
            _check_size(parts)
            kind = _kind(parts)
            _check_parts(parts)
            return kind
    except Refused:
        raise
    except Exception:
        raise Refused(DAMAGED) from None


def _check_size(parts: zipfile.ZipFile) -> None:
    found = parts.infolist()
    unpacked = sum(part.file_size for part in found)
    packed = sum(part.compress_size for part in found) or 1
    if any(part.flag_bits & 1 for part in found):
        raise Refused("压缩包设有密码，请上传未加密的 Excel 名册。")
    if (
        len(found) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or (unpacked > CHUNK and unpacked / packed > MOST_RATIO)
    ):
        raise Refused("文件解开后过大，疑似异常文件。请另存为 .xlsx 后再上传。")


def _kind(parts: zipfile.ZipFile) -> str:
    names = set(parts.namelist())
    if any(name.endswith("vbaProject.bin") for name in names) or "xl/workbook.bin" in names:
        raise Refused("不接收含宏或二进制格式的文件，请另存为 .xlsx 后再上传。")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names and b"opendocument.spreadsheet" in parts.read("mimetype")[:200]:
        return "ods"
    if "word/document.xml" in names:
        raise Refused("这是 Word 文件，不是表格文件。请上传 Excel 或 CSV 名册。")
    raise Refused("这不是表格文件（或文件已损坏）。请上传 Excel 或 CSV 名册。")


def _check_parts(parts: zipfile.ZipFile) -> None:
    """No part declares entities, points outside the grid, or unpacks to more than it says."""
    total = 0
    for part in parts.infolist():
        if not part.filename.endswith((".xml", ".rels")):
            continue
        tail = b""
        with parts.open(part) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MOST_UNPACKED:
                    raise Refused("文件解开后过大，疑似异常文件。请另存为 .xlsx 后再上传。")
                seen = tail + chunk
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    raise Refused("文件含有不允许的外部引用，请另存为 .xlsx 后再上传。")
                if FAR_OUT.search(seen) or REPEATED.search(seen):
                    raise Refused("表格在很远的行或列还有内容，请删除多余的行列后再上传。")
                tail = chunk[-64:]
