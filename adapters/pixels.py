"""What the pixels of a picture say besides its text: colours, switches, quality; and covering parts."""

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

ON, OFF, UNKNOWN = "on", "off", ""
GREEN, AMBER, RED = "green", "amber", "red"
# hue in degrees, half-open; what lies between is nobody's
HUES = {RED: ((345, 360), (0, 16)), AMBER: ((22, 66),), GREEN: ((82, 172),)}
SMALLEST_SIDE = 200
BLANK_SPREAD = 6.0
BLURRED = 12.0
ABOVE, BELOW = 2.0, 2.5  # heights of the text, from its middle, that are looked at
HIGHEST, LOWEST = -0.9, 1.4  # within which the middle of its switch stands
APART = 0.5  # by how much another must be farther away
BEYOND = 0.15  # heights of the text by which a cover goes beyond it
COVER = 40  # grey of a covered part
QUALITY = 88


class Undecodable(Exception):
    """These bytes are no picture."""


@dataclass(frozen=True)
class Seen:
    """What was seen, and how certain it is, from 0 to 1."""

    value: str
    certainty: float


NOTHING = Seen(UNKNOWN, 0.0)


@lru_cache(maxsize=1)  # text and pixels of one picture are asked for one after the other
def opened(picture: bytes) -> np.ndarray:
    """The pixels of a picture, row by row, blue before green before red; not to be written to."""
    try:
        with Pillow.open(io.BytesIO(picture)) as image:
            pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
    except Exception as error:
        raise Undecodable(str(error)) from None
    pixels.flags.writeable = False
    return pixels


def encoded(image: np.ndarray) -> bytes:
    """The picture as JPEG."""
    out = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(image[:, :, ::-1])).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def quality(image: np.ndarray) -> str:
    """`small`, `blank` or `blurred` where a person could not read it either; else empty."""
    if min(image.shape[:2]) < SMALLEST_SIDE:
        return "small"
    grey = image.mean(axis=2)
    if np.percentile(grey, 99.5) - np.percentile(grey, 0.5) < BLANK_SPREAD * 3:
        return "blank"
    edges = np.abs(np.diff(grey, axis=1))
    return "blurred" if np.percentile(edges, 99.99) < BLURRED else ""


