"""The cascade and its lists; signing one pair or many; paper; where the copies lie."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import record
from accounts.scope import covers, get_permitted, holds, may
from accounts.services.schools import school_at
from notices.queries import may_remind
from pledges.charters import queries, services, sheets
from pledges.charters.forms import (
    HandForm,
    KeepForm,
    ListFilter,
    ManyHandsForm,
    PaperForm,
    place_of,
)
from pledges.charters.models import Charter, Side
from pledges.drawing import svg
from pledges.forms import AgainForm
from rounds.forms import ReasonForm
from rounds.models import Round
from rounds.views.attempts import attempt_form, reason_page

PAGE = 100


def cascade_or_404(request, pk: int, unit_id: int | None) -> queries.Cascade:
    """The cascade asked for; 404 when the user may not see it, as when there is none."""
    found = queries.cascade_of(request.user, pk, unit_id)
    if found is None:
        raise Http404
    return found


@require_safe
def cascade(request, pk, unit_id=None):
    """The tree from a unit down: its own pair, those below it, who holds them up."""
    shown = cascade_or_404(request, pk, unit_id)
    round_, user = shown.round, request.user
    context = frame(request, shown) | {
        "lines": shown.lines(),
        "own_rows": shown.own() if shown.names else [],
        "rows": shown.children(),
        "lodgers": shown.lodgers() if shown.names else [],
        "many": queries.upper_waiting(user, round_).count() if round_.accepts else 0,
        "keeps": Charter.objects.permitted(user, "keep").filter(round=round_).exists(),
        "manages": may(user, "close", round_) and round_.state == Round.State.OPEN,
        "parts": [(part, label) for part, (label, _) in queries.PARTS.items()],
    }
    return render(request, "charters/cascade.html", context)


def frame(request, shown: queries.Cascade) -> dict:
    """What stands around the cascade and its lists."""
    from rounds.queries import lineage, sees_figures

    steps = lineage(request.user, shown.round, shown.unit)
    crumbs = [(u.name, reverse("charters:cascade", args=[shown.round.pk, u.pk])) for u in steps]
    crumbs = [("任务", reverse("rounds:list")), *crumbs[:-1], (shown.unit.name, "")]
    round_ = shown.round
    closed = round_.state == Round.State.CLOSED
    return {
        "round": round_,
        "unit": shown.unit,
        "names_shown": shown.names,
        "crumbs": crumbs,
        "reminds": round_.accepts and may_remind(request.user, round_, shown.unit.path),
        "archives": covers(request.user, "archive.make", shown.unit.path),
        "proves": closed and sees_figures(request.user, round_, round_.unit.path),
    }


@require_safe
def pairs(request, pk, unit_id):
    """The pairs behind one count of the cascade."""
    shown = cascade_or_404(request, pk, unit_id)
    if not shown.names:
        raise PermissionDenied
    asked = ListFilter(request.GET)
    part, tier = asked.asked("part", "open"), asked.asked("tier", "")
    page = Paginator(shown.listed(part, tier), PAGE).get_page(asked.asked("page", 1))
    page.object_list = queries.told(page.object_list)
    context = frame(request, shown) | {"page": page, "part": part, "tier": tier}
    context["title"] = f"{shown.round.title}：{queries.PARTS[part][0]}"
    return render(request, "charters/pairs.html", context)


@require_POST
def export(request, pk, unit_id):
    """The same list as a workbook; who took it is written down."""
    shown = cascade_or_404(request, pk, unit_id)
    if not shown.names:
        raise PermissionDenied
    asked = ListFilter(request.POST)
    rows = queries.told(shown.listed(asked.asked("part", "all"), asked.asked("tier", "")))
    data = sheets.pairs(shown, rows, by=request.user)
    record(request.user, "export", shown.round, path=shown.unit.path, rows=len(rows))
    response = HttpResponse(data, content_type=sheets.XLSX)
    response["Content-Disposition"] = sheets.attachment(f"{shown.unit}责任书签订清单.xlsx")
    return response


@require_safe
def mine(request):
    """What waits for the user's hand, round by round."""
    rows = queries.told(queries.with_units(queries.to_sign(request.user)))
    rounds: dict[int, list[Charter]] = {}
    for row in rows:
        row.side = services.side_of(row, request.user)
        rounds.setdefault(row.round_id, []).append(row)
    groups = [
        {"round": some[0].round, "rows": some, "many": sum(r.side == Side.UPPER for r in some)}
        for some in rounds.values()
    ]
    context = {"title": "待签责任书", "groups": groups, "signed": queries.own_signed(request.user)}
    return render(request, "charters/mine.html", context)


def charter_of(request, pk: int, action: str = "view") -> Charter:
    """The pair to act on; 404 or 403 as `get_permitted` has it."""
    found = get_permitted(request.user, Charter, action, pk=pk)
    return queries.pair(found.pk)


@require_safe
def document(request, pk):
    """The pair's text with both hands, to be read and printed."""
    charter = charter_of(request, pk)
    user, is_open = request.user, charter.round.state == Round.State.OPEN
    keeps = is_open and may(user, "keep", charter)
    context = {
        "charter": charter,
        "page": services.page_of(charter),
        "hands": {s.side: s for s in charter.signatures.filter(superseded_at=None).select_related("hand")},
        "intact": services.verify(charter),
        "recorder": queries.recorder(charter),
        "former": charter.former_scans.select_related("file"),
        "signs": is_open and queries.to_sign(user).filter(pk=pk).exists(),
        "replaces": is_open and queries.replaceable(user).filter(pk=pk).exists(),
        "records": keeps and charter.state in Charter.WAITING,
        "voids": keeps and charter.method == "paper",
        "cascades": holds(user, "round.view"),
    }  # fmt: skip
    return render(request, "charters/document.html", context)


