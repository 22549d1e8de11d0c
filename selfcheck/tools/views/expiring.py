"""What runs out soon, by unit, for those who see to it that it is renewed."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Unit
from accounts.paths import DORM
from accounts.scope import covers, get_permitted
from rounds.queries import followed_at
from selfcheck.tools.expiring import Expiring
from selfcheck.tools.forms import ExpiringFilter

PAGE = 100
TITLE = "到期预告"


@require_safe
def choose(request):
    """The units whose people the user follows; straight on to the only one."""
    units = followed_at(request.user)
    if len(units) == 1:
        return redirect("tools:expiring_of", units[0].pk)
    return render(request, "tools/expiring_units.html", {"title": TITLE, "units": units})


@require_safe
def expiring(request, pk):
    """Who has what running out in thirty days, how many each week, and what ran out already."""
    unit = get_permitted(request.user, Unit, pk=pk)
    if not covers(request.user, "completion.view", unit.path):
        raise PermissionDenied
    asked, found = ExpiringFilter(request.GET), Expiring(unit)
    tab = asked.asked("tab", "soon")
    context = {"title": TITLE, "unit": unit, "weeks": found.weeks(), "tab": tab}
    context |= {"tabs": tabs_of(found, tab), "crumbs": crumbs(request.user, unit)}
    if tab == "units":
        context["rows"] = found.units()
    else:
        rows = found.over() if tab == "over" else found.soon()
        context["page"] = Paginator(rows, PAGE).get_page(asked.asked("page", 1))
        context["lines"] = [(one, found.labels[one.code]) for one in context["page"]]
    return render(request, "tools/expiring.html", context)


def tabs_of(found: Expiring, tab: str) -> list[dict]:
    """What runs out first; each count is the length of its list."""
    wanted = [
        ("soon", "30 天内到期", found.soon().count()),
        ("over", "已过期未续", found.over().count()),
        ("units", "各单位", None),
    ]
    return [
        {"label": label, "count": n, "url": f"?tab={key}", "active": key == tab}
        for key, label, n in wanted
        if key != "units" or found.unit.level < DORM
    ]


def crumbs(user, unit: Unit) -> list[tuple[str, str]]:
    """The way from the user's highest unit down to this one."""
    seen = [one for one in unit.lineage() if covers(user, "completion.view", one.path)]
    steps = [(one.name, reverse("tools:expiring_of", args=[one.pk])) for one in seen[:-1]]
    return [(TITLE, reverse("tools:expiring")), *steps, (unit.name, "")]
