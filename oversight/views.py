"""The home: what I owe, what waits for me, how my units stand."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.audit import record
from accounts.models import User
from accounts.queries import with_homes
from accounts.scope import Role, covers, get_permitted, holds, roles_of
from oversight import queries


@require_safe
def home(request):
    """A queue, not a menu."""
    user = request.user
    waiting, empty = queries.cards(user)
    office = queries.office_path(user)
    reads = queries.reads_figures(user)
    context = {
        "drafts": holds(user, "round.issue"),
        "tasks": queries.tasks(user),
        "done": queries.done_tasks(user),
        "cards": waiting,
        "empty_cards": empty,
        "reads": reads,
        "province": holds(user, "tally.view"),
        "standing": queries.standing(user) if reads else None,
        "leader": roles_of(user) == {Role.LEADER},
    }
    context |= beginnings(office) if office else {}
    return render(request, "oversight/home.html", context)


def beginnings(office: str) -> dict:
    """What a school's office starts with: its first steps, and where they are taken."""
    return {
        "steps": queries.first_steps(office),
        "upload_url": reverse("roster:upload"),
        "new_round": {"label": "起草任务", "url": reverse("rounds:new")},
    }


@never_cache
@require_safe
def sheet(request, pk):
    """Everything about one person on one page; that it was looked at is written down."""
    person = get_permitted(request.user, User, pk=pk)
    if not covers(request.user, "completion.view", person.unit_path):
        raise PermissionDenied
    record(request.user, "view_sheet", person)
    with_homes([person])
    context = {"title": f"{person.name}：一人一页", "person": person}
    context |= {"tasks": queries.tasks(person), "done": queries.done_tasks(person)}
    context["excuses"] = queries.excuses_of(person)
    return render(request, "oversight/sheet.html", context)
