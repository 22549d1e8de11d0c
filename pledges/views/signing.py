"""Reading, signing and keeping pledges."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.moves import Refused
from accounts.scope import get_permitted
from pledges import queries, services
from pledges.drawing import svg
from pledges.forms import AgainForm, SignForm
from pledges.heads import services as heads
from pledges.heads.standing import standing_on
from rounds.forms import ReasonForm
from rounds.gate import accepts, closed_because
from rounds.models import Completion, Round
from rounds.queries import outside_row
from rounds.services import ask_correction, handed_in, is_asked


def state_of(round_, person) -> tuple[Completion | None, str]:
    """What the person did in the round so far, and why they cannot sign now ('': they can)."""
    done = Completion.objects.permitted(person).filter(round=round_, person=person).first()
    if round_.state == Round.State.DRAFT or not is_asked(round_, person):
        return done, "您不在本任务的应完成人员之列，无需签署。如有疑问请联系所在单位。"
    return done, "" if accepts(round_, person.unit_path) else closed_because(round_)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, pk):
    """The exact text, and the person's own hand under it."""
    read = queries.own_round if request.method == "POST" else queries.pledge_round
    round_ = read(request.user, pk)
    again = AgainForm(request.GET).asked()
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and signed_now(request, round_, form, again):
        return redirect("pledges:receipt", round_.pk, request.user.pk)
    done, blocked = state_of(round_, request.user)
    signed = done is not None and done.state == Completion.State.ACCEPTED
    if signed and (not again or blocked):
        return redirect("pledges:receipt", round_.pk, request.user.pk)
    return sign_page(request, round_, form, done=done, blocked=blocked, again=again)


def signed_now(request, round_, form, again: bool) -> bool:
    """Whether the hand was put under it; why not, on the form."""
    try:
        services.sign(
            round_,
            request.user,
            text_sha256=form.cleaned_data["text_sha256"],
            strokes=form.cleaned_data["strokes"],
            agent=request.headers.get("User-Agent", ""),
            again=again,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def sign_page(request, round_, form, **more):
    """The page to read and sign, or the sentence why there is nothing to sign."""
    context = {"round": round_, "form": form} | more
    if more["blocked"]:
        return render(request, "pledges/blocked.html", context)
    page = services.page_for(round_, request.user)
    context |= {
        "page": page,
        "name": page.blanks["name"],
        "unit_name": page.blanks["unit"],
        "year": page.blanks["year"],
        "due_at": round_.due_at,
        "back_url": reverse("oversight:home"),
    }
    status = 400 if form.errors else 200
    return render(request, "pledges/sign.html", context, status=status)


def outside_page(request, part: Completion):
    """That a list from elsewhere says so, and that nothing was signed here."""
    mine = part.person_id == request.user.pk
    context = {
        "part": part,
        "row": outside_row(part),
        "round": part.round,
        "may_sign": mine and accepts(part.round, part.unit_path),
    }
    return render(request, "pledges/outside.html", context)


def receipt_page(request, pk, person_id, form=None):
    """The receipt, with what the person may still do about it."""
    if part := queries.outside_part(request.user, pk, person_id):
        return outside_page(request, part)
    signature = queries.signature_of(request.user, pk, person_id)
    round_, mine = signature.completion.round, signature.person_id == request.user.pk
    closed = handed_in(signature.completion)
    entry = mine and accepts(round_, signature.completion.unit_path)
    waiting = signature.completion.corrections.order_by("-id").first()
    context = {
        "signature": signature,
        "round": round_,
        "page": services.page_of(signature),
        "mine": mine,
        "redo": entry and signature.completion.state == "sent_back",
        "may_redo": entry and not closed,
        "may_ask": entry and closed and not is_open(waiting),
        "correction": waiting if mine else None,
        "form": form or ReasonForm(label="需要更正什么"),
    }
    return render(request, "pledges/receipt.html", context, status=400 if form else 200)


def is_open(correction) -> bool:
    """Whether a request to correct still waits."""
    return correction is not None and correction.state == correction.State.OPEN


@require_safe
def receipt(request, pk, person_id):
    """That, when and under which number somebody signed."""
    return receipt_page(request, pk, person_id)


@require_safe
def pledge(request, pk, person_id):
    """The signed pledge as it was signed, to be read and printed."""
    signature = queries.signature_of(request.user, pk, person_id)
    shown = services.page_of(signature)
    context = {
        "title": shown.heading,
        "paragraphs": shown.paragraphs,
        "name": shown.blanks["name"],
        "unit_name": shown.blanks["unit"],
        "signed_at": signature.signed_at,
        "receipt": signature.receipt,
        "text_sha256": signature.text_sha256,
        "signature_svg": reverse("pledges:drawing", args=[pk, person_id]),
        "paper": getattr(signature, "recorder", ""),
        "intact": services.verify(signature),
        **head_of(signature),
        "back_url": reverse("pledges:receipt", args=[pk, person_id]),
    }
    return render(request, "pledges/signed.html", context)


def head_of(signature) -> dict:
    """The unit's head on a person's copy, where the round has heads sign."""
    if not signature.completion.round.pledge.head_role:
        return {}
    head = standing_on(signature)
    place = [signature.completion.round_id, signature.person_id]
    return {
        "heads": True,
        "head": head,
        "head_intact": head is None or heads.verify_head(head),
        "head_svg": reverse("pledges:head_drawing", args=place),
    }


@require_safe
def drawing(request, pk, person_id):
    """The signature as drawn."""
    signature = queries.signature_of(request.user, pk, person_id)
    response = HttpResponse(svg(signature.strokes), content_type="image/svg+xml")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response


@require_POST
def correct(request, pk):
    """The person asks their unit to let them sign anew."""
    completion = get_permitted(request.user, Completion, "correct", round=pk, person=request.user)
    form = ReasonForm(request.POST, label="需要更正什么")
    if form.is_valid():
        try:
            ask_correction(completion, actor=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, "更正申请已提交，答复后会显示在本页和首页。")
            return redirect("pledges:receipt", pk, request.user.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return receipt_page(request, pk, request.user.pk, form)
