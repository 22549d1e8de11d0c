"""Leave to act after the lock: asked, answered, listed, ended."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.scope import covers, get_permitted
from rounds import queries, services
from rounds.forms import LateDecideForm, LateFilter, LateForm, ReasonForm
from rounds.models import LockException
from rounds.views.attempts import attempt_form, reason_page
from rounds.views.parts import LABELS, answered, for_a_reason, part_of

PAGE = 50
SHOWN = {"asked": "待答复", "allowed": "延期中", "past": "已答复、已到期"}


@require_POST
def ask(request, pk):
    """The unit asks for leave."""
    part = part_of(request, pk, "submit")
    done = "已申请延期办理，请等待发布单位答复。"
    return for_a_reason(request, part, "ask_late", services.ask_late, done)


@require_POST
def allow(request, pk):
    """The owner of the round lets the unit go on until a day."""
    part = part_of(request, pk, "allow_late")
    form = LateForm(request.POST, label=LABELS["allow_late"])
    return answered(
        request, part, "allow_late", form,
        lambda: services.allow_late(
            part, actor=request.user, reason=form.cleaned_data["reason"], until=form.end
        ),
        f"{part.unit}可延期办理，到时自动停止。",
    )  # fmt: skip


@require_safe
def list_(request):
    """Every leave the user may see: asked for, in force, past."""
    return page(request, LateFilter(request.GET).asked("show", "asked"))


def page(request, show: str, refused: LateDecideForm | None = None, pk: int | None = None):
    """One tab of the leaves, with the answer just refused as it was typed."""
    rows = queries.leaves(request.user, show)
    paged = Paginator(rows, PAGE).get_page(LateFilter(request.GET).asked("page", 1))
    listed: list = list(paged.object_list)
    for leave in listed:
        leave.mine = covers(request.user, "round.own", leave.assignment.round.owner.path)
        leave.form = refused if leave.pk == pk else LateDecideForm(auto_id=f"id_{leave.pk}_%s")
    tabs = [
        {"label": label, "url": f"?show={key}", "active": key == show, "count": None}
        for key, label in SHOWN.items()
    ]
    context = {"title": "延期办理", "page": paged, "listed": listed, "tabs": tabs, "show": show}
    return render(request, "rounds/late.html", context, status=400 if refused else 200)


@require_POST
def decide(request, pk):
    """Allowed until a day, or declined."""
    leave = get_permitted(request.user, LockException, "decide", pk=pk)
    form = LateDecideForm(request.POST)
    if attempt_form(
        form,
        lambda: services.decide_late(
            leave,
            actor=request.user,
            grant=form.cleaned_data["decision"] == "grant",
            note=form.cleaned_data["reason"],
            until=form.end,
        ),
    ):
        messages.success(request, "已答复，申请单位可以看到。")
        return redirect("rounds:late")
    return page(request, "asked", form, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request, pk):
    """The leave ends before its time."""
    leave = get_permitted(request.user, LockException, "end", pk=pk)
    form = ReasonForm(request.POST or None, label="收回原因")
    if request.method == "POST" and attempt_form(
        form,
        lambda: services.end_late(leave, actor=request.user, reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, "延期已收回，该单位即时停止办理。")
        return redirect(reverse("rounds:late") + "?show=allowed")
    return reason_page(
        request, form, title=f"收回延期 {leave.assignment.unit}", subject=leave.assignment.round,
        back=reverse("rounds:late") + "?show=allowed", action="确认收回",
        warning="收回后该单位和人员不能再办理；延期期间已办理的保留。",
    )  # fmt: skip
