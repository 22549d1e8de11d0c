"""现场传签: one phone passed round a class, each confirms who they are and signs by hand."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit import record
from accounts.models import Unit, User
from accounts.moves import Refused
from accounts.scope import covers
from pledges.models import Passing, PassingMiss
from rounds import gate
from rounds.figures import Census
from rounds.models import Round

LASTS = timedelta(minutes=30)
DIGITS, TRIES, TRIES_OF_ALL = 4, 5, 30
WRONG = (
    "核对没有通过：请检查学号和核对内容。已经签过、不在本班名单或多次填错的，"
    "请告诉辅导员，也可以在自己的手机上签署。"
)


@dataclass(frozen=True)
class Started:
    """A passing and the token that only the phone knows."""

    passing: Passing
    token: str


@transaction.atomic
def start_passing(round_: Round, unit: Unit, *, actor: User) -> Started:
    """A phone may be passed round in this class for half an hour; an earlier one ends."""
    gate.enter(round_.pk)
    if not Census(round_).missing(unit.path).exists():
        raise Refused("本班没有待签署的人员。")
    Unit.objects.select_for_update().get(pk=unit.pk)  # of two phones at once the later one runs
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    running = Passing.objects.filter(round=round_, unit=unit, ended_at__isnull=True)
    running.filter(until__gt=now).update(ended_at=now)
    passing = Passing.objects.create(
        round=round_,
        unit=unit,
        unit_path=unit.path,
        started_by=actor,
        until=now + LASTS,
        token_sha256=sha256(token.encode()).hexdigest(),
    )
    record(actor, "start_passing", passing)
    return Started(passing, token)


def passing_of(pk, token: str) -> Passing | None:
    """The passing that this phone was given, while it runs and whoever started it still may."""
    found = Passing.objects.select_related("unit", "started_by").filter(pk=pk).first()
    if found is None or not found.open:
        return None
    if not hmac.compare_digest(found.token_sha256, sha256(token.encode()).hexdigest()):
        return None
    return found if covers(found.started_by, "signature.record", found.unit_path) else None


def end_passing(passing: Passing, *, actor: User | None, reason: str = "") -> None:
    """The phone takes no more signatures; ended twice it is ended once."""
    ended = Passing.objects.filter(pk=passing.pk, ended_at__isnull=True).update(
        ended_at=timezone.now()
    )
    if ended:
        record(actor, "end_passing", passing, note=reason)


def identify(passing: Passing, *, digits: str, secret: str) -> User:
    """The one person of the class, still to sign, whose number ends so and who knows the secret.

    Raises Refused with one and the same sentence for whatever is wrong; too many wrong ones lock
    the person for this passing, then end it.
    """
    round_ = Round.objects.select_related("unit", "owner").get(pk=passing.round_id)
    people = Census(round_).missing(passing.unit_path).filter(number__endswith=digits)
    locked = PassingMiss.objects.filter(passing=passing, count__gte=TRIES)
    some = list(people.exclude(pk__in=locked.values("person"))) if len(digits) >= DIGITS else []
    known = [person for person in some if knows(person, secret)]
    if len(known) == 1:
        return known[0]
    _missed(passing, some if not known else [])
    raise Refused(WRONG if not known else "有同学尾号相同，请填写完整学号。")


def _missed(passing: Passing, people: list[User]) -> None:
    for person in people:
        row, _ = PassingMiss.objects.get_or_create(passing=passing, person=person)
        PassingMiss.objects.filter(pk=row.pk).update(count=F("count") + 1)
    Passing.objects.filter(pk=passing.pk).update(misses=F("misses") + 1)
    passing.refresh_from_db(fields=["misses"])
    if passing.misses >= TRIES_OF_ALL:
        end_passing(passing, actor=None)


def knows(person: User, secret: str) -> bool:
    """Whether this is what only the person knows, by the installation's setting."""
    if settings.PASSING_CHECK == "password":
        return person.check_password(secret)
    kept = person.id_number or person.phone
    return bool(kept) and hmac.compare_digest(
        kept[-4:].upper().encode(), secret.strip().upper().encode()
    )
