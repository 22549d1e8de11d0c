"""Between what was read and the rows that keep it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.audit import keyed
from accounts.models import User
from accounts.paths import CLASS, cut, under
from rounds.models import Answer, Item
from selfcheck import reading
from selfcheck.models import Shot
from selfcheck.tools.queries import tool_item


def reads(item: Item) -> str:
    """What the rule packs call an item; '' where no rule reads it."""
    known = tool_item(item)
    return known.reads if known and known.reads in reading.items() else ""


def told(found: reading.Reading) -> tuple[dict[str, Any], dict[str, Any]]:
    """A reading as the two columns that keep it: its facts, and the rest."""
    facts = {
        name: {"value": fact.value, "certainty": round(fact.certainty, 3)}
        for name, fact in found.facts.items()
    }
    names = [[one.text, round(one.certainty, 3), one.strong] for one in found.names]
    return facts, {"certainty": round(found.certainty, 3), "names": names, "flaw": found.flaw}


def reading_of(shot: Shot) -> reading.Reading:
    """The reading that a row keeps."""
    rest = shot.rest
    return reading.Reading(
        shot.page,
        rest.get("certainty", 0.0),
        {n: reading.Fact(one["value"], one["certainty"]) for n, one in shot.facts.items()},
        tuple(reading.Name(*one) for one in rest.get("names", [])),
        rest.get("flaw", ""),
    )


def person_of(answer: Answer, shots: Sequence[Shot]) -> reading.Person:
    """What is on record of the person whose answer it is, and whose pictures said the same."""
    person = answer.person
    keys = {reading.identity_key(reading_of(shot)) for shot in shots} - {""}
    digests = {keyed(key): key for key in keys}
    seen = Shot.objects.filter(identity__in=digests).exclude(person=None)
    pairs = seen.values_list("identity", "person", "round")
    others = {digests[one] for one, who, _ in pairs if who != person.pk}
    earlier = {
        digests[one] for one, who, when in pairs if who == person.pk and when != answer.round_id
    }
    return reading.Person(
        name=person.name,
        phone_tail=person.phone[-4:],
        namesake=namesakes(person),
        taken=frozenset(others),
        earlier=frozenset(earlier),
    )


def namesakes(person: User) -> bool:
    """Whether somebody else of the class bears the same name."""
    klass = cut(person.unit_path, CLASS)
    same = User.objects.filter(under(klass, "unit_path"), name=person.name, merged_into=None)
    return same.exclude(pk=person.pk).exists()


def until(said: reading.Verdict) -> date | None:
    """Until when what was read holds."""
    fact = said.facts.get("until")
    return date.fromisoformat(fact.value[:10]) if fact and fact.sure else None
