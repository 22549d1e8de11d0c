"""Declaring on one's own phone, and the receipt."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.scope import covers, get_permitted
from rounds import queries as rounds
from rounds.forms import ReasonForm
from rounds.gate import accepts, closed_because
from rounds.models import Completion, Correction, Round
from rounds.services import ask_correction, handed_in, is_asked
from rounds.views.attempts import attempt_form
from selfcheck.cards import queries, services
from selfcheck.cards.forms import AgainFilter, ChoiceForm, accounts_form


def state_of(round_, person) -> tuple[Completion | None, str]:
    """What the person did in the round so far, and why they cannot declare now ('': they can)."""
    done = Completion.objects.permitted(person).filter(round=round_, person=person).first()
    if round_.state == Round.State.DRAFT or not is_asked(round_, person):
        return done, "您不在本任务的应完成人员之列，无需申报。如有疑问请联系所在单位。"
    return done, "" if accepts(round_, person.unit_path) else closed_because(round_)


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request, pk):
    """What the page must say first, then two ways: nothing, or line by line."""
    round_, person = queries.card_round(request.user, pk), request.user
    asked, choice, lines = asked_of(request, round_)
    again = asked.asked("again", False)
    done, blocked = state_of(round_, person)
    way = {"actor": person, "again": again}
    if not blocked and declared(request, choice, lines, round_, person, **way):
        return redirect("cards:receipt", pk, person.pk)
    if done and done.state == Completion.State.ACCEPTED and (not again or blocked):
        return redirect("cards:receipt", pk, person.pk)
    if blocked:
        return render(request, "cards/blocked.html", {"round": round_, "blocked": blocked})
    context = {"round": round_, "again": again, "back": done.note if done else ""}
    return form_page(request, "cards/declare.html", asked, choice, lines, context)


def asked_of(request, round_):
    """What the link asks, which way was chosen, and the lines as typed."""
    asked, choice = AgainFilter(request.GET), ChoiceForm(request.POST or None)
    said = choice.cleaned_data["said"] if choice.is_valid() else ""
    data = request.POST if said in {"rows", "more"} else None
    lines = accounts_form(round_.cardcheck.kinds, data=data, more=said == "more")
    return asked, choice, lines


def declared(request, choice, lines, round_, person, *, actor, again):
    """The declaration, if it was asked for and could be made; why not stands on the forms."""
    if request.method != "POST" or not choice.is_valid() or choice.cleaned_data["said"] == "more":
        return None
    zero = choice.cleaned_data["said"] == "zero"
    if not zero and not lines.is_valid():
        return None
    said = {"zero": zero, "accounts": [] if zero else lines.accounts()}
    said["discovered"] = choice.cleaned_data["discovered"]
    return attempt_form(
        choice, lambda: services.declare(round_, person, actor=actor, again=again, **said)
    )


def form_page(request, template: str, asked, choice, lines, context):
    """The page with the two ways; what was typed stays."""
    said = choice.cleaned_data.get("said", "") if choice.is_bound else ""
    bad = request.method == "POST" and said != "more"
    context |= {
        "choice": choice,
        "lines": lines,
        "open": lines.is_bound or bool(asked.asked("rows", False)),
        "newest": len(lines.forms) - 1 if said == "more" else -1,
        "details": context["round"].cardcheck,
        "readers": queries.READERS,
    }
    return render(request, template, context, status=400 if bad else 200)


@require_safe
def receipt(request, pk, person_id):
    """That somebody declared; what, to the person and to who answers for them."""
    return receipt_page(request, pk, person_id)


def receipt_page(request, pk: int, person_id: int, form: ReasonForm | None = None):
    """The receipt; `form` is a request to correct that was refused."""
    round_ = queries.card_round(request.user, pk)
    part = get_permitted(request.user, Completion, round=round_, person=person_id)
    declaration = queries.in_force(request.user, round_, person_id)
    mine, waiting = part.person_id == request.user.pk, part.corrections.order_by("-id").first()
    entry, closed = mine and accepts(round_, part.unit_path), handed_in(part)
    open_ = waiting is not None and waiting.state == Correction.State.OPEN
    context = {
        "round": round_,
        "part": part,
        "person": part.person,
        "declaration": declaration,
        "accounts": declaration.accounts.all() if declaration else [],
        "findings": rounds.own_findings(part) if declaration else [],
        "former": queries.history(declaration) if declaration else [],
        "mine": mine,
        "answers": covers(request.user, "finding.view", part.unit_path),
        "redo": entry and part.state == Completion.State.SENT_BACK,
        "may_redo": entry and not closed,
        "may_ask": entry and closed and part.state == Completion.State.ACCEPTED and not open_,
        "correction": waiting if mine else None,
        "form": form or ReasonForm(label="需要更正什么"),
    }
    return render(request, "cards/receipt.html", context, status=400 if form else 200)


@require_POST
def correct(request, pk):
    """The person asks their unit to let them declare anew."""
    part = get_permitted(request.user, Completion, "correct", round=pk, person=request.user)
    queries.card_round(request.user, pk)
    form = ReasonForm(request.POST, label="需要更正什么")
    if attempt_form(
        form,
        lambda: ask_correction(part, actor=request.user, reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, "更正申请已提交，答复后会显示在本页和首页。")
        return redirect("cards:receipt", pk, request.user.pk)
    return receipt_page(request, pk, request.user.pk, form)
