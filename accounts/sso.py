"""The school's own single sign-on: it says who somebody is, the roster says whether they belong.

The library's login view follows any `next` as it comes and asks the CAS server without a time
limit; here both are bounded, and nobody is ever created.
"""

import logging
import unicodedata

import requests
from cas import CASClient
from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django_cas_ng.utils import get_cas_client
from django_cas_ng.views import LoginView, clean_sessions
from lxml import etree
from urllib3.exceptions import HTTPError

from accounts.audit import record
from accounts.backends import NumberBackend
from accounts.entering import go_on
from accounts.forms import OnwardForm
from accounts.models import Login, Unit, User
from accounts.queries import holders
from accounts.services import second

SECONDS, LONGEST_ANSWER = 5, 64 * 1024
TICKET = r"\A[A-Za-z0-9._-]{1,256}\Z"
# what the library lets through when it is sent something that is no CAS answer
UNUSABLE = (OSError, ValueError, SyntaxError, AttributeError, IndexError, HTTPError)
log = logging.getLogger(__name__)


class BoundedSession(requests.Session):
    """Asks one server, waits five seconds, follows no redirect, reads 64 kB."""

    def request(self, method, url, **kwargs):
        """The answer, or requests.RequestException."""
        # python-cas reads the answer whole and without a time limit
        kwargs |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        response = super().request(method, url, **kwargs)
        response._content = response.raw.read(LONGEST_ANSWER + 1, decode_content=True)
        if len(response._content) > LONGEST_ANSWER or response.status_code != 200:
            raise requests.RequestException("not an answer to a ticket")
        return response


class RosterCasBackend(NumberBackend):
    """Whoever the CAS server vouches for, when their number is on the roster."""

    def authenticate(self, request, ticket=None, service=None):
        """The person, or None; `request.cas_name` is set when CAS vouched for somebody."""
        if not ticket or not service:
            return None
        name = vouched(ticket, service)
        if not name:
            return None
        request.came_by = Login.How.CAS
        request.cas_name = number = "".join(unicodedata.normalize("NFKC", name).split())
        school = Unit.objects.schools().filter(code=settings.CAS_SCHOOL).first()
        people = list(holders(school, number)[:2]) if school else []
        if len(people) != 1:
            return None
        person = arrived(people[0])
        if second.needed(person):
            request.halfway = person  # vouched for, but not in before the second step
            return None
        return person


def vouched(ticket: str, service: str) -> str:
    """The name the CAS server gives for a ticket; '' when it gives none or cannot be asked."""
    with BoundedSession() as session:
        client = CASClient(
            version="3", server_url=settings.CAS_SERVER_URL, service_url=service, session=session
        )
        try:
            name, _, _ = client.verify_ticket(ticket)
        except UNUSABLE as error:
            log.warning("the CAS server gave no usable answer: %s", type(error).__name__)
            return ""
    return name or ""


@transaction.atomic
def arrived(person: User) -> User:
    """The person needs no slip any more: the school itself has vouched for them."""
    first = User.objects.filter(pk=person.pk, activated_at__isnull=True)
    if first.update(activated_at=timezone.now(), dormant_since=None):
        person.refresh_from_db()
        record(person, "activate", person, note="统一身份认证")
    return person


def to_second_step(request):
    """Whom the CAS server vouched for shows the second; the ticket is kept for its word of leaving."""
    person = request.halfway
    person.backend = "accounts.sso.RosterCasBackend"
    form = TicketForm(request.GET, request=request)
    asked = form.cleaned_data if form.is_valid() else {}
    onward, ticket = asked.get("next", ""), asked.get("ticket", "")
    return go_on(request, person, how=Login.How.CAS, onward=onward, ticket=ticket)


def farewell(request) -> str:
    """Where the CAS server's own session is ended, and the way back to our login page."""
    back = (settings.CAS_ROOT_PROXIED_AS or request.build_absolute_uri("/")).rstrip("/")
    return get_cas_client(request=request).get_logout_url(back + reverse("accounts:login"))


class TicketForm(OnwardForm):
    """What comes back from the CAS server with the browser."""

    ticket = forms.RegexField(TICKET, required=False)

    def clean_next(self):
        """The address; one that is not ours is refused, not replaced."""
        address = super().clean_next()
        if self.cleaned_data["next"] and not address:
            raise forms.ValidationError("无效的返回地址。")
        return address


class LogoutForm(forms.Form):
    """The CAS server's word that a session of ours is over there."""

    logoutRequest = forms.CharField(max_length=10_000)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class CasLogin(LoginView):
    """The library's view, kept to this host and to those on the roster."""

    http_method_names = ["get", "post"]

    def dispatch(self, request, *args, **kwargs):
        """Nothing is here while no CAS server is set."""
        if not settings.CAS_SERVER_URL:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        """To the CAS server, or back from it and in; a page that says why not."""
        if not TicketForm(request.GET, request=request).is_valid():
            return render(request, "400.html", status=400)
        try:
            return super().get(request)
        except PermissionDenied:
            if hasattr(request, "halfway"):
                return to_second_step(request)
            name = getattr(request, "cas_name", "")
            return render(request, "accounts/not_on_roster.html", {"number": name}, status=403)

    def post(self, request):
        """The session of a ticket ends when the CAS server says so; nothing else is posted."""
        form = LogoutForm(request.POST)
        if form.is_valid():
            try:
                clean_sessions(get_cas_client(request=request), request)
            except (TypeError, ValueError, etree.LxmlError):
                return HttpResponse(status=400)
            return HttpResponse(status=204)
        return HttpResponse(status=400)


cas = CasLogin.as_view()
