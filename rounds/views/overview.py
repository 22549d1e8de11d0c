"""One row a person, one column a task, for a class, a group or a whole college."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Unit
from accounts.moves import Refused
from accounts.paging import Bounded
from accounts.paths import COLLEGE
from accounts.queries import with_homes
from accounts.scope import covers, get_permitted, holds
from accounts.services import exports
from rounds import queries
from rounds.forms import Filter, OverviewExportForm

PAGE = 100


def unit_of(request, pk: int) -> Unit:
    """The unit looked at: a college, a class, a dorm whose people the user may see."""
    unit = get_permitted(request.user, Unit, pk=pk)
    if unit.level < COLLEGE:
        raise Http404
    if not covers(request.user, "person.view", unit.path):
        raise PermissionDenied
    return unit


@require_safe
def choose(request):
    """The units to look at; straight on to the only one."""
    units = queries.starts(request.user)
    if len(units) == 1:
        return redirect("rounds:overview", units[0].pk)
    return render(request, "rounds/overview_units.html", {"title": "班级一览", "units": units})


@require_safe
def overview(request, pk):
    """A page of a unit's people with their tasks."""
    return show(request, unit_of(request, pk), None)


def show(request, unit: Unit, form, status: int = 200):
    """The page, with the form that asks what an export is for."""
    rounds = queries.rounds_at(request.user, unit)
    found = queries.people_at(request.user, unit)
    page = Bounded(found, PAGE).get_page(Filter(request.GET).asked("page", 1))
    people = list(page.object_list)
    with_homes(people)
    rows = queries.cells(unit, rounds, people)
    context = {"title": f"{unit.name}一览", "unit": unit, "rounds": rounds, "page_obj": page}
    context |= {"rows": [(person, rows[person.pk]) for person in people]}
    context |= {"form": form or OverviewExportForm(), "takes": holds(request.user, "export.make")}
    context |= {"below": queries.classes_of(unit)}
    context |= {"crumbs": [("班级一览", reverse("rounds:overviews")), (unit.name, None)]}
    return render(request, "rounds/overview.html", context, status=status)


@require_POST
def overview_export(request, pk):
    """The same rows as a file, for a purpose."""
    unit = unit_of(request, pk)
    form = OverviewExportForm(request.POST)
    if form.is_valid():
        title = f"{unit.name}一览"
        try:
            made = exports.ask(
                "overview", {"unit": unit.pk}, title=title, actor=request.user, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("accounts:export", made.pk)
    return show(request, unit, form, status=400)
