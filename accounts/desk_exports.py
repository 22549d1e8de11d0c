"""Taking the filtered list of a page of the desk out."""

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.shortcuts import redirect

from accounts.exports import Listed, source
from accounts.moves import Refused
from accounts.scope import holds
from accounts.services import exports

PAGING = ("p", "all", "o_", "e")


class PurposeForm(forms.Form):
    """What the list is for; whole numbers only for those who may unmask them."""

    error_css_class = "errors"
    purpose = forms.CharField(
        label="用途",
        min_length=2,
        max_length=100,
        help_text="如“核对本月未签人员”，将印在名单首行。",
    )
    full = forms.BooleanField(
        label="包含完整手机号、证件号码",
        required=False,
        help_text="确有需要才勾选；不勾选时号码以星号遮盖。",
    )

    def __init__(self, *args, actor, sensitive: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not (sensitive and holds(actor, "person.unmask")):
            del self.fields["full"]


def query_of(request) -> str:
    """What the list is narrowed by, without where in it one is."""
    asked = request.GET.copy()
    for name in PAGING:
        asked.pop(name, None)
    return asked.urlencode()


def page(model_admin, request):
    """The page that asks what for; then the export's own page in the portal."""
    sheet = model_admin.sheet
    if sheet is None or not exports.may_ask(request.user, model_admin.has_view_permission(request)):
        raise PermissionDenied
    query = query_of(request)
    try:
        found = changelist(model_admin, request.user, query)
    except IncorrectLookupParameters:
        return redirect(model_admin.list_url())
    data = request.POST if request.method == "POST" else None
    form = PurposeForm(data, actor=request.user, sensitive=sheet.sensitive)
    if form.is_valid():
        params = {"model": model_admin.opts.label_lower, "query": query}
        try:
            made = exports.ask(
                "desk", params, title=sheet.title, actor=request.user, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("accounts:export", made.pk)
    context = {"form": form, "title": "导出名单", "back": f"{model_admin.list_url()}?{query}"}
    context |= {"count": found.result_count, "beyond": found.paginator.beyond}
    return model_admin.page(request, "admin/desk/export.html", context)


def changelist(model_admin, user, query: str):
    """The list as the page shows it to this user."""
    return model_admin.get_changelist_instance(asked_by(user, query))


def asked_by(user, query: str = "") -> HttpRequest:
    """A look at the list by this user, as if they stood before it."""
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", QueryDict(query), user
    return request


@source("desk")
def desk_list(user, params: dict, *, full: bool) -> Listed:
    """The filtered list of a page of the desk; nothing for who may no longer look at it."""
    model_admin = admin.site.get_model_admin(apps.get_model(params["model"]))
    sees = model_admin.has_view_permission(asked_by(user))
    if not (holds(user, "desk.enter") and sees):
        raise Refused("您的角色已变动，不能导出这份名单。")
    found = changelist(model_admin, user, params["query"])
    sheet = model_admin.sheet
    rows = sheet.rows(found.queryset, user, full=full and sheet.sensitive)
    path = found.params.get("under", "")
    return Listed(sheet.title, sheet.headers, rows, found.result_count, sheet.widths, path)
