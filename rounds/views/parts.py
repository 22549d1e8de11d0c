"""A unit's part: handing in, judging, excusing, one address for each verb."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.scope import alike, covers, get_permitted, may
from rounds import gate, queries, services
from rounds.forms import ExcuseForm, LateForm, PictureForm, ReasonForm, SubmitForm
from rounds.kinds import kind_of
from rounds.models import Assignment, Evidence
from rounds.views.attempts import attempt, attempt_form
from rounds.views.boards import crumbs

State = Assignment.State
LABELS = {
    "submit": "情况说明",
    "send_back": "退回原因",
    "undo": "撤销原因",
    "excuse": "豁免事由",
    "ask_late": "延期事由",
    "allow_late": "延期事由",
}
FORM_OF = {"attach": "submit"}  # a file is added while the unit may still hand in


def part_of(request, pk: int, action: str = "view") -> Assignment:
    """The part to act on."""
    found = get_permitted(request.user, Assignment, action, pk=pk)
    prefetch_related_objects([found], "unit", "round__unit", "round__owner")
    return found


def page(request, part: Assignment, **given):
    """The page of a part; `given` are forms that were refused, with what was typed."""
    user = request.user
    board = queries.Board(part.round, part.unit)
    people = queries.sees_people(user, part.round, part.unit_path)
    verbs, late = queries.open_verbs(user, part), queries.late_of(user, part)
    context = {
        "part": part,
        "round": part.round,
        "unit": part.unit,
        "board": board,
        "figures": board.figures,
        "people": people,
        "more": kind_of(part.round).links(board, user),
        "verbs": verbs,
        "forms": forms_of(part, verbs, bool(board.figures.missing)) | given,
        "refused": unshown(given, [*verbs, *late.shown]),
        "late": late,
        "below": queries.unsettled(part),
        "missing": board.missing()[:10] if people else [],
        "evidence": queries.evidence_of(part) if people else [],
        "drops": covers(user, "assignment.attach", part.unit_path) and gate.takes_files(part),
        "dropped": 0 if people else part.evidence.filter(added_by=user, voided_at=None).count(),
        "timeline": queries.timeline(part) if people else [],
        "crumbs": crumbs(queries.lineage(user, part.round, part.unit), part.round),
        "judging": part.state == State.SUBMITTED and "send_back" in verbs,
        "own_submission": handed_in_by(user, part) and may(user, "approve", part),
        "missing_tone": "late" if board.figures.missing else "",
        "links": {"missing": reverse("rounds:board", args=[part.round_id, part.unit_id])},
    }
    return render(request, "rounds/assignment.html", context, status=400 if given else 200)


def forms_of(part: Assignment, verbs: list[str], missing: bool) -> dict:
    """The forms of a part's page, empty."""
    zero = "submit" in verbs and services.may_report_zero(part)
    return {
        "submit": SubmitForm(label=LABELS["submit"], required=missing, zero=zero),
        "ask_late": ReasonForm(label=LABELS["ask_late"]),
        "allow_late": LateForm(label=LABELS["allow_late"]),
        "send_back": ReasonForm(label=LABELS["send_back"]),
        "undo": ReasonForm(label=LABELS["undo"]),
        "excuse": ExcuseForm(label=LABELS["excuse"]),
        "attach": PictureForm(),
    }


def handed_in_by(user, part: Assignment) -> bool:
    """Whether the part waits and it was this very person who handed it in."""
    return part.state == State.SUBMITTED and bool(
        {part.submitted_by_id, part.submitted_for_id} & alike(user)
    )


def unshown(given: dict, verbs: list[str]) -> list[str]:
    """Why something was refused that the part, as it stands now, shows no form for any more."""
    gone = [form for verb, form in given.items() if FORM_OF.get(verb, verb) not in verbs]
    return [error for form in gone for error in form.non_field_errors()]


@require_safe
def assignment(request, pk):
    """The part, what was done with it, and what may be done now."""
    return page(request, part_of(request, pk))


