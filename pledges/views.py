"""Reading, signing and keeping pledges; the texts they are made of."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.moves import Refused
from accounts.scope import get_permitted, holds
from pledges import queries, services
from pledges.drawing import svg
from pledges.forms import AgainForm, SignForm, StarterForm, TextForm
from pledges.models import PledgeText
from rounds.forms import ReasonForm
from rounds.gate import closed_because
from rounds.models import Completion, Round
from rounds.services import ask_correction, handed_in, is_asked


def state_of(round_, person) -> tuple[Completion | None, str]:
    """What the person did in the round so far, and why they cannot sign now ('': they can)."""
    done = Completion.objects.permitted(person).filter(round=round_, person=person).first()
    if round_.state == Round.State.DRAFT or not is_asked(round_, person):
        return done, "您不在本任务的应完成人员之列，无需签署。如有疑问请联系所在单位。"
    return done, "" if round_.accepts else closed_because(round_)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, pk):
    """The exact text, and the person's own hand under it."""
    action = "complete" if request.method == "POST" else "view"
    round_ = get_object_or_404(queries.pledge_rounds(request.user, action), pk=pk)
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


def receipt_page(request, pk, person_id, form=None):
    """The receipt, with what the person may still do about it."""
    signature = queries.signature_of(request.user, pk, person_id)
    round_, mine = signature.completion.round, signature.person_id == request.user.pk
    closed = handed_in(signature.completion)
    waiting = signature.completion.corrections.order_by("-id").first()
    context = {
        "signature": signature,
        "round": round_,
        "page": services.page_of(signature),
        "mine": mine,
        "redo": mine and round_.accepts and signature.completion.state == "sent_back",
        "may_redo": mine and round_.accepts and not closed,
        "may_ask": mine and round_.accepts and closed and not is_open(waiting),
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
        "intact": services.verify(signature),
        "back_url": reverse("pledges:receipt", args=[pk, person_id]),
    }
    return render(request, "pledges/signed.html", context)


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


@require_safe
def texts(request):
    """The texts at hand, each with its versions."""
    found = PledgeText.objects.permitted(request.user).select_related("unit", "created_by")
    return render(
        request,
        "pledges/texts.html",
        {
            "title": "承诺书文本",
            "texts": found,
            "edits": holds(request.user, "text.edit"),
            "starter": StarterForm(user=request.user),
        },
    )


@require_POST
def starter(request):
    """A new school takes over texts to start from; what is there already stays."""
    form = StarterForm(request.POST, user=request.user)
    if form.is_valid():
        made = services.starter_texts(form.cleaned_data["unit"], actor=request.user)
        messages.success(request, f"已采用 {len(made)} 份示例文本，可按本校要求修订。")
    else:
        messages.error(request, "所选单位不在您的范围内，请刷新后重试。")
    return redirect("pledges:texts")


@require_safe
def text(request, pk):
    """One version, with sample words in its blanks."""
    found = get_permitted(request.user, PledgeText, pk=pk)
    context = {
        "title": str(found),
        "text": found,
        "page": services.page_with(found, services.SAMPLE),
    }
    context["edits"] = holds(request.user, "text.edit")
    return render(request, "pledges/text.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_text(request, pk=None):
    """A new version, looked at before it is kept."""
    former = get_permitted(request.user, PledgeText, pk=pk) if pk else None
    start = {name: getattr(former, name) for name in ("name", "heading", "body")} if former else {}
    form = TextForm(request.POST or None, user=request.user, initial=start)
    context = {"title": "编写承诺书文本", "form": form}
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        looked = given.pop("preview")
        if not looked:
            try:
                made = services.new_text(given.pop("unit"), actor=request.user, **given)
                messages.success(request, f"已保存为“{made}”。")
                return redirect("pledges:text", made.pk)
            except Refused as refusal:
                form.add_error(None, str(refusal))
        sample = PledgeText(heading=given["heading"], body=given["body"])
        context["page"] = services.page_with(sample, services.SAMPLE)
    return render(request, "pledges/new_text.html", context)
