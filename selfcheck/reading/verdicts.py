"""What the pictures of one upload settle: only what is certain and the person's own is accepted.

Nothing is ever refused here: everything else goes to a person, with the reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from selfcheck.reading import packs, states
from selfcheck.reading.facts import SURE, Fact, Reading
from selfcheck.reading.identity import Person, consistent, identity_key
from selfcheck.reading.pages import DAYS, UNKNOWN
from selfcheck.reading.reasons import words

NEAR = 30  # minutes between the pictures of one upload
DAY = 24 * 60
REFUSED = {
    ("realname", states.NO): "not_realname",
    ("colour", "red"): "red",
    ("colour", "amber"): "amber",
}
FARTHEST = timedelta(days=3 * 366)

LACKING = {"no_time", "no_identity", "masked_name", "cropped", "not_read", "no_date", "no_colour"}


@dataclass(frozen=True)
class Verdict:
    """Whether an item is settled; else why a person looks, and what was read all the same."""

    accept: bool
    doubts: tuple[str, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)

    @property
    def said(self) -> list[str]:
        """The doubts as sentences for the person who sent the pictures."""
        return words(self.doubts)


def verdict(
    readings: Sequence[Reading],
    item: str,
    person: Person,
    now: datetime,
    *,
    since: date | None = None,
) -> Verdict:
    """What the pictures of one upload say of one item.

    `now` is the local time; `since` is the day from which a picture may be.
    """
    proofs = [(one, rule) for one in readings if (rule := _rule(one, item))]
    if not proofs:
        return Verdict(False, _why_none(readings), _facts(readings))
    whose = _whose(readings, person)
    found = [
        (one, [*_doubts(one, rule, now, since), *_owner(one, readings, person, whose)])
        for one, rule in proofs
    ]
    if any(not said for _, said in found):  # what merely lacks something takes nothing from it
        found = [(one, said) for one, said in found if not said or set(said) - LACKING]
    doubts = list(dict.fromkeys(doubt for _, said in found for doubt in said))
    if any(said for _, said in found) and not all(said for _, said in found):
        doubts.append("contradicting")
    return Verdict(not doubts, tuple(doubts), _facts([one for one, _ in found]))


def _rule(reading: Reading, item: str) -> packs.Settles | None:
    pack = packs.by_page(reading.page)
    return next((one for one in pack.settles if one.item == item), None) if pack else None


def _why_none(readings: Sequence[Reading]) -> tuple[str, ...]:
    """The flaw where the pictures could not be read, else that they show another page."""
    flaws = [one.flaw for one in readings if one.page == UNKNOWN and one.flaw]
    return tuple(dict.fromkeys(flaws)) or ("wrong_page",)


def _facts(readings: Sequence[Reading]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for reading in readings:
        for name, fact in reading.facts.items():
            if name not in facts or fact.certainty > facts[name].certainty:
                facts[name] = fact
    return facts


def _doubts(reading: Reading, rule: packs.Settles, now: datetime, since: date | None) -> list[str]:
    """What stands against the page itself: uncertain, a wrong value, a date that is over."""
    doubts = [reading.flaw] if reading.flaw else []
    if reading.certainty < SURE:
        doubts.append("wrong_page")
    for name, wanted in rule.needs.items():
        fact = reading.fact(name)
        if not fact.sure:
            doubts.append(_unsure(name, fact))
        elif wanted and fact.value != wanted:
            switch = "switch_off" if fact.value == states.OFF else "not_done"
            doubts.append(REFUSED.get((name, fact.value), switch))
    return doubts + _dates(reading, now, since)


def _unsure(name: str, fact: Fact) -> str:
    if name in DAYS:
        return "no_date"
    if name == "colour":
        return "no_colour"
    return "not_read" if fact.value else "cropped"


def _dates(reading: Reading, now: datetime, since: date | None) -> list[str]:
    """A code holds to the end of its last day; a picture is as old as the time that runs on it."""
    last, issued, shown = (reading.fact(name).value[:10] for name in DAYS)
    today, farthest = now.date().isoformat(), (now.date() + FARTHEST).isoformat()
    doubts = []
    if last and last < today:
        doubts.append("expired")
    if max(issued, shown) > today or last > farthest or (last and issued > last):
        doubts.append("odd_date")
    if since and shown and shown < since.isoformat():
        doubts.append("old")
    return doubts


def _whose(readings: Sequence[Reading], person: Person) -> dict[int, list[str]]:
    """The doubts of each page that says whose it is."""
    return {
        id(one): [*consistent(one, person), *_seen_before(one, person)]
        for one in readings
        if (pack := packs.by_page(one.page))
        and (pack.identity or one.names or one.fact("phone").value)
    }


def _seen_before(reading: Reading, person: Person) -> list[str]:
    key = identity_key(reading)
    if key and key in person.taken:
        return ["same_as_other"]
    return ["recycled"] if key and key in person.earlier else []


PARTLY = {"masked_name", "no_identity"}


def _owner(
    reading: Reading, readings: Sequence[Reading], person: Person, whose: dict[int, list[str]]
) -> list[str]:
    """Whether the page is the person's: by itself, or by a page of the same upload and near time."""
    against = [doubt for said in whose.values() for doubt in said if doubt not in PARTLY]
    if against:
        return against
    own = whose.get(id(reading), ["no_identity"])
    if not own:
        return []
    pack = packs.by_page(reading.page)
    if pack and pack.identity and "no_identity" in own:
        return own  # it should say whose it is, so nothing else can say it instead
    vouching = [one for one in readings if id(one) in whose and not whose[id(one)] and one.names]
    if not vouching:
        return [doubt for said in whose.values() for doubt in said] or own
    return _near(reading, vouching)


def _near(reading: Reading, others: Sequence[Reading]) -> list[str]:
    """Nothing where one of the others was taken near this one, by the time each shows."""
    minutes = [_minutes(one) for one in others]
    mine = _minutes(reading)
    known = [one for one in minutes if one is not None]
    if mine is None or not known:
        return ["no_time"]
    apart = [min(abs(mine - one), DAY - abs(mine - one)) for one in known]
    return [] if min(apart) <= NEAR else ["far_apart"]


def _minutes(reading: Reading) -> int | None:
    clock = reading.fact("clock")
    if not clock.sure:
        return None
    hour, minute = clock.value.split(":")
    return int(hour) * 60 + int(minute)
