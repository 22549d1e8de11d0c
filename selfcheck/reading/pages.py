"""Which page a picture shows, and what it says."""

from collections.abc import Sequence
from statistics import mean

import numpy as np

from adapters import pixels
from adapters.ocr import Line
from selfcheck.reading import moments, names, states
from selfcheck.reading.facts import NO_FACT, Fact, Reading
from selfcheck.reading.packs import Field, Pack, packs
from selfcheck.reading.placed import Placed, placed, runs

UNKNOWN = "unknown"
FEW_LINES = 3
POOR_SCORE = 0.75
DAYS = ("until", "issued", "shown")


def read_page(
    lines: Sequence[Line], picture: bytes, rules: Sequence[Pack] | None = None
) -> Reading:
    """What a picture says, by the lines read in it and its pixels; nothing is decided here."""
    image = pixels.opened(picture)
    if not lines:
        return Reading(UNKNOWN, 1.0, flaw=pixels.quality(image) or "unreadable")
    rows = placed(lines)
    text = "\n".join(row.dense for row in rows)
    fitting = [(pack.weight(text), pack.fits(text), pack) for pack in rules or packs()]
    fitting = sorted(
        (one for one in fitting if one[1]), key=lambda one: (one[0], one[1]), reverse=True
    )
    if not fitting:
        poor = mean(line.score for line in lines) < POOR_SCORE or len(lines) < FEW_LINES
        return Reading(UNKNOWN, 1.0, flaw=(pixels.quality(image) or "unreadable") if poor else "")
    weight, fit, pack = fitting[0]
    rival = fitting[1][0] / weight if len(fitting) > 1 else 0.0
    # what is known for what it is was fit to be read, however it looks
    return _read(pack, fit if rival < 0.9 else 0.5, rows, image)


def _read(pack: Pack, fit: float, rows: list[Placed], image: np.ndarray) -> Reading:
    facts: dict[str, Fact] = {"clock": names.clock(rows)}
    said: tuple[names.Name, ...] = ()
    for rule in sorted(pack.fields, key=_turn):
        if rule.sort == "name":
            said = names.names(runs(rows), rule)
            facts[rule.fact] = names.best(said)
            continue
        facts[rule.fact] = _value(rule, rows, image, facts)
    return Reading(pack.page, fit, {k: v for k, v in facts.items() if v.value}, said)


def _turn(rule: Field) -> int:
    """The end of validity first, then labelled days, then whatever day is left."""
    return 0 if rule.sort == "until" else 2 if rule.alone else 1


def _value(rule: Field, rows: list[Placed], image: np.ndarray, facts: dict[str, Fact]) -> Fact:
    if rule.sort == "phone":
        return names.phone(runs(rows), rule)
    if rule.sort == "state":
        return states.state(rows, rule)
    if rule.sort == "switch":
        return states.switch(rows, rule, image)
    if rule.sort == "colour":
        return states.colour(rows, rule, image)
    if rule.sort == "until":
        return moments.until(runs(rows), rule)
    if rule.sort == "moment":
        known = {facts[name].value for name in facts if name in DAYS}
        found = moments.moment(runs(rows), rule, known)
        last = facts.get("until", NO_FACT).value
        return found if found.value or rule.alone else moments.beginning(runs(rows), last)
    return states.place(rows, rule)
