"""Refused rows put right, in the browser or by workbook; and empty workbooks to fill in."""

from pathlib import Path
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import roster_queries as queries
from accounts import roster_sheets as sheets
from accounts import roster_templates as templates
from accounts.forms import PageForm
from accounts.models import ImportBatch
from accounts.moves import Refused
from accounts.roster_grid import CorrectedForm, CorrectionForm
from accounts.scope import get_permitted
from accounts.services import roster as services

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, pk):
    """One page of refused rows to put right; then all is checked again."""
    found = get_permitted(request.user, ImportBatch, "apply", pk=pk)
    if found.state != ImportBatch.State.READY:
        return redirect("roster:batch", found.pk)
    page = Paginator(queries.to_correct(found), PAGE).get_page(PageForm(request.GET).asked("page"))
    rows = list(page.object_list)
    queries.with_fixes(rows, found)
    form = CorrectionForm(request.POST or None, rows=rows, headers=queries.fields_of(found))
    if form.is_valid() and keep(request, found, form):
        further = "later" in request.POST and page.has_next()
        address = reverse("roster:correct" if further else "roster:batch", args=[found.pk])
        return redirect(f"{address}?page={page.next_page_number()}" if further else address)
    context = {"batch": found, "form": form, "page_obj": page, "title": "更正被拒绝的行"}
    context["crumbs"] = crumbs(found, "更正")
    return render(request, "roster/correct.html", context)


def keep(request, found: ImportBatch, form: CorrectionForm) -> bool:
    """What was put in is kept, and checked unless a further page is asked for."""
    try:
        services.save_fixes(found, form.fixes(), actor=request.user)
        if "later" not in request.POST:
            services.recheck(found, actor=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def crumbs(found: ImportBatch, here: str) -> list:
    """The way back to the roster."""
    back = reverse("roster:batch", args=[found.pk])
    return [("名册", reverse("roster:list")), (found.called, back), (here, "")]


@require_POST
def recheck(request, pk):
    """What was put in on several pages is checked."""
    found = get_permitted(request.user, ImportBatch, "apply", pk=pk)
    try:
        services.recheck(found, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("roster:batch", found.pk)


@require_POST
def corrected(request, pk):
    """The workbook of refused rows comes back corrected."""
    found = get_permitted(request.user, ImportBatch, "apply", pk=pk)
    form = CorrectedForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, form.errors["file"][0])
        return redirect("roster:batch", found.pk)
    file = form.cleaned_data["file"]
    try:
        with sheets.on_disk(file) as path:
            count = services.merge(found, Path(path), name=file.name, actor=request.user)
        messages.success(request, f"已取回 {count} 行更正，正在重新核对。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("roster:batch", found.pk)


@require_safe
def template(request, category):
    """An empty workbook of a category of people."""
    if category not in templates.TITLES:
        raise Http404
    response = HttpResponse(templates.workbook(category), content_type=sheets.XLSX)
    name = quote(f"{templates.TITLES[category]}.xlsx")
    response["Content-Disposition"] = f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{name}"
    return response
