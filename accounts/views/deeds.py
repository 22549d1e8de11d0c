"""How far a step is that was confirmed for a whole list, and what became of each row."""

from django.apps import apps
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import PageForm
from accounts.models import BulkDeed, BulkRow, Job
from accounts.scope import get_permitted
from accounts.services import deeds

PAGE = 50


@require_safe
def deed(request, pk):
    """Its progress; at the end the rows that were not done, with the reason."""
    found = get_permitted(request.user, BulkDeed, pk=pk)
    refused = found.rows.filter(state=BulkRow.State.REFUSED).order_by("pk")
    page = Paginator(refused, PAGE).get_page(PageForm(request.GET).asked("page"))
    running = found.job and found.job.state in {Job.State.QUEUED, Job.State.RUNNING}
    options = apps.get_model(found.model)._meta
    back = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    context = {"deed": found, "page_obj": page, "running": running, "counts": deeds.counts(found)}
    context |= {"title": f"批量办理：{found.title}", "back": f"{back}?{found.query}"}
    context["crumbs"] = [("管理后台", reverse("admin:index")), (found.title, None)]
    return render(request, "accounts/deed.html", context)


@require_POST
def resume(request, pk):
    """What a stop left over is gone on with."""
    found = get_permitted(request.user, BulkDeed, pk=pk)
    deeds.resume(found, actor=request.user)
    messages.success(request, "已继续办理。")
    return redirect("accounts:deed", pk)
