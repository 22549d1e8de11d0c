"""Rosters: brought, looked at, confirmed; and the people they no longer name."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import roster_notes
from accounts import roster_queries as queries
from accounts import roster_sheets as sheets
from accounts.forms import PageForm
from accounts.models import ImportBatch, StagedRow, User
from accounts.moves import Refused
from accounts.paging import bounded
from accounts.queries import with_homes
from accounts.roster_forms import ColumnsForm, ConfirmForm, PreviewForm, SettleForm, UploadForm
from accounts.scope import get_permitted, holds, may
from accounts.services import roster as services

PAGE = 50
BATCHES = 25
BUSY = {ImportBatch.State.READING, ImportBatch.State.APPLYING, ImportBatch.State.UNDOING}


@require_safe
def list_(request):
    """The rosters that were brought."""
    form = PageForm(request.GET)
    page = Paginator(queries.batches(request.user), BATCHES).get_page(form.asked("page"))
    makes = holds(request.user, "roster.make")
    context = {"title": "名册", "page_obj": page, "makes": makes}
    context["settles"] = holds(request.user, "person.settle")
    context["absent"] = bounded(queries.absent_people(request.user))
    context["rolls"] = holds(request.user, "roster.roll")
    context["asked"] = bounded(queries.to_decide(request.user))
    context["notes"] = queries.changed_for(request.user)
    context["upload"] = {"label": "导入名册", "url": reverse("roster:upload")} if makes else None
    return render(request, "roster/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request):
    """A roster is handed over to be read."""
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = services.upload(
                form.cleaned_data["unit"], file.read(), name=file.name, actor=request.user
            )
            return redirect("roster:batch", made.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "title": "导入名册", "most": settings.UPLOAD_LIMIT // 1024 // 1024}
    context["crumbs"] = [("名册", reverse("roster:list")), ("导入名册", "")]
    return render(request, "roster/upload.html", context)


@require_safe
def batch(request, pk):
    """What a roster would do, or did."""
    found = get_permitted(request.user, ImportBatch, pk=pk)
    context = {
        "batch": found,
        "title": f"{found.unit}{found.title or '名册'}",
        "busy": found.state in BUSY,
    }
    context["crumbs"] = [("名册", reverse("roster:list")), (found.called, "")]
    context["job"] = queries.job_of(found)
    context["applies"] = may(request.user, "apply", found)
    context["settles"] = holds(request.user, "person.settle")
    if found.state in {ImportBatch.State.READY, ImportBatch.State.APPLIED}:
        context |= preview(request, found)
    if found.state == ImportBatch.State.APPLIED:
        context["touched"] = roster_notes.touched(found)
    return render(request, "roster/batch.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request, pk):
    """Somebody says what the columns mean; the file is read again."""
    found = get_permitted(request.user, ImportBatch, "apply", pk=pk)
    if found.state not in {ImportBatch.State.MAPPING, ImportBatch.State.READY}:
        return redirect("roster:batch", found.pk)
    form = ColumnsForm(request.POST or None, heads=found.report.get("heads", []))
    if form.is_valid():
        try:
            services.map_columns(found, form.mappings(), actor=request.user)
            return redirect("roster:batch", found.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"batch": found, "form": form, "title": "指明各列的含义"}
    back = reverse("roster:batch", args=[found.pk])
    context["crumbs"] = [("名册", reverse("roster:list")), (found.called, back), ("各列的含义", "")]
    return render(request, "roster/columns.html", context)


def preview(request, found: ImportBatch) -> dict:
    """The tabs, one page of rows, and what was made of the file."""
    asked = PreviewForm(request.GET)
    first = next((v.value for v in queries.TABS if found.counts.get(v)), StagedRow.Verdict.ADDED)
    tab = asked.asked("tab") or first
    pages = Paginator(queries.staged(found, tab), PAGE).get_page(asked.asked("page"))
    queries.place(list(pages.object_list), found)
    return {
        "tab": tab,
        "tabs": [
            {
                "label": verdict.label,
                "url": f"?tab={verdict.value}",
                "active": verdict == tab,
                "count": found.counts.get(verdict, 0),
            }
            for verdict in queries.TABS
            if verdict != StagedRow.Verdict.TRANSFER or found.counts.get(verdict)
        ],
        "page_obj": pages,
        "units": queries.new_units(found),
        "sheets": queries.sheets(found),
        "unchecked": found.fixes.filter(checked=False).count(),
        "writes": services.writes(found),
    }


@require_POST
def confirm(request, pk):
    """What the roster shows is to be written."""
    found = get_permitted(request.user, ImportBatch, "apply", pk=pk)
    form = ConfirmForm(request.POST)
    form.is_valid()
    try:
        services.confirm(found, actor=request.user, sure=form.cleaned_data["sure"])
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("roster:batch", found.pk)


@require_POST
def discard(request, pk):
    """The roster is put aside; nothing of it is written."""
    found = get_permitted(request.user, ImportBatch, "apply", pk=pk)
    try:
        services.discard(found, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("roster:batch", found.pk)
    messages.success(request, "已放弃这份名册，没有写入任何数据。")
    return redirect("roster:list")


@require_POST
def rejected(request, pk):
    """The refused rows as a workbook to correct; who took it is written down."""
    found = get_permitted(request.user, ImportBatch, pk=pk)
    try:
        name, data = sheets.hand_out(found, actor=request.user)
    except Refused as refusal:
        raise Http404 from refusal
    response = HttpResponse(data, content_type=sheets.XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_safe
def absent(request):
    """The people whom the last roster no longer named."""
    form = PageForm(request.GET)
    page = Paginator(queries.absent_people(request.user), PAGE).get_page(form.asked("page"))
    with_homes(page.object_list)
    context = {"title": "疑似离校人员", "page_obj": page}
    context["crumbs"] = [("名册", reverse("roster:list")), ("疑似离校人员", "")]
    return render(request, "roster/absent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request, pk):
    """Somebody has found out what became of a person the roster no longer names."""
    person = get_permitted(request.user, User, "settle", pk=pk)
    form = SettleForm(request.POST or None)
    if form.is_valid():
        try:
            services.settle_absent(person, actor=request.user, **form.settled())
            messages.success(request, f"{person.name}已处理。")
            return redirect("roster:absent")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    crumbs = [("名册", reverse("roster:list")), ("疑似离校人员", reverse("roster:absent"))]
    context = {"person": person, "form": form, "title": f"核实{person.name}的去向"}
    context["crumbs"] = [*crumbs, (person.name, "")]
    return render(request, "roster/settle.html", context)
