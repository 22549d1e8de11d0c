"""What the name of a file and its folders say: whom a picture shows, and which item.

A guess that could be somebody else is none: such a file waits for a hand.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

NUMBER, NAME = "number", "name"
LONG = 40  # characters in a row; what is longer names nobody
SHORT = 6  # a shorter number is a page, a room, a counter before it is a person
RECENT = timedelta(days=400)
CAMERA = re.compile(
    r"(img|vid|pano|mvimg|dsc[nf]?|dcim|screenshot|screen[ _]?shot|screenrecord|mmexport|wx[_ ]?camera|svid|pxl|photo|image|"
    r"微信图片|微信截图|微信|qq图片|qq截图|截屏|截图|屏幕截图|屏幕快照|照片|图片|相机)[\W_]*\d[\d\W_]*",
)
PLACE = re.compile(r"(?<=\d)(号楼|号|栋|幢|楼|室|寝室|寝|班|级|届)")
MOMENT = re.compile(r"(?<!\d)(?:19|20)\d{6}[\W_t]?\d{6,9}(?!\d)")
DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
CHINESE = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]+")
# words beside a name that belong to no name
FILLERS = frozenset(
    CHINESE.findall(
        """
    截图 截屏 图片 照片 微信图片 微信截图 微信 屏幕截图 国家 反诈 反诈中心
    国家反诈中心 中心 软件 手机 页面 界面 首页 主页 完成 成功 开启 打开 注册
    登录 下载 安装 认证 实名 实名认证 身份 信息 预警 来电预警 通知 功能 同学
    学号 姓名 工号 班级 学院 专业 寝室 宿舍 补交 副本 最新 正确 反骗码 绿码
    红码 公众号 关注 境外 来电 拦截 已实名 已认证 已开启 已安装 的截图 的图片
        """
    )
)
# other words for what an item's label says
ALIKE = {
    "实名": ("实名", "身份认证"),
    "预警": ("预警", "来电预警"),
    "安装": ("安装", "首页", "主页", "下载"),
    "反骗码": ("反骗码", "绿码", "红码"),
    "公众号": ("公众号", "关注"),
    "境外": ("境外", "拦截"),
    "自查": ("自查", "自检"),
}
STOP = re.compile(r"[\s·•・\-_—/|,，、:：;；()（）\[\]【】“”\"'．.]+")


@dataclass(frozen=True)
class Someone:
    """A person a file may be of."""

    pk: int
    number: str
    name: str


@dataclass(frozen=True)
class Thing:
    """An item a file may be of, with the words by which it is known."""

    pk: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """Whom and what a name says; None where it does not say it for sure, and why not."""

    person: int | None = None
    by: str = ""
    item: int | None = None
    doubt: str = ""


def words_of(label: str, *more: str) -> tuple[str, ...]:
    """The words that stand for an item: its label, the parts of it, and what is also said for them."""
    said = [plain(text) for text in (label, *more) if text]
    found = {part for text in said for part in STOP.split(text) if len(part) > 1} | set(said)
    for key, words in ALIKE.items():
        if any(key in text for text in said):
            found |= set(words)
    return tuple(sorted(found))


def plain(text: str) -> str:
    """Full-width as half-width, small letters."""
    return unicodedata.normalize("NFKC", text).lower()


class Namer:
    """Reads the paths of files that were handed in for a class.

    `around` are names of units, which may stand beside a person's; `today` parts numbers from days.
    """

    def __init__(
        self,
        people: Iterable[Someone],
        things: Sequence[Thing],
        *,
        around: Iterable[str] = (),
        today: date,
    ):
        self.things, self.today = list(things), today
        self.numbers = {plain(one.number): one.pk for one in people if one.number}
        self.lengths = {len(number) for number in self.numbers if len(number) >= SHORT}
        self.names: dict[str, set[int]] = defaultdict(set)
        self.latin: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for one in people:
            self._know(one)
        beside = [*FILLERS, *(word for thing in things for word in thing.words)]
        beside += [run for name in around for run in CHINESE.findall(plain(name))]
        self.beside = {run for word in beside for run in CHINESE.findall(word)} - set(self.names)

    def _know(self, one: Someone) -> None:
        name = plain(one.name)
        if CHINESE.search(name):
            self.names["".join(CHINESE.findall(name))].add(one.pk)
        elif words := tuple(re.findall("[a-z]+", name)):
            self.latin[words].add(one.pk)

    def read(self, path: str) -> Guess:
        """What a path says."""
        parts = plain(path.replace("\\", "/")).split("/")
        parts[-1] = re.sub(r"\.[a-z0-9]{2,5}$", "", parts[-1])
        said = [PLACE.sub("|", MOMENT.sub("|", CAMERA.sub(self._counter, one))) for one in parts]
        person, by, doubt = self._whom(said)
        return Guess(person, by, self._what(parts), doubt)

    def _counter(self, found: re.Match) -> str:
        """Nothing of what a camera counts, unless a number of the class stands in it."""
        return found.group() if self._numbered(found.group()) else "|"

    def _whom(self, parts: list[str]) -> tuple[int | None, str, str]:
        numbered = {pk for part in parts for pk in self._numbered(part)}
        named = [found for part in parts for found in self._named(part)]
        either = set.union(*named) if named else set()
        if not numbered:  # a short number counts beside a name alone
            short = {self.numbers[n] for part in parts for n in self._tokens(part)}
            numbered = short & either
        if len(numbered) > 1 or any(not numbered <= found for found in named):
            return None, "", "文件名中的学号、姓名不是同一个人的"
        if numbered:
            return numbered.pop(), NUMBER, ""
        if any(self._foreign(part) for part in parts):
            return None, "", "文件名中的学号不是本班应办理人员的"
        if not named:
            return None, "", "文件名中没有本班人员的学号、姓名"
        both = set.intersection(*named)
        if len(both) == 1:
            return both.pop(), NAME, ""
        return None, "", "本班有同名的人，请指定是哪一位" if both else "文件名中有几个人的姓名"

    def _tokens(self, part: str) -> list[str]:
        """Numbers of the class that stand whole in the text: no digit, no letter of theirs beside."""
        runs = re.findall(r"\d+", part) + re.findall(r"[a-z0-9]+", part)
        return [run for run in dict.fromkeys(runs) if run in self.numbers]

    def _numbered(self, part: str) -> list[int]:
        return [
            self.numbers[run]
            for run in self._tokens(part)
            if len(run) >= SHORT and not self._is_day(run)
        ]

    def _foreign(self, part: str) -> bool:
        """Whether a number stands there that is shaped like those of the class and is none of them."""
        runs = re.findall(r"\d+", part)
        return any(
            len(run) in self.lengths and run not in self.numbers and not self._is_day(run)
            for run in runs
        )

    def _is_day(self, run: str) -> bool:
        """Whether a number is also a day not long ago, so that nobody can be told by it alone."""
        if not DAY.fullmatch(run):
            return False
        try:
            day = date(int(run[:4]), int(run[4:6]), int(run[6:]))
        except ValueError:
            return False
        return abs(self.today - day) <= RECENT

    def _named(self, part: str) -> list[set[int]]:
        """The people whose name stands there whole: what surrounds it is no part of a name."""
        text = re.sub(r"(?<=\w)[·•・](?=\w)", "", part)
        found = [people for run in CHINESE.findall(text) for people in self._in_run(run)]
        words = re.findall("[a-z]+", part)
        for name, people in self.latin.items():
            spans = range(len(words) - len(name) + 1)
            if len("".join(name)) > 3 and any(
                tuple(words[n : n + len(name)]) == name for n in spans
            ):
                found.append(people)
        return found

    def _in_run(self, run: str) -> list[set[int]]:
        """Who is named in characters without a gap, all of which are names or known words."""
        if len(run) > LONG:
            return []
        # at each place, what the characters before it can have named
        readings: list[set[frozenset[str]]] = [set() for _ in range(len(run) + 1)]
        readings[0].add(frozenset())
        for start, before in enumerate(readings):
            for end in range(start + 1, len(run) + 1) if before else ():
                word = run[start:end]
                if word in self.names:
                    readings[end] |= {named | {word} for named in before}
                if word in self.beside:
                    readings[end] |= before
        return [self.names[name] for name in set().union(*readings[-1])]

    def _what(self, parts: list[str]) -> int | None:
        """The one item whose words stand in the name of the file, or else in its folders too."""
        if len(self.things) == 1:
            return self.things[0].pk
        own, whole = self._best(parts[-1]), self._best("/".join(parts))
        return whole if own in {None, whole} else None

    def _best(self, text: str) -> int | None:
        scores = {one.pk: _score(text, one.words) for one in self.things}
        most = max(scores.values(), default=0)
        best = [pk for pk, score in scores.items() if score == most]
        return best[0] if most and len(best) == 1 else None


def _score(text: str, words: Iterable[str]) -> int:
    """How many characters of the text the words cover."""
    covered: set[int] = set()
    for word in words:
        for found in re.finditer(re.escape(word), text):
            covered |= set(range(*found.span()))
    return len(covered)
