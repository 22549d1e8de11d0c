"""A round from draft to its end."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rounds import queries, services
from rounds.figures import expected_of
from rounds.forms import ReasonForm, RoundForm, RoundsFilter, audience_asked
from rounds.item_forms import ItemsForm
from rounds.kinds import KINDS, kind_of
from rounds.models import Round
from rounds.views.attempts import attempt, attempt_form, reason_page, round_of

PAGE = 25


@require_safe
def list_(request):
    """The rounds the user may look at: 进行中, 草稿, 已结束."""
    asked = RoundsFilter(request.GET)
    show = asked.asked("show", "open")
    rounds, drafts = queries.rounds_listed(request.user, show), queries.drafts(request.user)
    drafting = bool(queries.owners(request.user))
    context = {
        "title": "任务",
        "page": Paginator(rounds, PAGE).get_page(asked.asked("page", 1)),
        "show": show,
        "drafting": drafting,
        "tabs": list_tabs(show, drafts.count() if drafting else None),
        "empty_hint": "起草任务并发布后，列在这里。" if drafting else "有新任务时列在这里。",
        "empty_action": {"label": "起草任务", "url": reverse("rounds:new")} if drafting else None,
    }
    return render(request, "rounds/list.html", context)


def list_tabs(show: str, draft_count: int | None) -> list[dict]:
    """The tabs of the list; drafts only for those who draft."""
    wanted = [("open", "进行中", None), ("draft", "草稿", draft_count), ("over", "已结束", None)]
    return [
        {"label": label, "url": f"?show={key}", "active": key == show, "count": count}
        for key, label, count in wanted
        if key != "draft" or draft_count is not None
    ]


def chosen_kind(request):
    """The kind asked for in the link; the only one there is; or None, to be chosen."""
    code = RoundsFilter(request.GET).asked("kind", "")
    if len(KINDS) == 1:
        return next(iter(KINDS.values()))
    return KINDS.get(code)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """A new draft."""
    kind = chosen_kind(request)
    if kind is None:
        return render(
            request, "rounds/choose_kind.html", {"kinds": KINDS.values(), "title": "选择任务种类"}
        )
    form = RoundForm(request.POST or None, user=request.user, kind=kind)
    details = kind.form()(request.POST or None, user=request.user)
    items = ItemsForm(request.POST or None, kind=kind, school=request.user.school.path)
    if request.method == "POST" and all([details.is_valid(), items.is_valid()]):
        made = attempt_form(form, lambda: services.draft_asking(
            kind, items.items(), actor=request.user, parameters=details.cleaned_data, **form.shape()
        ))  # fmt: skip
        if made:
            return redirect("rounds:draft", made.pk)
    context = {"form": form, "details": details, "items": items, "kind": kind}
    context |= {"title": f"起草{kind.label}任务", "back": reverse("rounds:list")}
    return render(request, "rounds/edit.html", context)


@require_POST
def audience(request):
    """How many people the audience chosen on the form comes to."""
    asked = audience_asked(RoundForm(request.POST, user=request.user))
    people = expected_of(asked) if asked else None
    return render(request, "rounds/_audience.html", {"people": people})


def draft_of(request, pk) -> Round:
    """The draft to work on; a round issued already has its board instead."""
    round_ = round_of(request, pk, "edit")
    if round_.state != Round.State.DRAFT:
        raise Http404
    return round_


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """The draft, changed."""
    round_ = draft_of(request, pk)
    kind = kind_of(round_)
    start = RoundForm.initial_of(round_)
    form = RoundForm(request.POST or None, user=request.user, kind=kind, initial=start)
    details = kind.form()(request.POST or None, user=request.user, initial=kind.parameters(round_))
    school = request.user.school.path
    items = ItemsForm(request.POST or None, kind=kind, school=school, round_=round_)
    if request.method == "POST" and all([details.is_valid(), items.is_valid()]):
        made = attempt_form(form, lambda: services.revise_asking(
            round_, items.items(), actor=request.user,
            parameters=details.cleaned_data, **form.shape(),
        ))  # fmt: skip
        if made:
            return redirect("rounds:draft", round_.pk)
    context = {"form": form, "details": details, "items": items, "kind": kind}
    context |= {"title": "修改草稿", "back": reverse("rounds:draft", args=[round_.pk])}
    return render(request, "rounds/edit.html", context)


@require_safe
def draft(request, pk):
    """What issuing would do: how many units and people, and the text as one of them reads it."""
    round_ = draft_of(request, pk)
    heading, paragraphs = kind_of(round_).sample(round_, request.user)
    context = {"round": round_, "heading": heading, "paragraphs": paragraphs}
    context |= {"title": f"{round_.title}（草稿）", "audience": queries.audience_words(round_)}
    context |= {"preview": kind_of(round_).preview(round_), "items": round_.items.all()}
    context["known"] = kind_of(round_).known(round_)
    return render(request, "rounds/draft.html", context | queries.preview(round_))


@require_POST
def issue(request, pk):
    """The round goes out to everybody it asks."""
    round_ = round_of(request, pk, "issue")
    done = attempt(
        request,
        lambda: services.issue(round_, actor=request.user),
        f"“{round_.title}”已发布，应完成人员登录后即可办理。",
    )
    return redirect("rounds:board" if done else "rounds:draft", round_.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    """The round asks nothing any more."""
    round_ = round_of(request, pk, "issue")
    form = ReasonForm(request.POST or None, label="撤回原因")

    def deed():
        reason = form.cleaned_data["reason"]
        return services.withdraw_round(round_, actor=request.user, reason=reason)

    if request.method == "POST" and attempt_form(form, deed):
        messages.success(request, f"“{round_.title}”已撤回，已有的办理记录仍然保留。")
        return redirect("rounds:list")
    shown = {
        "title": "撤回任务",
        "back": reverse("rounds:list"),
        "warning": "撤回后不再要求办理，也不能恢复；已经办理的记录仍然保留。",
        "action": "确认撤回",
    }
    return reason_page(request, form, subject=round_, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request, pk):
    """The round is over and its figures stand for good."""
    round_ = round_of(request, pk, "close")
    waiting = queries.waiting(round_)
    form = ReasonForm(request.POST or None, label="结束原因", required=bool(waiting))
    if request.method == "POST" and attempt_form(
        form,
        lambda: services.close(round_, actor=request.user, reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, f"“{round_.title}”已结束，数据已固定。")
        return redirect("rounds:board", round_.pk)
    return reason_page(
        request,
        form,
        title="结束任务",
        back=reverse("rounds:board", args=[round_.pk]),
        subject=round_,
        warning=close_warning(waiting),
        action="确认结束",
    )


def close_warning(waiting: int) -> str:
    """What ending means, and what is still undecided."""
    rest = f"还有 {waiting} 项等待审核，现在结束须填写原因。" if waiting else ""
    return f"{rest}结束后名单和数据固定，不能再办理、审核或恢复。"
