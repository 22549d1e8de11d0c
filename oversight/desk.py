"""The security office's desk: the admin site, by work instead of by app."""

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy

from accounts import pace
from accounts.desk import ScopedAdmin
from accounts.paging import bounded
from accounts.queues import QUEUES
from accounts.scope import holds

# what belongs together at work: the heading, and its models in the order of the day
WORK = [
    (
        "任务办理",
        [
            "assignment", "round", "completion", "correction", "excuse", "lockexception",
            "outsidebatch", "finding",
        ],
    ),
    (
        "承诺书与责任书",
        [
            "pledgetext", "signature", "headsignature", "charter", "jointround", "objection",
            "scan", "passing", "archive",
        ],
    ),
    ("自查与防护", ["tool"]),
    ("通知与催办", ["circular", "reminder"]),
    (
        "组织与人员",
        [
            "unit", "user", "duty", "importbatch", "transfer", "recordrequest", "meeting",
            "meetingtask",
        ],
    ),
    ("审计与安全", ["grant", "login", "retentionrule", "auditentry"]),
    ("系统", ["school", "job"]),
]  # fmt: skip
SHORTCUTS = [
    ("导入名册", reverse_lazy("admin:accounts_importbatch_do", args=["upload"]), "roster.make"),
    ("发布任务", reverse_lazy("rounds:new"), "round.draft"),
    ("人员名单", reverse_lazy("admin:accounts_user_changelist"), "person.view"),
    ("授权", reverse_lazy("admin:accounts_grant_changelist"), "grant.view"),
    ("催办记录", reverse_lazy("notices:reminders"), "reminder.view"),
    ("校历", reverse_lazy("accounts:calendar"), "calendar.view"),
    ("我的导出", reverse_lazy("accounts:exports"), "export.make"),
]
ASKED = 120  # look-ups a minute: a fast typist needs a third of them
TYPED = 2  # letters before a choice is looked up, so that nobody pages through all people


class Choices(AutocompleteJsonView):
    """What may be chosen in a field: at most 20 rows of those in view that fit what was typed."""

    def get_queryset(self):
        """The rows that fit; none before enough is typed."""
        if len(self.term.strip()) < TYPED:
            return self.model_admin.get_queryset(self.request).none()
        return super().get_queryset()

    def get_context_data(self, **kwargs):
        """The page of rows with their labels, all read at once."""
        context = super().get_context_data(**kwargs)
        context["object_list"] = list(context["object_list"])
        labels = getattr(self.model_admin, "option_labels", lambda rows: {})
        self.labels = labels(context["object_list"])
        return context

    def serialize_result(self, obj, to_field_name):
        """One choice, told apart from others of its name."""
        found = super().serialize_result(obj, to_field_name)
        return {**found, "text": self.labels.get(obj.pk, found["text"])}


class Desk(AdminSite):
    """The stock admin site in our dress: a list of what waits, then the models by work."""

    site_header = site_title = "管理后台"
    index_title = "管理后台"
    empty_value_display = "—"
    index_template = "admin/desk/index.html"

    def __init__(self, name="admin"):
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable, admin_class=None, **options):
        """Only models whose pages pass the scope; groups and other stock models stay out."""
        if admin_class is not None and issubclass(admin_class, ScopedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request, app_label=None):
        """The models this user may look at, by work."""
        found = {}
        for app in self._build_app_dict(request).values():
            found |= {model["object_name"].lower(): model for model in app["models"]}
        groups = [
            {
                "name": heading,
                "app_label": "-".join(names),
                "app_url": reverse("admin:index", current_app=self.name),
                "has_module_perms": True,
                "models": [found[name] for name in names if name in found],
            }
            for heading, names in WORK
        ]
        return [group for group in groups if group["models"]]

    def index(self, request, extra_context=None):
        """What waits, the shortcuts, the models."""
        waiting = [(queue, bounded(queue.rows(request.user))) for queue in QUEUES]
        context = {
            "queues": [
                {
                    "queue": queue,
                    "count": count,
                    "url": queue.link(request.user),
                }
                for queue, count in waiting
                if count
            ],
            "shortcuts": [
                (label, str(address))
                for label, address, verb in SHORTCUTS
                if holds(request.user, verb)
            ],
        }
        return super().index(request, {**context, **(extra_context or {})})

    def app_index(self, request, app_label, extra_context=None):
        """Apps are how we build, not how the office works."""
        return redirect("admin:index")

    def autocomplete_view(self, request):
        """Choices for a field that looks things up; 429 to whoever asks without end."""
        if not pace.within("choices", request.user.pk, ASKED):
            return JsonResponse({"results": [], "pagination": {"more": False}}, status=429)
        return Choices.as_view(admin_site=self)(request)

    def login(self, request, extra_context=None):
        """Who comes here is logged in already: the gate sent them to the portal's own page."""
        return redirect("admin:index")

    def logout(self, request, extra_context=None):
        """By the portal's own way out, with what was posted."""
        return redirect("accounts:logout", preserve_request=True)

    def password_change(self, request, extra_context=None):
        """In the portal, where it is recorded."""
        return redirect("accounts:password")

    def password_change_done(self, request, extra_context=None):
        """The portal says so itself."""
        raise Http404
