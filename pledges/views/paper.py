"""The paper path: print the form, upload the scan, tick who signed, undo."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.paths import CLASS
from accounts.scope import covers, get_permitted
from accounts.services.schools import school_at
from adapters import qr
from pledges import queries, services
from pledges.forms import ScanForm, SignersForm
from pledges.models import Signature
from pledges.views.archives import place_of
from rounds.figures import Census
from rounds.forms import ReasonForm
from rounds.reminding import address_of
from rounds.views.attempts import attempt, attempt_form


def class_of(request, pk: int, unit_id: int):
    """The round and the class or group for which the user enters signatures."""
    round_, unit = place_of(request, pk, unit_id, "signature.record")
    if unit.level != CLASS:
        raise Http404
    return round_, unit


def signers(request, round_, unit, data=None) -> SignersForm:
    """The form to tick, over those who have not signed."""
    people = Census(round_).missing(unit.path).exclude(pk=request.user.pk)
    return SignersForm(data, scans=queries.scans_of(round_, unit), people=people)


def page(request, round_, unit, **given):
    """The page of a class's paper; `given` are forms that were refused."""
    forms = {"scan_form": ScanForm(), "signers": signers(request, round_, unit)}
    context = {
        "round": round_,
        "unit": unit,
        "title": "纸质签署",
        "scans": queries.scans_of(round_, unit),
        "recorded": queries.on_paper(round_, unit),
    }
    context |= forms | given
    return render(request, "pledges/paper.html", context, status=400 if given else 200)


@require_safe
def paper(request, pk, unit_id):
    """The steps of the paper path, and who was entered from paper."""
    return page(request, *class_of(request, pk, unit_id))


@require_safe
def paper_form(request, pk, unit_id):
    """The text with the list of the class to sign, to be printed."""
    round_, unit = class_of(request, pk, unit_id)
    blanks = services.SAMPLE | {"year": round_.pledge.year, "school": unit.lineage()[0].name}
    names = "".join(step.name for step in unit.lineage()[1:])
    blanks |= {"unit": names, "name": "（签名人）"}
    link = reverse("pledges:paper", args=[round_.pk, unit.pk])
    address = address_of(request, school_at(unit.path), link)
    context = {"round": round_, "unit": unit, "qr": qr.data_url(address), "link": address}
    context["page"] = services.page_with(round_.pledge.text, blanks)
    context["people"] = Census(round_).missing(unit.path)
    return render(request, "pledges/paper_form.html", context)


@require_POST
def add_scan(request, pk, unit_id):
    """A scanned sheet comes in."""
    round_, unit = class_of(request, pk, unit_id)
    form = ScanForm(request.POST, request.FILES)

    def deed():
        name, scanned = form.cleaned_data["scan"]
        day = form.cleaned_data["signed_on"]
        return services.add_scan(
            round_, unit, scanned, name=name, signed_on=day, actor=request.user
        )

    if attempt_form(form, deed):
        return redirect("pledges:paper", pk, unit_id)
    return page(request, round_, unit, scan_form=form)


@require_POST
def record_paper(request, pk, unit_id):
    """Those ticked have signed on the sheet."""
    round_, unit = class_of(request, pk, unit_id)
    form = signers(request, round_, unit, request.POST)
    if attempt_form(
        form,
        lambda: services.record_paper(
            form.cleaned_data["scan"], list(form.cleaned_data["people"]), actor=request.user
        ),
    ):
        return redirect("pledges:paper", pk, unit_id)
    return page(request, round_, unit, signers=form)


@require_POST
def undo_paper(request, pk):
    """A tick made by mistake is taken back."""
    signature = get_permitted(request.user, Signature, pk=pk)
    if not covers(request.user, "signature.record", signature.completion.unit_path):
        raise PermissionDenied
    form = ReasonForm(request.POST, label="撤销原因")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    attempt(
        request,
        lambda: services.undo_paper(signature, actor=request.user, reason=reason),
        "已撤销代录，该同学恢复为未签署。",
    )
    return redirect("rounds:board", signature.completion.round_id)
