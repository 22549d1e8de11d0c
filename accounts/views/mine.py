"""What concerns the person who asks: their logins, and who looked at their record."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import PageForm
from accounts.models import Login
from accounts.queries import places_of
from accounts.scope import get_permitted
from accounts.services import logins, sight
from accounts.words import DEEDS

PAGE = 30


def crumbs(title: str) -> list[tuple[str, str]]:
    """The way back to one's own page."""
    return [("我的信息", reverse("accounts:me")), (title, "")]


@require_safe
def seen(request):
    """Who viewed, unmasked or exported the record of the person who asks: when, and why."""
    form = PageForm(request.GET)
    former = sight.former_records(request.user)
    rows = sight.looks_at(request.user, former).select_related("actor")
    page = Paginator(rows, PAGE).get_page(form.asked("page"))
    shown = [row for row in page.object_list if sight.concerns(row, request.user, former)]
    places = places_of([entry.path for entry in shown] + [actor_path(entry) for entry in shown])
    for entry in shown:
        entry.deed = DEEDS.get(entry.verb, "其他操作")
        entry.place, entry.actor_place = places.get(entry.path), places.get(actor_path(entry))
    title = "谁看过我的信息"
    context = {"title": title, "crumbs": crumbs(title), "page_obj": page, "entries": shown}
    context["former"] = former
    return render(request, "accounts/seen.html", context)


def actor_path(entry) -> str:
    """Where the one who looked belongs."""
    return entry.actor.unit_path if entry.actor else ""


@require_safe
def login_list(request):
    """Where the person who asks is logged in now, and was lately."""
    key = request.session.session_key
    mine = Login.objects.permitted(request.user).filter(user=request.user)
    title = "我的登录"
    context = {"title": title, "crumbs": crumbs(title), "key": key}
    context |= {"open": list(mine.open()), "past": list(mine.exclude(ended_at=None)[:20])}
    return render(request, "accounts/logins.html", context)


@require_POST
def end_login(request, pk):
    """One login is over."""
    login = get_permitted(request.user, Login, "end", pk=pk, user_id=request.user.pk)
    logins.end(login, actor=request.user)
    messages.success(request, "该设备已退出登录。")
    return redirect("accounts:logins")


@require_POST
def end_logins(request):
    """All logins but this one are over."""
    count = logins.end_others(request.user, keep=request.session.session_key)
    messages.success(request, f"已退出其他 {count} 处登录。" if count else "没有其他登录。")
    return redirect("accounts:logins")
