"""Results from elsewhere: uploaded, looked through, taken in, sampled, undone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.scope import alike, covers, get_permitted, may
from rounds import queries, services
from rounds.forms import OutsideFilter, OutsideForm, ReasonForm, SampleForm
from rounds.models import OutsideBatch
from rounds.views.attempts import attempt, attempt_form, reason_page
from rounds.views.boards import board_or_404

PAGE = 50


def batch_of(request, pk: int, action: str = "view") -> OutsideBatch:
    """The list to work on."""
    return get_permitted(request.user, OutsideBatch, action, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def list_(request, pk, unit_id):
    """The lists of a unit in a round, and the form for another."""
    shown = board_or_404(request, pk, unit_id)
    if not queries.sees_outside(request.user, shown.round, shown.path):
        raise PermissionDenied
    form = OutsideForm(request.POST or None, request.FILES or None)
    form = form if brings(request, shown) else None
    made = brought(request, shown, form) if request.method == "POST" else None
    if made:
        return redirect("rounds:outside_batch", made.pk)
    context = {"title": "外部导入", "round": shown.round, "unit": shown.unit, "form": form}
    context["batches"] = queries.outside_lists(request.user, shown)[:PAGE]
    status = 400 if form and form.errors else 200
    return render(request, "rounds/outside.html", context, status=status)


def brings(request, shown: queries.Board) -> bool:
    """Whether the user may bring a list for this unit now."""
    user, round_ = request.user, shown.round
    able = covers(user, "outside.make", shown.path) or queries.owns(user, round_)
    return able and round_.state == round_.State.OPEN


def brought(request, shown: queries.Board, form) -> OutsideBatch | None:
    """The list that was sent, read; None when it is refused, the reason on the form."""
    if form is None:
        raise PermissionDenied

    def deed():
        sent = form.cleaned_data["file"]
        source = form.cleaned_data["source"]
        return services.show_outside(
            shown.round, sent.read(),
            unit=shown.unit, name=sent.name, source=source, actor=request.user,
        )  # fmt: skip

    return attempt_form(form, deed)


@require_safe
def batch(request, pk):
    """One list: what it says, what is wrong with it, what may be done with it."""
    shown, user = batch_of(request, pk), request.user
    context = lines_of(shown, OutsideFilter(request.GET)) | {
        "title": shown.source,
        "batch": shown,
        "round": shown.round,
        "unit": shown.unit,
        "sample": [],
        "mine": shown.created_by_id in alike(user),
        "makes": may(user, "make", shown),
        "file_url": reverse("accounts:file", args=[shown.file.uuid]),
    }
    if shown.state == shown.State.TAKEN and may(user, "check", shown):
        context["sample"] = services.sample_of(shown)
    return render(request, "rounds/outside_batch.html", context)


def lines_of(shown: OutsideBatch, asked: OutsideFilter) -> dict:
    """One page of the lines that are taken, or of those that are not."""
    show = asked.asked("show", "good")
    rows = shown.rows.filter(problem="") if show == "good" else shown.rows.exclude(problem="")
    pages = Paginator(rows.select_related("person__unit"), PAGE)
    return {
        "tabs": tabs_of(shown, show),
        "show": show,
        "page": pages.get_page(asked.asked("page", 1)),
    }


def tabs_of(shown: OutsideBatch, show: str) -> list[dict]:
    """The lines that are taken, and those that are not."""
    good = shown.rows.filter(problem="").count()
    bad = shown.rows.count() - good
    word = "可导入" if shown.state == shown.State.SHOWN else "已导入"
    return [
        {"label": label, "count": n, "url": f"?show={key}", "active": key == show}
        for key, label, n in (("good", word, good), ("bad", "不导入", bad))
    ]


@require_POST
def take_in(request, pk):
    """What was shown counts as submitted."""
    found = batch_of(request, pk, "make")
    attempt(request, lambda: services.take_in(found, actor=request.user), "已导入，计为已提交。")
    return redirect("rounds:outside_batch", pk)


@require_POST
def drop(request, pk):
    """The list is not taken in."""
    found = batch_of(request, pk, "make")
    attempt(request, lambda: services.drop(found, actor=request.user), "已放弃，没有导入任何人员。")
    return redirect("rounds:outside_batch", pk)


@require_POST
def check(request, pk):
    """The sample was looked at by a named person."""
    found = batch_of(request, pk, "check")
    form = SampleForm(request.POST, ids=[row.pk for row in services.sample_of(found)])
    true = set(form.cleaned_data["true"]) if form.is_valid() else set()
    attempt(
        request,
        lambda: services.check_sample(found, true=true, actor=request.user),
        "抽查属实，本批人员计为已核验。",
    )
    return redirect("rounds:outside_batch", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, pk):
    """The list is undone as a whole."""
    found = batch_of(request, pk, "make")
    form = ReasonForm(request.POST or None, label="撤销原因")
    if request.method == "POST" and attempt_form(
        form,
        lambda: services.undo_import(found, actor=request.user, reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, "已整批撤销，相关人员须本人办理。")
        return redirect("rounds:outside_batch", pk)
    return reason_page(
        request, form, title="撤销外部导入", subject=found, action="确认撤销",
        back=reverse("rounds:outside_batch", args=[pk]),
        warning="本批导入的人员不再计为已提交，须由本人办理；已由本人办理的不受影响。",
    )  # fmt: skip
