"""The second step of a login: a code from the person's own phone, or one kept for its loss.

A code is taken once; five wrong ones close the step for a quarter of an hour.
"""

import base64
import hmac
import secrets
from datetime import timedelta
from time import time

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Login, RecoveryCode, SecondFactor, User
from accounts.moves import Refused
from accounts.scope import roles_of
from accounts.services import logins

SHOWN = "second"  # in the session of whoever came in by both steps
STEP = 30  # seconds a code is shown
DRIFT = (0, -1, 1)  # steps by which a phone's clock may be wrong
TRIES = 5
CLOSED_FOR = timedelta(minutes=15)
SPARE = 8
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ISSUER = "校园反诈工作台"


def required(user: User) -> bool:
    """Whether this person's roles ask for the second step; demo accounts may but need not."""
    return not user.demo and bool(roles_of(user) & set(settings.TWO_FACTOR))


def factor_of(user: User) -> SecondFactor | None:
    """The person's second step, once it works."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()


def begun(user: User) -> SecondFactor | None:
    """The person's second step while it has not proved that it works."""
    return SecondFactor.objects.filter(user=user, confirmed_at=None).first()


def needed(user: User) -> bool:
    """Whether a password alone does not let this person in."""
    return required(user) or factor_of(user) is not None


def begin(user: User) -> SecondFactor:
    """A seed for the person's phone, the same until it is forgotten."""
    fresh = SecondFactor(user=user)
    fresh.seed = pyotp.random_base32()
    factor, _ = SecondFactor.objects.get_or_create(
        user=user, defaults={"uuid": fresh.uuid, "seed_sealed": fresh.seed_sealed}
    )
    return factor


def address(factor: SecondFactor) -> str:
    """What the phone reads from the square."""
    return pyotp.TOTP(factor.seed).provisioning_uri(
        name=factor.user.number or "—", issuer_name=ISSUER
    )


@transaction.atomic
def confirm(user: User, code: str) -> list[str] | None:
    """The person's phone shows right codes, so the step holds from now; the codes for its loss.

    None for a wrong code.
    """
    factor = _locked(user)
    if factor.confirmed_at:
        raise Refused("两步验证已经启用。")
    if not _fits(factor, code):
        return None
    factor.confirmed_at = timezone.now()
    factor.save(update_fields=["confirmed_at"])
    record(user, "turn_on_second", user)
    return _spares(user)


@transaction.atomic
def accept(user: User, code: str) -> bool:
    """Whether the code is the phone's of this moment, not used before, or a spare one."""
    factor = _locked(user)
    return _fits(factor, code) or _spare_fits(factor, code)


def _locked(user: User) -> SecondFactor:
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        raise Refused("尚未设置两步验证。")
    if factor.locked_until and factor.locked_until > timezone.now():
        raise Refused("验证码连续输错，请 15 分钟后再试；手机不在身边可请管理人员重置。")
    return factor


def _fits(factor: SecondFactor, code: str) -> bool:
    now = int(time()) // STEP
    totp = pyotp.TOTP(factor.seed)
    for step in (now + drift for drift in DRIFT):
        if hmac.compare_digest(totp.at(step * STEP).encode(), code.encode()):
            newer = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
            if newer.update(last_step=step, failures=0, locked_until=None):
                return True
    if len(code) == totp.digits:
        _missed(factor)
    return False


def _spare_fits(factor: SecondFactor, code: str) -> bool:
    if len(code) <= pyotp.TOTP(factor.seed).digits:
        return False
    unused = RecoveryCode.objects.filter(user=factor.user_id, used_at__isnull=True)
    if unused.filter(digest=digest_of(factor.user_id, code)).update(used_at=timezone.now()):
        SecondFactor.objects.filter(pk=factor.pk).update(failures=0, locked_until=None)
        record(factor.user, "use_spare", factor.user)
        return True
    _missed(factor)
    return False


def _missed(factor: SecondFactor) -> None:
    factor.failures += 1
    if factor.failures >= TRIES:
        factor.failures, factor.locked_until = 0, timezone.now() + CLOSED_FOR
        record(None, "lock_second", factor.user)
    factor.save(update_fields=["failures", "locked_until"])


def digest_of(user_id: int, code: str) -> str:
    """What is kept of a spare code: bound to its person, useless without the key."""
    said = f"recovery:{user_id}:{code.upper().replace('-', '')}".encode()
    return hmac.digest(base64.b64decode(settings.INDEX_KEY), said, "sha256").hex()


def _spares(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    raw = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(SPARE)]
    codes = [f"{one[:5]}-{one[5:]}" for one in raw]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=digest_of(user.pk, code)) for code in codes
    )
    return codes


@transaction.atomic
def new_spares(user: User, code: str) -> list[str] | None:
    """New codes for a lost phone, the old ones dead; None for a wrong code."""
    if not _fits(_locked(user), code):
        return None
    record(user, "renew_spares", user)
    return _spares(user)


@transaction.atomic
def turn_off(user: User, code: str) -> bool:
    """The password alone lets the person in again; refused to those whose roles ask for more."""
    if required(user):
        raise Refused("您的角色必须使用两步验证，不能关闭。")
    if not accept(user, code):
        return False
    _forget(user)
    record(user, "turn_off_second", user)
    return True


@transaction.atomic
def reset(user: User, *, actor: User, reason: str) -> None:
    """The lost phone counts no more: at the next login the person sets up another."""
    if user.pk == actor.pk:
        raise Refused("不能重置本人的两步验证，请由另一位管理人员办理。")
    if not reason.strip():
        raise Refused("请注明如何核对了本人身份，如“当面核对校园卡”。")
    if not _forget(user):
        raise Refused(f"{user.name}没有启用两步验证。")
    record(actor, "reset_second", user, note=reason)
    logins.end_all(user, why=Login.Why.RIGHTS)


def _forget(user: User) -> bool:
    RecoveryCode.objects.filter(user=user).delete()
    return bool(SecondFactor.objects.filter(user=user).delete()[0])
