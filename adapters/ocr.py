"""Text in pictures, read offline by an engine whose models come with its package."""

import importlib.util
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from adapters import pixels

RAPIDOCR, NONE = "rapidocr", "none"
LONGEST_SIDE = 1280  # larger costs twice the time and reads no more
LEAST_SCORE = 0.5
ASKED = 8  # so many of the longest lines say which way the picture lies
TALL = 1.5  # from here on a line runs down the picture
PARAMETERS = {
    "Global.log_level": "critical",
    "Global.max_side_len": LONGEST_SIDE,
    "Global.text_score": LEAST_SCORE,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_one_at_a_time = threading.Lock()

Point = tuple[float, float]
Box = tuple[Point, Point, Point, Point]


@dataclass(frozen=True)
class Line:
    """A line of text: its corners in pixels of the picture, clockwise from where the text begins.

    In a picture that lies on its side the corners turn with the text.
    """

    text: str
    box: Box
    score: float


@dataclass(frozen=True)
class Engine:
    """Which engine answers, whether it can, and that in a sentence."""

    name: str
    works: bool
    said: str


def engine_of(name: str = "") -> Engine:
    """The engine of a name; without a name the one that is installed, else none."""
    there = all(importlib.util.find_spec(part) for part in (RAPIDOCR, "onnxruntime", "cv2"))
    if name == NONE or (not name and not there):
        return Engine(NONE, True, "未启用图片识别，所有截图由人工核对")
    if name not in {"", RAPIDOCR}:
        return Engine(name, False, f"没有名为“{name}”的图片识别引擎，可选 {RAPIDOCR}、{NONE}")
    if not there:
        return Engine(RAPIDOCR, False, "图片识别引擎没有安装，所有截图由人工核对")
    return Engine(RAPIDOCR, True, "图片识别可用（RapidOCR，离线）")


def read(picture: bytes, engine: str = "") -> list[Line]:
    """The lines of text in a picture, from above; none where no engine works or nothing stands.

    Raises pixels.Undecodable for what is no picture.
    """
    asked = engine_of(engine)
    if asked.name == NONE or not asked.works:
        return []
    image = pixels.opened(picture)
    with _one_at_a_time:
        return _read(image)


@cache
def _engine() -> Any:
    """The one engine of this process, loaded when first needed (half a second)."""
    from rapidocr import RapidOCR  # costs a second and 60 MB: only who reads pays

    return RapidOCR(params=PARAMETERS)


def _read(image: np.ndarray) -> list[Line]:
    found = _Found(image)
    return found.lines(found.turned())


class _Found:
    """Where text stands in a picture, before it is read: finding which way it lies is cheap."""

    def __init__(self, image: np.ndarray) -> None:
        self.engine = _engine()
        self.image = image
        smaller, self.record = self.engine.preprocess_img(image)
        try:
            self.pieces, self.found = self.engine.detect_and_crop(smaller, self.record)
        except Exception as error:
            if type(error).__name__ != "RapidOCRError":  # said where there is no text at all
                raise
            self.pieces, self.found = [], None

    def turned(self) -> int:
        """By how many degrees the picture was turned clockwise: 0, 90, 180 or 270."""
        if self.found is None:
            return 0
        sides = [(_length(box[0], box[1]), _length(box[1], box[2])) for box in self.found.boxes]
        longest = sorted(range(len(sides)), key=lambda i: -max(sides[i]))[:ASKED]
        tall = sum(sides[i][1] >= TALL * sides[i][0] for i in longest) * 2 > len(longest)
        answers = self.engine._load_cls_model()([self.pieces[i] for i in longest]).cls_res
        over = sum(label == "180" and score > 0.9 for label, score in answers) * 2 > len(longest)
        if tall:
            return 270 if over else 90
        return 180 if over else 0

    def lines(self, turned: int) -> list[Line]:
        """What the pieces say, each laid level before it is read; from above as the text runs."""
        if self.found is None:
            return []
        from rapidocr.utils.process_img import map_boxes_to_original

        pieces = [
            _level(piece, box, turned)
            for piece, box in zip(self.pieces, self.found.boxes, strict=True)
        ]
        read = self.engine.recognize_txt(pieces)
        height, width = self.image.shape[:2]
        boxes = map_boxes_to_original(self.found.boxes, self.record, height, width)
        lines = [
            Line(text.strip(), _begun(box, turned), float(score))
            for text, score, box in zip(read.txts, read.scores, boxes, strict=True)
            if text.strip() and score >= LEAST_SCORE
        ]
        return sorted(lines, key=lambda line: _place(line, turned))


def _level(piece: np.ndarray, box: Any, turned: int) -> np.ndarray:
    """A piece as its text runs; the engine has already laid down what is tall."""
    tall = _length(box[1], box[2]) >= TALL * _length(box[0], box[1])
    if turned in {90, 270} and not tall:
        piece = np.rot90(piece)
    return np.ascontiguousarray(np.rot90(piece, 2) if turned in {180, 270} else piece)


def _begun(box: Any, turned: int) -> Box:
    """The corners, the first where the text of a picture turned so begins."""
    corners = [(float(x), float(y)) for x, y in box]
    first = {0: 0, 90: 1, 180: 2, 270: 3}[turned]
    return tuple(corners[first:] + corners[:first])  # type: ignore[return-value]


def _place(line: Line, turned: int) -> tuple[float, float]:
    """How far down and how far along a line begins, as the text runs."""
    x, y = line.box[0]
    return {0: (y, x), 90: (-x, y), 180: (-y, -x), 270: (x, -y)}[turned]


def _length(one: Any, other: Any) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))
