"""催办: chosen, looked at, confirmed, looked back at; the sheets to print."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import record
from accounts.moves import Refused
from accounts.scope import get_permitted
from notices import circular_queries, hours, queries, services
from notices.forms import HistoryForm, RemindForm
from notices.models import Reminder
from rounds.kinds import kind_of
from rounds.queries import by_class, sees_people, sees_ticks
from rounds.reminding import group_text
from rounds.views.boards import board_or_404

PAGE = 50
MOST_NAMED = 2000


def board_to_remind(request, pk, unit_id):
    """The board whose people the user may remind; 403 when only looking is theirs."""
    board = board_or_404(request, pk, unit_id)
    if not queries.may_remind(request.user, board.round, board.path):
        raise PermissionDenied
    return board


@require_http_methods(["GET", "HEAD", "POST"])
def remind(request, pk, unit_id):
    """The units with something open, ticked already; then the count; then it is sent."""
    board = board_to_remind(request, pk, unit_id)
    send_at = hours.next_slot(board.path, timezone.now())
    lines = queries.lines(board, timezone.localdate(send_at))
    form = RemindForm(request.POST or None, lines=lines, people=counts_people(board.round))
    context = frame(request, board) | {"lines": lines, "form": form, "send_at": send_at}
    context |= {"held": send_at > timezone.now(), "hours": hours.words()}
    if not form.is_valid():
        return render(request, "notices/remind.html", context)
    if not form.cleaned_data["confirmed"]:
        return confirm(request, board, form, context)
    return send(request, board, form, context)


def counts_people(round_) -> bool:
    """Whether each person's own part is asked, so that there are figures and names to print."""
    return kind_of(round_).expects == "people"


def frame(request, board) -> dict:
    """What stands around every page of a 催办."""
    round_, unit = board.round, board.unit
    back = reverse("rounds:board", args=[round_.pk, unit.pk])
    return {
        "board": board, "round": round_, "unit": unit, "title": "催办",
        "text": group_text(board, request)[0], "people": counts_people(round_),
        "named": sees_ticks(request.user, round_, unit.path),
        "crumbs": [("任务", reverse("rounds:list")), (round_.title, back), ("催办", "")],
    }  # fmt: skip


def confirm(request, board, form, context):
    """Once more, with exactly whom it tells."""
    whom, day = form.cleaned_data["whom"], timezone.localdate(context["send_at"])
    seen = queries.preview(board.round, board.path, form.places, whom, day)
    context |= {"preview": seen, "whom": Reminder.Whom(whom).label.partition("（")[0]}
    context["chosen"] = [line for line in context["lines"] if line.unit.path in form.places]
    return render(request, "notices/confirm.html", context)


def send(request, board, form, context):
    """It goes out, or the form stands again with the reason why not."""
    try:
        made = services.remind(
            board.round, board.unit, places=form.places, whom=form.cleaned_data["whom"],
            actor=request.user, once=form.cleaned_data["once"],
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return render(request, "notices/remind.html", context)
    held = f"现在不在发送时段，将于 {timezone.localtime(made.send_at):%Y-%m-%d %H:%M} 发出。"
    messages.success(request, held if made.send_at > timezone.now() else "催办正在发出。")
    return redirect("notices:reminder", made.pk)


@require_safe
def reminders(request):
    """What was sent, by whom, to how many."""
    asked = HistoryForm(request.GET)
    rows = queries.reminders(request.user, asked.asked("round"))
    page = Paginator(rows, PAGE).get_page(asked.asked("page"))
    context = {"title": "催办记录", "page_obj": page, "held": circular_queries.held(request.user)}
    return render(request, "notices/reminders.html", context)


@require_safe
def reminder(request, pk):
    """One 催办: whom it told, who has read it."""
    found = get_permitted(request.user, Reminder, pk=pk)
    asked = HistoryForm(request.GET)
    page = Paginator(queries.receipts(found), PAGE).get_page(asked.asked("page"))
    context = {"reminder": found, "page_obj": page, "title": "催办"}
    context |= queries.read_count(found)
    context["named"] = sees_people(request.user, found.round, found.path) or found.to_answerable
    context["crumbs"] = [("催办记录", reverse("notices:reminders")), (str(found.round), "")]
    return render(request, "notices/reminder.html", context)


@require_POST
def cancel(request, pk):
    """A 催办 that waits for its window is not sent."""
    found = get_permitted(request.user, Reminder, "cancel", pk=pk)
    services.cancel(found, actor=request.user)
    messages.success(request, "已取消，不会发出。")
    return redirect("notices:reminder", found.pk)


@require_safe
def sheet(request, pk, unit_id):
    """A 催办单 for the desk of whoever answers: counts for each unit below."""
    board = board_to_remind(request, pk, unit_id)
    context = frame(request, board) | {"rows": board.rows(), "now": timezone.now()}
    return render(request, "notices/sheet.html", context)


@require_safe
def wall(request, pk, unit_id):
    """A sheet for the wall: counts alone, never below a class."""
    board = board_to_remind(request, pk, unit_id)
    rows = [row for row in board.rows() if row.unit and row.unit.level <= 3]
    context = frame(request, board) | {"rows": rows, "now": timezone.now()}
    return render(request, "notices/wall.html", context)


@require_POST
def named(request, pk, unit_id):
    """The names, for internal use, to those who may read them; who took it is written down."""
    board = board_to_remind(request, pk, unit_id)
    if not sees_ticks(request.user, board.round, board.path):
        raise PermissionDenied
    if board.figures.missing > MOST_NAMED:
        raise Refused(f"名单超过 {MOST_NAMED} 人，请进入下一级单位打印。")
    record(request.user, "export", board.round, path=board.path, rows=board.figures.missing)
    groups = by_class(board.missing())
    context = frame(request, board) | {"groups": groups, "now": timezone.now()}
    return render(request, "notices/named.html", context)
