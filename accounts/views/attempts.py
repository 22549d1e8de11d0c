"""Trying something that may be refused, and saying how it went."""

from django.contrib import messages
from django.core.exceptions import ValidationError

from accounts.moves import Refused


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
