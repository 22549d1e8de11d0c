"""Days and times on a page."""

import re
from collections.abc import Collection
from datetime import date

from selfcheck.reading.facts import NO_FACT, Fact
from selfcheck.reading.packs import Field
from selfcheck.reading.placed import Placed

_ENDS = re.compile("效|期至|到期|截止")
_DAY = re.compile(
    r"(20\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])\s*[-/.月]\s*(3[01]|[12]\d|0[1-9]|[1-9])(?:日|号)?"
    r"(?:[\sT]*([01]\d|2[0-3]|\d)[:.时]([0-5]\d)(?:[:.分]([0-5]\d)秒?)?)?"
)


def written(text: str) -> list[str]:
    """The days in a text, as 2026-11-21 or 2026-11-21 14:03(:22)."""
    found = []
    for year, month, day, hour, minute, second in _DAY.findall(text):
        try:
            said = date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
        if hour:
            said += f" {int(hour):02}:{minute}" + (f":{second}" if second else "")
        found.append(said)
    return found


def _behind(line: Placed, lines: list[Placed], label: str) -> list[tuple[str, float]]:
    """The days in the line behind a label, else beside it, else right under it."""
    at = line.dense.find(label)
    if at < 0:
        return []
    own = _of(line)
    if own:
        return own
    beside = [one for one in lines if one is not line and one.beside(line) and one.left > line.left]
    for one in sorted(beside, key=lambda one: one.left):
        if said := _of(one):
            return said
    under = sorted((one for one in lines if one.below(line, 2.4)), key=lambda one: one.top)
    return _of(under[0]) if under else []


def _of(line: Placed) -> list[tuple[str, float]]:
    return [(said, line.score) for said in written(line.text)]


def until(lines: list[Placed], rule: Field) -> Fact:
    """The last day of validity: the later of a span."""
    for label in sorted(rule.of("labels"), key=len, reverse=True):
        for line in lines:
            if said := _behind(line, lines, label):
                value, score = max(said)
                return Fact(value, score)
    return NO_FACT


def moment(lines: list[Placed], rule: Field, known: Collection[str]) -> Fact:
    """What a label says, else the one day without any, where the rule takes such (`alone`).

    Days that are known for something else do not count again.
    """
    for label in sorted(rule.of("labels"), key=len, reverse=True):
        for line in lines:
            if _ENDS.search(line.dense) and label not in line.dense.partition(":")[0]:
                continue
            if said := [one for one in _behind(line, lines, label) if one[0] not in known]:
                return Fact(*min(said))
    if not rule.alone:
        return NO_FACT
    others = {said: score for line in lines for said, score in _of(line) if said not in known}
    return Fact(*next(iter(others.items()))) if len(others) == 1 else NO_FACT


def beginning(lines: list[Placed], last: str) -> Fact:
    """The first day of the span that ends on the last day of validity."""
    for line in lines:
        said = _of(line)
        if last and len(said) > 1 and max(said)[0] == last:
            return Fact(*min(said))
    return NO_FACT