@require_safe
def drawing(request, pk, side):
    """One side's hand as drawn."""
    charter = charter_of(request, pk)
    found = charter.signatures.filter(superseded_at=None, side=side).select_related("hand").first()
    if found is None:
        raise Http404
    response = HttpResponse(svg(found.hand.strokes), content_type="image/svg+xml")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, pk):
    """The exact text of one pair, and one's own hand under it, for the first time or anew."""
    charter = charter_of(request, pk, "sign")
    form, again = HandForm(request.POST or None), AgainForm(request.GET).asked()
    if request.method == "POST" and attempt_form(form, lambda: services.sign(
        charter, request.user, agent=request.headers.get("User-Agent", ""), again=again,
        text_sha256=form.cleaned_data["text_sha256"], strokes=form.cleaned_data["strokes"],
    )):  # fmt: skip
        messages.success(request, f"已签署“{charter}”。")
        return redirect("charters:document", pk)
    asked = queries.replaceable if again else queries.to_sign
    if not request.POST and not asked(request.user).filter(pk=pk).exists():
        return redirect("charters:document", pk)
    context = sign_frame(request, charter) | {"form": form}
    return render(request, "pledges/sign.html", context, status=400 if form.errors else 200)


def sign_frame(request, charter: Charter) -> dict:
    """What stands around the pad."""
    round_ = charter.round
    return {
        "page": services.page_of(charter),
        "name": request.user.name,
        "round": round_,
        "year": round_.charter.year,
        "unit_name": str(charter),
        "due_at": round_.due_at,
        "back_url": reverse("charters:mine"),
        "for_unit": True,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def sign_many(request, pk):
    """One hand under all the pairs ticked for which the user is the upper side."""
    round_ = get_permitted(request.user, Round, pk=pk, charter__isnull=False)
    rows = queries.told(queries.upper_waiting(request.user, round_))
    for row in rows:
        row.page = services.page_of(row)
    form = ManyHandsForm(request.POST or None, digests={row.pk: row.page.sha256 for row in rows})
    if request.method == "POST" and form.is_valid():
        return signed_many(request, round_, form)
    context = {"round": round_, "rows": rows, "form": form, "back_url": reverse("charters:mine")}
    context["title"] = f"{round_.title}：批量签署"
    return render(request, "charters/sign_many.html", context, status=400 if form.errors else 200)


def signed_many(request, round_: Round, form: ManyHandsForm):
    """The hand is put under each; what was refused is said with its reason."""
    done, refused = services.sign_many(
        form.digests(),
        request.user,
        strokes=form.cleaned_data["strokes"],
        agent=request.headers.get("User-Agent", ""),
    )
    if done:
        messages.success(request, f"已签署 {len(done)} 份责任书。")
    for _, sentence in refused[:5]:
        messages.error(request, sentence)
    return redirect("charters:cascade", round_.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request, pk):
    """The pair was signed by pen: the scan, and who signed when."""
    charter = charter_of(request, pk, "keep")
    names = {"upper_name": charter.upper_names, "lower_name": charter.lower_names}
    form = PaperForm(request.POST or None, request.FILES or None, initial=names)

    def deed():
        given = dict(form.cleaned_data)
        name, image = given.pop("picture")
        return services.record_paper(charter, actor=request.user, image=image, name=name, **given)

    if request.method == "POST" and attempt_form(form, deed):
        messages.success(request, "已登记纸质签订，计为代录。")
        return redirect("charters:document", pk)
    context = {"title": "登记纸质责任书", "charter": charter, "form": form}
    return render(request, "charters/paper.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def void(request, pk):
    """A paper record made by mistake no longer counts."""
    charter = charter_of(request, pk, "keep")
    form = ReasonForm(request.POST or None, label="作废原因")
    if request.method == "POST" and attempt_form(form, lambda: services.void_paper(
        charter, actor=request.user, reason=form.cleaned_data["reason"]
    )):  # fmt: skip
        messages.success(request, "代录已作废，这份责任书恢复为待签。")
        return redirect("charters:document", pk)
    shown = {"title": "作废代录", "subject": charter, "action": "确认作废"}
    shown["back"] = reverse("charters:document", args=[pk])
    shown["warning"] = "作废后不再计入已签订，扫描件仍留存备查。"
    return reason_page(request, form, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request, pk, unit_id):
    """Where the copies of signed pairs lie, written down for many at once."""
    shown = cascade_or_404(request, pk, unit_id)
    kept = Charter.objects.permitted(request.user, "keep").filter(round=pk, state="signed")
    rows = kept.filter(upper_path=shown.unit.path)
    office = school_at(shown.unit.school_path).office_name
    place = {"place": place_of(shown.unit, office)}
    form = KeepForm(request.POST or None, rows=rows, user=request.user, initial=place)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        count = services.keep(given.pop("pairs"), actor=request.user, **given)
        messages.success(request, f"已登记 {count} 份责任书的存放处。")
        return redirect("charters:keep", pk, unit_id)
    listed = queries.told(queries.with_units(rows))
    context = frame(request, shown) | {"form": form, "rows": listed, "title": "登记存放"}
    return render(request, "charters/keep.html", context, status=400 if form.errors else 200)
