"""What is covered before a picture is kept: identity numbers and faces."""

import re
from collections.abc import Sequence

from adapters import pixels
from adapters.ocr import Line
from selfcheck.reading.normal import dense
from selfcheck.reading.placed import clusters, placed

# eighteen signs, any of them masked; what the mask leaves is at least as telling as a birthday
_NUMBER = re.compile(
    r"(?<!\d)(?=[\dx*]{15,20}(?!\d))(?=(?:\D*\d){4})[1-9][\dx*]{13,18}[\dx*](?!\d)"
)
_MASKED = re.compile(r"(?<!\d)[1-9]\d{0,5}\*{5,}\d{0,4}[\dx](?!\d)")
_LABEL = re.compile("身份证号?码?|证件号码?|公民身份号码?")
_TELLING = re.compile(r"[\d*]{4}")
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

    Covered is what was read as a number, what stands behind or under the words for one, and faces
    that look at the camera. A number without such words that the reader overlooked and a face from
    the side stay, so pictures remain for few to see.
    """
    image = pixels.opened(picture)
    rows = placed(lines)
    boxes: list = [
        part.line.box
        for row in clusters(rows)
        if holds_number("".join(part.dense for part in row))
        for part in row
    ]
    for label in (row for row in rows if _LABEL.search(row.dense)):
        boxes.append(_rest_of_row(label.line, max(image.shape[:2])))
        boxes += [
            row.line.box for row in rows if row.below(label, 2.2) and _TELLING.search(row.dense)
        ]
    boxes += [
        face for face in pixels.faces(image) if not any(_within(line, face) for line in lines)
    ]
    return pixels.encoded(pixels.covered(image, boxes)) if boxes else picture


def _rest_of_row(line: Line, far: int) -> list[tuple[float, float]]:
    """The row behind a line to the edge of the picture: masks are often read in part or not at all."""
    first, last, below, _ = line.box
    wide = max(1.0, ((last[0] - first[0]) ** 2 + (last[1] - first[1]) ** 2) ** 0.5)
    x, y = (last[0] - first[0]) / wide * far, (last[1] - first[1]) / wide * far
    return [last, (last[0] + x, last[1] + y), (below[0] + x, below[1] + y), below]


def _within(line: Line, face: Sequence[tuple[int, int]]) -> bool:
    """Whether a line of writing stands in the middle of what was taken for a face."""
    (left, top), _, (right, bottom), _ = face
    x, y = (sum(point[axis] for point in line.box) / 4 for axis in (0, 1))
    return len(line.text) > 1 and left < x < right and top < y < bottom
