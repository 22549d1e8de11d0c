"""A brush for made-up phone screens: rows, switches, cards, in themes and sizes."""

import random
from dataclasses import dataclass

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

FONTS = "/usr/share/fonts/opentype/noto/Noto{}CJK-{}.ttc"


@dataclass(frozen=True)
class Theme:
    """Colours, width and letters of one phone."""

    ground: str
    card: str
    ink: str
    faint: str
    accent: str
    off: str
    width: int = 1080
    size: int = 44
    serif: bool = False
    dark: bool = False
    android: bool = False


LIGHT = Theme("#f2f2f6", "#ffffff", "#111111", "#8a8a8e", "#34c759", "#e6e6ea")
DARK = Theme("#000000", "#1c1c1e", "#f2f2f2", "#98989d", "#30d158", "#39393d", dark=True)
BLUISH = Theme(
    "#f5f7fb", "#ffffff", "#1b1b1b", "#7d8592", "#0a59f7", "#d7d9de", 1080, 46, android=True
)
NARROW = Theme(
    "#ffffff", "#fafafa", "#202020", "#888888", "#2a82e4", "#dcdcdc", 720, 30, android=True
)
NIGHT = Theme(
    "#121212",
    "#1f1f1f",
    "#e8e8e8",
    "#9a9a9a",
    "#3f7cf4",
    "#4a4a4a",
    1080,
    42,
    dark=True,
    android=True,
)
PAPER = Theme(
    "#f7f4ec", "#fffdf7", "#222222", "#857f72", "#1f9d63", "#d8d4c9", 1170, 48, serif=True
)
TEAL = Theme("#eef6f5", "#ffffff", "#14211f", "#78908c", "#009688", "#cfd8d6", 828, 36)


