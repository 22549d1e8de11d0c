"""One person's turn in studies or work, with its day and reason."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.moves import Refused
from accounts.scope import get_permitted
from accounts.services import standing as services
from accounts.standing_forms import TakeBackForm, TurnForm


@require_http_methods(["GET", "HEAD", "POST"])
def turn(request, pk):
    """休学, 复学, 留级, 转专业, 毕业 … of one person."""
    person = get_permitted(request.user, User, "settle", pk=pk)
    form = TurnForm(request.POST or None, person=person, actor=request.user)
    if form.is_valid():
        try:
            services.take(person, actor=request.user, **form.cleaned_data)
            messages.success(request, f"{person.name}的异动已登记。")
            return redirect("accounts:person", person.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    crumbs = [("人员", reverse("accounts:people")), (person.name, ""), ("登记异动", "")]
    context = {"person": person, "form": form, "title": "登记异动", "crumbs": crumbs}
    context["turns"] = services.turns_for(person)
    return render(request, "accounts/turn.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, pk):
    """A leaving that was entered by mistake is taken back."""
    person = get_permitted(request.user, User, "settle", pk=pk)
    form = TakeBackForm(request.POST or None)
    if form.is_valid():
        try:
            services.take_back(person, actor=request.user, **form.cleaned_data)
            messages.success(request, f"{person.name}的离校登记已撤销，恢复到登记之前。")
            return redirect("accounts:person", person.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    crumbs = [("人员", reverse("accounts:people")), (person.name, ""), ("撤销离校登记", "")]
    context = {"person": person, "form": form, "title": "撤销离校登记", "crumbs": crumbs}
    context["departure"] = services.departure_of(person)
    return render(request, "accounts/take_back.html", context)
