"""What the views of a round share: trying, asking why, fetching the round."""

from django.db.models import prefetch_related_objects
from django.shortcuts import render

from accounts.scope import get_permitted
from accounts.views.attempts import attempt, attempt_form
from rounds.forms import ReasonForm
from rounds.models import Round

__all__ = ["attempt", "attempt_form", "reason_page", "round_of"]


def reason_page(request, form: ReasonForm, *, title: str, back: str, **more):
    """A page that asks why, with what was typed kept."""
    context = {"form": form, "title": title, "back": back} | more
    return render(request, "rounds/reason.html", context)


def round_of(request, pk: int, action: str = "view") -> Round:
    """The round to act on, with its units; 404 or 403 as `get_permitted` has it."""
    found = get_permitted(request.user, Round, action, pk=pk)
    prefetch_related_objects([found], "unit", "owner")
    return found
