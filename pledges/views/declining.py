"""Not agreeing to sign, and the college's answer."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.scope import get_permitted
from pledges import queries, services
from pledges.models import Objection
from rounds.forms import ReasonForm
from rounds.views.attempts import attempt, attempt_form

WHY = "不同意签署的理由"


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request, pk):
    """The person says why they do not agree; what was said and answered so far."""
    round_ = queries.own_round(request.user, pk)
    form = ReasonForm(request.POST or None, label=WHY)
    if request.method == "POST" and attempt_form(
        form,
        lambda: services.decline(round_, request.user, reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, "已提交，学院（部门）会与您沟通。您随时可以改为签署。")
        return redirect("pledges:decline", pk)
    said = queries.own_objection(request.user, round_)
    context = {"round": round_, "form": form, "objection": said, "title": "不同意签署"}
    status = 400 if form.errors else 200
    return render(request, "pledges/decline.html", context, status=status)


@require_safe
def objections(request):
    """Those who do not agree, for the one who speaks with them."""
    waiting, answered = queries.objections_shown(request.user)
    context = {"waiting": waiting, "answered": answered, "title": "不同意签署"}
    context["form"] = ReasonForm(label="沟通情况和答复")
    return render(request, "pledges/objections.html", context)


@require_POST
def answer(request, pk):
    """What was talked over goes back to the person."""
    objection = get_permitted(request.user, Objection, "answer", pk=pk)
    form = ReasonForm(request.POST, label="沟通情况和答复")
    note = form.cleaned_data["reason"] if form.is_valid() else ""
    attempt(
        request,
        lambda: services.answer_objection(objection, actor=request.user, note=note),
        "已答复，本人可以看到。",
    )
    return redirect("pledges:objections")
