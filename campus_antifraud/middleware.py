"""The gates every request passes."""

import logging
from urllib.parse import urlencode

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from accounts import audit
from accounts.moves import Refused
from accounts.services import logins, second
from campus_antifraud import errors
from campus_antifraud.policy import LOGIN, PUBLIC, entry_for

INFORMING = {"accounts:notice", "accounts:my_requests", "accounts:logout", "accounts:password"}
RENEWING = {"accounts:password", "accounts:logout"}
LAST_KEY = 2**63 - 1  # no row of either database has a greater one
log = logging.getLogger(__name__)


def last_resort(get_response):
    """An exception that a request could provoke becomes a page that says what to do."""

    def middleware(request):
        token = audit.address.set(get_client_ip_address(request) or None)
        try:
            # PostgreSQL takes no text with a NUL in it, and nobody types one
            nul = "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "")
            response = errors.bad_request(request) if nul else get_response(request)
        finally:
            audit.address.reset(token)
        if response.status_code == 405 and not response.content:
            response = errors.not_so(request, response)
        if response.status_code < 500 and is_personal(request):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_exception(request, exception):
        if isinstance(exception, Refused):
            return errors.conflict(request, str(exception))
        if isinstance(exception, errors.UNUSABLE):
            log.warning("unusable input at %s", request.path, exc_info=exception)
            return errors.bad_request(request)
        return None

    middleware.process_exception = process_exception
    return middleware


def is_personal(request) -> bool:
    """Whether the answer is for one person only, whose it must not outlive in any cache."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def policy_gate(get_response):
    """An address without a policy entry refuses; the others ask for what their entry says."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        entry = entry_for(request.resolver_match.view_name)
        if entry is None or any(isinstance(v, int) and v > LAST_KEY for v in kwargs.values()):
            raise Http404
        if entry is PUBLIC:
            return None
        if request.user.is_authenticated and not logins.within_limits(request):
            logins.expire(request)
            messages.info(request, "您已较长时间未操作，为保护信息已退出登录，请重新登录。")
        if not request.user.is_authenticated:
            if request.headers.get("HX-Request"):
                raise PermissionDenied
            return redirect_to_login(request.get_full_path())
        if request.session.get(logins.RENEW) and request.resolver_match.view_name not in RENEWING:
            messages.warning(request, "口令使用时间已到期限，请先设置新口令。")
            return redirect("accounts:password")
        if request.session.get(logins.INFORM) and request.resolver_match.view_name not in INFORMING:
            onward = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{reverse('accounts:notice')}?{onward}")
        if entry is LOGIN:
            return None
        if not entry(request.user):
            raise PermissionDenied
        if second.required(request.user) and not request.session.get(second.SHOWN):
            return came_short(request)  # the role began while a password was enough
        if request.resolver_match.app_name == "admin" and not _desk_address(request):
            raise Http404
        return None

    middleware.process_view = process_view
    return middleware


def came_short(request):
    """The login is over and begins anew, as the person's role now asks for a second step."""
    auth.logout(request)
    messages.info(request, "您的角色需要两步验证，请重新登录。")
    return redirect_to_login(request.get_full_path())


def _desk_address(request) -> bool:
    """Whether the desk may be reached from here; every address when no list is set."""
    allowed = settings.ADMIN_ADDRESSES
    return not allowed or str(get_client_ip_address(request)) in allowed
