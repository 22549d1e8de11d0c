"""The sheet that proves a round's signatures on paper."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pledges import queries
from pledges.services.rooting import kept_by
from rounds.queries import sees_figures


@require_safe
def proof(request, pk):
    """The root over all signatures of a closed round, to be printed, and how to check it."""
    round_ = queries.signed_round(request.user, pk)
    if not sees_figures(request.user, round_, round_.unit.path):
        raise Http404
    return render(request, "pledges/proof.html", {"round": round_, "kept": kept_by(round_)})
