"""The unit's sheet: sums, studies, explanations, signatures, stamp; out and back as a workbook."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.paths import COLLEGE
from accounts.scope import covers, get_permitted, holds, may
from accounts.services import exports
from accounts.services.schools import school_at
from rounds.models import Assignment
from rounds.sheets import XLSX, attachment
from rounds.views.attempts import attempt, attempt_form
from selfcheck.cards import queries, services, sheets, signing
from selfcheck.cards.sheet_forms import (
    ExplainForm,
    PurposeForm,
    RemarkForm,
    ReturnedForm,
    StampForm,
    StepForm,
    StudyForm,
)
from selfcheck.cards.sums import Sheet
from selfcheck.models import Difference, Study


def sheet_or_404(request, pk: int, unit_id: int) -> Sheet:
    """The sheet asked for; 404 when the user may not read its sums."""
    found = signing.sheet_for(request.user, pk, unit_id)
    if found is None:
        raise Http404
    return found


def part_of(request, pk: int) -> Assignment:
    """The unit's part for whose sheet the user answers."""
    return get_permitted(request.user, Assignment, "submit", pk=pk, round__kind="cardcheck")


def page(request, sheet: Sheet, **given):
    """The page of a sheet; `given` are forms that were refused, with what was typed."""
    user, part = request.user, sheet.part
    mine = part is not None and may(user, "submit", part) and part.state in {"open", "sent_back"}
    reports = sheet.unit.level == COLLEGE
    takes_out = queries.answers_for(user, sheet.path) and holds(user, "export.make")
    context = {
        "sheet": sheet,
        "round": sheet.round,
        "unit": sheet.unit,
        "part": part,
        "heads": [label for _, label in sheet.columns],
        "steps": signing.steps_under(sheet, user),
        "stamp": signing.stamp_of(sheet) if reports else None,
        "reads_part": part is not None and covers(user, "assignment.view", sheet.path),
        "studies": part.studies.filter(voided_at=None).select_related("added_by") if part else [],
        "mine": mine,
        "reports": reports,
        "study": StudyForm(),
        "explain": ExplainForm(sheet=sheet) if mine else None,
        "stamping": StampForm(),
        "returned": ReturnedForm(),
        "purpose": PurposeForm() if takes_out else None,
        "remarks": [(line, RemarkForm(initial={"row": line.path, "text": line.remark},
                                      auto_id=f"id_{line.path}_%s")) for line in sheet.lines],
    }  # fmt: skip
    return render(request, "cards/sheet.html", context | given, status=400 if given else 200)


@require_safe
def sheet(request, pk, unit_id):
    """The sums of a unit and what is to be done with them."""
    return page(request, sheet_or_404(request, pk, unit_id))


def answered(request, part: Assignment, name: str, form, deed, done: str):
    """Back to the sheet with a word of how it went, or the form again with what was typed."""
    if attempt_form(form, deed) is None:
        found = sheet_or_404(request, part.round_id, part.unit_id)
        return page(request, found, **{name: form})
    messages.success(request, done)
    return redirect("cards:sheet", part.round_id, part.unit_id)


@require_POST
def study(request, pk):
    """A study that was held is entered."""
    part, form = part_of(request, pk), StudyForm(request.POST)
    return answered(
        request, part, "study", form,
        lambda: services.add_study(part, actor=request.user, **form.cleaned_data),
        "已登记，计入组织学习次数。",
    )  # fmt: skip


@require_POST
def void_study(request, pk):
    """A study entered by mistake counts no more."""
    found = get_permitted(request.user, Study, "submit", pk=pk)
    attempt(request, lambda: services.void_study(found, actor=request.user), "已作废，不再计入。")
    return redirect("cards:sheet", found.assignment.round_id, found.assignment.unit_id)


