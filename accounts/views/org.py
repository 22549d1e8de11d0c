"""Who answers for what: a unit's page, appointing, ending, filing lists."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import contract_queries
from accounts import org_queries as queries
from accounts.duties import appointable
from accounts.forms import PageForm
from accounts.models import Duty, Unit
from accounts.moves import Refused
from accounts.org_forms import AppointForm, DelegateForm, EndForm, FilingForm, KindForm
from accounts.paths import COLLEGE
from accounts.scope import get_permitted, may
from accounts.services import delegating, duties
from accounts.vacancies import vacant_units, with_gaps
from accounts.views.attempts import attempt_form

PAGE = 50


@require_safe
def home(request):
    """The user's own unit, or the choice when there are several."""
    found = queries.roots(request.user)
    if len(found) == 1:
        return redirect("org:unit", found[0].pk)
    return render(request, "org/home.html", {"units": found, "title": "组织与责任"})


@require_safe
def unit(request, pk):
    """Who answers for the unit and for those right below it, and who did before."""
    found = get_permitted(request.user, Unit, "duties", pk=pk)
    number = PageForm(request.GET).asked("page")
    page = queries.below(found, lambda rows: Paginator(rows, PAGE).get_page(number))
    kinds = appointable(request.user, found)
    context = {"unit": found, "sections": queries.sections(found), "page_obj": page}
    context |= {"history": queries.ended(found), "filings": queries.filings(found)}
    context |= {"appointable": kinds, "files": may(request.user, "file", found)}
    context["meets"] = found.level <= COLLEGE and may(request.user, "meet", found)
    context |= {"crumbs": crumbs(request.user, found), "contract": contract_queries.end_of(found)}
    context["contracts"] = found.level <= COLLEGE and may(request.user, "contracts", found)
    context["renews"] = found.kind == Unit.Kind.GROUP and may(request.user, "renew", found)
    return render(request, "org/unit.html", context)


def crumbs(user, found):
    """The way down to the unit, linked as far as the user may look."""
    steps = found.lineage()
    open_ = set(Unit.objects.permitted(user, "duties").filter(pk__in=[s.pk for s in steps]))
    return [
        (step.name, reverse("org:unit", args=[step.pk]) if step in open_ else None)
        for step in steps
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request, pk):
    """Say who answers for the unit."""
    found = get_permitted(request.user, Unit, "appoint", pk=pk)
    asked = request.POST if request.method == "POST" else None
    initial = {"kind": KindForm(request.GET).asked()}
    form = AppointForm(asked, unit=found, actor=request.user, initial=initial)
    duty = attempt_form(
        form, lambda: duties.appoint(found, actor=request.user, **form.cleaned_data)
    )
    if duty:
        messages.success(request, f"{duty.person.name}已登记为{duty.get_kind_display()}。")
        return redirect("org:unit", found.pk)
    context = {"form": form, "unit": found, "title": f"{found.name}：登记责任人员"}
    return render(request, "org/appoint.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request, pk):
    """A duty ends, with the reason."""
    duty = get_permitted(request.user, Duty, "edit", pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if attempt_form(form, lambda: duties.end(duty, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"{duty.person.name}不再担任{duty.get_kind_display()}。")
        return redirect("org:unit", duty.unit_id)
    context = {"form": form, "duty": duty, "title": f"结束责任：{duty.person.name}"}
    return render(request, "org/end.html", context)


@require_POST
def file_list(request, pk):
    """The unit files one of its lists as right today."""
    found = get_permitted(request.user, Unit, "file", pk=pk)
    form = FilingForm(request.POST)
    if form.is_valid():
        try:
            filing = duties.file_list(found, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{filing.get_which_display()}已报送。")
    return redirect("org:unit", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delegate(request, pk):
    """Somebody stands in for the holder of a duty, for a time."""
    duty = to_delegate(request.user, pk)
    asked = request.POST if request.method == "POST" else None
    form = DelegateForm(asked, duty=duty, actor=request.user)
    made = attempt_form(
        form, lambda: delegating.delegate(duty, actor=request.user, **form.cleaned_data)
    )
    if made:
        messages.success(request, f"{made.holder}，至 {made.ends_on:%Y-%m-%d}。")
        return redirect(after(request.user, duty))
    context = {"form": form, "duty": duty, "back": after(request.user, duty)}
    return render(request, "org/delegate.html", context | {"title": f"委托代理：{duty}"})


@require_http_methods(["GET", "HEAD", "POST"])
def recall(request, pk):
    """The holder takes the duty back from whoever stands in."""
    duty = get_permitted(request.user, Duty, "delegate", pk=pk)
    if request.method == "POST":
        if delegating.recall(duty, actor=request.user):
            messages.success(request, "已收回代理，由您本人负责。")
        return redirect("accounts:me")
    context = {"duty": duty, "back": after(request.user, duty), "title": "收回代理"}
    return render(request, "org/recall.html", context)


def to_delegate(user, pk):
    """The duty, when it is the user's own or theirs to appoint."""
    action = "edit" if Duty.objects.permitted(user, "edit").filter(pk=pk).exists() else "delegate"
    return get_permitted(user, Duty, action, pk=pk)


def after(user, duty) -> str:
    """Where the user came from: their own page, or the unit's."""
    own = duty.person_id == user.pk
    return reverse("accounts:me") if own else reverse("org:unit", args=[duty.unit_id])


@require_safe
def vacancies(request):
    """The units in which something is vacant or stale, each with what it is."""
    number = PageForm(request.GET).asked("page")
    page = Paginator(vacant_units(request.user), PAGE).get_page(number)
    page.object_list = with_gaps(page.object_list)
    return render(request, "org/vacancies.html", {"page_obj": page, "title": "责任空缺"})
