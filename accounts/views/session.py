"""Logging in, logging out, changing one's own password."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth, messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.backends import prove
from accounts.entering import go_on, home
from accounts.forms import LoginForm, OnwardForm, PasswordForm
from accounts.models import Login
from accounts.passwords import rule
from accounts.services import logins, passwords
from accounts.sso import farewell

# the same for an unknown number, a wrong password, and somebody who never came in
WRONG = "学号（工号）或口令不正确。首次登录请先激活账号。"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def login(request):
    """A person comes in with school, number and password, and goes on where they were going."""
    onward = OnwardForm.of(request)
    if request.user.is_authenticated:
        return redirect(onward or home())
    form = LoginForm(request.POST or None, request=request, initial={"next": onward})
    if form.is_valid():
        asked = form.cleaned_data
        proof = {"number": asked["number"], "password": asked["password"]}
        person = prove(request, school=form.where, **proof)
        if person:
            return go_on(request, person, how=Login.How.PASSWORD, onward=asked["next"])
        form.add_error(None, WRONG)
    return render(request, "accounts/login.html", {"form": form, **ways_in(onward)})


def ways_in(onward: str) -> dict[str, str]:
    """The other ways in, each keeping the way onward."""
    tail = f"?{urlencode({'next': onward})}" if onward else ""
    return {
        "login_url": reverse("accounts:login") + tail,
        "activate_url": reverse("accounts:activate") + tail,
        "cas_url": reverse("accounts:cas") + tail if settings.CAS_SERVER_URL else "",
    }


@require_POST
def logout(request):
    """The session ends; one that single sign-on began ends there too."""
    by_cas = request.session.get(logins.CAS)
    auth.logout(request)
    away = farewell(request) if by_cas and settings.CAS_SERVER_URL else ""
    return redirect(away or settings.LOGOUT_REDIRECT_URL)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request):
    """A person replaces their own password; other sessions of theirs end."""
    form = PasswordForm(request.POST or None, person=request.user)
    if form.is_valid():
        current, new = form.cleaned_data["current"], form.cleaned_data["password1"]
        if passwords.change(request, current=current, new=new):
            messages.success(request, "口令已修改，其他设备上的登录已退出。")
            return redirect("accounts:me")
        form.add_error("current", "当前口令不正确。")
    return render(request, "accounts/password.html", {"form": form, "rule": rule()})
