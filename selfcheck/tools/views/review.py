"""The review queue: one answer after another, settled by a key."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Unit
from accounts.moves import Refused
from accounts.scope import covers, get_permitted
from rounds.kinds import kind_of
from rounds.models import Answer, Round
from rounds.views.attempts import attempt_form
from selfcheck.models import Review
from selfcheck.tools import review_queries as queries
from selfcheck.tools.review_forms import LookForm, ManyForm, ReviewFilter
from selfcheck.tools.services import judging

PAGE = 50
LISTED = 500  # of which the page knows that they come; then it is asked anew
AHEAD = 5  # cards on the page: one is looked at, the others' pictures are being fetched


def place_of(request, pk: int, unit_id: int) -> tuple[Round, Unit]:
    """The round with items and the unit of which this person may judge; else 404 or 403."""
    round_ = get_permitted(request.user, Round, pk=pk)
    unit = get_permitted(request.user, Unit, pk=unit_id)
    if not kind_of(round_).asks_items or not unit.path.startswith(round_.unit.path):
        raise Http404
    if not covers(request.user, "completion.judge", unit.path):
        raise PermissionDenied
    return round_, unit


@require_safe
def waiting(request):
    """What waits for this person, class by class."""
    rows = queries.by_class(request.user)
    page_ = Paginator(rows, PAGE).get_page(ReviewFilter(request.GET).asked("page", 1))
    return render(request, "tools/review_list.html", {"title": "截图待核", "page": page_})


@require_safe
def review(request, pk, unit_id):
    """The queue of a unit: the first answers, the tabs, what the sample said of the machine."""
    round_, unit = place_of(request, pk, unit_id)
    return page(request, round_, unit)


def page(request, round_: Round, unit: Unit, *, status: int = 200, **more):
    """The queue as it stands under the tab that is asked for."""
    asked = ReviewFilter(request.GET)
    show, doubt = asked.asked("show", "doubt"), asked.asked("doubt", "")
    counts = queries.counts(request.user, round_, unit)
    rows = queries.waiting(request.user, round_, unit, show, doubt)
    here = reverse("review:queue", args=[round_.pk, unit.pk])
    context = {"title": "截图核验", "round": round_, "unit": unit, "show": show, "doubt": doubt}
    context |= {
        "cards": queries.cards(rows[:AHEAD]),
        "queue": list(rows.values_list("pk", flat=True)[AHEAD:LISTED]),
        "left": rows.count() if doubt else counts[show],
        "doubts": queries.doubts_found(rows) if show in {"doubt", "held"} else [],
        "rate": queries.error_rate(round_, unit),
        "last": queries.last_look(request.user, round_),
        "here": here,
        "tabs": [
            {
                "label": word,
                "url": f"{here}?show={key}",
                "active": key == show,
                "count": counts[key],
            }
            for key, word in queries.TABS.items()
        ],
    }
    return render(request, "tools/review.html", context | more, status=status)


def wants_card(request) -> bool:
    """Whether the page's own script asks, and not somebody without it."""
    return request.headers.get("X-Requested-With") == "review"


@require_POST
def settle(request, pk, unit_id, answer_id):
    """One answer is passed, sent back or put aside; to the script the next card to hold ready."""
    round_, unit = place_of(request, pk, unit_id)
    answer = get_permitted(request.user, Answer, "judge", pk=answer_id, round=round_)
    form = LookForm(request.POST)
    made = attempt_form(
        form, lambda: judging.settle(answer, actor=request.user, **form.cleaned_data)
    )
    if not wants_card(request):
        if not made:
            messages.error(request, first_error(form))
        return redirect(back_to(request, round_, unit))
    if not made:
        return JsonResponse({"said": first_error(form)}, status=400)
    return next_card(request, round_, unit, review=made)


def first_error(form) -> str:
    """The sentence to show."""
    return next(iter(form.errors.values()))[0]


def back_to(request, round_: Round, unit: Unit) -> str:
    """The queue under the tab from which one came."""
    show = ReviewFilter(request.GET).asked("show", "doubt")
    return f"{reverse('review:queue', args=[round_.pk, unit.pk])}?show={show}"


def next_card(request, round_: Round, unit: Unit, *, review: Review):
    """The card that the page's script asks for, where it still waits; nothing at the end."""
    asked = ReviewFilter(request.GET)
    rows = queries.waiting(request.user, round_, unit, asked.asked("show", "doubt"))
    cards = queries.cards(rows.filter(pk=asked.asked("next", 0)))
    response = card_page(request, round_, unit, cards[0]) if cards else HttpResponse(status=204)
    response["X-Review"] = str(review.pk)
    return response


def card_page(request, round_: Round, unit: Unit, card: queries.Card):
    """One card alone."""
    context = {"card": card, "round": round_, "unit": unit}
    context["show"] = ReviewFilter(request.GET).asked("show", "doubt")
    return render(request, "tools/_review_card.html", context)


@require_POST
def undo(request, pk, unit_id, review_id):
    """One's own look is undone; to the script the card as it is again."""
    round_, unit = place_of(request, pk, unit_id)
    found = get_permitted(request.user, Review, pk=review_id, round=round_, by=request.user)
    try:
        answer = judging.undo(found, actor=request.user)
    except Refused as refusal:
        if wants_card(request):
            return JsonResponse({"said": str(refusal)}, status=400)
        messages.error(request, str(refusal))
        return redirect(back_to(request, round_, unit))
    if wants_card(request):
        return card_page(request, round_, unit, queries.card_of(answer))
    messages.success(request, f"已撤销对{answer.person.name}“{answer.item.label}”的审核。")
    return redirect(back_to(request, round_, unit))


@require_http_methods(["GET", "HEAD", "POST"])
def pass_many(request, pk, unit_id):
    """All that are listed are passed, after a look at their pictures side by side."""
    round_, unit = place_of(request, pk, unit_id)
    asked = ReviewFilter(request.GET)
    show, doubt = asked.asked("show", "doubt"), asked.asked("doubt", "")
    rows = queries.waiting(request.user, round_, unit, show, doubt)[: judging.MANY]
    form = ManyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, refused = judging.pass_many(
            rows.select_related("person"), actor=request.user, note=form.cleaned_data["note"]
        )
        messages.success(request, f"已通过 {done} 项。")
        for sentence in refused[:5]:
            messages.warning(request, sentence)
        return redirect(back_to(request, round_, unit))
    context = {"title": "批量通过", "round": round_, "unit": unit, "form": form, "show": show}
    context |= {"cards": queries.cards(rows), "back": back_to(request, round_, unit)}
    return render(request, "tools/review_many.html", context, status=400 if form.errors else 200)
