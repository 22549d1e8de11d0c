"""Between the password and the session: who has shown the first and not yet the second."""

from time import time

from django.conf import settings
from django.contrib import auth
from django.shortcuts import redirect, resolve_url

from accounts.models import User
from accounts.services import second

HALFWAY = "halfway"
MINUTES = 10


def home() -> str:
    """Where one lands who was going nowhere."""
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def go_on(request, person: User, *, how: str, onward: str = "", ticket: str = ""):
    """The person has proved the first: in, or to the second step where it is asked."""
    if second.needed(person):
        second.begin(person)
        request.session[HALFWAY] = {
            "pk": person.pk,
            "hash": person.get_session_auth_hash(),
            "backend": person.backend,
            "how": how,
            "next": onward,
            "ticket": ticket,
            "at": int(time()),
        }
        request.session.cycle_key()
        return redirect("accounts:second")
    request.came_by = how
    auth.login(request, person)
    return redirect(onward or home())


def halfway(request) -> User | None:
    """Who waits at the second step in this browser; nobody after ten minutes or a new password."""
    held = request.session.get(HALFWAY)
    if not held or int(time()) - held["at"] > MINUTES * 60:
        return None
    person = User.objects.filter(pk=held["pk"], is_active=True).select_related("school").first()
    if person is None or person.get_session_auth_hash() != held["hash"]:
        return None
    person.backend = held["backend"]
    return person


def arrive(request, person: User) -> str:
    """The person has proved both and is in; where they were going."""
    held = request.session.pop(HALFWAY)
    request.came_by = held["how"]
    auth.login(request, person)
    request.session[second.SHOWN] = True
    if held["ticket"]:
        from django_cas_ng.models import SessionTicket

        SessionTicket.objects.create(session_key=request.session.session_key, ticket=held["ticket"])
    return held["next"] or home()
