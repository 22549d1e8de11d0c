"""Login by school and number, with the own password or, the first time, a one-time code."""

from datetime import timedelta
from ipaddress import ip_address

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db.models import Sum
from django.utils import timezone

from accounts.devices import masked_address
from accounts.models import Login, User
from accounts.prepared import Prepared
from accounts.queries import holders
from accounts.services import activation

ROTATED = 10  # wrong tries of one number within the cool-off, from all addresses together
OF_SESSION = Prepared(
    lambda pk: (
        User.objects.select_related("school", "unit").filter(pk=pk, is_active=True).order_by()
    )
)


def prove(request, *, school, number: str, **proof):
    """The person whose number and proof fit, or None; every failure counts towards the lockout."""
    request.knocked = f"{school.path}/{number}"
    if hunted(request, school, number):
        request.axes_locked_out = True  # answered as any lockout, and nothing is checked
        return None
    return authenticate(request, username=number, school=school, **proof)


def hunted(request, school, number: str) -> bool:
    """Whether a number is being guessed from ever new addresses, and this is one of them.

    The person goes on from networks they have logged in from before.
    """
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    tries = AccessAttempt.objects.filter(username=request.knocked, attempt_time__gte=since)
    if (tries.aggregate(wrong=Sum("failures_since_start"))["wrong"] or 0) < ROTATED:
        return False
    network = masked_address(address_of(request))
    known = Login.objects.filter(user__in=holders(school, number), address=network)
    return not known.exists()


def attempted(request, credentials) -> str:
    """Whom a lockout is about: the number at its school, the same for password and code."""
    return getattr(request, "knocked", "") or str((credentials or {}).get("uuid", ""))


def address_of(request) -> str:
    """Where a request comes from: what the outermost of our own proxies saw, nothing claimed.

    Each proxy appends the address that spoke to it, so with n of ours the n-th from the right is
    true and everything left of it may be invented.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not settings.TRUSTED_PROXIES or len(seen) < settings.TRUSTED_PROXIES:
        return direct
    try:
        return str(ip_address(seen[-settings.TRUSTED_PROXIES].strip()))
    except ValueError:
        return direct


def is_ticket(request, credentials) -> bool:
    """Whether it is a ticket that failed: it names nobody, and one gate serves a whole campus."""
    return "ticket" in (credentials or {})


class NumberBackend(BaseBackend):
    """A person proves to be the holder of a number by their own password."""

    def authenticate(self, request, username=None, password=None, school=None):
        """The person, or None; it takes as long for an unknown number as for a wrong password."""
        if username is None or password is None or school is None:
            return None
        people = [p for p in holders(school, username) if p.has_usable_password()]
        for person in people:
            if person.check_password(password):
                return person
        if not people:
            make_password(password)
        return None

    def get_user(self, user_id):
        """The person of a session, unless the account was closed since."""
        return OF_SESSION.get(int(user_id))


class CodeBackend(NumberBackend):
    """A person proves to hold a slip's one-time code, and chooses a password with it."""

    def authenticate(self, request, username=None, code=None, chosen=None, school=None):
        """The person, now activated, or None.

        Raises ValidationError, with nothing used up, when the code is right and the password
        chosen is made of the person's own data.
        """
        if username is None or code is None or chosen is None or school is None:
            return None
        return activation.activate(school=school, number=username, code=code, password=chosen)
