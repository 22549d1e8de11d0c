"""Another version of the text in an open round, decided beside the one in use."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.scope import get_permitted
from pledges import queries, services
from pledges.forms import ChangeForm, WhichTextForm
from rounds.models import Round
from rounds.views.attempts import attempt_form


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk):
    """Choose the version, see the difference, decide."""
    get_permitted(request.user, Round, "issue", pk=pk)
    round_ = queries.pledge_round(request.user, pk)
    used = round_.pledge.text
    texts = queries.latest_texts(request.user).filter(use=used.use).exclude(pk=used.pk)
    which = WhichTextForm(request.GET or None, texts=texts)
    form = ChangeForm(request.POST or None, texts=texts)
    if request.method == "POST":
        made = attempt_form(
            form, lambda: services.change_text(round_, actor=request.user, **form.cleaned_data)
        )
        if made:
            heads = "单位负责人也需重新签署。" if round_.pledge.head_role else ""
            said = f"已更换文本，{made.asked_again} 人需要重新签署。{heads}"
            messages.success(request, said if made.material else "已更换文本，原签署继续有效。")
            return redirect("rounds:board", pk)
    return shown(request, round_, which, form)


def shown(request, round_, which: WhichTextForm, form: ChangeForm):
    """The page; with a version chosen, both texts side by side."""
    context = {"round": round_, "which": which, "form": form, "title": "更换承诺书文本"}
    chosen = which if which.is_bound and which.is_valid() else form
    text = (getattr(chosen, "cleaned_data", None) or {}).get("text")
    if text:
        context |= {"text": text, "pairs": services.difference(round_.pledge.text, text)}
    status = 400 if form.errors else 200
    return render(request, "pledges/change.html", context, status=status)
