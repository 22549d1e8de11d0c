"""Lists of parts, and approving many at once."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.scope import holds
from rounds import queries, services
from rounds.forms import ManyBackForm, ManyForm, PartsFilter

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
        words += [("judge", "待我审核"), ("silent", "退回未改")]
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
        "leave": holds(user, "assignment.submit") or holds(user, "round.own"),
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
    return result(request, "通过", services.approve_many(chosen, actor=request.user))


@require_POST
def send_back_many(request):
    """Many parts go back for one reason: asked once more with the count and the reason."""
    waiting = queries.parts(request.user, "judge")
    form = ManyBackForm(request.POST, ids=waiting.values_list("pk", flat=True))
    form.is_valid()
    if "parts" in form.errors:
        lines = queries.lines(waiting[:PAGE])
        page = Paginator(waiting, PAGE).get_page(1)
        context = listing(request.user, "judge", page, lines) | {"form": form}
        return render(request, "rounds/assignments.html", context, status=400)
    chosen = waiting.filter(pk__in=form.cleaned_data["parts"])
    if form.errors or not form.cleaned_data["confirmed"]:
        shown = form if form.errors else ManyBackForm(ids=[])
        context = {"title": "确认退回", "lines": queries.lines(chosen), "form": shown}
        return render(request, "rounds/send_back_many.html", context)
    reason = form.cleaned_data["reason"]
    return result(
        request, "退回", services.send_back_many(chosen, actor=request.user, reason=reason)
    )


def result(request, deed: str, outcome):
    """What became of each of the parts."""
    done, refused = outcome
    context = {"title": "审核结果", "deed": deed, "done": done, "refused": refused}
    return render(request, "rounds/approved.html", context)
