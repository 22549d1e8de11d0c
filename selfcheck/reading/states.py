"""States on a page: words, switches, colours, places."""

import re

import numpy as np

from adapters import pixels
from selfcheck.reading.facts import NO_FACT, Fact
from selfcheck.reading.packs import Field
from selfcheck.reading.placed import Placed

ON, OFF, YES, NO = "on", "off", "yes", "no"
ON_WORDS = (
    "已开启",
    "已打开",
    "已开通",
    "开启中",
    "已启用",
    "已设置",
    "防护中",
    "拦截中",
    "生效中",
    "已生效",
    "已订购",
    "已办理",
    "已屏蔽",
    "运行中",
    "on",
    "已开",
    "开",
)
OFF_WORDS = (
    "未开启",
    "未打开",
    "未开通",
    "已关闭",
    "未启用",
    "去开启",
    "去打开",
    "去开通",
    "去设置",
    "未设置",
    "立即开启",
    "立即开通",
    "已暂停",
    "已取消",
    "未生效",
    "未订购",
    "未办理",
    "已退订",
    "点击开启",
    "一键开启",
    "已失效",
    "off",
    "未开",
    "已关",
    "关",
)
# sentences about a function are no row of it
ABOUT = re.compile(
    "后[,，可将]|可以|请|为您|为你|能够|说明|如何|建议|开启后|关闭后|帮助|识别到|及时"
)


def state(lines: list[Placed], rule: Field) -> Fact:
    """`yes` or `no` by words; `no` words count first, since they often hold a `yes` word."""
    yes, no = [], []
    for line in lines:
        bare = line.dense.strip("√✓()→+")
        if any(_says(bare, line.dense, word, rule.exact) for word in rule.of("no")):
            no.append(line.score)
        elif any(_says(bare, line.dense, word, rule.exact) for word in rule.of("yes")):
            yes.append(line.score)
    if bool(yes) == bool(no):
        return NO_FACT
    return Fact(YES, max(yes)) if yes else Fact(NO, max(no))


def _says(bare: str, text: str, word: str, exact: bool) -> bool:
    if exact:
        return word in (bare, text)
    return word in text and len(text) <= len(word) + 24


def switch(lines: list[Placed], rule: Field, image: np.ndarray) -> Fact:
    """The state of a row by its words and its switch; unknown where the two disagree."""
    for label in sorted(rule.of("labels"), key=len, reverse=True):
        rows = [line for line in lines if label in line.dense and _names_row(line.dense, label)]
        said = [found for row in rows if (found := _row_state(row, lines, image)).value]
        if not said:
            continue
        if len({fact.value for fact in said}) == 1:
            return max(said, key=lambda fact: fact.certainty)
        return NO_FACT
    return NO_FACT


def _names_row(text: str, label: str) -> bool:
    rest = text.replace(label, "", 1)
    for word in (*ON_WORDS, *OFF_WORDS):
        rest = rest.replace(word, "")
    return len(rest) <= 5 and not ABOUT.search(text)


def _row_state(row: Placed, lines: list[Placed], image: np.ndarray) -> Fact:
    beside = [
        line for line in lines
        if line is row or (line.beside(row) and line.left > row.left) or _subtitle(line, row, lines)
    ]  # fmt: skip
    words = [(said, line.score) for line in beside if (said := _word(line.dense, line is row))]
    seen = pixels.switch_state(image, row.line.box)
    if len({said for said, _ in words} | ({seen.value} - {""})) > 1:
        return NO_FACT
    if words:
        return Fact(words[0][0], max(score for _, score in words))
    return Fact(seen.value, min(seen.certainty, 0.6 + 0.4 * row.score)) if seen.value else NO_FACT


def _subtitle(line: Placed, row: Placed, lines: list[Placed]) -> bool:
    """A short line right under the label and flush with it, nearer than the next row."""
    return line.below(row, 1.9) and abs(line.left - row.left) < row.high and len(line.dense) <= 5


def _word(text: str, own: bool) -> str:
    for said, words in ((OFF, OFF_WORDS), (ON, ON_WORDS)):
        for word in words:
            if len(word) < 3:
                if text == word:
                    return said
            elif (own and word in text) or text.strip("()√✓:") == word:
                return said
    return ""


def colour(lines: list[Placed], rule: Field, image: np.ndarray) -> Fact:
    """The colour of a code where its words and its pixels agree."""
    said = _said_colour(lines, rule)
    if not said.value:
        return NO_FACT
    seen = pixels.code_colour(_between(lines, image))
    if seen.value != said.value or seen.certainty < 0.7:
        return Fact(said.value, min(said.certainty, 0.5))
    return Fact(said.value, min(said.certainty, 0.5 + seen.certainty / 2))


def _said_colour(lines: list[Placed], rule: Field) -> Fact:
    """The colour of the largest words that name just one; words that deny one name none."""
    found = []
    for line in lines:
        if re.search("非|未|没有|不是|转|变为|若|如果|将", line.dense) or len(line.dense) > 18:
            continue
        named = {name for name in pixels.HUES if any(word in line.dense for word in rule.of(name))}
        found += [(line.high, name, line.score) for name in named]
    if not found:
        return NO_FACT
    most = max(high for high, _, _ in found)
    large = {name: score for high, name, score in found if high > 0.8 * most}
    return Fact(*next(iter(large.items()))) if len(large) == 1 else NO_FACT


def _between(lines: list[Placed], image: np.ndarray) -> np.ndarray:
    """The part of the picture in which its text stands: what lies around a screen is not of it."""
    points = np.array([point for line in lines for point in line.line.box])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return image[max(0, int(top)) : int(bottom) + 1, max(0, int(left)) : int(right) + 1]


_PLACE = re.compile(r"[\u3400-\u9fff]{2,}(?:省|市|区|县|州|盟|旗|自治区)")


def place(lines: list[Placed], rule: Field) -> Fact:
    """The place behind a label, without blanks and dashes."""
    for label in sorted(rule.of("labels"), key=len, reverse=True):
        for line in lines:
            if not line.dense.startswith(label):
                continue
            row = [line, *(one for one in lines if one is not line and one.beside(line))]
            text = "".join(one.dense for one in row)[len(label) :].strip(":")
            text = re.sub(r"[-·>/,*]", "", text)
            if found := _PLACE.search(text):
                return Fact(found[0], min(one.score for one in row))
    return NO_FACT
