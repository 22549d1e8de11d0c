"""The school's calendar, kept by its office."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.calendar_forms import DaysForm, TermForm, YearForm
from accounts.calendar_queries import calendar_of, odd_days, year_known
from accounts.models import SchoolDay, Term, Unit
from accounts.moves import Refused
from accounts.scope import get_permitted, holds
from accounts.services import calendar as services


@require_safe
def calendar(request):
    """The terms, today's week, and the days that are not what their weekday says."""
    today = timezone.localdate()
    year = YearForm(request.GET).asked(today.year)
    rows = SchoolDay.objects.permitted(request.user)
    terms = Term.objects.permitted(request.user).order_by("-starts_on")
    ours = calendar_of(request.user.school.path if request.user.school else "-")
    context = {"title": "校历", "terms": terms, "today": today, "year": year}
    context |= {"term": ours.term(today), "week": ours.week_number(today)}
    context |= {"days": odd_days(rows, year), "known": year_known(year), "open": ours.works(today)}
    context |= {"keeps": holds(request.user, "calendar.edit"), "years": (year - 1, year + 1)}
    return render(request, "accounts/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_term(request):
    """A term is put on the calendar."""
    return _term(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def term(request, pk):
    """A term is corrected."""
    return _term(request, get_permitted(request.user, Term, "edit", pk=pk))


def _term(request, found):
    form = TermForm(request.POST or None, today=timezone.localdate(), term=found)
    if form.is_valid():
        try:
            school = get_permitted(request.user, Unit, pk=request.user.school_id)
            services.keep_term(school, actor=request.user, term=found, **form.cleaned_data)
            messages.success(request, "校历已保存，按学期计算的日期随之改变。")
            return redirect("accounts:calendar")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, "修改学期" if found else "添加学期", found)


@require_POST
def drop_term(request, pk):
    """A term is taken off the calendar."""
    services.drop_term(get_permitted(request.user, Term, "edit", pk=pk), actor=request.user)
    messages.success(request, "已从校历中移除该学期。")
    return redirect("accounts:calendar")


@require_http_methods(["GET", "HEAD", "POST"])
def days(request):
    """The school says that it works, or rests, on some days."""
    form = DaysForm(request.POST or None)
    if form.is_valid():
        try:
            school = get_permitted(request.user, Unit, pk=request.user.school_id)
            count = services.set_days(school, actor=request.user, **form.cleaned_data)
            messages.success(request, f"已设置 {count} 天。")
            return redirect("accounts:calendar")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, "设置放假或上班", None)


@require_POST
def drop_day(request, pk):
    """A day is again what the general calendar says."""
    services.drop_day(get_permitted(request.user, SchoolDay, "edit", pk=pk), actor=request.user)
    messages.success(request, "已取消该日的设置，恢复为国家安排。")
    return redirect("accounts:calendar")


def _form(request, form, title: str, term):
    context = {"form": form, "title": title, "term": term}
    context["crumbs"] = [("校历", reverse("accounts:calendar")), (title, "")]
    return render(request, "accounts/calendar_form.html", context)
