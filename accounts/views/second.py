"""The second step of a login, and one's own setting of it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import entering
from accounts.forms import BeginForm, SecondForm
from accounts.moves import Refused
from accounts.services import second
from accounts.views.mine import crumbs
from adapters import qr

WRONG = "验证码不正确或已经用过，请等手机上显示下一个验证码后再输。"
BOTH = ["GET", "HEAD", "POST"]


@never_cache
@sensitive_post_parameters()
@require_http_methods(BOTH)
def step(request):
    """Whoever has shown the password shows the code of their phone, or sets the phone up."""
    person = entering.halfway(request)
    if person is None:
        return redirect("accounts:login")
    ready = second.factor_of(person)
    form = SecondForm(request.POST or None)
    if form.is_valid():
        spares = attempt(
            form, lambda code: (second.accept if ready else second.confirm)(person, code)
        )
        if spares:
            onward = entering.arrive(request, person)
            return redirect(onward) if ready else spare_page(request, spares, onward)
    context = {"form": form, "ready": ready, **({} if ready else setting_up(person))}
    return render(request, "accounts/second_step.html", context)


def attempt(form, service):
    """What the service gives for the code; a wrong code or a refusal is said in the form."""
    try:
        result = service(form.cleaned_data["code"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    if not result:
        form.add_error("code", WRONG)
    return result


def setting_up(person) -> dict:
    """What the phone is shown until it has proved itself; nothing before that was begun."""
    factor = second.begun(person)
    if factor is None:
        return {}
    return {"qr": qr.data_url(second.address(factor)), "seed": factor.seed}


def spare_page(request, spares, onward):
    """The codes for a lost phone, shown once."""
    return render(request, "accounts/spare_codes.html", {"spares": spares, "onward": onward})


@never_cache
@sensitive_post_parameters()
@require_http_methods(BOTH)
def mine(request):
    """One's own second step: turned on, given new spare codes, turned off."""
    person, form = request.user, SecondForm(request.POST or None)
    if BeginForm(request.POST or None).is_valid():
        second.begin(person)
        return redirect("accounts:second_mine")
    ready = second.factor_of(person)
    if form.is_valid():
        action = DEEDS[form.cleaned_data["do"] if ready else "confirm"]
        result = attempt(form, lambda code: action(person, code))
        if isinstance(result, list):
            return spare_page(request, result, "/me/second/")
        if result:
            messages.success(request, "两步验证已关闭。")
            return redirect("accounts:second_mine")
    title = "两步验证"
    context = {"title": title, "crumbs": crumbs(title), "form": form, "ready": ready}
    context |= {"required": second.required(person), **({} if ready else setting_up(person))}
    context["spares"] = person.recovery_codes.filter(used_at=None).count()
    return render(request, "accounts/second_mine.html", context)


DEEDS = {"confirm": second.confirm, "spares": second.new_spares, "off": second.turn_off}
