"""A made-up school's roster of any size: 14 columns, 30 people a class, rooms of four."""

import random
from pathlib import Path

from openpyxl import Workbook

HEADERS = [
    "学号", "姓名", "性别", "学院", "专业", "年级", "班级", "培养层次", "楼栋", "寝室号",
    "手机号", "身份证号", "入学日期", "学籍状态",
]  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰翀宇轩浩子涵欣怡"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
A_CLASS, A_COLLEGE, A_ROOM = 30, 105, 4


def id_number(serial: int) -> str:
    """A well-formed identity number of nobody: the region code 999999 is not given out."""
    day = f"2005{serial % 12 + 1:02d}{serial // 12 % 28 + 1:02d}"
    body = f"999999{day}{serial // 336 % 1000:03d}"
    return body + "10X98765432"[sum(w * int(c) for w, c in zip(WEIGHTS, body, strict=True)) % 11]


def person(serial: int, chance: random.Random) -> list[str]:
    """One row."""
    klass = serial // A_CLASS
    college, grade = klass // A_COLLEGE, 2022 + klass % 4
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
    room = serial // A_ROOM
    return [
        f"{grade}{serial:07d}", name, "男" if serial % 2 else "女", f"第{college + 1}学院",
        f"专业{klass % 7 + 1}", str(grade), f"专业{klass % 7 + 1}{grade % 100}{klass:04d}班", "本科",
        f"梅园{room // 500 + 1}", f"{room // 25 % 20 + 1}{room % 25 + 1:02d}",
        f"13{serial:09d}", id_number(serial), f"{grade}-09-01", "在籍",
    ]  # fmt: skip


def write(path: Path, rows: int) -> None:
    """The workbook, the same one every time."""
    chance = random.Random(2026)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("学生名册")
    sheet.append(HEADERS)
    for serial in range(rows):
        sheet.append(person(serial, chance))
    book.save(path)
