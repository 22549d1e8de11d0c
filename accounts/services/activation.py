"""Getting in for the first time: a one-time code from a slip, then an own password."""

import base64
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import ActivationCode, Grant, Login, User
from accounts.moves import Refused
from accounts.paths import under
from accounts.queries import holders, waiting
from accounts.scope import lets_in
from accounts.services import logins
from accounts.services.own_password import choose

VALID = timedelta(days=14)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I, which are misread on paper
LENGTH = 10  # 50 random bits


def digest_of(user_id: int, code: str) -> str:
    """What is kept of a code: bound to its person, useless without the key."""
    said = f"activation:{user_id}:{code}".encode()
    return hmac.digest(base64.b64decode(settings.INDEX_KEY), said, "sha256").hex()


def tidy(code: str) -> str:
    """The code as issued, however it was typed: small letters, blanks, dashes."""
    return code.upper().replace("-", "").replace(" ", "")


def shown(code: str) -> str:
    """The code as printed: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def open_to(actor, people) -> list[User]:
    """Those of the people whom the actor may let in: not the actor, nobody who may do more."""
    held: dict[int, list[Grant]] = {}
    for grant in Grant.objects.in_force().filter(user__in=people):
        held.setdefault(grant.user_id, []).append(grant)
    return [
        person
        for person in people
        if person.pk != actor.pk and all(lets_in(actor, grant) for grant in held.get(person.pk, []))
    ]


@transaction.atomic
def issue_code(person: User, *, actor, note: str = "") -> str:
    """A new code for a person who has not activated; any earlier one is dead."""
    person = _to_let_in(person, actor)
    if person.activated_at:
        raise Refused(f"{person.name}已激活，不需要激活码。忘记口令请走“重置口令”。")
    return _issue(person, actor, "issue_code", note)


@transaction.atomic
def reset(person: User, *, actor, seen: str) -> str:
    """The person, seen by the actor, gets a new code; the old password works no more."""
    if not seen.strip():
        raise Refused("请注明如何核对了本人身份，如“当面核对校园卡”。")
    person = _to_let_in(person, actor)
    _shut_out(person)
    return _issue(person, actor, "reset", seen)


@transaction.atomic
def rescue(person: User, *, seen: str) -> str:
    """A new code from the machine itself, for the few whom nobody else may let in."""
    if not seen.strip():
        raise Refused("请注明如何核对了本人身份，如“当面核对校园卡”。")
    _shut_out(person)
    return _issue(person, None, "reset", seen)


@transaction.atomic
def reissue(person: User, *, actor, seen: str) -> str:
    """A new code for one person seen by the actor, whether they never came in or forgot."""
    if not seen.strip():
        raise Refused("请注明如何核对了本人身份，如“当面核对校园卡”。")
    if person.activated_at:
        return reset(person, actor=actor, seen=seen)
    return issue_code(person, actor=actor, note=seen)


def _shut_out(person: User) -> None:
    """The old password is dead, and with it every login."""
    User.objects.filter(pk=person.pk).update(activated_at=None, password="!")
    logins.end_all(person, why=Login.Why.PASSWORD)


def _to_let_in(person: User, actor) -> User:
    """The person as they now are, locked; refused when the code is not this actor's to give."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise Refused(f"{person.name}的账号已停用，不能发放激活码。")
    if person.pk == actor.pk:
        if person.activated_at:
            raise Refused("不能为本人发放激活码，请使用“修改口令”。")
    elif not open_to(actor, [person]):
        raise Refused(f"{person.name}的权限不在您的权限之内，激活码须由上级管理人员发放。")
    return person


def _issue(person: User, actor, verb: str, note: str = "") -> str:
    _revoke([person])
    code = _fresh()
    ActivationCode.objects.bulk_create([_kept(person, code, actor)])
    record(actor, verb, person, note=note)
    return code


def _fresh() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def _revoke(people) -> None:
    live = ActivationCode.objects.filter(
        user__in=people, used_at__isnull=True, revoked_at__isnull=True
    )
    live.update(revoked_at=timezone.now())


def _kept(person: User, code: str, actor) -> ActivationCode:
    digest, ends = digest_of(person.pk, code), timezone.now() + VALID
    return ActivationCode(user=person, digest=digest, issued_by=actor or person, expires_at=ends)


@transaction.atomic
def issue_slips(people, *, actor, unit) -> list[tuple[User, str]]:
    """A slip for each of these people of a unit who wait for one; their earlier codes are dead."""
    chosen = User.objects.filter(under(unit.path, "unit_path"), pk__in=[p.pk for p in people])
    locked = list(waiting(chosen).select_for_update().order_by("pk"))
    people = sorted(open_to(actor, locked), key=lambda person: person.number)
    if not people:
        raise Refused("所选人员均已激活，或其激活码须由上级管理人员发放，没有可打印的激活条。")
    _revoke(people)
    slips = [(person, _fresh()) for person in people]
    ActivationCode.objects.bulk_create(_kept(person, code, actor) for person, code in slips)
    record(actor, "issue_slips", unit, people=[person.pk for person in people])
    return slips


@transaction.atomic
def activate(*, school, number: str, code: str, password: str) -> User | None:
    """The person has their own password and the code is used; None when they do not fit.

    The same None, after the same work, for an unknown number, a wrong, used or expired code.
    Raises ValidationError, and the code stays good, when it fits and the password is made of the
    person's own data.
    """
    now = timezone.now()
    for person in list(holders(school, number)) or [User(pk=0)]:
        used = ActivationCode.objects.filter(
            user_id=person.pk,
            digest=digest_of(person.pk, tidy(code)),
            used_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=now,
        ).update(used_at=now)
        if used:
            validate_password(password, person)
            choose(person, password)
            person.activated_at, person.dormant_since = now, None
            person.save(update_fields=["activated_at", "dormant_since"])
            record(person, "activate", person)
            return person
    return None
