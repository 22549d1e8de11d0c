"""A unit's pictures are taken out, for a purpose."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Unit
from accounts.scope import get_permitted
from accounts.services import exports
from rounds.forms import OverviewExportForm
from rounds.kinds import kind_of
from rounds.models import Round
from rounds.views.attempts import attempt_form
from selfcheck.tools.sheets import SOURCE, may_take


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request, pk, unit_id):
    """Ask for a zip of the pictures; it is made by a job and kept a day for who asked."""
    round_ = get_permitted(request.user, Round, pk=pk)
    unit = get_permitted(request.user, Unit, pk=unit_id)
    if not kind_of(round_).asks_items or not unit.path.startswith(round_.unit.path):
        raise Http404
    if not may_take(request.user, unit):
        raise PermissionDenied
    form = OverviewExportForm(request.POST or None)
    if request.method == "POST":
        params = {"round": round_.pk, "unit": unit.pk}
        made = attempt_form(form, lambda: exports.ask(
            SOURCE, params, title=f"{unit.name}截图", actor=request.user, **form.cleaned_data
        ))  # fmt: skip
        if made:
            return redirect("accounts:export", made.pk)
    context = {"title": "截图打包下载", "round": round_, "unit": unit, "form": form}
    return render(request, "tools/evidence.html", context, status=400 if form.errors else 200)
