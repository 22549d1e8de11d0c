"""A pledge as a PDF page: drawn once, the same bytes for the same content.

The letters come from a font file if the installation names one (`PDF_FONT`, TrueType; what is used
of it is embedded), else from the Song face that every reader of Chinese documents brings along.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

rl_config.useA85 = 0  # bytes as they are, not as text
WIDTH, HEIGHT = A4
MARGIN = 72.0
COLUMN = WIDTH - 2 * MARGIN
TITLE, BODY, SMALL = 18, 12, 8.5
LEADING = 21
NEVER_FIRST = frozenset("，。、；：？！”’）》】〕％…—,.;:?!)%")
HAND = 150.0, 60.0  # the field into which a signature fits


Strokes = Sequence[Sequence[Sequence[int]]]
Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """What stands on a page: heading, paragraphs, who signed, the strokes, the small print.

    `beside` is another's hand, with what is said of it, at the left of the first.
    """

    heading: str
    paragraphs: Sequence[str]
    facts: Facts
    strokes: Strokes
    proof: Sequence[str]
    beside: tuple[Facts, Strokes] | None = None


@cache
def face(font_file: str) -> str:
    """The name of the font, made known to the library once."""
    font = TTFont("Pledge", font_file) if font_file else UnicodeCIDFont("STSong-Light")
    pdfmetrics.registerFont(font)
    return font.fontName


@cache
def em(font: str, letter: str) -> float:
    """How wide a letter is at size 1."""
    return pdfmetrics.stringWidth(letter, font, 1)


def lines(text: str, font: str, size: float, width: float, indent: float = 0) -> Iterator[str]:
    """The text in lines that fit; no line starts with a closing mark."""
    line, used = "", indent
    for letter in text:
        wide = em(font, letter) * size
        if used + wide > width and line and letter not in NEVER_FIRST:
            yield line
            line, used = "", 0.0
        line += letter
        used += wide
    if line:
        yield line


def draw(sheet: Sheet, *, font_file: str = "") -> bytes:
    """The page, or pages, as a PDF."""
    font = face(font_file)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(sheet.heading)
    y = _heading(canvas, sheet.heading, font)
    y = _paragraphs(canvas, sheet.paragraphs, font, y)
    y = _signed(canvas, sheet, font, y)
    _proof(canvas, sheet.proof, font, y)
    canvas.showPage()
    canvas.save()
    canvas.__dict__.clear()  # it holds itself in circles, and would wait long to be collected
    return out.getvalue()


def _heading(canvas, heading: str, font: str) -> float:
    y = HEIGHT - MARGIN
    canvas.setFont(font, TITLE)
    for line in lines(heading, font, TITLE, COLUMN):
        canvas.drawCentredString(WIDTH / 2, y, line)
        y -= TITLE * 1.5
    return y - 8


def _paragraphs(canvas, paragraphs: Sequence[str], font: str, y: float) -> float:
    canvas.setFont(font, BODY)
    for paragraph in paragraphs:
        indent = 2 * BODY
        for line in lines(paragraph, font, BODY, COLUMN, indent):
            y = _room(canvas, y, LEADING, font, BODY)
            canvas.drawString(MARGIN + indent, y, line)
            y, indent = y - LEADING, 0
    return y


def _room(canvas, y: float, needed: float, font: str, size: float) -> float:
    if y - needed >= MARGIN:
        return y
    canvas.showPage()
    canvas.setFont(font, size)
    return HEIGHT - MARGIN


def _signed(canvas, sheet: Sheet, font: str, y: float) -> float:
    """The hands and whose they are, side by side below the text, never torn from each other."""
    sides = [(WIDTH / 2, sheet.facts, sheet.strokes)]
    if sheet.beside:
        sides.append((MARGIN, *sheet.beside))
    most = max(len(facts) for _, facts, _ in sides)
    y = _room(canvas, y - 12, HAND[1] + most * LEADING, font, BODY)
    return min(_side(canvas, left, facts, strokes, font, y) for left, facts, strokes in sides)


def _side(canvas, left: float, facts: Facts, strokes: Strokes, font: str, y: float) -> float:
    if strokes:
        canvas.drawString(left, y - HAND[1] / 2, "签名：")
        _strokes(canvas, strokes, left + 48, y - HAND[1])
        y -= HAND[1] + 6
    for label, value in facts:
        for line in lines(f"{label}：{value}", font, BODY, COLUMN / 2):
            canvas.drawString(left, y - BODY, line)
            y -= LEADING
    return y


def _strokes(canvas, strokes, left: float, bottom: float) -> None:
    """The hand, as the page's own operators: the library formats each number much slower."""
    points = [point for stroke in strokes for point in stroke]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    scale = min(HAND[0] / max(1, max(xs) - min(xs)), HAND[1] / max(1, max(ys) - min(ys)), 0.4)
    x0, y0 = min(xs), max(ys)
    path = ["1.6 w 1 J 1 j"]
    for stroke in strokes:
        at = [(left + (p[0] - x0) * scale, bottom + (y0 - p[1]) * scale) for p in stroke]
        path.append(f"{at[0][0]:.2f} {at[0][1]:.2f} m")
        if len(at) == 1:
            path.append(f"{at[0][0] + 0.5:.2f} {at[0][1]:.2f} l")
        for (x, y), (to_x, to_y) in pairwise(at):
            half = f"{(x + to_x) / 2:.2f} {(y + to_y) / 2:.2f}"
            path.append(f"{x:.2f} {y:.2f} {half} {to_x:.2f} {to_y:.2f} c")
    canvas.addLiteral(" ".join([*path, "S"]))


def _proof(canvas, proof: Sequence[str], font: str, y: float) -> None:
    small = [line for text in proof for line in lines(text, font, SMALL, COLUMN)]
    y = _room(canvas, y - 10, len(small) * SMALL * 1.6 + 10, font, SMALL)
    canvas.setFont(font, SMALL)
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, y - 6, WIDTH - MARGIN, y - 6)
    y -= 20
    for line in small:
        canvas.drawString(MARGIN, y, line)
        y -= SMALL * 1.6
