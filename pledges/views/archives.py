"""Archives: asked for with a purpose, fetched within a day."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import record
from accounts.models import Unit
from accounts.scope import covers, get_permitted
from accounts.views.files import sent
from pledges.archives import queries, services
from pledges.forms import PurposeForm, YearForm
from pledges.models import Archive
from pledges.queries import signed_round
from rounds.views.attempts import attempt_form


def place_of(request, pk: int, unit_id: int, verb: str):
    """The round and the unit of it at which the user may do this; 404 or 403."""
    round_ = signed_round(request.user, pk)
    unit = unit_of(request, unit_id, verb)
    if not unit.path.startswith(round_.unit.path):
        raise Http404
    return round_, unit


def unit_of(request, unit_id: int, verb: str) -> Unit:
    """The unit at which the user may do this; 404 or 403."""
    unit = get_permitted(request.user, Unit, pk=unit_id)
    if not covers(request.user, verb, unit.path):
        raise PermissionDenied
    return unit


@require_http_methods(["GET", "HEAD", "POST"])
def archives(request, pk, unit_id):
    """Ask for a unit's archive; those asked for lately, with how far they are."""
    round_, unit = place_of(request, pk, unit_id, "archive.make")
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and attempt_form(
        form,
        lambda: services.ask_archive(
            round_, unit, purpose=form.cleaned_data["purpose"], actor=request.user
        ),
    ):
        return redirect("pledges:archives", pk, unit_id)
    context = {"round": round_, "unit": unit, "form": form, "title": "归档下载"}
    context["archives"] = queries.archives_of(request.user, unit, round=round_)
    status = 400 if form.errors else 200
    return render(request, "pledges/archives.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def year_archives(request, unit_id):
    """Ask for all that a unit signed for a year; those asked for lately."""
    unit = unit_of(request, unit_id, "archive.make")
    years = queries.years_at(request.user, unit)
    form = YearForm(request.POST or None, years=years)
    if request.method == "POST" and attempt_form(
        form, lambda: services.ask_year(unit, actor=request.user, **form.cleaned_data)
    ):
        return redirect("pledges:year_archives", unit_id)
    context = {"unit": unit, "form": form, "years": years, "title": "年度归档"}
    context["archives"] = queries.archives_of(request.user, unit, round=None)
    status = 400 if form.errors else 200
    return render(request, "pledges/archives.html", context, status=status)


@require_POST
def download(request, pk):
    """The zip, to whoever asked for it, within its day; who took it is written down."""
    archive = get_permitted(request.user, Archive, "make", pk=pk)
    if archive.requested_by_id != request.user.pk:
        raise PermissionDenied
    if not archive.ready:
        messages.error(request, "归档文件已过下载期限，请重新申请。")
        if archive.round_id:
            return redirect("pledges:archives", archive.round_id, archive.unit_id)
        return redirect("pledges:year_archives", archive.unit_id)
    record(request.user, "download", archive, note=archive.purpose)
    return sent(archive.file)
