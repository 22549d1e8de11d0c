"""Difficulties with a tool: said by the person, confirmed or not by who answers for them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.scope import get_permitted, holds
from rounds.forms import ReasonForm
from rounds.views.attempts import attempt, attempt_form
from selfcheck.models import Barrier
from selfcheck.tools import queries
from selfcheck.tools.forms import BarrierForm, BarriersFilter, DecideForm, EnterBarrierForm
from selfcheck.tools.services import barriers as services
from selfcheck.tools.views.pictures import own_safeguards

PAGE = 25
TITLE = "办理困难"


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, pk, tool_id):
    """The person says what keeps them from a tool of the round."""
    round_ = own_safeguards(request, pk)
    found = [one.tool for one in queries.asked_of(round_) if one.tool.pk == tool_id]
    if not found:
        raise Http404
    form, me = BarrierForm(request.POST if request.method == "POST" else None), request.user
    if request.method == "POST" and attempt_form(
        form, lambda: services.ask(me, found[0], actor=me, **form.cleaned_data)
    ):
        messages.success(request, "已提交，所在单位确认后，本项不再要求您办理。")
        return redirect("tools:mine", round_.pk)
    back = reverse("tools:mine", args=[round_.pk])
    context = {"title": f"不能办理：{found[0]}", "form": form, "back": back}
    context |= {"crumbs": [(round_.title, back), ("不能办理", "")], "round": round_}
    status = 400 if form.errors else 200
    return render(request, "tools/ask_barrier.html", context, status=status)


@require_POST
def withdraw(request, pk):
    """One's own difficulty is over."""
    found = get_permitted(request.user, Barrier, "end", pk=pk)
    said = "已撤回，请按说明办理。"
    attempt(request, lambda: services.end(found, actor=request.user, note="本人撤回"), said)
    return redirect("oversight:home")


@require_safe
def listed(request):
    """The difficulties of those the user answers for, those to be confirmed first."""
    asked = BarriersFilter(request.GET)
    show = asked.asked("show", "asked")
    tabs = [("asked", "待确认"), ("allowed", "已确认"), ("past", "已结束")]
    rows = Paginator(queries.barriers_listed(request.user, show), PAGE)
    context: dict[str, Any] = {"title": TITLE, "page": rows.get_page(asked.asked("page", 1))}
    context["tabs"] = [
        {"label": label, "url": f"?show={key}", "active": key == show} for key, label in tabs
    ]
    context |= {"show": show, "enters": holds(request.user, "barrier.enter")}
    context |= {"decides": holds(request.user, "barrier.decide"), "form": DecideForm()}
    context["crumbs"] = [("首页", reverse("oversight:home")), (TITLE, "")]
    return render(request, "tools/barriers.html", context)


@require_POST
def decide(request, pk):
    """A difficulty is confirmed until a day, or not, with a word to the person."""
    found = get_permitted(request.user, Barrier, "decide", pk=pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        allow = form.cleaned_data["decision"] == "allow"
        said = "已确认，相关项目不再要求本人办理。" if allow else "已答复本人。"
        attempt(request, lambda: services.decide(found, actor=request.user, **form.given()), said)
    else:
        messages.error(request, form.why_not())
    return redirect("tools:barriers")


@require_POST
def end(request, pk):
    """A confirmed difficulty is over, for a reason."""
    found = get_permitted(request.user, Barrier, "decide", pk=pk)
    form = ReasonForm(request.POST, label="结束原因")
    if not form.is_valid():
        messages.error(request, "请填写结束原因，本人可以看到。")
        return redirect("tools:barriers")
    note = form.cleaned_data["reason"]
    said = "已结束，相关项目重新要求本人办理。"
    attempt(request, lambda: services.end(found, actor=request.user, note=note), said)
    return redirect("tools:barriers")


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request):
    """A difficulty is entered for somebody without a phone."""
    form = EnterBarrierForm(request.POST or None, tools=queries.tools_for(request.user))

    def deed():
        given = dict(form.cleaned_data)
        people = User.objects.permitted(request.user).filter(number=given.pop("number"))
        return services.enter(people.first(), given.pop("tool"), actor=request.user, **given)

    if request.method == "POST" and attempt_form(form, deed):
        messages.success(request, "已登记并确认。")
        return redirect("tools:barriers")
    back = reverse("tools:barriers")
    context = {"title": "代为登记办理困难", "form": form, "back": back}
    context["crumbs"] = [(TITLE, back), ("代为登记", "")]
    return render(request, "tools/edit.html", context, status=400 if form.errors else 200)
