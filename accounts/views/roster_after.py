"""After a roster was written: taking it back, telling each college, asking the other side."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import roster_notes
from accounts import roster_queries as queries
from accounts.forms import PageForm
from accounts.models import ImportBatch, Transfer, Unit
from accounts.moves import Refused
from accounts.roster_forms import TransferForm
from accounts.scope import get_permitted
from accounts.services import roster as services
from accounts.services import transfers as transfer_services
from accounts.views.roster_fix import crumbs

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, pk):
    """A written roster is taken back, or it is said what depends on it."""
    found = get_permitted(request.user, ImportBatch, "apply", pk=pk)
    if found.state != ImportBatch.State.APPLIED:
        return redirect("roster:batch", found.pk)
    if request.method == "POST":
        try:
            services.revoke(found, actor=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("roster:batch", found.pk)
    context = {"batch": found, "held": services.depends(found), "title": "撤销这次导入"}
    context["crumbs"] = crumbs(found, "撤销")
    return render(request, "roster/undo.html", context)


@require_safe
def note(request, pk, unit_pk):
    """Who came, went, moved in one college by a roster; to print and hand on."""
    unit = get_permitted(request.user, Unit, "note", pk=unit_pk)
    found = roster_notes.batch_for(unit, pk)
    context = {"batch": found, "unit": unit, "notes": roster_notes.notes(found, unit)}
    context["title"] = f"{unit}人员变动通知单"
    context["crumbs"] = [("首页", reverse("oversight:home")), (context["title"], "")]
    return render(request, "roster/note.html", context)


@require_safe
def transfers(request):
    """Who is asked for from one unit into another."""
    asked = PageForm(request.GET).asked("page")
    page = Paginator(queries.transfers(request.user), PAGE).get_page(asked)
    queries.with_sides(list(page.object_list), request.user)
    return render(request, "roster/transfers.html", {"title": "转入申请", "page_obj": page})


@require_POST
def decide(request, pk):
    """The side where somebody stands lets them go, or says why not."""
    found = get_permitted(request.user, Transfer, "decide", pk=pk)
    form = TransferForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("请选择同意或不同意。")
        if form.cleaned_data["decision"] == "let_go":
            transfer_services.let_go(found, actor=request.user)
            messages.success(request, f"{found.person}已转出，有关任务随之转移。")
        else:
            reason = form.cleaned_data["reason"]
            transfer_services.keep_here(found, actor=request.user, reason=reason)
            messages.success(request, f"{found.person}仍在本单位，已告知申请单位。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("roster:transfers")
