"""Whether a picture is the person's: what its page says against what is on record."""

from dataclasses import dataclass

from selfcheck.reading import names
from selfcheck.reading.facts import Reading
from selfcheck.reading.normal import dense
from selfcheck.reading.packs import by_page

LEAST_LETTERS = 3  # a name of two may be a longer one whose mask was overlooked


@dataclass(frozen=True)
class Person:
    """What is on record of somebody, and the keys of pictures that were handed in before.

    `taken` are keys (`identity_key`) of other people's pictures, `earlier` of one's own in former
    rounds; `namesake` says that somebody else of the class bears the same name.
    """

    name: str
    phone_tail: str = ""
    namesake: bool = False
    taken: frozenset[str] = frozenset()
    earlier: frozenset[str] = frozenset()


def consistent(reading: Reading, person: Person) -> list[str]:
    """The doubts whether a page is the person's; none where its name and number say it is.

    A masked name is a part of a name and needs the number as well; a whole name suffices, unless
    another of the class bears it or it is too short to be told from a masked one.
    """
    match, doubt = _name(reading, person)
    phone = reading.fact("phone")
    tail = phone.sure and bool(person.phone_tail) and phone.value == person.phone_tail
    doubts = [doubt] if doubt else []
    if phone.sure and person.phone_tail and not tail:
        doubts.append("other_phone")
    elif phone.value and not phone.sure:
        doubts.append("not_read")
    if doubts:
        return doubts
    if tail:
        return []
    if match == names.FULL:
        return _whole_name_alone(person)
    return ["masked_name" if not phone.value else "no_phone"]


def _whole_name_alone(person: Person) -> list[str]:
    if person.namesake:
        return ["same_name"]
    return [] if len(dense(person.name)) >= LEAST_LETTERS else ["masked_name"]


def _name(reading: Reading, person: Person) -> tuple[str, str]:
    """How far the page bears the person's name, and the doubt where it does not."""
    said = [(names.compare(name.text, person.name), name) for name in reading.names]
    strong = [(match, name) for match, name in said if name.strong]
    known = [(match, name) for match, name in said if match != names.OTHER]
    if any(match == names.OTHER for match, _ in strong):
        return names.OTHER, "other_name"
    if not known:
        pack = by_page(reading.page)
        return names.OTHER, "other_name" if said and pack and pack.identity else "no_identity"
    whole = [pair for pair in known if pair[0] == names.FULL]
    match, name = max(whole or known, key=lambda pair: pair[1].certainty)
    return (match, "") if names.sure(name) else (match, "not_read")


def identity_key(reading: Reading) -> str:
    """What tells this picture from everybody else's and from one's own of another day.

    Empty where it holds too little: pages without a name, or without any time. It names the person
    in part, so a keyed digest of it is what may be stored.
    """
    name, phone = reading.fact("name").value, reading.fact("phone").value
    times = [reading.fact(fact).value for fact in ("clock", "issued", "shown", "until")]
    letters = "".join(sign for sign in dense(name) if sign != "*")
    if not (letters or phone) or not any(times):
        return ""
    return "|".join([reading.page, letters, phone, *times])
