"""Joining an appeal; its poster."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adapters import qr
from pledges import queries as pledges
from pledges import services as signing
from pledges.drawing import outline
from pledges.forms import AgainForm
from pledges.joint import queries, services
from pledges.joint.forms import JoinForm, PosterFilter
from pledges.views.signing import state_of
from rounds.gate import accepts
from rounds.models import Completion
from rounds.services import handed_in
from rounds.views.attempts import attempt_form


def round_or_404(request, pk: int):
    """The joint round the user may look at; else 404."""
    round_ = queries.joint_round(request.user, pk)
    if round_ is None:
        raise Http404
    return round_


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, pk):
    """The appeal's text, and one's own hand under it."""
    round_, person = round_or_404(request, pk), request.user
    again, form = AgainForm(request.GET).asked(), JoinForm(request.POST or None)
    done, blocked = state_of(round_, person)
    if request.method == "POST" and not blocked and attempt_form(form, lambda: services.join(
        round_, person, again=again, agent=request.headers.get("User-Agent", ""),
        **{name: form.cleaned_data[name] for name in ("on_poster", "text_sha256", "strokes")},
    )):  # fmt: skip
        return redirect("joint:joined", pk, person.pk)
    if done and done.state == Completion.State.ACCEPTED and (not again or blocked):
        return redirect("joint:joined", pk, person.pk)
    if blocked:
        return render(request, "pledges/blocked.html", {"round": round_, "blocked": blocked})
    return sign_page(request, round_, form)


def sign_page(request, round_, form):
    """The page to read and join."""
    page = signing.page_for(round_, request.user)
    context = {"round": round_, "form": form, "page": page, "due_at": round_.due_at}
    context |= {"name": page.blanks["name"], "unit_name": page.blanks["unit"], "consents": True}
    context |= {"year": round_.pledge.year, "back_url": reverse("oversight:home")}
    return render(request, "pledges/sign.html", context, status=400 if form.errors else 200)


@require_safe
def joined(request, pk, person_id):
    """That somebody joined, and the way to the poster."""
    signature = pledges.signature_of(request.user, pk, person_id)
    round_ = round_or_404(request, pk)
    mine = signature.person_id == request.user.pk
    entry = mine and accepts(round_, signature.completion.unit_path)
    unit = queries.own_unit(signature.person, round_)
    context = {
        "round": round_,
        "signature": signature,
        "page": signing.page_of(signature),
        "on_poster": hasattr(signature, "joint_name"),
        "mine": mine,
        "unit": unit,
        "again": entry and not handed_in(signature.completion),
    }
    return render(request, "joint/joined.html", context)


@require_POST
def leave_poster(request, pk):
    """One's own name no longer stands on the poster, whether or not the appeal still runs."""
    round_or_404(request, pk)
    signature = pledges.signature_of(request.user, pk, request.user.pk)
    services.leave_poster(signature, actor=request.user)
    messages.success(
        request, "您的姓名和签名已从海报上撤下，联名仍然有效。已打印张贴的海报请联系所在单位更换。"
    )
    return redirect("joint:joined", pk, request.user.pk)


@require_safe
def poster(request, pk, unit_id):
    """The appeal with the names of those who joined and agreed, to be hung in the classroom."""
    found = queries.poster_of(request.user, pk, unit_id)
    if found is None:
        raise Http404
    round_, unit = found
    link = request.build_absolute_uri(reverse("joint:sign", args=[pk]))
    size = PosterFilter(request.GET).asked("size", "a4")
    hands = [(one.person.name, *outline(one.strokes)) for one in queries.joined(round_, unit)]
    blanks = signing.SAMPLE | {"year": round_.pledge.year, "school": unit.lineage()[0].name}
    blanks |= {"unit": unit.name, "name": ""}
    context = {"round": round_, "unit": unit, "hands": hands, "size": size}
    context |= {"page": signing.page_with(round_.pledge.text, blanks), "qr": qr.data_url(link)}
    return render(request, "joint/poster.html", context)
