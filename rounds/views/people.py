"""What concerns single people: excuses and corrections."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.paths import CLASS, ancestors, cut
from accounts.scope import get_permitted
from rounds import queries, services
from rounds.forms import DecideForm, ExcuseForm, Filter, ReasonForm
from rounds.kinds import kind_of
from rounds.models import Assignment, Correction, Excuse
from rounds.views.attempts import attempt_form, reason_page, round_of

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def excuse(request, pk, person_id):
    """One person need not answer, for a reason and until a day."""
    round_ = round_of(request, pk)
    person = queries.asked_person(request.user, round_, person_id, "excuse.grant")
    if person is None:
        raise Http404
    form = ExcuseForm(request.POST or None, label="豁免事由")
    back = reverse("rounds:board", args=[round_.pk, person.unit_id])
    if request.method == "POST" and attempt_form(
        form,
        lambda: services.excuse_person(round_, person, actor=request.user, **form.cleaned_data),
    ):
        messages.success(request, f"{person.name}已豁免，不计入应完成。")
        return redirect(back)
    return reason_page(
        request, form, title=f"豁免 {person.name}", back=back, subject=round_, action="确认豁免",
        warning="豁免后此人不计入应完成；事由、批准人和期限会留下记录。",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def void_excuse(request, pk):
    """A wrong excuse counts no more and stays on record."""
    found = get_permitted(request.user, Excuse, "void", pk=pk)
    if found.assignment_id:  # a unit does not void what was decided about it from above
        get_permitted(request.user, Assignment, "excuse", pk=found.assignment_id)
    form = ReasonForm(request.POST or None, label="作废事由")
    unit_id = found.person.unit_id if found.person else found.assignment.unit_id
    back = reverse("rounds:board", args=[found.round_id, unit_id])
    if request.method == "POST" and attempt_form(
        form,
        lambda: services.void_excuse(found, actor=request.user, reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, "豁免已作废，重新计入应完成。")
        return redirect(back)
    subject = found.person or found.assignment.unit
    return reason_page(
        request, form, title=f"作废豁免 {subject}", back=back, subject=found.round,
        warning=f"原事由：{found.reason}。作废后重新计入应完成，原记录保留。", action="确认作废",
    )  # fmt: skip


@require_safe
def corrections(request):
    """Requests to redo one's part that the user may decide."""
    return corrections_page(request)


def corrections_page(request, refused: DecideForm | None = None, pk: int | None = None):
    """The requests waiting, the one just refused with what was typed, and the latest decided."""
    waiting, decided = queries.corrections(request.user)
    page = Paginator(waiting, PAGE).get_page(Filter(request.GET).asked("page", 1))
    asked: list = list(page.object_list)
    names = queries.unit_names({row.completion.person.unit_path for row in asked})
    for correction in asked:
        done = correction.completion
        steps = ancestors(cut(done.person.unit_path, CLASS))[1:]
        correction.place = " · ".join(names.get(step, "") for step in steps)
        correction.receipt = kind_of(done.round).receipt_url(done)
        correction.form = refused if correction.pk == pk else DecideForm()
    context = {"title": "更正申请", "page": page, "asked": asked, "decided": decided}
    status = 400 if refused else 200
    return render(request, "rounds/corrections.html", context, status=status)


@require_POST
def decide(request, pk):
    """Granted or refused."""
    correction = get_permitted(request.user, Correction, "decide", pk=pk)
    form = DecideForm(request.POST)
    if attempt_form(
        form,
        lambda: services.decide_correction(
            correction,
            actor=request.user,
            grant=form.cleaned_data["decision"] == "grant",
            note=form.cleaned_data["reason"],
        ),
    ):
        messages.success(request, "已答复，申请人登录后可以看到。")
        return redirect("rounds:corrections")
    return corrections_page(request, form, pk)
