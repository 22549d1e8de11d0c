"""Items: a person's own page to answer them, and the same page to look at."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.scope import covers, get_permitted
from rounds import queries, services
from rounds.gate import accepts, closed_because
from rounds.item_forms import AnswerForm
from rounds.kinds import kind_of
from rounds.models import Item, Round
from rounds.views.attempts import attempt_form


def own_round(request, pk: int) -> Round:
    """The round with items that is asked where the user stands; else 404."""
    found = get_permitted(request.user, Round, pk=pk)
    if not kind_of(found).asks_items or not services.is_asked(found, request.user):
        raise Http404
    return found


@require_safe
def own(request, pk):
    """What a round asks of the person, item by item, and how each stands."""
    round_ = own_round(request, pk)
    return page(request, round_, request.user)


def page(request, round_: Round, person: User, **more):
    """The items with the person's answers; to be answered only by themselves."""
    mine = person.pk == request.user.pk
    open_ = accepts(round_, person.unit_path)
    context = {"title": round_.title, "round": round_, "person": person, "mine": mine}
    context |= {"lines": queries.lines_of(round_, person), "takes": mine and open_}
    context["why_not"] = "" if open_ else closed_because(round_)
    return render(request, "rounds/items.html", context | more)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, pk, item_id):
    """One item, said to be done."""
    round_ = own_round(request, pk)
    item = get_object_or_404(Item, round=round_, pk=item_id)
    if elsewhere := kind_of(round_).answer_url(item):
        return redirect(elsewhere)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt_form(
        form,
        lambda: services.answer(item, request.user, actor=request.user, **form.cleaned_data),
    ):
        messages.success(request, f"“{item.label}”已提交，等待核验。")
        return redirect("rounds:items", round_.pk)
    context = {"title": item.label, "round": round_, "item": item, "form": form}
    status = 400 if form.errors else 200
    return render(request, "rounds/item_answer.html", context, status=status)


@require_safe
def of_person(request, pk, person_id):
    """Somebody's answers, for those who may look at what they did."""
    round_ = get_permitted(request.user, Round, pk=pk)
    person = get_permitted(request.user, User, pk=person_id)
    allowed = covers(request.user, "completion.view", person.unit_path)
    if not allowed and person.pk != request.user.pk:
        raise PermissionDenied
    if not kind_of(round_).asks_items:
        raise Http404
    return page(request, round_, person)
