"""Handing over what somebody holds, and closing their account."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.moves import Refused
from accounts.org_forms import EndForm, HandoverForm
from accounts.paging import bounded
from accounts.queues import QUEUES
from accounts.scope import get_permitted
from accounts.services import handover


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request, pk):
    """Who takes over; then what goes with its counts; then all of it at once."""
    person = get_permitted(request.user, User, "handover", pk=pk)
    form = HandoverForm(request.POST if request.method == "POST" else None, actor=request.user)
    if form.is_valid() and form.cleaned_data["expected"] is not None:
        try:
            count = handover.hand_over(person, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            taken = f"{person.name}的 {count} 项已交给{form.cleaned_data['successor'].name}。"
            messages.success(request, taken)
            return redirect("accounts:person", person.pk)
    parts = handover.held_by(person, actor=request.user)
    context = {"person": person, "form": form, "parts": parts, "queues": queues_of(person)}
    context |= {"count": sum(len(part.goes) for part in parts), "title": f"{person.name}：交接"}
    context["seen"] = form.is_valid()
    return render(request, "org/handover.html", context)


def queues_of(person) -> list[tuple[str, int]]:
    """What waits for the person because of what they hold: it waits for whoever holds it next."""
    counts = [(queue.label, bounded(queue.rows(person))) for queue in QUEUES]
    return [(label, count) for label, count in counts if count]


@require_http_methods(["GET", "HEAD", "POST"])
def close_account(request, pk):
    """The account is closed, once nothing is held by it."""
    return decide(request, pk, handover.close_account, "关闭账号", CLOSING)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen_account(request, pk):
    """A closed account opens again."""
    return decide(request, pk, handover.reopen_account, "恢复账号", REOPENING)


CLOSING = "关闭后不能登录，已登录的设备随即退出；本人的数据和办理记录不变。"
REOPENING = "恢复后可以凭原口令登录；责任和授权须重新登记。"


def decide(request, pk, service, label: str, says: str):
    """Ask why, then do it."""
    person = get_permitted(request.user, User, "close", pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            service(person, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{person.name}：已{label}。")
            return redirect("accounts:person", person.pk)
    context = {"person": person, "form": form, "label": label, "says": says}
    context |= {"parts": handover.held_by(person, actor=request.user), "title": label}
    return render(request, "org/account.html", context)
