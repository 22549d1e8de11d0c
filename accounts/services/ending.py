"""Whoever has gone for good: posts are handed over first, then the login ends; back, it is open again."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import ActivationCode, AuditEntry, Duty, Grant, Login, User
from accounts.moves import Refused
from accounts.scope import Role
from accounts.services import logins

Status = User.Status
STUDENT_ROLES = [Role.CADRE, Role.DORM_HEAD, Role.VOLUNTEER]
ENDS_LOGIN = {Status.GRADUATED, Status.WITHDRAWN, Status.TRANSFERRED_OUT, Status.LEFT}
IN_POST = "仍担任职务，请先交接"


def in_post(people=None) -> set[int]:
    """Which of the people (None: of all) hold today what must be handed over before they go.

    What students hold as students ends with their studies.
    """
    grants = Grant.objects.in_force().exclude(role__in=STUDENT_ROLES)
    duties = Duty.objects.in_force().exclude(person__category=User.Category.STUDENT)
    if people is not None:
        grants, duties = grants.filter(user__in=people), duties.filter(person__in=people)
    held = grants.order_by().values_list("user", flat=True)
    return {*held, *duties.order_by().values_list("person", flat=True)}


def check_free(person: User) -> None:
    """Raises Refused while the person holds what must be handed over."""
    if in_post([person.pk]):
        raise Refused(f"{person.name}{IN_POST}。")


def shut(people: Iterable[int]) -> None:
    """These people log in no more: their codes are dead, their logins over."""
    keys = list(people)
    within = User.objects.filter(pk__in=keys)
    within.update(is_active=False)
    codes = ActivationCode.objects.filter(user__in=keys, used_at=None, revoked_at=None)
    codes.update(revoked_at=timezone.now())
    for person in within.filter(Exists(Login.objects.open().filter(user=OuterRef("pk")))):
        logins.end_all(person, why=Login.Why.CLOSED)


def reopen(people: Iterable[int]) -> None:
    """These people, back from having gone, log in again; not those whose account was closed."""
    keys = set(people)
    User.objects.filter(pk__in=keys - closed_by_hand(keys)).update(is_active=True)


def closed_by_hand(people: Iterable[int]) -> set[int]:
    """Whose account somebody closed and nobody has restored since."""
    rows = AuditEntry.objects.filter(
        model=User._meta.model_name,
        object_id__in=[str(pk) for pk in people],
        verb__in=["close_account", "reopen_account"],
    )
    last = dict(rows.order_by("id").values_list("object_id", "verb"))
    return {int(pk) for pk, verb in last.items() if verb == "close_account"}


def follow(person: User, before: str) -> None:
    """The login of a person whose status has just changed is what the status says."""
    if person.status in ENDS_LOGIN:
        shut([person.pk])
    elif before in ENDS_LOGIN:
        reopen([person.pk])
    person.refresh_from_db(fields=["is_active"])
