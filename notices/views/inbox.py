"""A person's own messages."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.scope import get_permitted
from notices import queries, services
from notices.forms import InboxForm
from notices.models import Notice

PAGE = 30


@require_safe
def inbox(request):
    """The messages, the latest first."""
    asked = InboxForm(request.GET)
    show = asked.asked("show") or ""
    page = Paginator(queries.inbox(request.user, show), PAGE).get_page(asked.asked("page"))
    tabs = [
        {"label": "全部", "url": "?", "active": show == ""},
        {"label": "未读", "url": "?show=unread", "active": show == "unread"},
    ]
    context = {"title": "消息", "page_obj": page, "tabs": tabs, "show": show}
    return render(request, "notices/inbox.html", context)


@require_safe
def notice(request, pk):
    """One message; the page itself then says that it was read."""
    found = get_permitted(request.user, Notice, pk=pk)
    context = {"notice": found, "title": found.title}
    context["crumbs"] = [("消息", reverse("notices:inbox")), (found.get_kind_display(), "")]
    return render(request, "notices/notice.html", context)


@require_POST
def read(request, pk):
    """The message is read."""
    services.read(get_permitted(request.user, Notice, pk=pk))
    return HttpResponse(status=204) if request.htmx else redirect("notices:inbox")


@require_POST
def read_all(request):
    """All messages are read."""
    count = services.read_all(request.user)
    messages.success(request, f"{count} 条消息已标为已读。" if count else "没有未读消息。")
    return redirect("notices:inbox")
