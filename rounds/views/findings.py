"""What was found: listed, read, followed up, decided."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.scope import alike, get_permitted, may
from accounts.services.sight import look
from rounds import queries, services
from rounds.finding_forms import DecideFindingForm, FindingsFilter
from rounds.forms import ReasonForm
from rounds.models import Finding
from rounds.views.attempts import attempt_form

PAGE = 50
SHOWN = {"waiting": "未办结", "open": "待处理", "followed": "跟进中", "closed": "已办结"}
LABELS = {"follow": "跟进情况", "decide": "处理依据和理由", "reopen": "重新处理的原因"}


@require_safe
def list_(request):
    """The findings in view, in one state."""
    asked = FindingsFilter(request.GET)
    show = asked.asked("show", "waiting")
    rows = queries.findings(request.user, show)
    page = Paginator(rows, PAGE).get_page(asked.asked("page", 1))
    tabs = [
        {"label": label, "url": f"?show={key}", "active": key == show, "count": None}
        for key, label in SHOWN.items()
    ]
    listed: list = list(page.object_list)
    names = queries.unit_names({row.unit_path for row in listed})
    for row in listed:
        row.place = " · ".join(names[step] for step in sorted(names) if fits(step, row.unit_path))
    context = {"title": "线索", "page": page, "listed": listed, "tabs": tabs}
    return render(request, "rounds/findings.html", context)


def fits(step: str, path: str) -> bool:
    """Whether a unit is one of those, below the school, in which a path lies."""
    return len(step) > 6 and path.startswith(step)


def finding_of(request, pk: int, action: str = "view") -> Finding:
    """The finding to act on."""
    found = get_permitted(request.user, Finding, action, pk=pk)
    prefetch_related_objects([found], "person", "round", "decided_by", "found_by", "completion")
    return found


def page(request, found: Finding, **given):
    """The page of a finding; `given` are forms that were refused, with what was typed."""
    user, verbs = request.user, []
    if found.person_id not in alike(user):
        fitting = [verb for verb, (states, _) in Finding.MOVES.items() if found.state in states]
        able = {"follow": "follow", "decide": "decide", "reopen": "decide"}
        verbs = [verb for verb in fitting if may(user, able[verb], found)]
    look(found.person, actor=user)
    forms = {verb: ReasonForm(label=LABELS[verb]) for verb in ("follow", "reopen")}
    context = {"finding": found, "verbs": verbs, "title": found.label}
    context |= {"forms": forms | {"decide": DecideFindingForm(label=LABELS["decide"])} | given}
    context |= {"place": queries.where(found.unit_path), "trail": queries.finding_trail(found)}
    context["refused"] = [
        error
        for verb, form in given.items()
        if verb not in verbs
        for error in form.non_field_errors()
    ]
    return render(request, "rounds/finding.html", context, status=400 if given else 200)


@require_safe
def finding(request, pk):
    """What was found, what was done about it, what may be done now."""
    return page(request, finding_of(request, pk))


def answered(request, found: Finding, verb: str, form, deed, done: str):
    """Back to the finding with a word of how it went, or the form with what was typed."""
    if attempt_form(form, deed) is None:
        found.refresh_from_db()
        return page(request, found, **{verb: form})
    messages.success(request, done)
    return redirect(reverse("rounds:finding", args=[found.pk]))


@require_POST
def follow(request, pk):
    """Somebody has taken it up."""
    found = finding_of(request, pk, "follow")
    form = ReasonForm(request.POST, label=LABELS["follow"])
    return answered(
        request, found, "follow", form,
        lambda: services.follow_finding(
            found, actor=request.user, note=form.cleaned_data["reason"]
        ),
        "已记录跟进情况。",
    )  # fmt: skip


@require_POST
def decide(request, pk):
    """A named officer closes it, with a reason."""
    found = finding_of(request, pk, "decide")
    form = DecideFindingForm(request.POST, label=LABELS["decide"])
    return answered(
        request, found, "decide", form,
        lambda: services.decide_finding(found, actor=request.user, **form.cleaned_data),
        "已办结，处理人和理由留有记录。",
    )  # fmt: skip


@require_POST
def reopen(request, pk):
    """A decision is taken back."""
    found = finding_of(request, pk, "decide")
    form = ReasonForm(request.POST, label=LABELS["reopen"])
    return answered(
        request, found, "reopen", form,
        lambda: services.reopen_finding(found, actor=request.user, **form.cleaned_data),
        "已重新处理，原处理结果留有记录。",
    )  # fmt: skip
