"""通知: listed, read, written, published, passed on, recalled."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.moves import Refused
from accounts.queries import with_homes
from accounts.scope import get_permitted, holds, may
from notices import circular_forms as forms
from notices import circular_queries as queries
from notices.models import Circular
from notices.services import circulars as services
from notices.services import unread as reminding

PAGE = 30
HOME = ("通知", "notices:circulars")


@require_safe
def circulars(request):
    """What was received, what waits for 已阅, what one's own unit publishes."""
    form = forms.CircularsForm(request.GET)
    tab, writes = form.asked("tab") or "", holds(request.user, "circular.edit")
    rows = queries.received(request.user, tab)
    if tab == "own":
        rows = queries.published(request.user, form.asked("state"), form.asked("q"))
    page = Paginator(rows, PAGE).get_page(form.asked("page"))
    tabs = [("", "收到的"), ("unread", "待阅")] + [("own", "本单位发布")] * writes
    context = {"title": "通知", "form": form, "tab": tab, "page_obj": page, "writes": writes}
    context["tabs"] = [{"label": w, "url": f"?tab={key}", "active": key == tab} for key, w in tabs]
    return render(request, "notices/circulars.html", context)


@require_safe
def circular(request, pk):
    """One 通知 with what this user may do with it."""
    return page(request, get_permitted(request.user, Circular, pk=pk))


