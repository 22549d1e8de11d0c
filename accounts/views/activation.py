"""Coming in for the first time, and the slips that make it possible."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.backends import prove
from accounts.entering import go_on
from accounts.forms import ActivateForm, OnwardForm, SeenForm, SlipsForm, SlipUnitsForm
from accounts.models import Login, Unit, User
from accounts.moves import Refused
from accounts.passwords import rule
from accounts.queries import people_with_slips, units_with_slips
from accounts.scope import get_permitted
from accounts.services import activation
from accounts.views.session import ways_in
from adapters import qr

# the same for an unknown number and for a wrong, used, withdrawn or expired code
WRONG = "学号（工号）与激活码不符，或激活码已使用、已过期。请核对激活条，或请发放人重新发放。"
PAGE = 50


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request):
    """A person chooses their password with the code of their slip, and is in."""
    onward = OnwardForm.of(request)
    form = ActivateForm(request.POST or None, request=request, initial={"next": onward})
    if form.is_valid():
        person = let_in(request, form)
        if person:
            messages.success(request, "账号已激活。以后凭学号（工号）和口令登录。")
            onward = form.cleaned_data["next"]
            return go_on(request, person, how=Login.How.CODE, onward=onward)
        if not form.errors:
            form.add_error(None, WRONG)
    context = {"form": form, "rule": rule(), **ways_in(onward)}
    return render(request, "accounts/activate.html", context)


def let_in(request, form: ActivateForm) -> User | None:
    """The person whose code it is; None when it is nobody's, or the password is no good."""
    asked = form.cleaned_data
    try:
        return prove(
            request,
            school=form.where,
            number=asked["number"],
            code=asked["code"],
            chosen=asked["password1"],
        )
    except ValidationError as error:
        form.add_error("password1", error)
        return None


@require_safe
def slips(request):
    """The classes and groups whose slips are the user's to print, and how many wait in each."""
    form = SlipUnitsForm(request.GET)
    everything = form.asked("show") == "all"
    units = units_with_slips(request.user, only_waiting=not everything)
    page = Paginator(units, PAGE).get_page(form.asked("page"))
    here = reverse("accounts:slips")
    tabs = [
        {"label": "有未激活人员", "url": here, "active": not everything},
        {"label": "全部", "url": f"{here}?show=all", "active": everything},
    ]
    context = {"page_obj": page, "tabs": tabs, "waiting": sum(u.waiting_count for u in units)}
    return render(request, "accounts/slip_units.html", context)


@require_safe
def slip_unit(request, pk):
    """The people of one class or group: who came in, who has a slip, who needs one."""
    unit = get_permitted(request.user, Unit, "activate", pk=pk)
    return show_unit(request, unit)


def show_unit(request, unit, **more):
    """The page of a unit's people and slips."""
    people = list(people_with_slips(request.user, unit))
    context = {"unit": unit, "people": people, "crumbs": crumbs((unit.name, ""))}
    context["waiting"] = sum(person.activated_at is None for person in people)
    return render(request, "accounts/slip_unit.html", context | more)


def crumbs(*steps) -> list[tuple[str, str]]:
    """The way back to the list of units."""
    return [("激活条", reverse("accounts:slips")), *steps]


def back(unit) -> str:
    """The page of a unit's people and slips."""
    return reverse("accounts:slip_unit", args=[unit.pk])


@never_cache
@require_POST
def print_slips(request, pk):
    """A new code for each person chosen, shown on this sheet and never again."""
    unit = get_permitted(request.user, Unit, "activate", pk=pk)
    form = SlipsForm(request.POST, people=people_with_slips(request.user, unit))
    if not form.is_valid():
        return show_unit(request, unit, form=form)
    try:
        issued = activation.issue_slips(form.cleaned_data["people"], actor=request.user, unit=unit)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:slip_unit", pk=unit.pk)
    return sheet(request, unit, issued, [(unit.name, back(unit)), ("打印", "")])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reissue(request, pk):
    """A new code for one person whom the user has seen; a forgotten password works no more."""
    person = get_permitted(request.user, User, "activate", pk=pk)
    form = SeenForm(request.POST or None)
    if form.is_valid():
        try:
            code = activation.reissue(person, actor=request.user, **form.cleaned_data)
            return sheet(request, person.unit, [(person, code)], [(person.name, "")])
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "accounts/reissue.html", {"person": person, "form": form})


def sheet(request, unit, issued, steps):
    """The slips to cut and hand out; no browser or proxy keeps the page."""
    url = request.build_absolute_uri(reverse("accounts:activate"))
    slips = [
        {"name": person.name, "number": person.number, "code": activation.shown(code)}
        for person, code in issued
    ]
    line = unit.lineage()
    context = {"school": line[0], "place": " · ".join(u.name for u in line[1:] or line)}
    context |= {"unit": unit, "slips": slips, "url": url, "qr": qr.data_url(url)}
    context |= {"expires_on": last_day(), "crumbs": crumbs(*steps)}
    return render(request, "accounts/slips.html", context)


def last_day() -> date:
    """The last whole day on which a code given now is good."""
    return timezone.localdate(timezone.now() + activation.VALID) - timedelta(days=1)
