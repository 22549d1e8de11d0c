"""The views of a list: saved under a name, offered above it, forgotten again."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from accounts.desk_exports import query_of
from accounts.models import SavedView
from accounts.moves import Refused
from accounts.scope import get_permitted
from accounts.services import saving


class ViewForm(forms.Form):
    """The name of a view, and whether colleagues see it."""

    error_css_class = "errors"
    name = forms.CharField(
        label="名称", max_length=20, help_text="如“未激活新生”。同名的会被替换。"
    )
    shared = forms.BooleanField(
        label="同角色的同事也能看到",
        required=False,
        help_text="只共享筛选条件；每人看到的内容仍以各自权限为准。",
    )


def offered(model_admin, request) -> list[dict]:
    """The views of this list, the one looked at marked."""
    here = query_of(request)
    found = SavedView.objects.offered(request.user).filter(model=model_admin.opts.label_lower)
    return [
        {
            "name": view.name,
            "url": f"{model_admin.list_url()}?{view.query}",
            "active": view.query == here,
            "own": view.owner_id == request.user.pk,
            "shared": bool(view.shared_role),
            "pk": view.pk,
        }
        for view in found
    ]


def page(model_admin, request):
    """Save what the list is narrowed by; forget a view of one's own."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    query = query_of(request)
    if request.method == "POST" and "forget" in request.POST:
        pk = request.POST["forget"]
        if not (pk.isdecimal() and len(pk) < 19):
            return redirect(model_admin.list_url())
        saving.forget(get_permitted(request.user, SavedView, pk=pk), actor=request.user)
        return redirect(model_admin.list_url())
    form = ViewForm(request.POST if request.method == "POST" else None)
    if not query or len(query) > 500:
        form = ViewForm({"name": "", "shared": ""})
        form.add_error(None, "请先在列表中筛选或查找，再保存为常用视图。")
    elif form.is_valid():
        try:
            saving.save(
                model_admin.opts.label_lower, query=query, actor=request.user, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{model_admin.list_url()}?{query}")
    context = {"form": form, "title": "保存为常用视图", "back": f"{model_admin.list_url()}?{query}"}
    context |= {"own": [v for v in offered(model_admin, request) if v["own"]]}
    return model_admin.page(request, "admin/desk/views.html", context)
