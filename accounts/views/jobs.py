"""How far long work is."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Job
from accounts.scope import get_permitted

ENDED = 286  # tells the page that asks again and again to stop


@require_safe
def job(request, pk):
    """The progress of a piece of work, as a part of a page."""
    found = get_permitted(request.user, Job, pk=pk)
    running = found.state in {Job.State.QUEUED, Job.State.RUNNING}
    return render(request, "accounts/_job.html", {"job": found}, status=200 if running else ENDED)
