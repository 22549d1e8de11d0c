"""A class as its counselor sees it: who declared, what is named, checking, entering together."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.scope import get_permitted
from rounds.forms import ReasonForm
from rounds.gate import accepts, closed_because
from rounds.models import Round
from rounds.views.attempts import attempt, attempt_form, reason_page
from selfcheck.cards import queries, services
from selfcheck.cards.views.declaring import asked_of, declared, form_page
from selfcheck.models import Declaration


def place_or_403(request, pk: int, unit_id: int):
    """The round and a unit whose people's declarations the user reads and enters."""
    round_, unit = queries.place_of(request.user, pk, unit_id)
    if not queries.answers_for(request.user, unit.path):
        raise PermissionDenied
    return round_, unit


@require_safe
def class_(request, pk, unit_id):
    """Who has not declared, what is named, who has nothing to declare."""
    round_, unit = place_or_403(request, pk, unit_id)
    context = {"round": round_, "unit": unit, "title": "申报核对与代录"}
    context["class"] = queries.class_of(request.user, round_, unit)
    context["accepts"] = accepts(round_, unit.path)
    context["is_open"] = round_.state == Round.State.OPEN
    return render(request, "cards/class.html", context)


def back_to(declaration: Declaration):
    """The page of the class a declaration belongs to."""
    part = declaration.completion
    return redirect("cards:class", part.round_id, queries.home_of(part.person).pk)


@require_POST
def check(request, pk):
    """One declaration was looked at."""
    declaration = get_permitted(request.user, Declaration, "record", pk=pk)
    done = f"{declaration.completion.person.name}的申报已核对。"
    attempt(request, lambda: services.check(declaration, actor=request.user), done)
    return back_to(declaration)


@require_POST
def zeros(request, pk, unit_id):
    """Every 零报告 of the class was looked at."""
    round_, unit = place_or_403(request, pk, unit_id)
    rows = queries.declarations_at(request.user, round_, unit)
    done = "零报告已全部核对，核对人和时间留有记录。"
    attempt(request, lambda: services.check_zeros(rows, actor=request.user), done)
    return redirect("cards:class", pk, unit_id)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request, pk):
    """The person declares anew, and reads why."""
    declaration = get_permitted(request.user, Declaration, "record", pk=pk)
    part, form = declaration.completion, ReasonForm(request.POST or None, label="退回原因")
    if request.method == "POST" and attempt_form(
        form,
        lambda: (
            services.return_declaration(declaration, actor=request.user, **form.cleaned_data)
            or True
        ),
    ):
        messages.success(request, f"已退回{part.person.name}，本人会看到原因并重新申报。")
        return back_to(declaration)
    home = reverse("cards:class", args=[part.round_id, queries.home_of(part.person).pk])
    return reason_page(
        request, form, title=f"退回 {part.person.name}的申报", back=home, subject=part.round,
        warning="退回后本人需要重新申报，原申报保留备查。", action="确认退回",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def record(request, pk, person_id):
    """What a person says is entered together with them; then the next one."""
    round_ = queries.card_round(request.user, pk)
    person = queries.asked(request.user, round_, person_id)
    if person.pk == request.user.pk or not services.enters_for(request.user, person):
        raise PermissionDenied
    asked, choice, lines = asked_of(request, round_)
    way = {"actor": request.user, "again": asked.asked("again", False)}
    if declared(request, choice, lines, round_, person, **way):
        messages.success(request, f"{person.name}的申报已代录。")
        return onward(request, round_, person)
    unit = queries.home_of(person)
    context = {"round": round_, "person": person, "unit": unit, "again": way["again"]}
    context["blocked"] = "" if accepts(round_, unit.path) else closed_because(round_)
    return form_page(request, "cards/record.html", asked, choice, lines, context)


def onward(request, round_, person):
    """To the next person who has not declared; back to the class when there is none."""
    unit = queries.home_of(person)
    follows = queries.next_missing(request.user, round_, unit, person.pk)
    if follows:
        return redirect("cards:record", round_.pk, follows.pk)
    return redirect("cards:class", round_.pk, unit.pk)
