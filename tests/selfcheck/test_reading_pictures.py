"""Whole pictures through the engine: drawn screens, as they come from phones and chat apps."""

import random

import pytest

from adapters import ocr
from bench import screen_damage, screens
from bench import screen_layouts as layouts
from bench.screen_brush import DARK, LIGHT
from selfcheck.reading import Person, blanked, read_page, verdict

pytestmark = pytest.mark.skipif(
    ocr.engine_of().name == ocr.NONE, reason="图片识别引擎（rapidocr）没有安装"
)
WHO = screens.Who("张小明", "13812345678")
ZHANG = Person("张小明", "5678")
STATES = screens.ALL_ON | {"check": False}


def drawn(draw, theme, way, clock="14:32", **said) -> bytes:
    try:
        image = draw(WHO, random.Random(1), theme, clock, **said)
    except OSError:
        pytest.skip("没有 Noto CJK 字体")
    return screen_damage.damaged(image, way, 1)


def read(data: bytes):
    return read_page(ocr.read(data), data)


def test_switches_in_the_dark_through_a_chat_app_with_the_own_page_sideways():
    """CHK-4: two honest pictures of one upload settle the warning."""
    switches = read(drawn(layouts.warn_switches, DARK, "chat", states=STATES))
    own = read(drawn(layouts.me_list, LIGHT, "sideways"))

    assert {name: fact.value for name, fact in switches.facts.items()} == {
        "clock": "14:32", "call": "on", "sms": "on", "check": "off", "calls": "on", "push": "on",
    }  # fmt: skip
    assert verdict([switches, own], "warning", ZHANG, screens.NOW).doubts == ()
    assert verdict([switches], "warning", ZHANG, screens.NOW).doubts == ("no_identity",)


@pytest.mark.parametrize(
    ("way", "until", "colour", "doubts"),
    [
        ("photo", "2027-05-01", "green", ()),
        ("poor", "2026-11-20", "green", ("expired",)),
        ("chat", "2027-05-01", "red", ("red",)),
    ],
)
def test_a_code_is_read_by_colour_and_end(way, until, colour, doubts):
    """CHK-5"""
    said = {"issued": "2026-05-01 08:12:44", "until": until, "colour": colour}

    found = verdict(
        [read(drawn(layouts.code_square, LIGHT, way, **said))], "green", ZHANG, screens.NOW
    )

    assert (found.accept, found.doubts) == (not doubts, doubts)


def test_another_s_page_goes_to_a_person():
    """CHK-4"""
    reading = read(drawn(layouts.me_rows, LIGHT, "cut"))

    assert verdict([reading], "named", Person("李晓燕", "5678"), screens.NOW).doubts == (
        "other_name",
    )
    assert verdict([reading], "named", ZHANG, screens.NOW).accept


@pytest.mark.parametrize("way", ["clean", "poor", "sideways"])
def test_the_identity_number_is_covered_before_a_picture_is_kept(way):
    """What stands behind its label is, even where the mask is read in part only."""
    data = drawn(layouts.me_rows, LIGHT, way)

    after = [line.text for line in ocr.read(blanked(data, ocr.read(data)))]

    assert [text for text in after if "330" in text or "78X" in text] == []
    assert {"张小明", "138****5678", "身份证号", "已认证"} <= set(after)
