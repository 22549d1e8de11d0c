"""Rule packs: what a screen of each type says, kept as data so that an office may add its own."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from selfcheck.reading.normal import dense

FOLDER = Path(__file__).resolve().parent.parent / "packs"
# each sort of field, with the lists of words it must and may have
SORTS: dict[str, tuple[set[str], set[str]]] = {
    "name": (set(), {"labels", "near"}),
    "phone": (set(), {"labels"}),
    "state": ({"yes", "no"}, set()),
    "switch": ({"labels"}, set()),
    "colour": ({"green", "red"}, {"amber"}),
    "moment": ({"labels"}, set()),
    "until": ({"labels"}, set()),
    "place": ({"labels"}, set()),
}


class Unfit(Exception):
    """A pack cannot be used; the message says which, where and what to do."""


@dataclass(frozen=True)
class Field:
    """One thing a page may say."""

    fact: str
    sort: str
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exact: bool = False
    alone: bool = False

    def of(self, key: str) -> tuple[str, ...]:
        """The words of a list, as they are compared."""
        return self.words.get(key, ())


@dataclass(frozen=True)
class Settles:
    """An item that the page proves, when the facts have one of the values; `""` is any value."""

    item: str
    needs: dict[str, str]


@dataclass(frozen=True)
class Pack:
    """How a type of screen is known, what is read from it, and what it proves."""

    page: str
    title: str
    identity: bool
    groups: tuple[tuple[str, ...], ...]
    some: tuple[str, ...]
    at_least: int
    never: tuple[str, ...]
    fields: tuple[Field, ...]
    settles: tuple[Settles, ...]

    def fits(self, text: str) -> float:
        """How certain it is, from 0 to 1, that a page with this dense text is of this type."""
        if any(word in text for word in self.never):
            return 0.0
        if not all(any(word in text for word in group) for group in self.groups):
            return 0.0
        found = sum(word in text for word in self.some)
        if found < self.at_least:
            return 0.0
        # one word more than needed is as good as certain; what is bare enough is still likely
        return min(1.0, 0.86 + 0.07 * (found - self.at_least))

    def weight(self, text: str) -> int:
        """How many of its words stand there: the page is of the type with most."""
        return sum(word in text for words in (*self.groups, self.some) for word in words)


@cache
def packs() -> tuple[Pack, ...]:
    """The packs that come with the portal."""
    return load(sorted(FOLDER.glob("*.toml")))


def load(files: Iterable[Path]) -> tuple[Pack, ...]:
    """The packs in files. Raises Unfit with a sentence for whoever wrote one."""
    made: dict[str, Pack] = {}
    for file in files:
        pack = parse(file.read_text(encoding="utf-8"), file.name)
        if pack.page in made:
            raise Unfit(f"《{file.name}》的 page“{pack.page}”已被另一个文件使用，请换一个名称。")
        made[pack.page] = pack
    return tuple(made.values())


def parse(text: str, file: str) -> Pack:
    """The pack in a text. Raises Unfit."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"《{file}》格式有误（{error}），请检查引号、方括号和逗号。") from None
    where = _Where(file)
    where.known(said, {"page", "title", "identity", "recognise", "field", "settles"}, "文件")
    page, title = where.text(said, "page", "文件"), where.text(said, "title", "文件")
    known = said.get("recognise")
    if not isinstance(known, dict):
        raise where.unfit("缺少 [recognise]，请写明怎样认出这个页面")
    where.known(known, {"all", "any", "at_least", "not"}, "[recognise]")
    groups = tuple(where.words(group, "[recognise] 的 all") for group in known.get("all", []))
    if not groups:
        raise where.unfit("[recognise] 的 all 是空的，请至少写一组必须出现的词")
    some = where.words(known.get("any", []), "[recognise] 的 any", empty=True)
    at_least = known.get("at_least", 0)
    if not isinstance(at_least, int) or not 0 <= at_least <= len(some):
        raise where.unfit("[recognise] 的 at_least 应是不超过 any 词数的整数")
    never = where.words(known.get("not", []), "[recognise] 的 not", empty=True)
    fields = tuple(where.field(one) for one in where.tables(said, "field"))
    facts = {one.fact for one in fields}
    if len(facts) != len(fields):
        raise where.unfit("同一个 fact 写了两次，请合并成一个 [[field]]")
    settles = tuple(where.settled(one, facts) for one in where.tables(said, "settles"))
    identity = said.get("identity", False)
    if not isinstance(identity, bool):
        raise where.unfit("identity 应写 true 或 false（页面上是否有本人姓名）")
    return Pack(page, title, identity, groups, some, at_least, never, fields, settles)


class _Where:
    """Reads parts of a file and says where something is amiss."""

    def __init__(self, file: str) -> None:
        self.file = file

    def unfit(self, said: str) -> Unfit:
        return Unfit(f"《{self.file}》{said}。")

    def known(self, table: dict[str, Any], names: set[str], where: str) -> None:
        if strange := sorted(set(table) - names):
            raise self.unfit(
                f"{where}里有不认识的“{strange[0]}”，可用的有 {'、'.join(sorted(names))}"
            )

    def text(self, table: dict[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.unfit(f"{where}缺少 {key}，请填写文字")
        return value.strip()

    def words(self, value: Any, where: str, *, empty: bool = False) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.unfit(f'{where} 应是一列词，例如 ["绿码", "绿色"]')
        words = tuple(dense(word) for word in value)
        if not all(words) or (not words and not empty):
            raise self.unfit(f"{where} 里有空的词，请填写或删去")
        return words

    def tables(self, said: dict[str, Any], key: str) -> list[dict[str, Any]]:
        found = said.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.unfit(f"{key} 应写成 [[{key}]]")
        return found

    def field(self, said: dict[str, Any]) -> Field:
        fact = self.text(said, "fact", "[[field]] ")
        sort = self.text(said, "sort", f"[[field]] {fact} ")
        if sort not in SORTS:
            raise self.unfit(f"[[field]] {fact} 的 sort“{sort}”不认识，可用的有 {'、'.join(SORTS)}")
        must, may = SORTS[sort]
        self.known(said, {"fact", "sort", "exact", "alone"} | must | may, f"[[field]] {fact} ")
        if missing := sorted(must - set(said)):
            raise self.unfit(f"[[field]] {fact} 缺少 {missing[0]}")
        words = {
            key: self.words(said[key], f"[[field]] {fact} 的 {key}")
            for key in (must | may) & set(said)
        }
        return Field(fact, sort, words, said.get("exact") is True, said.get("alone") is True)

    def settled(self, said: dict[str, Any], facts: set[str]) -> Settles:
        item = self.text(said, "item", "[[settles]] ")
        self.known(said, {"item", "needs"}, f"[[settles]] {item} ")
        needs = said.get("needs", {})
        if not isinstance(needs, dict) or not all(isinstance(v, str) for v in needs.values()):
            raise self.unfit(f'[[settles]] {item} 的 needs 应写成 {{ 内容 = "值" }}')
        if strange := sorted(set(needs) - facts):
            raise self.unfit(f"[[settles]] {item} 需要“{strange[0]}”，但没有这样的 [[field]]")
        return Settles(item, dict(needs))


def by_page(page: str) -> Pack | None:
    """The pack of a type of page."""
    return next((pack for pack in packs() if pack.page == page), None)


def items() -> list[str]:
    """The items some page proves, each once."""
    return list(dict.fromkeys(one.item for pack in packs() for one in pack.settles))
