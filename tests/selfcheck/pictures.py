"""Made-up pages for the tests of reading: lines of text as an engine would give them, and pixels."""

import io

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from adapters.ocr import Line
from selfcheck.reading import Person, Reading, read_page

SIZE = (720, 1400)
ZHANG = Person("张小明", "5678")


def line(text: str, x=40, y=0, high=30, score=0.99) -> Line:
    wide = high * sum(0.55 if sign.isascii() else 1 for sign in text)
    return Line(text, ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), score)


def page(*rows, clock="14:32") -> list[Line]:
    """Rows from above; a row of two has its second at the right."""
    made = [line(clock, 40, 10)] if clock else []
    for number, row in enumerate(rows):
        label, value = row if isinstance(row, tuple) else (row, "")
        made.append(line(label, 40, 100 + 90 * number))
        if value:
            made.append(line(value, 420, 100 + 90 * number))
    return made


def picture(colour="", switches=()) -> bytes:
    """A white page with black strokes; with a coloured square, and switches in given rows."""
    image = Pillow.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 10, 300, 80), fill="black")
    if colour:
        draw.rectangle((200, 130, 500, 430), fill=colour)
    for number, on in switches:
        y = 100 + 90 * number
        draw.rounded_rectangle((600, y - 8, 680, y + 38), 23, fill="#34c759" if on else "#e5e5ea")
        x = 637 if on else 603
        draw.ellipse((x, y - 5, x + 40, y + 35), fill="white")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def read(*rows, clock="14:32", colour="", switches=()) -> Reading:
    return read_page(page(*rows, clock=clock), picture(colour, switches))


def me(name="*小明", phone="138****5678", real="已实名", clock="14:32") -> Reading:
    return read("国家反诈中心", name, phone, real, "我的举报", "设置", clock=clock)


def warning(call=True, sms=True, clock="14:32") -> Reading:
    return read("预警设置", "来电预警", "短信预警", clock=clock, switches=[(1, call), (2, sms)])


def code(
    name="张小明", phone="138****5678", said="绿码", colour="#1aa260",
    issued="申领时间：2026-11-01 09:00:00", until="有效期至：2027-11-01",
) -> Reading:  # fmt: skip
    rows = ["浙江反骗码", "", "", "", said, name, phone, issued, until]
    return read(*[row or " " for row in rows], colour=colour)


def portrait(size: int) -> bytes:
    """A page with an invented face in its upper left, as large as the half of `size`."""
    image = Pillow.new("RGB", (size * 4, size * 5), "#bec8d2")
    draw = ImageDraw.Draw(image)

    def oval(x, y, wide, high, fill):
        middle = (size * (1 + x), size * (1 + y))
        box = [
            middle[i] + sign * half * size for sign in (-1, 1) for i, half in ((0, wide), (1, high))
        ]
        draw.ellipse(box, fill=fill)

    oval(0, 0, 0.38, 0.52, "#e1b9a0")
    oval(0, -0.38, 0.42, 0.24, "#32231e")
    oval(0, 0.06, 0.34, 0.44, "#e4bca2")
    for side in (-0.155, 0.155):
        oval(side, -0.2, 0.11, 0.016, "#46322d")
        oval(side, -0.085, 0.09, 0.055, "#78554b")
        oval(side, -0.082, 0.045, 0.043, "#1e1414")
    oval(0, 0.01, 0.04, 0.11, "#ebc8af")
    oval(0, 0.12, 0.07, 0.014, "#a06e5f")
    oval(0, 0.26, 0.13, 0.04, "#a55550")
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(size * 0.018)).save(out, "PNG")
    return out.getvalue()
