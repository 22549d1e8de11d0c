"""Meetings of the leading groups and the tasks that follow."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import PageForm
from accounts.meeting_forms import MeetingForm, NoteForm, TaskForm, TasksForm
from accounts.models import Meeting, MeetingTask, Unit
from accounts.moves import Refused
from accounts.scope import get_permitted, holds, may
from accounts.services import meetings as services

PAGE = 50


@require_safe
def list_(request, pk):
    """The meetings of a unit's leading group, the latest first."""
    unit = get_permitted(request.user, Unit, "meet", pk=pk)
    found = Meeting.objects.permitted(request.user).filter(unit=unit)
    page = Paginator(found, PAGE).get_page(PageForm(request.GET).asked("page"))
    context = {"unit": unit, "page_obj": page, "title": f"{unit.name}：领导小组会议"}
    context["enters"] = may(request.user, "convene", unit)
    return render(request, "org/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request, pk):
    """A meeting that was held is entered."""
    unit = get_permitted(request.user, Unit, "convene", pk=pk)
    return write(request, unit, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """What was entered is put right."""
    meeting = get_permitted(request.user, Meeting, "edit", pk=pk)
    return write(request, meeting.unit, meeting)


def write(request, unit, meeting):
    """Ask for a meeting, and keep it."""
    asked = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = MeetingForm(*asked, instance=meeting, actor=request.user)
    if form.is_valid():
        try:
            made = services.enter(unit, actor=request.user, meeting=meeting, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "会议已修改。" if meeting else "会议已登记。")
            return redirect("org:meeting", made.pk)
    back = reverse("org:meetings", args=[unit.pk])
    context = {"form": form, "unit": unit, "back": back}
    context["title"] = f"{unit.name}：{'修改' if meeting else '登记'}会议"
    return render(request, "org/meeting_form.html", context)


@require_safe
def meeting(request, pk):
    """One meeting with what was settled and what follows."""
    return show(request, get_permitted(request.user, Meeting, pk=pk))


def show(request, found, form=None):
    """The page of a meeting."""
    edits = may(request.user, "edit", found)
    context = {"meeting": found, "tasks": found.tasks.select_related("holder"), "edits": edits}
    context |= {"form": form or TaskForm(actor=request.user), "title": found.title}
    context["people"] = found.people.select_related("unit").order_by("unit_path", "pk")
    context["decisions"] = [line for line in found.decisions.splitlines() if line.strip()]
    unit_url = reverse("org:meetings", args=[found.unit_id])
    context["crumbs"] = [(found.unit.name, unit_url), (found.title, None)]
    return render(request, "org/meeting.html", context)


@require_POST
def give_task(request, pk):
    """A task that follows from the meeting."""
    found = get_permitted(request.user, Meeting, "edit", pk=pk)
    form = TaskForm(request.POST, actor=request.user)
    if form.is_valid():
        try:
            services.give_task(found, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "事项已交办。")
            return redirect("org:meeting", found.pk)
    return show(request, found, form)


@require_safe
def tasks(request):
    """The tasks the user holds, and those they follow."""
    form = TasksForm(request.GET)
    found = form.narrow(request.user).select_related("holder", "meeting__unit")
    page = Paginator(found, PAGE).get_page(PageForm(request.GET).asked("page"))
    tabs = [
        {"label": label, "url": f"?show={show}", "active": show == form.asked()}
        for show, label in form.fields["show"].choices
    ]
    context = {"page_obj": page, "tabs": tabs, "title": "会议事项"}
    context["meets"] = holds(request.user, "meeting.view")
    return render(request, "org/tasks.html", context)


DEEDS = {
    "finish": ("办结", "view", services.finish),
    "return": ("退回", "edit", services.send_back),
    "drop": ("取消", "edit", services.drop),
}


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request, pk, deed):
    """A task is done, comes back, or is dropped."""
    label, action, service = DEEDS[deed]
    task = get_permitted(request.user, MeetingTask, action, pk=pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            service(task, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"事项已{label}。")
            return redirect("org:tasks")
    context = {"form": form, "task": task, "label": label, "title": f"{label}会议事项"}
    return render(request, "org/task.html", context)
