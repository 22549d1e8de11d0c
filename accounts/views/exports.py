"""The lists somebody took out, and how far one is."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.forms import PageForm
from accounts.models import Export
from accounts.scope import get_permitted

PAGE = 30


@require_safe
def exports(request):
    """One's own exports, the latest first."""
    own = Export.objects.permitted(request.user).select_related("job", "file")
    page = Paginator(own, PAGE).get_page(PageForm(request.GET).asked("page"))
    return render(request, "accounts/exports.html", {"page_obj": page, "title": "我的导出"})


@require_safe
def export(request, pk):
    """One export: its progress, then its file."""
    found = get_permitted(request.user, Export, pk=pk)
    crumbs = [("我的导出", reverse("accounts:exports")), (found.title, None)]
    context = {"export": found, "title": f"导出：{found.title}", "crumbs": crumbs}
    return render(request, "accounts/export.html", context)
