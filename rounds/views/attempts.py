"""Trying something that may be refused, and saying how it went."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.shortcuts import render

from accounts.moves import Refused
from accounts.scope import get_permitted
from rounds.forms import ReasonForm
from rounds.models import Round


def attempt(request, deed, done: str) -> bool:
    """Whether the deed was done; the person reads that it was, or why it was not."""
    try:
        deed()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def attempt_form(form, deed):
    """What the deed returned; None when the form or the deed refuses, the reason on the form."""
    if not form.is_valid():
        return None
    try:
        return deed() or True
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as error:
        form.add_error(None, error.messages)
    return None


def reason_page(request, form: ReasonForm, *, title: str, back: str, **more):
    """A page that asks why, with what was typed kept."""
    context = {"form": form, "title": title, "back": back} | more
    return render(request, "rounds/reason.html", context)


def round_of(request, pk: int, action: str = "view") -> Round:
    """The round to act on, with its units; 404 or 403 as `get_permitted` has it."""
    found = get_permitted(request.user, Round, action, pk=pk)
    prefetch_related_objects([found], "unit", "owner")
    return found
