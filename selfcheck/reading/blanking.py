"""What is covered before a picture is kept: identity numbers and faces."""

import re
from collections.abc import Sequence

from adapters import pixels
from adapters.ocr import Line
from selfcheck.reading.normal import dense

# eighteen signs, any of them masked; what the mask leaves is at least as telling as a birthday
_NUMBER = re.compile(
    r"(?<!\d)(?=[\dx*]{15,20}(?!\d))(?=(?:\D*\d){4})[1-9][\dx*]{13,18}[\dx*](?!\d)"
)
_MASKED = re.compile(r"(?<!\d)[1-9]\d{0,5}\*{5,}\d{0,4}[\dx](?!\d)")
_LABEL = re.compile("身份证号?码?|证件号码?|公民身份号码?")
_PHONE = re.compile(r"(?<!\d)1\d{2}\*{4,6}\d{4}(?!\d)")


def holds_number(text: str) -> bool:
    """Whether a line holds an identity number, whole or in part."""
    said = dense(text).replace("-", "")
    if _NUMBER.search(said):
        return True
    if _LABEL.search(said) and re.search(r"\d", said):
        return True
    return any(not _PHONE.fullmatch(found) for found in _MASKED.findall(said))


def blanked(picture: bytes, lines: Sequence[Line]) -> bytes:
    """The picture as JPEG with identity numbers and faces covered; itself where there are none.

    Covered is what was read as a number and faces that look at the camera. A number the reader
    overlooked and a face from the side stay, so pictures remain for few to see.
    """
    boxes: list = [line.box for line in lines if holds_number(line.text)]
    image = pixels.opened(picture)
    boxes += _labelled(lines)
    boxes += pixels.faces(image)
    return pixels.encoded(pixels.covered(image, boxes)) if boxes else picture


def _labelled(lines: Sequence[Line]) -> list:
    """Boxes of figures beside the words for an identity number, however they are masked."""
    labels = [line for line in lines if _LABEL.search(dense(line.text))]
    return [
        line.box
        for line in lines
        for label in labels
        if line is not label and _beside(line, label) and re.search(r"[\d*]{2}", dense(line.text))
    ]


def _beside(line: Line, label: Line) -> bool:
    """Whether the middle of a line lies on the row of the label, whichever way the page lies."""
    (ax, ay), _, _, (dx, dy) = label.box
    mx = sum(x for x, _ in line.box) / 4 - (ax + dx) / 2
    my = sum(y for _, y in line.box) / 4 - (ay + dy) / 2
    down = (dx - ax, dy - ay)
    high = max(1.0, (down[0] ** 2 + down[1] ** 2) ** 0.5)
    return abs(mx * down[0] + my * down[1]) / high < 0.6 * high
