"""The home: what I owe, what waits for me, how my units stand."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.scope import Role, holds, roles_of
from oversight import queries


@require_safe
def home(request):
    """A queue, not a menu."""
    user = request.user
    waiting, empty = queries.cards(user)
    office = queries.office_path(user)
    reads = queries.reads_figures(user)
    context = {
        "tasks": queries.tasks(user),
        "done": queries.done_tasks(user),
        "cards": waiting,
        "empty_cards": empty,
        "reads": reads,
        "standing": queries.standing(user) if reads else None,
        "leader": roles_of(user) == {Role.LEADER},
        "drafts": holds(user, "round.issue"),
    }
    if office:
        context |= beginnings(office)
    return render(request, "oversight/home.html", context)


def beginnings(office: str) -> dict:
    """What a school's office starts with: its first steps, and where they are taken."""
    return {
        "steps": queries.first_steps(office),
        "upload_url": reverse("roster:upload"),
        "new_round": {"label": "起草任务", "url": reverse("rounds:new")},
    }
