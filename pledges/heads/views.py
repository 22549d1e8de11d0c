"""Heads of units sign, and who has."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Unit
from accounts.scope import get_permitted
from pledges import queries as pledges
from pledges.drawing import svg
from pledges.forms import SignForm
from pledges.heads import queries, services
from pledges.heads.standing import standing_on
from rounds.views.attempts import attempt_form


def round_or_404(request, pk: int):
    """The pledge round whose units' heads sign; 404 where they do not."""
    round_ = pledges.pledge_round(request.user, pk)
    if not round_.pledge.head_role:
        raise Http404
    return round_


@require_safe
def waiting(request):
    """The units for which the user is asked to sign as head."""
    rows = queries.to_sign(request.user)
    context = {"title": "待会签承诺书", "rows": rows}
    return render(request, "pledges/heads_waiting.html", context)


@require_safe
def heads(request, pk):
    """Which units' heads have signed and which hold theirs up."""
    round_ = round_or_404(request, pk)
    context = {"round": round_, "rows": queries.unit_heads(request.user, round_)}
    context["title"] = f"{round_.title}：单位负责人签署"
    return render(request, "pledges/heads.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, pk, unit_id):
    """The text as the head signs it for the whole unit, once."""
    round_ = round_or_404(request, pk)
    unit = get_permitted(request.user, Unit, pk=unit_id)
    page, form = services.page_for_head(round_, unit), SignForm(request.POST or None)
    asked = queries.to_sign(request.user).filter(round=round_, unit=unit).exists()
    if request.method == "POST" and attempt_form(form, lambda: services.sign_for_unit(
        round_, unit, request.user, agent=request.headers.get("User-Agent", ""),
        text_sha256=form.cleaned_data["text_sha256"], strokes=form.cleaned_data["strokes"],
    )):  # fmt: skip
        messages.success(request, f"已代表{unit.name}签署，签名将出现在本单位每一份承诺书上。")
        return redirect("pledges:heads", pk)
    if request.method != "POST" and not asked:
        return redirect("pledges:heads", pk)
    context = {"round": round_, "page": page, "form": form, "name": request.user.name}
    context |= {"unit_name": unit.name, "year": round_.pledge.year, "due_at": round_.due_at}
    context |= {"back_url": reverse("pledges:heads_waiting"), "for_unit": True}
    return render(request, "pledges/sign.html", context, status=400 if form.errors else 200)


@require_safe
def drawing(request, pk, person_id):
    """The hand of the head that stands on a person's copy."""
    signature = pledges.signature_of(request.user, pk, person_id)
    head = standing_on(signature)
    if head is None:
        raise Http404
    response = HttpResponse(svg(head.hand.strokes), content_type="image/svg+xml")
    response["X-Content-Type-Options"] = "nosniff"
    return response
