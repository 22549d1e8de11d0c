"""What a person reads when something cannot be done: Chinese, courteous, without internals.

No page asks the database for anything, since it may be the database that is gone.
"""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

# what a request's own content provokes deep below the forms
UNUSABLE = (DataError, OverflowError, UnicodeEncodeError)
UNREACHABLE = (OperationalError, InterfaceError)


def page(status: int, **context) -> HttpResponse:
    """The page of that status."""
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)


def bad_request(request, exception=None):
    """400, or 413 when too much was sent."""
    too_much = isinstance(exception, RequestDataTooBig | TooManyFilesSent)
    return page(413 if too_much else 400)


def forbidden(request, exception=None):
    """403: in view, but not this person's to do."""
    return page(403)


def not_found(request, exception=None):
    """404: the same for what does not exist and for what is not this person's to see."""
    return page(404)


def server_error(request):
    """500; or 503 when it was the database that could not be reached, wherever that was noticed."""
    return page(503 if isinstance(sys.exc_info()[1], UNREACHABLE) else 500)


def not_so(request, response):
    """405: the address only takes what a button sends. It leads to the page the button is on.

    A browser keeps the address of a refused form, and WeChat hands it on to another browser.
    """
    try:
        resolve(request.path.rstrip("/").rpartition("/")[0] + "/")
        above = "../"  # as it stands in the page it tells no row from another
    except Resolver404:
        above = "/"
    told = page(405, above=above)
    told.headers["Allow"] = response.headers["Allow"]
    return told


def conflict(request, sentence: str):
    """409: what was asked for cannot be done as things stand."""
    return page(409, sentence=sentence)


def csrf_failed(request, reason=""):
    """403 for a form that came from elsewhere or lay open too long."""
    return page(403, stale=True)


def too_many(request, credentials=None, *args, **kwargs):
    """429 after too many wrong passwords."""
    return page(429)
