"""One drawing of a name, kept once however many texts it stands under."""

import json
import secrets

from django.utils import timezone

from accounts.audit import address, keyed, stands_for
from accounts.models import User
from accounts.scope import grants_of
from pledges.charters.models import Hand


def draw(person: User, *, strokes: list, agent: str = "") -> Hand:
    """The person's hand, as drawn now."""
    now = timezone.now()
    return Hand.objects.create(
        person=person,
        strokes=strokes,
        signed_at=now,
        receipt=f"{timezone.localtime(now):%Y%m%d}-{secrets.randbelow(10**10):010d}",
        address=address.get(),
        agent=agent[:200],
    )


def signer_of(person: User, role: str, path: str) -> str:
    """The name under a hand put in this role: “A 代 B” where A holds it only for B."""
    held = [grant for grant in grants_of(person) if (grant.role, grant.path) == (role, path)]
    if not held or any(grant.acting_for_id is None for grant in held):
        return person.name
    return stands_for(person.name, held[0].acting_for.name)


def seal_of(hand: Hand, *said) -> str:
    """The keyed digest over a hand and what it stands under."""
    at = hand.signed_at.isoformat()
    return sealed(*said, hand.person_id, hand.strokes, at, hand.receipt)


def sealed(*said) -> str:
    """What only the holder of the key can write under these plain values."""
    return keyed(json.dumps(said, ensure_ascii=False, sort_keys=True))
