"""A person's own safeguards in a round: how each stands, pictures in, pictures out."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.scope import covers, get_permitted
from rounds.gate import accepts, closed_because
from rounds.models import Round
from rounds.views.attempts import attempt, attempt_form
from rounds.views.items import own_round
from selfcheck.models import Shot
from selfcheck.tools import queries
from selfcheck.tools.forms import SendForm
from selfcheck.tools.services import sending

CODE = "safeguard"


def own_safeguards(request, pk: int) -> Round:
    """The safeguard round that is asked where the user stands; else 404."""
    round_ = own_round(request, pk)
    if round_.kind != CODE:
        raise Http404
    return round_


@require_safe
def mine(request, pk):
    """What the round asks of the person, tool by tool, and how each stands."""
    return page(request, own_safeguards(request, pk), request.user)


def page(request, round_: Round, person: User, *, refused: SendForm | None = None, tool=0):
    """The tools with what the person has shown; to be added to only by themselves."""
    mine, open_ = person.pk == request.user.pk, accepts(round_, person.unit_path)
    sections = queries.sections_of(round_, person)
    once = uuid.uuid4()  # one sending: pictures sent from this page belong together
    forms = {
        one.tool.pk: refused if one.tool.pk == tool else SendForm(
            lines=one.offered, initial={"upload": once}, prefix=f"t{one.tool.pk}"
        )
        for one in sections
    }  # fmt: skip
    context = {"title": round_.title, "round": round_, "person": person, "mine": mine}
    context |= {"sections": [(one, forms[one.tool.pk]) for one in sections]}
    context |= {"takes": mine and open_, "why_not": "" if open_ else closed_because(round_)}
    return render(request, "tools/mine.html", context, status=400 if refused else 200)


@require_POST
def send(request, pk, tool_id):
    """Pictures come in for items of one tool; alone from the page's script, or all from its form."""
    round_ = own_safeguards(request, pk)
    found = [one for one in queries.sections_of(round_, request.user) if one.tool.pk == tool_id]
    if not found:
        raise Http404
    lines = found[0].lines
    form = SendForm(request.POST, request.FILES, lines=lines, prefix=f"t{tool_id}")
    done = attempt_form(form, lambda: sending.send_all(form.sent(), request.user, **form.more()))
    alone = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    if alone and not done:
        said = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"error": " ".join(said)}, status=400)
    if alone:
        return JsonResponse({"done": "已收到"})
    if not done:
        return page(request, round_, request.user, refused=form, tool=tool_id)
    messages.success(request, f"“{found[0].tool}”已提交，等待核验。")
    return redirect("tools:mine", round_.pk)


@require_POST
def remove(request, pk):
    """A picture of one's own is taken back before anybody has judged it."""
    shot = get_permitted(request.user, Shot, "complete", pk=pk)
    attempt(request, lambda: sending.take_away(shot, actor=request.user), "图片已移除。")
    return redirect("tools:mine", shot.round_id)


@require_safe
def of_person(request, pk, person_id):
    """What somebody has shown, for those who may look at their pictures."""
    round_ = get_permitted(request.user, Round, pk=pk)
    person = get_permitted(request.user, User, pk=person_id)
    if person.pk != request.user.pk and not covers(request.user, "shot.view", person.unit_path):
        raise PermissionDenied
    if round_.kind != CODE:
        raise Http404
    return page(request, round_, person)
