"""Lists of parts, and approving many at once."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.scope import holds
from rounds import queries, services
from rounds.forms import ManyForm, PartsFilter

PAGE = 100


@require_safe
def assignments(request):
    """The parts behind a queue: exceptions first, the clean ones ticked already."""
    asked = PartsFilter(request.GET)
    show = asked.asked("show", "all")
    rows = queries.parts(request.user, show, asked.asked("round"))
    page = Paginator(rows, PAGE).get_page(asked.asked("page", 1))
    lines = queries.lines(page.object_list, look_first=show == "judge")
    return render(request, "rounds/assignments.html", listing(request.user, show, page, lines))


def listing(user, show: str, page, lines) -> dict:
    """What the list of parts shows. Notes may name people, so not everybody reads them."""
    words = [("all", "全部")]
    if holds(user, "assignment.approve") or holds(user, "round.own"):
        words.append(("judge", "待我审核"))
    if holds(user, "assignment.submit"):
        words += [("open", "待交件"), ("returned", "退回给我的")]
    title = "交件与审核" if len(words) > 1 else "交件情况"
    tabs = [{"label": w, "url": f"?show={key}", "active": key == show} for key, w in words]
    return {
        "title": title,
        "show": show,
        "page": page,
        "lines": lines,
        "tabs": tabs if len(tabs) > 1 else [],
        "clean": sum(line.clean for line in lines),
        "notes": holds(user, "person.view") or holds(user, "round.own"),
    }


@require_POST
def approve_many(request):
    """Many parts at once: asked once more with the count, then each approved or refused by name."""
    waiting = queries.parts(request.user, "judge")
    form = ManyForm(request.POST, ids=waiting.values_list("pk", flat=True))
    if not form.is_valid():
        lines = queries.lines(waiting[:PAGE])
        page = Paginator(waiting, PAGE).get_page(1)
        context = listing(request.user, "judge", page, lines) | {"form": form}
        return render(request, "rounds/assignments.html", context, status=400)
    chosen = waiting.filter(pk__in=form.cleaned_data["parts"])
    if not form.cleaned_data["confirmed"]:
        return render(
            request,
            "rounds/approve_many.html",
            {"title": "确认通过", "lines": queries.lines(chosen)},
        )
    done, refused = services.approve_many(chosen, actor=request.user)
    return render(
        request, "rounds/approved.html", {"title": "审核结果", "done": done, "refused": refused}
    )
