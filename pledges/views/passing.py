"""现场传签: one phone passed round a class; what one leaves is never shown to the next."""

from time import time

from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.moves import Refused
from accounts.scope import get_permitted
from pledges import queries, services
from pledges.forms import SignForm, WhoForm
from pledges.models import Passing
from pledges.views.paper import class_of
from rounds.views.attempts import attempt

PHONE, WHO, DONE = "passing", "passing_person", "passing_done"
STAYS = 300  # seconds that somebody, once confirmed, has to read and sign
LABELS = {
    "password": ("本人登录口令", ""),
    "record": ("身份证号后四位", "学校没有登记身份证号的，填手机号后四位。"),
}


def given(request) -> Passing | None:
    """The passing this phone was given; None when it is over."""
    pk, token = request.session.get(PHONE) or (0, "")
    return services.passing_of(pk, token)


def over(request):
    """The phone takes no more signatures, and holds nothing; a login of its own stays."""
    if PHONE in request.session:
        request.session.flush()
    return render(request, "pledges/pass_over.html")


@require_http_methods(["GET", "HEAD", "POST"])
def pass_start(request, pk, unit_id):
    """The counselor gives the phone out; their own login on it ends."""
    round_, unit = class_of(request, pk, unit_id)
    started = []
    if request.method == "POST" and attempt(
        request,
        lambda: started.append(services.start_passing(round_, unit, actor=request.user)),
        "已开始传签，您的账号已在本机退出。",
    ):
        logout(request)
        request.session[PHONE] = [started[0].passing.pk, started[0].token]
        return redirect("pledges:pass_next")
    context = {"round": round_, "unit": unit, "title": "现场传签"}
    context["passings"] = queries.passings_of(round_, unit)
    return render(request, "pledges/pass_start.html", context)


@require_POST
def pass_stop(request, pk):
    """Whoever may start it ends it from their own device."""
    passing = get_permitted(request.user, Passing, "record", pk=pk)
    services.end_passing(passing, actor=request.user)
    return redirect("pledges:pass_start", passing.round_id, passing.unit_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pass_next(request):
    """Whoever holds the phone says who they are."""
    passing = given(request)
    if passing is None:
        return over(request)
    request.session.pop(WHO, None)
    form = WhoForm(request.POST or None, secret=LABELS[settings.PASSING_CHECK])
    if request.method == "POST" and form.is_valid():
        try:
            person = services.identify(passing, **form.cleaned_data)
            request.session[WHO] = [person.pk, time() + STAYS]
            return redirect("pledges:pass_sign")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    done = request.session.pop(DONE, False) and request.method == "GET"
    context = {"passing": passing, "form": form, "done": done}
    return render(request, "pledges/pass_next.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pass_sign(request):
    """The one just confirmed reads and signs; then the phone knows them no more."""
    passing, (pk, until) = given(request), request.session.get(WHO) or (0, 0)
    if passing is None:
        return over(request)
    person = queries.in_class(passing, pk)
    if person is None or time() > until:
        return redirect("pledges:pass_next")
    round_ = queries.round_of(passing)
    form = SignForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and signed(request, passing, round_, person, form)
    ):
        del request.session[WHO]
        request.session[DONE] = True
        return redirect("pledges:pass_next")
    return sheet(request, round_, person, form)


def signed(request, passing: Passing, round_, person: User, form) -> bool:
    """Whether the hand was put under it; why not, on the form."""
    try:
        services.sign(
            round_,
            person,
            text_sha256=form.cleaned_data["text_sha256"],
            strokes=form.cleaned_data["strokes"],
            agent=request.headers.get("User-Agent", ""),
            passing=passing,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def sheet(request, round_, person: User, form):
    """The exact text for this person, to sign."""
    page = services.page_for(round_, person)
    context = {
        "round": round_,
        "form": form,
        "page": page,
        "name": page.blanks["name"],
        "unit_name": page.blanks["unit"],
        "year": page.blanks["year"],
        "due_at": round_.due_at,
        "passing": True,
    }
    status = 400 if form.errors else 200
    return render(request, "pledges/sign.html", context, status=status)


@require_POST
def pass_end(request):
    """The round is done; the phone forgets it."""
    passing = given(request)
    if passing:
        services.end_passing(passing, actor=passing.started_by)
    return over(request)
