"""Who is meant by what somebody typed: suggested while typing, named in words when it was not clear."""

from accounts.models import User
from accounts.queries import places_of, search
from accounts.spelling import CHINESE

MOST = 12
LETTERS = 2  # of a name in Latin letters or of a number, before anybody is looked for


def enough(text: str) -> bool:
    """Whether so much was typed that it means somebody: two letters, or one Chinese character."""
    return len(text) >= LETTERS or bool(CHINESE.match(text))


def found_people(people, text: str, most: int = MOST) -> list[tuple[User, str]]:
    """The first few of these people who fit, by name, each with where they belong.

    By indexes; of a million people no more than a handful is read.
    """
    text = text.strip()
    if not enough(text):
        return []
    fit = search(people, text).only("name", "number", "unit_path")
    rows = sorted(fit.order_by()[:most], key=lambda one: (one.name, one.number or ""))
    names = places_of({one.unit_path for one in rows})
    return [(one, names.get(one.unit_path, "")) for one in rows]


def said(person: User) -> str:
    """A person as a field holds one: name and number."""
    return f"{person.name} {person.number}".strip()


def meant(people, text: str) -> list[User]:
    """Whom exactly a text names, at most two: a number, a full name, or both as a field holds them."""
    name, _, number = text.rpartition(" ")
    found = list(people.filter(identities__value=text).distinct()[:2])
    if not found and name:
        both = people.filter(identities__value=number, name=name.strip())
        found = list(both.distinct()[:2])
    return found or list(search(people, text).filter(name=text)[:2])
