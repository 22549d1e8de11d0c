"""Logins: begun and ended with their sessions, bounded by the time since and the time idle.

When the login began, when it was last used and how long it may rest stand in the session itself,
so a request asks for nothing more; the last use is written when a tenth of the rest allowed has
gone by, so a login may end by as much too soon, never too late.
"""

from time import time

from django.conf import settings
from django.contrib import auth
from django.contrib.auth import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts import audit, bulk
from accounts.devices import device, masked_address
from accounts.models import Login, User
from accounts.moves import Refused
from accounts.scope import holds
from accounts.services import informing
from accounts.services.own_password import overdue

SINCE, SEEN, IDLE, RENEW, CAS = "since", "seen", "idle", "renew", "cas"
INFORM = "inform"
FRESH = 10  # the part of the rest allowed within which a use need not be written again


def idle_limit(user) -> int:
    """For how many seconds a login of this user may rest."""
    desk = holds(user, "desk.enter")
    return 60 * (settings.IDLE_MINUTES_DESK if desk else settings.IDLE_MINUTES)


def begin(sender, request, user, **kwargs) -> None:
    """The login has a row and its session knows its limits; called whenever somebody comes in."""
    session, now = request.session, int(time())
    session[SINCE], session[SEEN], session[IDLE] = now, now, idle_limit(user)
    came_by = getattr(request, "came_by", Login.How.PASSWORD)
    if came_by == Login.How.CAS:
        session[CAS] = True
    elif overdue(user):
        session[RENEW] = True  # the gate leads to a new password and nowhere else
    if informing.pending(user):
        session[INFORM] = True  # the gate leads to the notice first
    if session.session_key is None:
        session.save()
    bulk.insert_row(
        Login(
            user=user,
            path=user.unit_path or (user.school.path if user.school else ""),
            session_key=session.session_key,
            how=came_by,
            device=device(request.META.get("HTTP_USER_AGENT", "")),
            address=masked_address(audit.address.get() or request.META.get("REMOTE_ADDR", "")),
        )
    )


def left(sender, request, user, **kwargs) -> None:
    """The person went; called before the session is gone."""
    if user is not None and request.session.session_key:
        why = getattr(request, "ended_why", Login.Why.LEFT)
        _close(Login.objects.open().filter(session_key=request.session.session_key), why)


user_logged_in.connect(begin, dispatch_uid="accounts.logins.begin")
user_logged_out.connect(left, dispatch_uid="accounts.logins.left")


def within_limits(request) -> bool:
    """Whether the login of this request may go on; its use is noted."""
    session, now = request.session, int(time())
    since = session.get(SINCE)
    if since is None:  # begun before limits were kept
        session[SINCE], session[SEEN], session[IDLE] = now, now, idle_limit(request.user)
        return True
    seen = session[SEEN]
    if now - seen > session[IDLE] or now - since > settings.SESSION_COOKIE_AGE:
        return False
    if now - seen >= session[IDLE] // FRESH:
        session[SEEN] = now
    return True


def expire(request) -> None:
    """The login of this request is over, because it rested or lasted too long."""
    lasted = int(time()) - request.session[SINCE] > settings.SESSION_COOKIE_AGE
    request.ended_why = Login.Why.OVER if lasted else Login.Why.IDLE
    auth.logout(request)


def rebind(person: User, old_key: str, new_key: str) -> None:
    """The login goes on under a new session key."""
    Login.objects.open().filter(user=person, session_key=old_key).update(session_key=new_key)


def _close(logins, why: str) -> int:
    return logins.update(ended_at=timezone.now(), ended_why=why)


@transaction.atomic
def end_all(person: User, *, why: str, keep: str = "") -> int:
    """Every login of the person is over but the one whose session is kept; how many."""
    logins = Login.objects.open().filter(user=person).exclude(session_key=keep)
    keys = list(logins.select_for_update().values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return _close(Login.objects.open().filter(user=person, session_key__in=keys), why)


@transaction.atomic
def end(login: Login, *, actor: User, reason: str = "") -> Login:
    """This login is over at the next request; somebody else's only for a reason."""
    if login.user_id != actor.pk and not reason.strip():
        raise Refused("请填写强制退出的原因。")
    why = Login.Why.LEFT if login.user_id == actor.pk else Login.Why.KILLED
    if not _close(Login.objects.open().filter(pk=login.pk), why):
        raise Refused("这次登录已经结束。")
    Session.objects.filter(session_key=login.session_key).delete()
    audit.record(actor, "end_login", login, note=reason)
    login.refresh_from_db()
    return login


def end_others(person: User, *, keep: str) -> int:
    """The person ends all their logins but the one they do it from; how many."""
    count = end_all(person, why=Login.Why.LEFT, keep=keep)
    if count:
        audit.record(person, "end_logins", person, counts=count)
    return count


def tidy() -> int:
    """Logins whose session ran out are marked as over, and the sessions removed; how many."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    alive = Session.objects.values("session_key")
    return _close(Login.objects.open().exclude(session_key__in=alive), Login.Why.OVER)