class Screen:
    """A page that grows downward while it is drawn."""

    def __init__(self, theme: Theme, chance: random.Random, clock: str, ratio: float = 2.05):
        self.theme, self.chance = theme, chance
        self.width, self.height = theme.width, int(theme.width * ratio)
        self.image = Pillow.new("RGB", (self.width, self.height), theme.ground)
        self.draw = ImageDraw.Draw(self.image)
        self.unit = theme.size
        self.y = 0
        if clock:
            self._status_bar(clock)

    def font(self, scale: float = 1.0, bold: bool = False):
        """Letters of the theme."""
        face = FONTS.format("Serif" if self.theme.serif else "Sans", "Bold" if bold else "Regular")
        return ImageFont.truetype(face, int(self.unit * scale))

    def wide(self, text: str, scale: float = 1.0, bold: bool = False) -> float:
        """How wide a text comes out."""
        return self.font(scale, bold).getlength(text)

    def text(self, x, y, text, scale=1.0, ink=None, bold=False):
        """A text with its upper left at a point."""
        self.draw.text((x, y), text, font=self.font(scale, bold), fill=ink or self.theme.ink)

    def _status_bar(self, clock: str):
        u = self.unit
        self.text(u, u * 0.45, clock, 0.8, bold=True)
        x = self.width - u * 3.4
        for step in range(4):
            self.draw.rectangle(
                (x + step * 12, u * 1.2 - step * 7, x + step * 12 + 7, u * 1.3), fill=self.theme.ink
            )
        self.text(x + u * 1.3, u * 0.5, self.chance.choice(["5G", "4G", "5G"]), 0.6)
        self.draw.rounded_rectangle(
            (self.width - u * 1.3, u * 0.75, self.width - u * 0.4, u * 1.25),
            6,
            outline=self.theme.ink,
            width=3,
        )
        self.y = u * 2

    def title(self, text: str, back: bool = True, centred: bool = True):
        """The heading of the page."""
        u = self.unit
        if back:
            x, y = u, self.y + u * 0.85
            self.draw.line(
                [(x + u * 0.4, y - u * 0.4), (x, y), (x + u * 0.4, y + u * 0.4)],
                fill=self.theme.ink,
                width=5,
            )
        x = (self.width - self.wide(text, 1.1, True)) / 2 if centred else u * (2 if back else 1)
        self.text(x, self.y + u * 0.1, text, 1.1, bold=True)
        self.y += u * 2.2

    def row(
        self,
        label,
        value="",
        *,
        switch=None,
        under="",
        chevron=False,
        gap=2.7,
        ink=None,
        bold=False,
    ):
        """A row of a list with its value or switch at the right."""
        u = self.unit
        high = u * (gap + (1.3 if under else 0))
        self.draw.rectangle((0, self.y, self.width, self.y + high - 3), fill=self.theme.card)
        self.text(u, self.y + u * (gap - 1.45) / 2, label, bold=bold)
        if under:
            self.text(u, self.y + u * ((gap - 1.45) / 2 + 1.55), under, 0.72, self.theme.faint)
        right = self.width - u
        if chevron:
            x, y = right - u * 0.2, self.y + high / 2
            self.draw.line(
                [(x - 12, y - 14), (x, y), (x - 12, y + 14)], fill=self.theme.faint, width=4
            )
            right -= u * 0.9
        if switch is not None:
            self.switch(right, self.y + high / 2, switch)
        elif value:
            self.text(
                right - self.wide(value),
                self.y + (high - u * 1.45) / 2,
                value,
                ink=ink or self.theme.faint,
            )
        self.y += high

    def switch(self, right, middle, on: bool):
        """A switch whose right end and middle are given."""
        t, u = self.theme, self.unit
        high = u * (1.15 if t.android else 1.35)
        wide = high * (1.85 if t.android else 1.65)
        box = (right - wide, middle - high / 2, right, middle + high / 2)
        self.draw.rounded_rectangle(box, high / 2, fill=t.accent if on else t.off)
        inset = high * (0.14 if t.android else 0.07)
        knob = high - 2 * inset
        left = right - inset - knob if on else right - wide + inset
        self.draw.ellipse(
            (left, box[1] + inset, left + knob, box[3] - inset),
            fill="#ffffff" if on or not t.dark else "#dddddd",
        )

    def badge(self, x, y, text, fill, ink="#ffffff", scale=0.7):
        """A short text on a coloured pill."""
        wide = self.wide(text, scale) + self.unit
        self.draw.rounded_rectangle(
            (x, y, x + wide, y + self.unit * scale * 1.9), self.unit * 0.6, fill=fill
        )
        self.text(x + self.unit / 2, y + self.unit * scale * 0.2, text, scale, ink)

    def button(self, text, fill, ink="#ffffff", wide=0.8):
        """A wide button in the middle."""
        u, w = self.unit, self.width * wide
        x = (self.width - w) / 2
        self.draw.rounded_rectangle((x, self.y, x + w, self.y + u * 2.2), u, fill=fill)
        self.text((self.width - self.wide(text)) / 2, self.y + u * 0.4, text, ink=ink)
        self.y += u * 3

    def centred(self, text, scale=1.0, ink=None, bold=False, gap=1.8):
        """A text in the middle of its row."""
        self.text((self.width - self.wide(text, scale, bold)) / 2, self.y, text, scale, ink, bold)
        self.y += self.unit * scale * gap

    def portrait(self, x, y, side):
        """A plain round portrait."""
        self.draw.ellipse((x, y, x + side, y + side), fill="#9db7d5")
        self.draw.ellipse(
            (x + side * 0.32, y + side * 0.2, x + side * 0.68, y + side * 0.56), fill="#f3e3d3"
        )
        self.draw.pieslice(
            (x + side * 0.15, y + side * 0.55, x + side * 0.85, y + side * 1.3),
            180,
            360,
            fill="#5b7ea8",
        )

    def code(self, side, colour):
        """A square of random modules in a colour, in the middle."""
        x0, n = (self.width - side) / 2, 29
        step = side / n
        self.draw.rectangle(
            (x0 - step, self.y - step, x0 + side + step, self.y + side + step), fill="#ffffff"
        )
        for i in range(n):
            for j in range(n):
                corner = any(
                    a <= i < a + 7 and b <= j < b + 7 for a, b in ((0, 0), (0, 22), (22, 0))
                )
                ring = corner and (
                    i % 22 in (0, 6) or j % 22 in (0, 6) or (2 <= i % 22 <= 4 and 2 <= j % 22 <= 4)
                )
                if ring or (not corner and self.chance.random() < 0.48):
                    x, y = x0 + i * step, self.y + j * step
                    self.draw.rectangle((x, y, x + step, y + step), fill=colour)
        self.y += side + self.unit

    def card(self, high, fill, margin=0.8):
        """A rounded card; what is drawn next stands in it."""
        u = self.unit
        self.draw.rounded_rectangle(
            (u * margin, self.y, self.width - u * margin, self.y + high), u * 0.6, fill=fill
        )

    def tabs(self, *names):
        """The bar at the foot."""
        u = self.unit
        self.draw.rectangle(
            (0, self.height - u * 2.4, self.width, self.height), fill=self.theme.card
        )
        for place, name in enumerate(names):
            x = self.width * (place + 0.5) / len(names) - self.wide(name, 0.65) / 2
            self.text(x, self.height - u * 1.5, name, 0.65, self.theme.faint)
