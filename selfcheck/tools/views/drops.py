"""A class's pictures handed in at once: sending, what came of it, directing by hand, taking back."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Unit
from accounts.moves import Refused
from accounts.paths import CLASS
from accounts.scope import covers, get_permitted
from rounds import gate
from rounds.kinds import kind_of
from rounds.models import Assignment
from rounds.views.attempts import attempt, attempt_form, round_of
from selfcheck.models import Drop, DropFile
from selfcheck.tools import drop_queries as queries
from selfcheck.tools.drop_forms import DirectForm, GroupForm, OneFileForm, SendForm
from selfcheck.tools.services import dropping, unpacking

A_PAGE = 24  # files that wait for a hand, each with its lists of people and items


def part_of(request, pk: int, unit_id: int) -> Assignment:
    """The part of a class for which this person may hand in pictures; else 404 or 403."""
    round_ = round_of(request, pk)
    unit = get_permitted(request.user, Unit, pk=unit_id)
    if unit.level != CLASS or not kind_of(round_).asks_items:
        raise Http404
    part = get_permitted(request.user, Assignment, round=round_, unit=unit)
    if not covers(request.user, "drop.make", unit.path):
        raise PermissionDenied
    return part


def drop_of(request, pk: int, action: str = "view") -> Drop:
    """The drop to act on, with its class and round."""
    found = get_permitted(request.user, Drop, action, pk=pk)
    return Drop.objects.permitted(request.user, action).select_related(
        "made_by", "assignment__unit", "assignment__round__unit"
    ).get(pk=found.pk)  # fmt: skip


def file_of(drop: Drop, file_id: int) -> DropFile:
    """A file of the drop, with what it shows."""
    found = queries.file_of(drop, file_id)
    if found is None:
        raise Http404
    return found


def open_now(part: Assignment) -> bool:
    """Whether pictures of the class may still come, go and change."""
    return gate.takes_files(part)


def class_page(request, part: Assignment, form=None):
    """Where the class's pictures are sent, and what was sent before."""
    context = {
        "title": "上传班级截图",
        "round": part.round,
        "unit": part.unit,
        "form": form or SendForm(),
        "open": open_now(part),
        "items": dropping.items_of(part.round),
        "earlier": queries.drops_of(part),
    }
    return render(request, "tools/drop_class.html", context, status=400 if form else 200)


@require_safe
def klass(request, pk, unit_id):
    """The page of a class: send, or look at an earlier drop."""
    return class_page(request, part_of(request, pk, unit_id))


@require_POST
def start(request, pk, unit_id):
    """To the page's own script: where the files of a new drop go."""
    part = part_of(request, pk, unit_id)
    try:
        made = dropping.start(part, actor=request.user)
    except Refused as refusal:
        return JsonResponse({"said": str(refusal)}, status=400)
    return JsonResponse(
        {"add": reverse("drops:add", args=[made.pk]), "page": reverse("drops:drop", args=[made.pk])}
    )


@require_POST
def send(request, pk, unit_id):
    """Many files or a zip of a plain form."""
    part = part_of(request, pk, unit_id)
    form = SendForm(request.POST, request.FILES)
    made = attempt_form(form, lambda: sent(part, form.cleaned_data["files"], request.user))
    if made is None:
        return class_page(request, part, form)
    return redirect("drops:drop", made.pk)


def sent(part: Assignment, files: list, actor) -> Drop:
    """The drop of these files. One that is refused stands in the way of no other."""
    made, refusals = dropping.start(part, actor=actor), []
    for one in files:
        try:
            dropping.add(made, one, key=uuid.uuid4().hex, name=one.name, actor=actor)
        except Refused as refusal:
            refusals.append(f"{one.name}：{refusal}")
    if len(refusals) == len(files):
        raise Refused(refusals[0])
    return made


@require_POST
def add(request, pk):
    """To the page's own script: one file, and what became of it."""
    found = drop_of(request, pk, "make")
    form = OneFileForm(request.POST, request.FILES)
    row = attempt_form(form, lambda: taken(found, form.cleaned_data, request.user))
    if row is None:
        said = next(iter(form.errors.values()))[0]
        return JsonResponse({"said": said}, status=400)
    return JsonResponse({"outcome": row.outcome, "said": told(row)})


def taken(found: Drop, given: dict, actor) -> DropFile:
    """The file as it was taken in."""
    name = given["path"] or given["file"].name
    return dropping.add(found, given["file"], key=given["key"], name=name, actor=actor)


