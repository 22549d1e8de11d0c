"""The texts pledges are made of."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.moves import Refused
from accounts.scope import get_permitted, holds
from pledges import services
from pledges.forms import StarterForm, TextForm
from pledges.models import PledgeText

WORDS = ("use", "heading", "body")


@require_safe
def texts(request):
    """The texts at hand, each with its versions."""
    found = PledgeText.objects.permitted(request.user).select_related("unit", "created_by")
    return render(
        request,
        "pledges/texts.html",
        {
            "title": "承诺书文本",
            "texts": found,
            "edits": holds(request.user, "text.edit"),
            "starter": StarterForm(user=request.user),
        },
    )


@require_POST
def starter(request):
    """A new school takes over texts to start from; what is there already stays."""
    form = StarterForm(request.POST, user=request.user)
    if form.is_valid():
        made = services.starter_texts(form.cleaned_data["unit"], actor=request.user)
        messages.success(request, f"已采用 {len(made)} 份示例文本，可按本校要求修订。")
    else:
        messages.error(request, "所选单位不在您的范围内，请刷新后重试。")
    return redirect("pledges:texts")


@require_safe
def text(request, pk):
    """One version, with sample words in its blanks."""
    found = get_permitted(request.user, PledgeText, pk=pk)
    context = {
        "title": str(found),
        "text": found,
        "page": services.page_with(found, services.SAMPLE),
    }
    context["edits"] = holds(request.user, "text.edit")
    return render(request, "pledges/text.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_text(request, pk=None):
    """A new version, looked at before it is kept."""
    former = get_permitted(request.user, PledgeText, pk=pk) if pk else None
    start = {name: getattr(former, name) for name in ("name", *WORDS)} if former else {}
    form = TextForm(request.POST or None, user=request.user, initial=start)
    context = {"title": "编写承诺书文本", "form": form}
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        looked = given.pop("preview")
        if not looked:
            try:
                made = services.new_text(given.pop("unit"), actor=request.user, **given)
                messages.success(request, f"已保存为“{made}”。")
                return redirect("pledges:text", made.pk)
            except Refused as refusal:
                form.add_error(None, str(refusal))
        sample = PledgeText(**{name: given[name] for name in WORDS})
        context["page"] = services.page_with(sample, services.SAMPLE)
    return render(request, "pledges/new_text.html", context)
