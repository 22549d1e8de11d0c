"""Names and telephone numbers on a page, and whether they are a person's."""

import re
from collections.abc import Iterable

from selfcheck.reading.facts import NO_FACT, SURE, Fact, Name
from selfcheck.reading.normal import dense, is_han
from selfcheck.reading.packs import FOLDER, Field
from selfcheck.reading.placed import Placed

FULL, PART, OTHER = "full", "part", "other"
DOTS = "·•・.‧"
# words of screens that are as short as a name
NO_NAMES = frozenset(
    word
    for line in (FOLDER / "no_names.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
PARTS_OF_WORDS = re.compile(
    "中心|预警|实名|认证|设置|举报|反诈|诈骗|骗|帮助|反馈|信息|地区|手机|身份|时间|有效|二维码|码$|^码|绿|"
    "助手|记录|管理|服务|账号|安全|通知|推送|省|市$|县$|区$|大学|学院|公安|版本|我的|点击|查看|请|您|提醒|来电|短信|拦截|屏蔽|开启|关闭|答题|问题|当前|通过|申领|紧急|联系|骗码|诈码|记录|浏览|评论|介绍|详情|下载|安装"
)
_OWNS = re.compile(r"^(.{2,15}?)的(?:反骗|防骗|反诈|防诈)码$")
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}[ -]?(\d{4})|[^\d:/年月]{0,9}(\d{4}))(?!\d)"
)


def shape(text: str) -> str:
    """The text where it looks like a name, masked or not; else empty."""
    text = text.strip(" :,，。!！、的")
    han = sum(is_han(sign) for sign in text)
    good = all(is_han(sign) or sign == "*" or sign in DOTS for sign in text)
    most = 15 if any(dot in text for dot in DOTS) else 4 + ("*" in text)
    if not good or not han >= 1 or not 2 <= len(text) <= most or text in NO_NAMES:
        return ""
    return "" if "*" not in text and PARTS_OF_WORDS.search(text) else text


def names(lines: list[Placed], rule: Field) -> tuple[Name, ...]:
    """Everything that looks like a name: what is labelled, masked or owns the page is strong."""
    found: dict[str, Name] = {}

    def keep(text: str, line: Placed, strong: bool) -> None:
        if text and (text not in found or strong):
            found[text] = Name(text, line.score, strong)

    for line in lines:
        if owner := _OWNS.match(line.dense):
            keep(shape(owner[1]), line, True)
        for text in _labelled(line, lines, rule.of("labels")):
            keep(shape(text), line, True)
    for line in lines:
        for text in (*_pieces(line, (*rule.of("labels"), *rule.of("near"))), line.dense):
            keep(shape(text), line, "*" in text)
    return tuple(found.values())


def best(said: Iterable[Name]) -> Fact:
    """The name to show: one the page says to be a name, else the only one there could be."""
    strong = [name for name in said if name.strong]
    if strong:
        name = max(strong, key=lambda one: one.certainty)
        return Fact(name.text, name.certainty)
    weak = list(said)
    return Fact(weak[0].text, 0.5) if len(weak) == 1 else NO_FACT


def _pieces(line: Placed, words: Iterable[str]) -> list[str]:
    """The parts of a line between telephone number, blanks, signs and the words of the page."""
    text = _PHONE.sub(" ", line.text)
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(re.escape(word), " ", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=\*) (?=[^\W\d_*])|(?<=[^\W\d_]) (?=\*)", "", text)
    return [part for part in re.split(r"[\s:,()|/!;\[\]]+", text) if part]


def _labelled(line: Placed, lines: list[Placed], labels: Iterable[str]) -> list[str]:
    """What stands behind a label: in its line, beside it, else right under it."""
    for label in sorted(labels, key=len, reverse=True):
        if not line.dense.startswith(label):
            continue
        rest = line.dense[len(label) :].lstrip(":,")
        if rest:
            if not line.dense[len(label) :].startswith((":", ",")) and len(label) < 2:
                return []
            return [part for part in re.split(r"[:,()!1]", rest) if part][:1]
        beside = [
            one for one in lines if one is not line and one.beside(line) and one.left > line.left
        ]
        if beside:
            return [min(beside, key=lambda one: one.left).dense]
        under = [one for one in lines if one.below(line, 2.2)]
        return [min(under, key=lambda one: one.top).dense] if under else []
    return []


def phone(lines: list[Placed], rule: Field) -> Fact:
    """The last four digits of the one number the page gives; of several, of the one it labels."""
    found = [(match, line) for line in lines for match in _PHONE.finditer(line.text)]
    tails = {_tail(match): line.score for match, line in found}
    if len(tails) > 1:
        tails = {
            _tail(match): line.score
            for match, line in found
            if any(
                other.dense.startswith(label) and (other is line or other.beside(line))
                for label in rule.of("labels")
                for other in lines
            )
        } or dict.fromkeys(tails, 0.3)
    if not tails:
        return NO_FACT
    tail, score = next(iter(tails.items()))
    return Fact(tail, score if len(tails) == 1 else 0.3)


def _tail(match: re.Match[str]) -> str:
    return match.group(1) or match.group(2)


def clock(lines: list[Placed]) -> Fact:
    """The time of day in the status bar."""
    if not lines:
        return NO_FACT
    highest = min(line.top for line in lines)
    high = sorted(line.high for line in lines)[len(lines) // 2]
    for line in lines:
        if line.top > highest + 1.5 * high:
            break
        found = re.match(r"^\D{0,6}([01]?\d|2[0-3])[:.]([0-5]\d)(?!\d)(?![:.]\d)", line.text)
        if found and not re.search(r"\d{4}[-/年.]", line.text):
            return Fact(f"{int(found[1]):02}:{found[2]}", line.score)
    return NO_FACT


def compare(read: str, name: str) -> str:
    """Whether a name as read is the person's in full, in part, or another's.

    A star that was overlooked makes a masked name look like a shorter one, hence only what is as
    long as the name is full; the two last signs of a name of three are a part.
    """
    read, name = _bare(read), _bare(name)
    if not read or not name:
        return OTHER
    if read == name:
        return FULL
    if "*" in read:
        fits = re.fullmatch(re.sub(r"\*+", ".+", read), name)
        return PART if fits else OTHER
    return PART if len(name) - len(read) in (1, 2) and name.endswith(read) else OTHER


_DOT_AS_STAR = re.compile(r"(?<=[^*]{2})\*(?=[^*]{2})")


def _bare(name: str) -> str:
    """The name without the dot of names such as 阿依古丽·买买提, which may be read as a star."""
    return _DOT_AS_STAR.sub("", "".join(sign for sign in dense(name) if sign not in DOTS))


def sure(name: Name) -> bool:
    """Whether a name was read well enough to rely on."""
    return name.certainty >= SURE
