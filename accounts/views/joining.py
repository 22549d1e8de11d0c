"""Two records of one person: found, laid side by side, made one."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from accounts.join_forms import JoinForm, WithForm
from accounts.models import User
from accounts.moves import Refused
from accounts.scope import get_permitted
from accounts.services import joining, unmasking

FACTS = ["number", "unit", "grade", "cohort", "major"]


@require_http_methods(["GET", "HEAD", "POST"])
def join(request, pk):
    """This record goes into another one: which, what that means, and why."""
    old = get_permitted(request.user, User, "join", pk=pk)
    asked = WithForm(request.GET)
    chosen = asked.asked("chosen")
    kept = get_permitted(request.user, User, "join", pk=chosen) if chosen else None
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and kept and joined(request, old, kept, form):
        return redirect("accounts:person", kept.pk)
    context = {"title": f"合并重复记录：{old.name}", "old": old, "kept": kept, "form": form}
    context |= {"asked": asked, "masked": [unmasking.masked(one) for one in (old, kept) if one]}
    number = asked.asked("number") or ""
    context["found"] = joining.candidates(old, number=number, actor=request.user)
    if kept:
        context["preview"] = joining.preview(old, kept, actor=request.user)
        context["rows"] = side_by_side(old, kept)
    return render(request, "accounts/join.html", context, status=400 if form.errors else 200)


def joined(request, old: User, kept: User, form: JoinForm) -> bool:
    """Whether the two are one now; why not, on the form."""
    if not form.is_valid():
        return False
    try:
        joining.join(old, kept, actor=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"已合并，{old.name}以这条记录为准；原记录已关闭。")
    return True


def side_by_side(old: User, kept: User) -> list[tuple[str, str, str]]:
    """Each fact of both, with its word."""

    def numbers(one: User) -> str:
        held = one.identities.exclude(kind="paper").order_by("kind", "value")
        return "、".join(f"{row.get_kind_display()} {row.value}" for row in held) or "—"

    def said(one: User) -> list[str]:
        state = [one.get_category_display(), one.get_status_display(), numbers(one)]
        came = f"{localtime(one.created_at):%Y-%m-%d}"
        active = "已激活" if one.activated_at else "未激活"
        return [*state, *(str(getattr(one, name) or "—") for name in FACTS), active, came]

    words = [
        "人员类别", "状态", "编号", "学（工）号", "所在单位", "年级", "入校年度", "专业（岗位）",
        "激活", "建档日期",
    ]  # fmt: skip
    return list(zip(words, said(old), said(kept), strict=True))