@require_POST
def opened(request, pk):
    """Whoever judges has looked, so the unit can no longer withdraw."""
    services.mark_opened(part_of(request, pk, "approve"))
    return HttpResponse(status=204)


def answered(request, part, verb: str, form, deed, done: str):
    """Back to the part with a word of how it went, or the form again with what was typed."""
    if attempt_form(form, deed) is None:
        part.refresh_from_db()
        return page(request, part, **{verb: form})
    messages.success(request, done)
    return redirect("rounds:assignment", part.pk)


@require_POST
def submit(request, pk):
    """The unit hands in."""
    part = part_of(request, pk, "submit")
    form = SubmitForm(request.POST, label=LABELS["submit"], required=False, zero=True)
    return answered(
        request, part, "submit", form,
        lambda: services.submit(
            part, actor=request.user, note=form.cleaned_data["reason"], zero=form.said_zero
        ),
        "已交件，等待上级审核。上级查看之前可以撤回。",
    )  # fmt: skip


@require_POST
def withdraw(request, pk):
    """The unit takes back what the one above has not looked at."""
    part = part_of(request, pk, "withdraw")
    attempt(request, lambda: services.withdraw(part, actor=request.user), "已撤回，可以继续修改。")
    return redirect("rounds:assignment", part.pk)


@require_POST
def approve(request, pk):
    """The part is accepted."""
    part = part_of(request, pk, "approve")
    attempt(request, lambda: services.approve(part, actor=request.user), f"{part.unit}已审核通过。")
    return redirect("rounds:assignment", part.pk)


def for_a_reason(request, part: Assignment, verb: str, service, done: str, *, kind=ReasonForm):
    """The verb, with what its form asks, by the service of that name."""
    form = kind(request.POST, label=LABELS[verb])
    return answered(
        request, part, verb, form,
        lambda: service(part, actor=request.user, **form.cleaned_data), done,
    )  # fmt: skip


@require_POST
def send_back(request, pk):
    """The unit may edit again and reads why."""
    part = part_of(request, pk, "send_back")
    done = f"已退回{part.unit}，对方会看到退回原因。"
    return for_a_reason(request, part, "send_back", services.send_back, done)


@require_POST
def undo(request, pk):
    """An approval by mistake is taken back."""
    part = part_of(request, pk, "undo")
    done = "已撤销通过，本单位回到待审核。"
    return for_a_reason(request, part, "undo", services.undo, done)


@require_POST
def excuse(request, pk):
    """The unit and its people need not answer."""
    part = part_of(request, pk, "excuse")
    done = f"{part.unit}已豁免，不计入应完成。"
    return for_a_reason(request, part, "excuse", services.excuse_unit, done, kind=ExcuseForm)


@require_POST
def attach(request, pk):
    """A photo or scan goes with the part."""
    part = part_of(request, pk, "attach")
    form = PictureForm(request.POST, request.FILES)

    def deed():
        name, image = form.cleaned_data["picture"]
        return services.attach(part, image, name=name, actor=request.user)

    return answered(request, part, "attach", form, deed, "附件已添加。")


@require_POST
def detach(request, pk):
    """The file no longer goes with the part."""
    evidence = get_permitted(request.user, Evidence, "add", pk=pk)
    attempt(request, lambda: services.detach(evidence, actor=request.user), "附件已移除。")
    return redirect("rounds:assignment", evidence.assignment_id)


@require_POST
def replace(request, pk):
    """Another file takes this one's place; the earlier one stays on record."""
    evidence = get_permitted(request.user, Evidence, "add", pk=pk)
    form = PictureForm(request.POST, request.FILES)

    def deed():
        name, image = form.cleaned_data["picture"]
        return services.replace(evidence, image, name=name, actor=request.user)

    if attempt_form(form, deed):
        messages.success(request, "附件已替换，原附件留有记录。")
    else:
        messages.error(request, next(iter(form.errors.values()))[0])
    return redirect("rounds:assignment", evidence.assignment_id)
