"""The school's catalogue of safeguards."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.scope import get_permitted, may
from rounds.views.attempts import attempt, attempt_form
from selfcheck.models import Tool, ToolItem
from selfcheck.tools import queries
from selfcheck.tools.forms import ToolForm, ToolItemForm
from selfcheck.tools.services import catalogue as services


def crumbs(title: str, tool: Tool | None = None) -> list:
    """The way back to the catalogue, by way of the tool."""
    ways = [("反诈工具目录", reverse("tools:catalogue"))]
    if tool:
        ways.append((tool.name, reverse("tools:tool", args=[tool.pk])))
    return [*ways, (title, "")]


@require_safe
def catalogue(request):
    """The tools, those in use first, each with what is asked of it."""
    tools = Tool.objects.permitted(request.user).prefetch_related("items")
    found = sorted(tools, key=lambda tool: (tool.retired_at is not None, tool.pk))
    context = {"title": "反诈工具目录", "tools": found, "edits": queries.kept_by(request.user)}
    return render(request, "tools/catalogue.html", context)


@require_POST
def adopt(request):
    """The catalogue starts from the one that comes with the portal."""
    school = queries.kept_by(request.user)
    if school is None:
        raise Http404
    made = services.adopt(school, actor=request.user)
    said = (
        f"已采用 {len(made)} 项，可按本校要求修改。" if made else "示例目录中的工具都已在目录中。"
    )
    messages.success(request, said)
    return redirect("tools:catalogue")


@require_safe
def tool(request, pk):
    """One tool with its guide and its items."""
    found = get_permitted(request.user, Tool, pk=pk)
    context = {"title": found.name, "tool": found, "edits": may(request.user, "edit", found)}
    context |= {"lines": queries.lines_of(found), "places": queries.names_of(found.places)}
    context["crumbs"] = crumbs(found.name)
    return render(request, "tools/tool.html", context)


def edited(request, form, deed, title: str, way: list):
    """The form filled in and kept, back on the tool's page; else the form with why not."""
    kept = attempt_form(form, deed) if request.method == "POST" else None
    if kept:
        messages.success(request, "已保存。")
        return redirect("tools:tool", kept.tool_id if isinstance(kept, ToolItem) else kept.pk)
    back = way[-2][1]
    context = {"title": title, "form": form, "crumbs": way, "back": back}
    return render(request, "tools/edit.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new_tool(request):
    """A tool that the catalogue does not have."""
    school = queries.kept_by(request.user)
    if school is None:
        raise Http404
    form = ToolForm(request.POST or None, school=school)

    def deed():
        return services.keep_tool(school, actor=request.user, **form.cleaned_data)

    return edited(request, form, deed, "新增工具", crumbs("新增工具"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_tool(request, pk):
    """The tool, changed; what was shown of it stays."""
    found = get_permitted(request.user, Tool, "edit", pk=pk)
    start = ToolForm.initial_of(found)
    form = ToolForm(request.POST or None, school=found.unit, initial=start)

    def deed():
        return services.keep_tool(
            found.unit, actor=request.user, tool=found, **form.cleaned_data
        )  # fmt: skip

    return edited(request, form, deed, "修改工具", crumbs("修改", found))


@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request, pk):
    """One more thing to ask of a tool."""
    found = get_permitted(request.user, Tool, "edit", pk=pk)
    form = ToolItemForm(request.POST or None, initial={"pictured": True})

    def deed():
        return services.keep_item(found, actor=request.user, **form.cleaned_data)

    return edited(request, form, deed, "新增项目", crumbs("新增项目", found))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_item(request, pk, item_id):
    """What is asked of a tool, changed for rounds to come."""
    found = get_permitted(request.user, Tool, "edit", pk=pk)
    item = get_object_or_404(ToolItem, tool=found, pk=item_id)
    form = ToolItemForm(request.POST or None, initial=ToolItemForm.initial_of(item))

    def deed():
        return services.keep_item(found, actor=request.user, item=item, **form.cleaned_data)

    return edited(request, form, deed, "修改项目", crumbs("修改项目", found))


@require_POST
def drop_item(request, pk, item_id):
    """An item that no round has asked for goes away."""
    found = get_permitted(request.user, Tool, "edit", pk=pk)
    item = get_object_or_404(ToolItem, tool=found, pk=item_id)
    attempt(request, lambda: services.drop_item(item, actor=request.user), "项目已移除。")
    return redirect("tools:tool", found.pk)


@require_POST
def retire(request, pk):
    """No new round asks for the tool."""
    found = get_permitted(request.user, Tool, "edit", pk=pk)
    said = "已停用，新任务不再列出；进行中的任务不受影响。"
    attempt(request, lambda: services.retire(found, actor=request.user), said)
    return redirect("tools:tool", found.pk)


@require_POST
def restore(request, pk):
    """New rounds may ask for the tool again."""
    found = get_permitted(request.user, Tool, "edit", pk=pk)
    attempt(request, lambda: services.restore(found, actor=request.user), "已恢复使用。")
    return redirect("tools:tool", found.pk)