@require_POST
def remark(request, pk):
    """The unit's own words beside a line."""
    part, form = part_of(request, pk), RemarkForm(request.POST)

    def deed():
        given = form.cleaned_data
        return services.remark(part, given["row"], text=given["text"], actor=request.user)

    if attempt_form(form, deed) is None:
        return page(
            request, sheet_or_404(request, part.round_id, part.unit_id), remark_refused=form
        )
    messages.success(request, "备注已保存。")
    return redirect("cards:sheet", part.round_id, part.unit_id)


@require_POST
def explain(request, pk):
    """Why the unit says otherwise than the sum."""
    part = part_of(request, pk)
    form = ExplainForm(request.POST, sheet=Sheet(part.round, part.unit))

    def deed():
        given = form.cleaned_data
        return services.explain(
            part, given["row"], given["column"],
            said=given["said"], reason=given["reason"], actor=request.user,
        )  # fmt: skip

    done = "差异说明已登记，随统计表一并显示，汇总数不变。"
    return answered(request, part, "explain", form, deed, done)


@require_POST
def end_difference(request, pk):
    """The unit no longer says otherwise."""
    found = get_permitted(request.user, Difference, "submit", pk=pk)
    done = "差异说明已撤回，记录保留。"
    attempt(request, lambda: services.take_back_difference(found, actor=request.user), done)
    return redirect("cards:sheet", found.assignment.round_id, found.assignment.unit_id)


@require_POST
def sign(request, pk, unit_id):
    """One of the three signs the sheet as it stands."""
    found, form = sheet_or_404(request, pk, unit_id), StepForm(request.POST)
    if found.part is None:
        raise Http404
    if not form.is_valid() or not signing.signs(
        request.user, form.cleaned_data["step"], found.unit
    ):
        raise PermissionDenied
    attempt(
        request,
        lambda: services.sign_sheet(found.part, step=form.cleaned_data["step"], actor=request.user),
        "已签字，签字人和时间留有记录。统计表数据变动后须重新签字。",
    )
    return redirect("cards:sheet", pk, unit_id)


@require_POST
def stamp(request, pk):
    """The sheet is stamped, by scan or by word."""
    part, form = part_of(request, pk), StampForm(request.POST, request.FILES)

    def deed():
        name, scanned = form.cleaned_data["scan"] or ("", None)
        who = form.cleaned_data["signed_by"]
        return services.stamp_sheet(
            part, actor=request.user, scanned=scanned, name=name, signed_by=who
        )

    return answered(request, part, "stamping", form, deed, "已登记盖章。")


@require_POST
def returned(request, pk):
    """附件2 filled in offline comes back."""
    part, form = part_of(request, pk), ReturnedForm(request.POST, request.FILES)

    def deed():
        sent = form.cleaned_data["file"]
        return services.take_back(part, sent.read(), name=sent.name, actor=request.user)

    return answered(request, part, "returned", form, deed, "统计表已接收，备注和差异说明已写入。")


@require_safe
def export(request, pk, unit_id):
    """附件2 as it is printed, signed and stamped; figures only."""
    found = sheet_or_404(request, pk, unit_id)
    signed = {one.step: one.signed.person.name for one in signing.steps_under(found) if one.done}
    body = sheets.official(found, contact=school_at(found.path).contact, signed=signed)
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = attachment(f"断卡自查情况统计表-{found.unit.name}.xlsx")
    return response


@require_POST
def take_out(request, pk, unit_id):
    """The named list, for a purpose, by those who may read it."""
    found, form = sheet_or_404(request, pk, unit_id), PurposeForm(request.POST)
    if not queries.answers_for(request.user, found.path):
        raise PermissionDenied
    asked = {"round": found.round.pk, "unit": found.unit.pk}
    made = attempt_form(
        form,
        lambda: exports.ask(
            "cards.detail", asked, title=f"{found.unit.name}断卡自查明细", actor=request.user,
            **form.cleaned_data,
        ),
    )  # fmt: skip
    return redirect("accounts:export", made.pk) if made else page(request, found, purpose=form)
