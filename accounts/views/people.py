"""People: found, looked at, and their sensitive values shown to those who say why."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import PeopleForm, ReasonForm
from accounts.models import User
from accounts.moves import Refused
from accounts.org_queries import duties_of_person
from accounts.paging import Bounded
from accounts.queries import grants_of_person, with_homes
from accounts.scope import get_permitted, may
from accounts.services import grants, sight, unmasking
from accounts.services.standing import departure_of

PAGE = 50


@require_safe
def people(request):
    """The people in view, narrowed by what was asked."""
    form = PeopleForm(request.GET, user=request.user)
    found = form.narrow(User.objects.permitted(request.user))
    page = Bounded(found, PAGE).get_page(form.asked("page"))
    with_homes(page.object_list)
    context = {"form": form, "page_obj": page, "filtered": form.narrows}
    return render(request, "accounts/people.html", context)


@require_safe
def person(request, pk):
    """One person: where they belong, what they hold, their sensitive values with stars."""
    found = get_permitted(request.user, User, pk=pk)
    sight.look(found, actor=request.user)
    return show(request, found, unmasking.masked(found))


def show(request, found, values, form=None):
    """The page of a person."""
    context = {"person": found, "values": values, "form": form or ReasonForm()}
    context |= {"lineage": found.unit.lineage() if found.unit else []}
    context |= {"identities": found.identities.exclude(kind="paper").order_by("kind", "value")}
    context |= {"grants": grants_of_person(found), "unmaskable": may(request.user, "unmask", found)}
    context["duties"] = duties_of_person(found)
    context["passable"] = bool(context["duties"] or context["grants"]) and may(
        request.user, "handover", found
    )
    hired = found.category in User.HIRED
    context["renews"] = hired and may(request.user, "renew", found)
    context["turnable"] = may(request.user, "settle", found)
    context["returnable"] = context["turnable"] and departure_of(found)
    context["joinable"] = not found.merged_into_id and may(request.user, "join", found)
    context["closable"] = may(request.user, "close", found)
    context |= {"lettable": may(request.user, "activate", found)}
    return render(request, "accounts/person.html", context)


@never_cache
@require_POST
def unmask(request, pk):
    """The sensitive values of one person, once, for a reason that is written down."""
    found = get_permitted(request.user, User, "unmask", pk=pk)
    form, values = ReasonForm(request.POST), unmasking.masked(found)
    if form.is_valid():
        try:
            values = unmasking.unmask(found, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    if not request.htmx:
        return show(request, found, values, form)
    context = {"person": found, "values": values, "form": form, "unmaskable": True}
    return render(request, "accounts/_sensitive.html", context)


@require_safe
def me(request):
    """What the portal holds about the person who asks."""
    found = request.user
    context = {"person": found, "values": unmasking.masked(found)}
    context |= {"lineage": found.unit.lineage() if found.unit else []}
    context |= {"grants": grants_of_person(found), "duties": duties_of_person(found)}
    context["former"] = sight.former_records(found)
    return render(request, "accounts/me.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def promise(request):
    """A class cadre promises secrecy before the role begins to hold."""
    if request.method == "POST":
        if grants.promise(request.user):
            messages.success(request, "已签署保密承诺，您的班级工作权限现在生效。")
        return redirect("oversight:home")
    waiting = request.user.grants.unpromised().select_related("unit")
    return render(request, "accounts/promise.html", {"grants": waiting})
