"""Newcomers followed to the last one."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Unit
from accounts.paths import DORM
from accounts.scope import covers, get_permitted, holds
from rounds import queries
from rounds.newcomer_forms import FollowFilter, NewcomersForm

PAGE = 100


@require_safe
def choose(request):
    """The units whose newcomers the user follows; straight on to the only one."""
    units = queries.followed_at(request.user)
    if len(units) == 1:
        return redirect("rounds:newcomers_of", units[0].pk)
    return render(request, "rounds/newcomers_units.html", {"title": "新人跟进", "units": units})


@require_safe
def newcomers(request, pk):
    """How many of a unit's newcomers there are, who has done it, and above all who has not."""
    unit = get_permitted(request.user, Unit, pk=pk)
    if not covers(request.user, "person.view", unit.path):
        raise PermissionDenied
    form = NewcomersForm(request.GET, cohorts=queries.cohorts_at(unit.path))
    cohort, since, kind = form.asked()
    found = queries.newcomers_in(unit, cohort=cohort, since=since, kind=kind)
    asked = FollowFilter(request.GET)
    tab = asked.asked("tab", "missing")
    context = {"title": "新人跟进", "unit": unit, "form": form, "tab": tab, "total": found.total}
    context |= {"crumbs": crumbs(request.user, unit), "tabs": tabs_of(found, form, tab)}
    context |= {"query": urlencode(form.initial), "rounds": with_reminding(request.user, found)}
    context["drafts"] = holds(request.user, "round.draft")
    if tab == "units":
        context["rows"] = found.rows()
    else:
        page = Paginator(found.listed(done=tab == "done"), PAGE).get_page(asked.asked("page", 1))
        context |= {"page": page, "people": found.in_words(list(page.object_list))}
    return render(request, "rounds/newcomers.html", context)


def with_reminding(user, found: queries.Newcomers) -> list[tuple]:
    """The rounds under way, each with where to remind from; '' where that is not the user's."""
    path, unit = found.unit.path, found.unit
    able = unit.level < DORM
    return [
        (
            round_,
            reverse("notices:remind", args=[round_.pk, unit.pk])
            if able and (covers(user, "reminder.send", path) or queries.owns(user, round_))
            else "",
        )
        for round_ in found.rounds(user)
    ]


def tabs_of(found: queries.Newcomers, form: NewcomersForm, tab: str) -> list[dict]:
    """Missing first; each count is the figure on its tile."""
    wanted = [
        ("missing", "未完成名单", found.total.missing),
        ("units", "各单位进度", None),
        ("done", "已完成名单", found.total.done),
    ]
    return [
        {
            "label": label,
            "count": n,
            "url": f"?{urlencode(form.initial | {'tab': key})}",
            "active": key == tab,
        }
        for key, label, n in wanted
        if key != "units" or found.unit.level < DORM
    ]


def crumbs(user, unit: Unit) -> list[tuple[str, str | None]]:
    """The way from the user's highest unit down to this one."""
    seen = [one for one in unit.lineage() if covers(user, "person.view", one.path)]
    steps = [(one.name, reverse("rounds:newcomers_of", args=[one.pk])) for one in seen[:-1]]
    return [("新人跟进", reverse("rounds:newcomers")), *steps, (unit.name, None)]
