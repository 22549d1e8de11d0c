"""Lines of text as they stand on a page held upright: who is beside, above and below whom."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from adapters.ocr import Line
from selfcheck.reading.normal import bare, dense, plain

ARROW = 0.1
CLOSE = 1.5  # heights between what belongs together


@dataclass(frozen=True)
class Placed:
    """A line and its upright rectangle."""

    line: Line
    text: str
    dense: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def score(self) -> float:
        """How surely it was read; an arrow at its end makes an engine unsure of what it read well."""
        return min(1.0, self.line.score + (ARROW if bare(self.text) != self.text else 0))

    @property
    def high(self) -> float:
        """The height of its letters."""
        return max(1.0, self.bottom - self.top)

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.top + self.bottom) / 2

    def beside(self, other: "Placed") -> bool:
        """Whether both stand in one row."""
        return abs(self.middle - other.middle) < 0.6 * max(self.high, other.high)

    def below(self, other: "Placed", heights: float = 3.0) -> bool:
        """Whether this one stands right under the other, within so many heights."""
        gap = self.middle - other.middle
        across = min(self.right, other.right) - max(self.left, other.left)
        near = across > -other.high
        return 0.5 * other.high < gap < heights * max(self.high, other.high) and near


def placed(lines: Iterable[Line]) -> list[Placed]:
    """The lines with their rectangles, from above; the page turned as its text runs."""
    given = [line for line in lines if line.text.strip()]
    if not given:
        return []
    angle = _angle(given)
    made = []
    for line in given:
        corners = [_turned(x, y, -angle) for x, y in line.box]
        across, down = [x for x, _ in corners], [y for _, y in corners]
        text = plain(line.text)
        made.append(Placed(line, text, dense(text), min(across), min(down), max(across), max(down)))
    return sorted(made, key=lambda one: (one.top, one.left))


def clusters(lines: list[Placed]) -> list[list[Placed]]:
    """Lines that stand close together in one row, from the left: an engine cuts at wide blanks."""
    made: list[list[Placed]] = []
    for line in sorted(lines, key=lambda one: one.left):
        row = next((row for row in made if row[-1].beside(line) and _close(row[-1], line)), None)
        if row is None:
            made.append([line])
        else:
            row.append(line)
    return made


def runs(lines: list[Placed]) -> list[Placed]:
    """Each of these as one line, as surely read as its least sure part."""
    made = [
        Placed(
            min(row, key=_doubt).line,
            " ".join(one.text for one in row),
            "".join(one.dense for one in row),
            row[0].left,
            min(one.top for one in row),
            max(one.right for one in row),
            max(one.bottom for one in row),
        )
        for row in clusters(lines)
    ]
    return sorted(made, key=lambda one: (one.top, one.left))


def _doubt(line: Placed) -> float:
    """How surely a line was read; of stars alone nothing is asked."""
    return line.line.score if line.dense.strip("*") else 2.0


def _close(one: Placed, other: Placed) -> bool:
    return other.left - one.right < CLOSE * min(one.high, other.high)


def _angle(lines: list[Line]) -> float:
    """The direction in which the longer lines run."""
    runs = [(box[1][0] - box[0][0], box[1][1] - box[0][1]) for box in (line.box for line in lines)]
    longer = sorted(runs, key=lambda run: -math.hypot(*run))[: max(3, len(runs) // 2)]
    across, down = sum(run[0] for run in longer), sum(run[1] for run in longer)
    whole = math.atan2(down, across)
    # single lines that lie askew do not turn the page
    aside = [(math.atan2(y, x) - whole + math.pi) % (2 * math.pi) - math.pi for x, y in longer]
    return whole + median(aside)


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    return (
        x * math.cos(angle) - y * math.sin(angle),
        x * math.sin(angle) + y * math.cos(angle),
    )
