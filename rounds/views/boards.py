"""The board of a round at a unit, the missing list as a sheet, the text for the group chat."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record
from accounts.paths import CLASS, DORM
from accounts.scope import covers
from adapters import qr
from rounds import queries, sheets
from rounds.forms import BoardFilter, ProvinceFilter
from rounds.kinds import kind_of
from rounds.reminding import group_text

PAGE = 100


def board_or_404(request, pk: int, unit_id: int | None) -> queries.Board:
    """The board asked for; 404 when the user may not see it, as when there is none."""
    board = queries.board_of(request.user, pk, unit_id)
    if board is None:
        raise Http404
    return board


class Counted(Paginator):
    """A paginator told how many there are, by the figures on the same page."""

    def __init__(self, rows, size: int, count: int):
        super().__init__(rows, size)
        self.count = count


@require_safe
def board(request, pk, unit_id=None):
    """One unit of a round: who is missing, how its units stand, who is done, who is excused."""
    shown = board_or_404(request, pk, unit_id)
    if elsewhere := kind_of(shown.round).board_url(shown.round):
        return redirect(elsewhere)
    asked = BoardFilter(request.GET)
    ticks = queries.sees_ticks(request.user, shown.round, shown.path)
    people = queries.sees_people(request.user, shown.round, shown.path)
    tab = asked.asked("tab", "missing" if ticks else "units")
    if (not ticks and tab != "items") or (tab == "excused" and not people):
        tab = "missing" if ticks else "units"
    mark = mark_asked(request.user, shown, asked.asked("mark", "")) if tab == "missing" else ""
    context = frame(request, shown, tab, ticks, mark)
    if tab in COUNTED:
        context |= COUNTED[tab](shown)
    else:
        receipts = covers(request.user, "completion.view", shown.path)
        context |= listed(shown, tab, asked.asked("page", 1), receipts, mark)
    return render(request, "rounds/board.html", context)


def by_item(shown: queries.Board) -> dict:
    """Each item counted on its own."""
    names = ("items", "item_rows", "item_total")
    return dict(zip(names, queries.item_rows(shown), strict=True))


COUNTED = {"units": lambda shown: {"rows": shown.rows()}, "items": by_item}


def frame(request, shown: queries.Board, tab: str, ticks: bool, mark: str = "") -> dict:
    """What stands around every tab of a board."""
    user, round_, path = request.user, shown.round, shown.path
    several = len(queries.own_places(user, round_)) > 1
    people = queries.sees_people(user, round_, path)
    is_open = round_.state == round_.State.OPEN
    tabs = tabs_of(shown, user, mark or tab, ticks, people)
    part, links = shown.part(), {one["key"]: one["url"] for one in tabs}
    return {
        "board": shown,
        "round": round_,
        "unit": shown.unit,
        "figures": shown.figures,
        "recipe": shown.recipe,
        "methods": shown.methods if tab != "excused" else [],
        "crumbs": crumbs(queries.lineage(user, round_, shown.unit), round_),
        "own_units": queries.own_units(user, round_) if several else [],
        "part": part,
        "part_act": queries.act_of(user, part) if part else "",
        "see_part": queries.sees_parts(user, round_, path),
        "tab": tab,
        "mark": mark,
        "marks": [(one, links.get(one.code, "")) for one in shown.marks_for(user)],
        "tabs": tabs if len(tabs) > 1 else [],
        "links": links,
        "more": kind_of(round_).links(shown, user) + outside_links(shown, user),
        "ticks": ticks,
        "people": people,
        "may_excuse": covers(user, "excuse.grant", path) and is_open,
        "reminds": covers(user, "reminder.send", path) or queries.owns(user, round_),
        "manages": covers(user, "round.close", round_.owner.path) and is_open,
        "now": timezone.now(),
    }


def outside_links(shown: queries.Board, user) -> list[tuple[str, str]]:
    """The lists of outside results, for those who bring or check them here."""
    if not queries.sees_outside(user, shown.round, shown.path):
        return []
    place = [shown.round.pk, shown.unit.pk]
    return [("外部导入", reverse("rounds:outside", args=place))]


def crumbs(units, round_) -> list[tuple[str, str]]:
    """The way from the list of rounds down to this unit."""
    steps = [(unit.name, reverse("rounds:board", args=[round_.pk, unit.pk])) for unit in units]
    return [("任务", reverse("rounds:list")), *steps[:-1], (units[-1].name, "")]


def tabs_of(shown: queries.Board, user, tab: str, ticks: bool, people: bool) -> list[dict]:
    """The tabs this user has, the missing first; each count is the figure on its tile."""
    found, below = shown.figures, "各宿舍进度" if shown.unit.level == CLASS else "各单位进度"
    wanted = [
        ("missing", "未完成名单", found.missing, ticks),
        ("units", below, None, shown.unit.level < DORM),
        ("items", "各项目进度", None, kind_of(shown.round).asks_items),
        ("done", "已完成名单", found.verified, ticks),
        ("excused", "已豁免名单", found.excused, people),
    ]
    base = reverse("rounds:board", args=[shown.round.pk, shown.unit.pk])
    lists = [
        {"key": key, "label": label, "count": n, "url": f"{base}?tab={key}"}
        for key, label, n, given in wanted
        if given
    ]
    lists[1:1] = marked_tabs(shown, user, base)
    return [one | {"active": one["key"] == tab} for one in lists]


def mark_asked(user, shown: queries.Board, code: str) -> str:
    """The mark whose list is asked for, if the user may read whose it is; else ''."""
    codes = {one.code for one in shown.marks if covers(user, one.action, shown.path)}
    return code if code in codes else ""


def marked_tabs(shown: queries.Board, user, base: str) -> list[dict]:
    """A tab for each thing counted apart among the missing, to those who may read whose it is."""
    return [
        {
            "key": mark.code,
            "label": mark.label,
            "count": mark.count,
            "url": f"{base}?tab=missing&mark={mark.code}",
        }
        for mark in shown.marks
        if mark.count and covers(user, mark.action, shown.path)
    ]


def listed(shown: queries.Board, tab: str, page: int, receipts: bool, mark: str = "") -> dict:
    """One page of the people behind a figure, grouped by class."""
    found = shown.figures
    rows, count = {
        "missing": (shown.missing(), found.missing),
        "done": (shown.done(), found.verified),
        "excused": (shown.excused(), found.excused),
    }[tab]
    if mark:
        rows = shown.bearing(mark)
    if mark or (tab == "excused" and shown.census.closed):
        count = rows.count()
    pages = Counted(rows, PAGE, count).get_page(page)
    groups = queries.by_class(pages.object_list, shown.round if receipts else None, shown.named_at)
    if tab == "excused":
        queries.with_excuses(groups, shown.census)
    return {"page": pages, "groups": groups}


@require_POST
def export(request, pk, unit_id):
    """The missing list as a workbook; who took it is written down."""
    shown = board_or_404(request, pk, unit_id)
    if not queries.sees_people(request.user, shown.round, shown.path):
        raise PermissionDenied
    data = sheets.missing(shown, by=request.user)
    record(request.user, "export", shown.round, path=shown.path, rows=shown.figures.missing)
    response = HttpResponse(data, content_type=sheets.XLSX)
    response["Content-Disposition"] = sheets.attachment(f"{shown.unit}未完成名单.xlsx")
    return response


@require_safe
def reminder(request, pk, unit_id):
    """A text and a code to put into the group: counts, no names."""
    shown = board_or_404(request, pk, unit_id)
    if not queries.sees_ticks(request.user, shown.round, shown.path):
        raise PermissionDenied
    text, link = group_text(shown, request)
    context = {"board": shown, "round": shown.round, "unit": shown.unit, "text": text}
    context |= {"title": "催办文本", "crumbs": [("任务", reverse("rounds:list")), ("催办文本", "")]}
    context |= {"link": link, "qr": qr.png_url(link), "figures": shown.figures}
    return render(request, "rounds/reminder.html", context)


@require_safe
def province(request):
    """Every school's rounds from the tallies: figures of schools, never people."""
    asked = ProvinceFilter(request.GET)
    show = asked.asked("show", "open")
    tallies = queries.province(request.user, show)
    context = {
        "title": "各校进度",
        "page": Paginator(tallies, PAGE).get_page(asked.asked("page", 1)),
        "total": queries.province_total(tallies),
        "show": show,
        "tabs": [
            {"label": label, "url": f"?show={key}", "active": key == show, "count": None}
            for key, label in (("open", "进行中"), ("closed", "已结束"))
        ],
    }
    return render(request, "rounds/province.html", context)
