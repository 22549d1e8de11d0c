"""The school year begins: who leaves is looked at before anything is written."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.moves import Refused
from accounts.roster_forms import RollForm
from accounts.services.roster import rolling


@require_http_methods(["GET", "HEAD", "POST"])
def roll_over(request):
    """Which grades leave; what it would do becomes a batch to confirm."""
    form = RollForm(request.POST or request.GET or None, user=request.user)
    context = {"form": form, "title": "学年升级"}
    context["crumbs"] = [("名册", reverse("roster:list")), ("学年升级", "")]
    if form.is_valid():
        asked = form.asked()
        try:
            context["roll"] = rolling.look_ahead(*asked)
            if request.method == "POST":
                batch = rolling.stage_roll(*asked, actor=request.user)
                return redirect("roster:batch", batch.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "roster/roll_over.html", context)
