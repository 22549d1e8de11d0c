"""What all pages of the desk have in common: scope, looking, and steps that call services.

The stock pages of the admin site only show. Whatever changes something is a `Step`: a button, a
page that says what will happen and asks what the service needs, and the service itself, which
the portal calls too. Nothing is added, changed or deleted by any other way.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header

from accounts import desk_bulk, desk_exports, desk_saved
from accounts.audit import trail
from accounts.exports import Sheet
from accounts.models import User
from accounts.moves import Refused
from accounts.paging import Bounded
from accounts.queries import search
from accounts.scope import get_permitted, holds, may
from accounts.templatetags.portal import tone
from accounts.words import DEEDS

LOOKUPS = ("", "__exact", "__in", "__isnull")


class StepForm(forms.Form):
    """What a step asks before it is done; knows the row it is about and who asks."""

    error_css_class = "errors"

    def __init__(self, *args, row=None, actor=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.row, self.actor = row, actor


class ReasonForm(StepForm):
    """A reason that the other side, or an inspection, will read."""

    reason = forms.CharField(
        label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )


@dataclass(frozen=True, kw_only=True)
class Step:
    """One button of the desk.

    `verb` is asked of the scope table for each row; `run` is the service, called with the row (or
    nothing when the step is `on_list`), the actor and what the form holds. `says` tells what will
    be so afterwards. `reveals` names a result that is shown once and kept nowhere. Where the service
    asks more of the actor than the scope table does, `able` says so, that no button is drawn in vain.
    A step that `hands_out` answers with a file, (name, bytes); one that `opens` makes a row, whose
    page is shown next.
    """

    name: str
    label: str
    verb: str
    run: Callable
    form: type[StepForm] = ReasonForm
    when: Callable = lambda row: True
    able: Callable = lambda user, row: True
    says: str | Callable[..., str] = ""
    done: str = ""
    bulk: bool = False
    on_list: bool = False
    reveals: str = ""
    weighty: bool = False
    hands_out: bool = False
    opens: bool = False

    def words(self, row=None) -> str:
        """What will be so after the step."""
        if callable(self.says):
            return "" if row is None else self.says(row)
        return self.says


class ScopedAdmin(admin.ModelAdmin):
    """Rows the user may see, and steps the user may take. Another school's row does not exist."""

    steps: tuple[Step, ...] = ()
    sees = "view"  # what the scope table is asked, where the desk shows less than the portal
    empty = "没有符合条件的内容。"
    list_per_page = list_max_show_all = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = Bounded
    sheet: Sheet | None = None
    view_on_site = False
    change_list_template = "admin/desk/list.html"
    change_form_template = "admin/desk/row.html"
    object_history_template = "admin/desk/history.html"

    # ---- who may

    def get_queryset(self, request):
        """The rows this user may see."""
        return super().get_queryset(request).permitted(request.user, self.sees)

    def get_object(self, request, object_id, from_field=None):
        """The row, or Http404 alike when it is foreign and when it does not exist.

        Python reads ` 12`, `1_2` and `１２` as numbers too; the address of a row is none of them.
        """
        if not (object_id.isascii() and object_id.isdigit()):
            raise Http404
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def holds(self, request, action: str) -> bool:
        """Whether the user may do this to any row at all."""
        return holds(request.user, f"{self.model.scope_name}.{action}")

    def allows(self, user, step: Step) -> bool:
        """Whether the user may take the step on any row at all."""
        return holds(user, f"{self.model.scope_name}.{step.verb}")

    def has_view_permission(self, request, obj=None):
        sees = self.sees
        return self.holds(request, sees) and (obj is None or may(request.user, sees, obj))

    def has_module_permission(self, request):
        return self.holds(request, self.sees)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request=None):
        """Only what is offered as a filter; any other column would answer guesses about itself."""
        offered: set[str] = set()
        for item in self.get_list_filter(request):
            if isinstance(item, str):
                offered |= {f"{item}{suffix}" for suffix in LOOKUPS}
            else:
                offered |= set(getattr(item, "parameters", [getattr(item, "parameter_name", "")]))
        days = self.date_hierarchy
        return lookup in offered | {f"{days}__{part}" for part in ("year", "month", "day") if days}

    @admin.display(description="状态", ordering="state")
    def state_shown(self, row):
        """The state in words and colour, where rows have one."""
        word = row.get_state_display()
        return format_html('<span class="state state-{}">{}</span>', tone(row.state), word)

    # ---- pages

    def get_urls(self):
        """The stock pages, and one for each step."""
        named = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("views/", view(self.views_view), name=f"{named}_views"),
            path("export/", view(self.export_view), name=f"{named}_export"),
            path("do/<slug:name>/", view(self.list_step_view), name=f"{named}_do"),
            path("<int:pk>/do/<slug:name>/", view(self.step_view), name=f"{named}_step"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        """The list, under its own name, with the steps that need no row."""
        context = {"title": self.opts.verbose_name_plural, "empty": self.empty}
        context["list_steps"] = [
            (step.label, self.address_of(step))
            for step in self.steps
            if step.on_list and self.holds(request, step.verb)
        ]
        named = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        query = desk_exports.query_of(request)
        context["views"] = desk_saved.offered(self, request)
        context["views_url"] = f"{reverse(f'{named}_views')}?{query}" if query else ""
        if self.sheet and self.holds(request, self.sees) and holds(request.user, "export.make"):
            context["export_url"] = f"{reverse(f'{named}_export')}?{query}"
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def views_view(self, request):
        """The way the list is narrowed, saved under a name."""
        return desk_saved.page(self, request)

    def export_view(self, request):
        """The filtered list as a file, for a purpose."""
        return desk_exports.page(self, request)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """The row with the steps that are open to this user now."""
        context["title"], context["subtitle"] = self.called(obj), None
        context["steps"] = [(step, self.address_of(step, obj)) for step in self.open(request, obj)]
        context["links"] = self.links(request, obj)
        context["tells_history"] = self.tells_history(request)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(self, request, object_id, extra_context=None):
        """What was done to the row; of a foreign one nothing, not even that it exists."""
        row = self.get_object(request, object_id)
        if not (self.has_view_permission(request, row) and self.tells_history(request)):
            raise PermissionDenied
        entries = list(trail(row)[:200])
        for entry in entries:
            entry.deed = DEEDS.get(entry.verb, "其他操作")
        name = self.called(row)
        context = {"title": f"{name}：办理记录", "called": name, "entries": entries}
        context["back"] = self.row_url(row)
        return self.page(request, self.object_history_template, context)

    def page(self, request, template, context, status=200):
        """One of our own pages in the frame of the desk."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "subtitle": None}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, {**frame, **context}, status=status)

    def called(self, row) -> str:
        """The row in the headings of its pages."""
        return str(row)

    def tells_history(self, request) -> bool:
        """Whether the user may read what was done to a row, with the reasons given."""
        return True

    def links(self, request, row) -> list[tuple[str, str]]:
        """Ways from a row to pages of the portal: (label, address)."""
        return []

    # ---- steps

    def step_named(self, name: str, *, on_list: bool = False) -> Step:
        """The step of this name; Http404 when there is none."""
        for step in self.steps:
            if step.name == name and step.on_list == on_list:
                return step
        raise Http404

    def address_of(self, step: Step, row=None) -> str:
        """Where a step is taken."""
        named = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if row is None:
            return reverse(f"{named}_do", args=[step.name])
        return reverse(f"{named}_step", args=[row.pk, step.name])

    def row_url(self, row) -> str:
        """The page of a row."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def list_url(self) -> str:
        """The page of the list."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def open(self, request, row) -> list[Step]:
        """The steps that this row's state and the user's grants allow now."""
        own = [step for step in self.steps if not step.on_list and step.when(row)]
        verbs = {verb for verb in {s.verb for s in own} if may(request.user, verb, row)}
        return [step for step in own if step.verb in verbs and step.able(request.user, row)]

    def step_view(self, request, pk, name):
        """Ask, then do it to one row."""
        step = self.step_named(name)
        row = get_permitted(request.user, self.model, step.verb, pk=pk)
        return self.ask_and_do(request, step, row, back=self.row_url(row))

    def list_step_view(self, request, name):
        """Ask, then do what makes a new row."""
        step = self.step_named(name, on_list=True)
        if not self.holds(request, step.verb):
            raise PermissionDenied
        return self.ask_and_do(request, step, None, back=self.list_url())

    def ask_and_do(self, request, step, row, back):
        """The page of a step; once the form is right, the service. A refusal is said in place."""
        data = request.POST if request.method == "POST" else None
        form = step.form(data, request.FILES or None, row=row, actor=request.user)
        name = "" if row is None else self.called(row)
        context = {"step": step, "called": name, "form": form, "back": back, "media": form.media}
        context |= {"title": step.label, "words": step.words(row), "list_url": self.list_url()}
        if not form.is_valid():
            return self.page(request, "admin/desk/step.html", context)
        subject = () if row is None else (row,)
        try:
            result = step.run(*subject, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.page(request, "admin/desk/step.html", context)
        if step.reveals:
            context["result"] = result
            return self.page(request, "admin/desk/reveal.html", context)
        if step.hands_out:
            return handed_out(*result)
        messages.success(
            request, step.done or f"{name or self.opts.verbose_name}：已{step.label}。"
        )
        return redirect(self.row_url(result) if step.opens else back)

    # ---- steps on many rows

    def get_actions(self, request):
        """The steps that may be taken on many rows at once, as actions of the list."""
        if IS_POPUP_VAR in request.GET:
            return {}
        return {
            step.name: (desk_bulk.as_action(step), step.name, step.label)
            for step in self.steps
            if step.bulk and self.holds(request, step.verb)
        }

    def get_action_choices(self, request, default_choices=(("", "请选择"),)):
        return super().get_action_choices(request, list(default_choices))

    def response_action(self, request, queryset):
        """As stock, but a forged number is a bad request, not a fault of ours."""
        try:
            return super().response_action(request, queryset)
        except ValueError as error:
            raise BadRequest from error


def handed_out(name: str, data: bytes) -> HttpResponse:
    """A file to keep, under its name."""
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


class PersonFound:
    """A list searched by the people its rows are about, as the portal searches them."""

    search_fields = ("person__name",)
    search_help_text = "姓名、拼音、首字母或学（工）号"
    whose = "person"

    def get_search_results(self, request, queryset, search_term):
        """The rows of those people in view whom the words fit; no row twice."""
        if not search_term:
            return queryset, False
        people = search(User.objects.permitted(request.user), search_term)
        return queryset.filter(**{f"{self.whose}__in": people}), False
