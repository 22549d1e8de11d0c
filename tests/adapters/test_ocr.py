"""Text in pictures, and what their pixels say besides."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from adapters import ocr, pixels

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
WHITE, NIGHT = (255, 255, 255), (20, 20, 24)


def font(size):
    try:
        return ImageFont.truetype(FONT, size)
    except OSError:
        pytest.skip("没有 Noto CJK 字体")


needs_engine = pytest.mark.skipif(
    ocr.engine_of().name == ocr.NONE, reason="图片识别引擎（rapidocr）没有安装"
)


def saved(image, turned=0) -> bytes:
    out = io.BytesIO()
    image.rotate(-turned, expand=True).save(out, "JPEG", quality=85)
    return out.getvalue()


def page() -> Pillow.Image:
    image = Pillow.new("RGB", (720, 900), "white")
    draw = ImageDraw.Draw(image)
    for row, text in enumerate(["我的", "*小明 138****1234", "已实名认证", "来电预警 短信预警"]):
        draw.text((60, 120 + row * 160), text, font=font(40), fill="black")
    return image


@needs_engine
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_text_is_read_whichever_way_the_picture_lies(turned):
    """CHK-4: a screen photographed sideways or upside down reads like an upright one."""
    lines = ocr.read(saved(page(), turned))

    assert [line.text.replace(" ", "") for line in lines] == [
        "我的", "*小明138****1234", "已实名认证", "来电预警短信预警",
    ]  # fmt: skip


@needs_engine
def test_the_corners_of_a_line_turn_with_its_text():
    upright, lying = ocr.read(saved(page()))[0], ocr.read(saved(page(), 90))[0]

    (x, y), (fallen_x, fallen_y) = upright.box[0], lying.box[0]
    assert abs(fallen_x - (900 - y)) < 12
    assert abs(fallen_y - x) < 12


@needs_engine
def test_a_picture_without_text_has_no_lines():
    assert ocr.read(saved(Pillow.new("RGB", (600, 900), "white"))) == []


def test_no_engine_is_an_engine_that_reads_nothing_and_says_so():
    assert ocr.read(saved(Pillow.new("RGB", (300, 300))), engine="none") == []
    assert ocr.engine_of("none") == ocr.Engine("none", True, "未启用图片识别，所有截图由人工核对")


def test_an_unknown_engine_does_not_work_and_loses_nothing():
    assert not ocr.engine_of("tesseract").works
    assert ocr.read(saved(Pillow.new("RGB", (300, 300))), engine="tesseract") == []


def test_what_is_no_picture_is_said_to_be_none():
    with pytest.raises(pixels.Undecodable):
        pixels.opened(b"%PDF-1.7")


def array(image) -> np.ndarray:
    return np.asarray(image)[:, :, ::-1].copy()


def row(*, on, ground, track, knob=WHITE, tilt=0) -> tuple[np.ndarray, list]:
    """A row with a label at the left and a switch at the right; and the label's corners."""
    image = Pillow.new("RGB", (800, 300), ground)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((660, 124, 752, 176), 26, fill=track)
    x = 704 if on else 664
    draw.ellipse((x, 128, x + 44, 172), fill=knob)
    corners = np.array([(40, 130), (220, 130), (220, 170), (40, 170)], dtype=float)
    if tilt:
        image = image.rotate(tilt, fillcolor=ground)
        angle = np.radians(-tilt)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        corners = (corners - [400, 150]) @ turn + [400, 150]
    return array(image), corners.tolist()


GREEN, BLUE, PALE, DIM = (52, 199, 89), (10, 89, 247), (229, 229, 234), (57, 57, 61)


@pytest.mark.parametrize("tilt", [0, 4, -4])
@pytest.mark.parametrize(
    ("on", "ground", "track", "said"),
    [
        (True, WHITE, GREEN, "on"),
        (True, WHITE, BLUE, "on"),
        (True, NIGHT, GREEN, "on"),
        (False, WHITE, PALE, "off"),
        (False, NIGHT, DIM, "off"),
    ],
)
def test_a_switch_is_read_in_every_theme(on, ground, track, said, tilt):
    """CHK-4"""
    image, corners = row(on=on, ground=ground, track=track, tilt=tilt)

    assert pixels.switch_state(image, corners).value == said


@pytest.mark.parametrize(("on", "track"), [(False, GREEN), (True, PALE)])
def test_a_switch_whose_colour_and_knob_disagree_is_unknown(on, track):
    image, corners = row(on=on, ground=WHITE, track=track)

    assert pixels.switch_state(image, corners) == pixels.NOTHING


def test_a_row_without_a_switch_has_no_state():
    image, corners = row(on=True, ground=WHITE, track=WHITE)

    assert pixels.switch_state(image, corners) == pixels.NOTHING


@pytest.mark.parametrize(
    ("fill", "said"),
    [((30, 170, 90), "green"), ((230, 60, 50), "red"), ((245, 170, 30), "amber")],
)
def test_the_colour_of_a_code_is_what_fills_most(fill, said):
    """CHK-5: a blue heading is no colour of a code."""
    image = Pillow.new("RGB", (600, 900), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 600, 140), fill=(30, 100, 240))
    draw.rectangle((150, 300, 450, 600), fill=fill)

    assert pixels.code_colour(array(image)).value == said


def test_a_grey_page_has_no_colour_of_a_code():
    assert pixels.code_colour(array(Pillow.new("RGB", (600, 900), "grey"))) == pixels.NOTHING


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (Pillow.new("RGB", (120, 900), "white"), "small"),
        (Pillow.new("RGB", (600, 900), "white"), "blank"),
        (Pillow.radial_gradient("L").resize((600, 900)).convert("RGB"), "blurred"),
    ],
)
def test_a_picture_nobody_could_read_is_said_to_be_so(image, said):
    assert pixels.quality(array(image)) == said


def test_covered_parts_are_gone():
    image = array(Pillow.new("RGB", (400, 300), "white"))

    made = pixels.covered(image, [((50, 50), (200, 50), (200, 90), (50, 90))])

    assert (made[70, 100].tolist(), made[200, 300].tolist()) == ([40, 40, 40], [255, 255, 255])
