"""Invented names, numbers and signatures. A likeness to anybody alive is chance."""

import random
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
DOUBLE = ["欧阳", "司马", "上官", "诸葛", "慕容"]
MALE = "浩宇轩泽博文杰伟强磊俊凯鹏志远航明辉斌超勇军毅峰嘉豪睿子墨瑞霖天佑建国振华云帆承恩"
FEMALE = "欣怡雨桐梓涵诗琪佳慧雅静婷雪思敏晓芳丽娜玉兰若溪紫萱可馨语嫣明月清扬书瑶依诺嘉宁安然"
MINORITY = [
    ("阿依努尔·托合提", "女"),
    ("麦尔丹·艾力", "男"),
    ("古丽娜尔·木拉提", "女"),
    ("叶尔兰·哈布力", "男"),
]
FOREIGN = [("Okafor Emeka", "男"), ("Nguyen Thu Ha", "女"), ("Petrova Elena", "女")]
RARE = [("张翀", "男"), ("李𠮷安", "男"), ("陈喆", "男"), ("林㛃", "女"), ("赵玥垚", "女")]
FOUR_OF_ONE_NAME = ("张欣怡", "女")
NOWHERE = "990000"  # no region of the country has this code, so no one has such a number
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


@dataclass
class Names:
    """A stream of people's particulars, the same for the same seed."""

    dice: random.Random
    serial: int = 0
    odd: list[tuple[str, str]] = field(default_factory=lambda: [*RARE, *MINORITY])

    def person(self) -> tuple[str, str]:
        """A name and the gender it fits; the odd ones early, so that a small school has them."""
        if self.odd and self.dice.random() < 0.2:
            return self.odd.pop(0)
        gender = self.dice.choice("男女")
        surname = self.dice.choice(SURNAMES) if self.dice.random() < 0.98 else self.double()
        given = self.dice.choices(MALE if gender == "男" else FEMALE, k=self.dice.choice([1, 2, 2]))
        return surname + "".join(given), gender

    def double(self) -> str:
        """A surname of two characters."""
        return self.dice.choice(DOUBLE)

    def phone(self) -> str:
        """A mobile number of a block of our own."""
        self.serial += 1
        return f"199{self.serial:08d}"

    def id_number(self, born: int, gender: str) -> str:
        """An identity number with a right check digit and a region that does not exist."""
        month, day = self.dice.randint(1, 12), self.dice.randint(1, 28)
        order = self.dice.randrange(100) * 10 + self.dice.randrange(5) * 2 + (gender == "男")
        digits = f"{NOWHERE}{born}{month:02d}{day:02d}{order:03d}"
        total = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True))
        return digits + CHECK[total % 11]


# a stroke of a character as the corners it runs through, in a square of 100
HANDS = [
    [(10, 30), (55, 27), (90, 24)],
    [(50, 8), (51, 50), (49, 92)],
    [(55, 12), (42, 48), (12, 88)],
    [(45, 40), (66, 68), (94, 90)],
    [(18, 55), (50, 52), (82, 50)],
    [(20, 12), (22, 50), (20, 78), (34, 70)],
    [(15, 18), (84, 16), (80, 60), (66, 56)],
    [(30, 20), (38, 34)],
]
SIZE, LEFT, TOP = 150, 60, 90  # of one character, and where the first one stands


WAYS = 6  # in which one character is written


@cache
def _written(letter: str, way: int) -> list[list[tuple[int, int, int]]]:
    """One character at the origin, as one of the ways somebody writes it, from time 0."""
    dice, clock, drawn = random.Random(f"{letter}{way}"), 0, []
    for corners in random.Random(letter).sample(HANDS, 4):
        lean, stroke = dice.uniform(-6, 6), []
        for (x1, y1), (x2, y2) in pairwise(corners):
            for step in range(4):
                x = x1 + (x2 - x1) * step / 3 + lean + dice.uniform(-1.5, 1.5)
                y = y1 + (y2 - y1) * step / 3 + dice.uniform(-1.5, 1.5)
                clock += dice.randint(12, 22)
                stroke.append((int(x * SIZE / 100), int(y * SIZE / 100), clock))
        clock += dice.randint(80, 200)
        drawn.append(stroke)
    return drawn


def strokes(name: str, dice: random.Random) -> list[list[list[int]]]:
    """A hand-drawn looking signature of a name: strokes of points x, y, milliseconds."""
    drawn, clock, left = [], 0, LEFT
    for letter in name[:4]:
        shape = _written(letter, dice.randrange(WAYS))
        drawn += [[[left + x, TOP + y, clock + at] for x, y, at in stroke] for stroke in shape]
        clock, left = drawn[-1][-1][2] + 150, left + SIZE + 20
    return drawn