def told(row: DropFile) -> str:
    """What became of a file, in a few words."""
    if row.outcome == DropFile.Outcome.TAKEN:
        who, what = queries.shows(row)
        return (
            f"{who} · {what}"
            if queries.matched(row)
            else f"未对应：{row.why or '不能确定是哪一项'}"
        )
    if row.outcome == DropFile.Outcome.OPENED:
        return "已按文件名对应，图片正在处理"
    return row.why or row.get_outcome_display()


@require_safe
def drop(request, pk):
    """What the drop has come to."""
    return drop_page(request, drop_of(request, pk))


def drop_page(request, found: Drop, *, status: int = 200):
    """Who has all, who lacks what, what waits for a hand, what was not taken."""
    result, part = queries.Result(found), found.assignment
    lost = Paginator(result.lost, A_PAGE).get_page(GroupForm(request.GET).number)
    editable = open_now(part) and found.state != Drop.State.UNDONE
    people, items = queries.people_of(part), result.items
    for row in lost:
        row.form = direct_form(row, people, items)
    context = {"title": "班级截图", "drop": found, "result": result, "lost": lost}
    context |= {
        "round": part.round,
        "unit": part.unit,
        "editable": editable,
        "jobs": result.jobs,
        "unfinished": queries.unfinished(found) if editable else [],
    }
    return render(request, "tools/drop.html", context, status=status)


def direct_form(row: DropFile, people, items, data=None) -> DirectForm:
    """Whom and what, with what is known chosen."""
    answer = row.shot.evidence.answer if row.shot else None
    known = {
        "person": row.shot.person_id if row.shot and row.shot.person_id else row.person_id,
        "item": answer.item_id if answer else row.item_id,
    }
    return DirectForm(data, people=people, items=items, initial=known, auto_id=f"f{row.pk}-%s")


@require_http_methods(["GET", "HEAD", "POST"])
def file(request, pk, file_id):
    """One file: whom it shows, said by hand."""
    found = drop_of(request, pk, "make")
    row = file_of(found, file_id)
    part, data = found.assignment, request.POST if request.method == "POST" else None
    form = direct_form(row, queries.people_of(part), dropping.items_of(part.round), data)
    if data is not None and attempt_form(
        form, lambda: dropping.direct(row, actor=request.user, **form.cleaned_data)
    ):
        return after(request, found, "已对应。", file_of(found, file_id))
    row.form = form
    context = {"title": "对应截图", "drop": found, "row": row, "unit": part.unit, "editable": True}
    part_only = request.htmx and not request.htmx.boosted
    name = "tools/_drop_file.html" if part_only else "tools/drop_file.html"
    return render(request, name, context | {"choosing": True}, status=400 if form.errors else 200)


def after(request, found: Drop, done: str, row: DropFile | None = None):
    """Back to the drop; to htmx only the file as it stands now."""
    if request.htmx and not request.htmx.boosted:
        return render(
            request, "tools/_drop_file.html", {"drop": found, "row": row, "editable": True}
        )
    messages.success(request, done)
    return redirect("drops:drop", found.pk)


@require_POST
def take_off(request, pk, file_id):
    """One file shows nothing any more."""
    found = drop_of(request, pk, "make")
    row = file_of(found, file_id)
    attempt(request, lambda: dropping.take_off(row, actor=request.user), "已移除。")
    return redirect("drops:drop", found.pk)


@require_POST
def take(request, pk):
    """It was looked through and is right."""
    found = drop_of(request, pk, "take")
    attempt(
        request, lambda: dropping.take(found, actor=request.user), "已确认。交件前仍可更改或撤销。"
    )
    return redirect("drops:drop", found.pk)


@require_POST
def undo(request, pk):
    """All of it is taken back."""
    found = drop_of(request, pk, "undo")
    try:
        kept = dropping.undo(found, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("drops:drop", found.pk)
    more = f"其中 {kept} 张所示项目已审核通过，予以保留。" if kept else ""
    messages.success(request, f"已撤销本次上传，各项恢复为上传前的情况。{more}")
    return redirect("drops:class", found.assignment.round_id, found.assignment.unit_id)


@require_POST
def resume(request, pk):
    """Work that gave up is begun again."""
    found = drop_of(request, pk, "make")
    for row in queries.unfinished(found):
        unpacking.begin(row, actor=request.user)
    messages.success(request, "已重新开始处理。")
    return redirect("drops:drop", found.pk)