def hues(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hue in degrees, saturation and brightness from 0 to 1 of every pixel."""
    import cv2  # only who looks at pictures pays for loading it

    hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
    return hsv[:, :, 0].astype(int) * 2, hsv[:, :, 1] / 255, hsv[:, :, 2] / 255


def code_colour(image: np.ndarray, least: float = 0.012) -> Seen:
    """Which of green, amber and red fills most of what is strongly coloured here.

    `least` is the share of the part that must bear it. Blue and the like do not count.
    """
    if image.size == 0:
        return NOTHING
    hue, strong, bright = hues(_smaller(image, 400))
    coloured = (strong > 0.38) & (bright > 0.28)
    shares = {
        name: float(sum(((hue >= low) & (hue < high) & coloured).mean() for low, high in spans))
        for name, spans in HUES.items()
    }
    name = max(shares, key=lambda colour: shares[colour])
    if shares[name] < least:
        return NOTHING
    return Seen(name, shares[name] / sum(shares.values()))


def _smaller(image: np.ndarray, longest: int) -> np.ndarray:
    step = max(1, max(image.shape[:2]) // longest)
    return image[::step, ::step]


def switch_state(image: np.ndarray, box: Any) -> Seen:
    """The state of the switch in the row of a text line, behind its end as the text runs.

    A switch is a lying capsule with a round knob. It is on where its track is coloured and the knob
    stands at the end, off where the track is grey and the knob stands first; else it is unknown.
    """
    strip, high = _behind(image, np.array(box, dtype=float))
    if min(strip.shape[:2]) < 8:
        return NOTHING
    found = _capsule(strip, high)
    return _state(found) if found is not None else NOTHING


def _behind(image: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, float]:
    """The rest of the row behind a line of text, laid level; and the height of the text."""
    import cv2

    along, down = corners[1] - corners[0], corners[3] - corners[0]
    high = float(np.hypot(*down))
    across, fall = along / max(1.0, np.hypot(*along)), down / max(1.0, high)
    start = corners[1] - down * (ABOVE - 0.5)
    rows, columns = image.shape[:2]
    ends = [
        (edge - corners[1][axis]) / across[axis]
        for axis, edge in ((0, columns), (0, 0), (1, rows), (1, 0))
        if abs(across[axis]) > 0.3
    ]
    wide = int(min((end for end in ends if end > 0), default=0))
    tall = int(high * (ABOVE + BELOW))
    if wide < 8 or tall < 8:
        return np.zeros((0, 0, 3), np.uint8), high
    place = np.array([[across[0], fall[0], start[0]], [across[1], fall[1], start[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(
        image, place, (wide, tall), flags=flags, borderMode=cv2.BORDER_REPLICATE
    ), high


def _capsule(strip: np.ndarray, high: float) -> np.ndarray | None:
    """What has the outline of a switch and stands nearest to the text; none where two are as near."""
    found = sorted(
        (abs(offset), box)
        for box in _outlines(strip, high)
        if HIGHEST < (offset := (box[1] + box[3] / 2) / high - ABOVE) < LOWEST
    )
    if not found or (len(found) > 1 and found[1][0] - found[0][0] < APART):
        return None
    x, y, w, h = found[0][1]
    return strip[y : y + h, x : x + w]


def _outlines(strip: np.ndarray, high: float) -> list[tuple[int, int, int, int]]:
    """The boxes of lying capsules, each once: the last of those that stand in one row."""
    import cv2

    ground = np.median(strip.reshape(-1, 3), axis=0)
    away = np.abs(strip.astype(int) - ground).max(axis=2)
    rows: dict[int, tuple[int, int, int, int]] = {}
    # the ring round a knob may be two pixels thin, so opening, which removes noise, comes second
    for least, noisy in ((12, False), (24, False), (40, False), (12, True), (24, True), (40, True)):
        mask = (away > least).astype(np.uint8)
        if noisy:
            mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for outline in outlines:
            x, y, w, h = cv2.boundingRect(outline)
            hull = cv2.contourArea(cv2.convexHull(outline))
            filled, solid = hull / max(1, w * h), cv2.contourArea(outline) / max(1.0, hull)
            inside = y > 0 and y + h < strip.shape[0]
            capsule = 0.6 * high <= h <= 2.4 * high and 1.35 <= w / h <= 2.7
            # signs of writing are of a like size but ragged
            if not (inside and capsule and 0.68 <= filled <= 0.99 and solid > 0.9):
                continue
            middle = y + h / 2
            row = next((r for r in rows if abs(r - middle) < 0.7 * high), int(middle))
            if row not in rows or x > rows[row][0] + rows[row][2]:
                rows[row] = (x, y, w, h)
    return list(rows.values())


def _state(capsule: np.ndarray) -> Seen:
    high, wide = capsule.shape[:2]
    reach = max(1, int(high * 0.24))
    middle = high // 2
    inset = high // 2
    left = _mean(capsule[middle - reach : middle + reach, inset - reach : inset + reach])
    last = wide - inset
    right = _mean(capsule[middle - reach : middle + reach, last - reach : last + reach])
    apart = float(np.abs(left - right).max())
    colour = {"left": _chroma(left), "right": _chroma(right)}
    if apart < 10:
        return NOTHING
    paler = right.mean() - colour["right"] / 2 > left.mean() - colour["left"] / 2
    knob = "right" if paler else "left"
    track = "left" if knob == "right" else "right"
    sure = min(1.0, 0.72 + apart / 100)
    if knob == "right" and colour[track] > 45 and colour[knob] < colour[track] * 0.6:
        return Seen(ON, sure)
    if knob == "left" and colour[track] < 30 and colour[knob] < 40:
        return Seen(OFF, sure)
    return NOTHING


def _mean(part: np.ndarray) -> np.ndarray:
    return part.reshape(-1, 3).mean(axis=0) if part.size else np.zeros(3)


def _chroma(colour: np.ndarray) -> float:
    return float(colour.max() - colour.min())


def covered(image: np.ndarray, boxes: list[Any]) -> np.ndarray:
    """The picture with these four-cornered parts filled in, a little beyond their edges."""
    import cv2

    made = image.copy()
    for box in boxes:
        corners = np.array(box, dtype=float)
        along, down = corners[1] - corners[0], corners[3] - corners[0]
        edge = BEYOND * float(np.hypot(*down))
        aside = along / max(1.0, np.hypot(*along)) * edge
        over = down / max(1.0, np.hypot(*down)) * edge
        wider = corners + np.stack([-aside - over, aside - over, aside + over, over - aside])
        cv2.fillConvexPoly(made, np.rint(wider).astype(np.int32), (COVER, COVER, COVER))
    return made


@cache
def _faces() -> Any:
    import cv2

    folder = Path(cv2.__file__).parent / "data"  # ends with version 4 of the package
    return cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_default.xml"))


def faces(image: np.ndarray) -> list[tuple[tuple[int, int], ...]]:
    """The corners of faces that look at the camera; a face from the side may be missed."""
    import cv2

    shrunk = min(1.0, 640 / max(image.shape[:2]))
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if shrunk < 1:
        grey = cv2.resize(grey, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    least = max(26, min(grey.shape[:2]) // 12)
    boxes = _faces().detectMultiScale(grey, 1.2, 6, minSize=(least, least))
    return [
        tuple(
            (int(px / shrunk), int(py / shrunk))
            for px, py in ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
        )
        for x, y, w, h in boxes
    ]
