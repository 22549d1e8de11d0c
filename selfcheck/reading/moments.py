"""Days and times on a page."""

import re
from datetime import date

from selfcheck.reading.facts import NO_FACT, Fact
from selfcheck.reading.packs import Field
from selfcheck.reading.placed import Placed

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


def moment(lines: list[Placed], rule: Field, last: Fact) -> Fact:
    """When it was given: what a label says, else the beginning of a span, else the one other day."""
    for label in sorted(rule.of("labels"), key=len, reverse=True):
        for line in lines:
            if (
                "效" in line.dense
                or "期至" in line.dense
                or "到期" in line.dense
                or "截止" in line.dense
            ):
                continue
            if said := [one for one in _behind(line, lines, label) if one[0] != last.value]:
                return Fact(*min(said))
    others = {said: score for line in lines for said, score in _of(line) if said != last.value}
    if len(others) == 1:
        return Fact(*next(iter(others.items())))
    return NO_FACT