def page(request, found, **given):
    """The page of a 通知; `given` are forms that were refused, with what was typed."""
    user, state = request.user, found.state
    edits = may(user, "edit", found)
    own, published = queries.own_notice(user, found), state == Circular.State.PUBLISHED
    units = queries.forward_units(user, found) if own and published else []
    shown = edits or state != Circular.State.RECALLED
    context = {"circular": found, "title": found.title, "own": own, "edits": edits, "shown": shown}
    context |= {"crumbs": [(HOME[0], reverse(HOME[1])), (found.title, "")]}
    context |= {"files": found.attachments.select_related("file") if shown else []}
    context |= {"part": not edits and published and queries.reads_part(user, found)}
    context |= {"forward": forms.ForwardForm(units=units) if units else None}
    if edits:
        context |= queries.counts(found) | {"publish": forms.PublishForm()}
        context |= {"document": forms.DocumentForm(), "recall": forms.RecallForm()}
        context |= {"reach": queries.receivers(found).count() if state == "draft" else 0}
    return render(request, "notices/circular.html", context | given, status=400 if given else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new_circular(request):
    """A draft."""
    return written(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_circular(request, pk):
    """A draft, as it is now wanted."""
    return written(request, get_permitted(request.user, Circular, "edit", pk=pk))


def written(request, found):
    """The draft is kept, or the form stands again with what was typed."""
    form = forms.CircularForm(request.POST or None, user=request.user, circular=found)
    if form.is_valid():
        unit, words = form.words()
        try:
            made = services.write(unit, actor=request.user, circular=found, **words)
            return redirect("notices:circular", made.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    title = "修改通知" if found else "起草通知"
    context = {"form": form, "title": title, "circular": found}
    context["crumbs"] = [(HOME[0], reverse(HOME[1])), (title, "")]
    return render(request, "notices/circular_form.html", context)


def done(request, found, name: str, form, deed, said: str):
    """Back to the 通知 with a word of how it went, or its page with the form as it was typed."""
    if form is not None and not form.is_valid():
        return page(request, found, **{name: form})
    try:
        deed()
    except Refused as refusal:
        if form is None:
            raise
        form.add_error(None, str(refusal))
        found.refresh_from_db()
        return page(request, found, **{name: form})
    messages.success(request, said)
    return redirect("notices:circular", found.pk)


@require_POST
def publish(request, pk):
    """It goes out now or at its time."""
    found = get_permitted(request.user, Circular, "edit", pk=pk)
    form = forms.PublishForm(request.POST)
    return done(
        request, found, "publish", form,
        lambda: services.publish(found, actor=request.user, at=form.cleaned_data["at"]),
        "已安排发布，收件人将在消息中看到。",
    )  # fmt: skip


@require_POST
def unschedule(request, pk):
    """One that waits for its time is a draft again."""
    found = get_permitted(request.user, Circular, "edit", pk=pk)
    deed = lambda: services.unschedule(found, actor=request.user)  # noqa: E731
    return done(request, found, "publish", None, deed, "已取消发布，回到草稿。")


@require_POST
def recall(request, pk):
    """Nobody reads it any more."""
    found = get_permitted(request.user, Circular, "edit", pk=pk)
    form = forms.RecallForm(request.POST)
    return done(
        request, found, "recall", form,
        lambda: services.recall(found, actor=request.user, reason=form.cleaned_data["reason"]),
        "已撤回，收件人只看到“已撤回”。",
    )  # fmt: skip


@require_POST
def correct(request, pk):
    """A draft of the 更正 to the same receivers."""
    found = get_permitted(request.user, Circular, "edit", pk=pk)
    draft = services.correct(found, actor=request.user)
    return redirect("notices:edit_circular", draft.pk)


@require_POST
def attach(request, pk):
    """A Word or PDF file goes with the draft."""
    found = get_permitted(request.user, Circular, "edit", pk=pk)
    form = forms.DocumentForm(request.POST, request.FILES)

    def deed():
        name, data, kind = form.cleaned_data["document"]
        services.attach(found, data, name=name, content_type=kind, actor=request.user)

    return done(request, found, "document", form, deed, "附件已添加。")


@require_POST
def detach(request, pk, uuid):
    """The file no longer goes with the draft."""
    found = get_permitted(request.user, Circular, "edit", pk=pk)
    if not found.attachments.filter(file__uuid=uuid).exists():
        raise Http404
    deed = lambda: services.detach(found, uuid, actor=request.user)  # noqa: E731
    return done(request, found, "document", None, deed, "附件已移除。")


@require_POST
def acknowledge(request, pk):
    """已阅."""
    found = get_permitted(request.user, Circular, pk=pk)
    services.acknowledge(found, actor=request.user)
    messages.success(request, "已回执：已阅。")
    return redirect("notices:circular", found.pk)


@require_POST
def forward(request, pk):
    """It is passed on to a class with a line."""
    found = get_permitted(request.user, Circular, "forward", pk=pk)
    form = forms.ForwardForm(request.POST, units=queries.forward_units(request.user, found))

    def deed():
        unit, line = form.units[form.cleaned_data["unit"]], form.cleaned_data["line"]
        services.forward(found, unit, line=line, actor=request.user)

    return done(request, found, "forward", form, deed, "已转发到班级。")


@require_safe
def unread(request, pk):
    """Who has not read it: of all to whoever published it, of one's own part to a contact."""
    found = get_permitted(request.user, Circular, pk=pk)
    edits = may(request.user, "edit", found)
    if not edits and not queries.reads_part(request.user, found):
        raise PermissionDenied
    asked = forms.CircularsForm(request.GET)
    whole = queries.unread(found) if edits else queries.unread_in_part(request.user, found)
    rows = Paginator(whole, PAGE).get_page(asked.asked("page"))
    with_homes([one.person for one in rows])
    context = {"circular": found, "page_obj": rows, "title": "未阅名单", "edits": edits}
    back = reverse("notices:circular", args=[found.pk])
    context["crumbs"] = [(HOME[0], reverse(HOME[1])), (found.title, back), ("未阅名单", "")]
    return render(request, "notices/unread.html", context)


@require_POST
def remind_unread(request, pk):
    """Those who have not read it are reminded, at most once a day, in the hours that are set."""
    found = get_permitted(request.user, Circular, "edit", pk=pk)
    count, held = reminding.remind_unread(found, actor=request.user)
    said = f"已催办 {count} 人。"
    if held:
        at = f"{timezone.localtime(held):%Y-%m-%d %H:%M}"
        said = f"现在不在发送时段，将于 {at} 发给届时仍未阅读的人员。"
    messages.success(request, said)
    return redirect("notices:unread", found.pk)


@require_POST
def cancel_held(request, pk):
    """The 催办 of who has not read it, held till the next window, is not sent."""
    found = get_permitted(request.user, Circular, "edit", pk=pk)
    reminding.cancel_held(found, actor=request.user)
    messages.success(request, "已取消，未读催办不会发出。")
    return redirect("notices:unread", found.pk)
