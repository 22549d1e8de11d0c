"""Separated values in whatever encoding they come."""

import csv
import io
from collections.abc import Iterator

from adapters.spreadsheets.refusal import Refused

SEPARATORS = "\t,;"
csv.field_size_limit(32_767)


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or GBK/GB18030, with or without a mark in front.

    Raises Refused when it is in none of them: nothing is ever stored half understood.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    if b"\x00" in data[:2000]:
        halves = data[:2000:2].count(0), data[1:2000:2].count(0)
        return _strictly(data, "utf-16-be" if halves[0] > halves[1] else "utf-16-le")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _strictly(data, "gb18030")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise Refused("无法识别文件的文字编码，请另存为 .xlsx，或 UTF-8、GBK 编码的 CSV 后再上传。")
    return text.removeprefix("\ufeff")


def separator(text: str) -> str:
    """What separates the values: the sign that the fullest of the first lines holds most of."""
    lines = text[:20_000].splitlines()[:20]
    return max(SEPARATORS, key=lambda sign: max((line.count(sign) for line in lines), default=0))


def rows(text: str) -> Iterator[list]:
    """Each record as a list of texts; quotes may hold separators and line ends."""
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator(text))
    except csv.Error:
        raise Refused(
            "CSV 中有超长或不成对引号的内容，请用 Excel 打开检查后另存为 .xlsx。"
        ) from None
