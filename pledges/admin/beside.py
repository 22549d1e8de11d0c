"""Ways beside one's own phone: paper, a phone passed round, not agreeing; and what is taken out."""

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.admin.shown import unit_named
from accounts.desk import ScopedAdmin, Step
from accounts.filters import UnderFilter, yes_no
from accounts.models import Unit
from accounts.paths import COLLEGE, WIDTH
from pledges import services
from pledges.models import Archive, Objection, Passing, Scan, Signature
from rounds.admin.shown import RoundFilter


def _many(rows, of: str) -> Subquery:
    """How many of the rows hang on each of the list's; none is no number."""
    mine = rows.filter(**{of: OuterRef("pk")}).order_by().values(of)
    return Subquery(mine.annotate(many=Count("pk")).values("many"))


@admin.register(Scan)
class ScanAdmin(ScopedAdmin):
    """Sheets signed on paper, each scanned once for all who signed it."""

    list_display = ("unit", "round", "signed_on", "signers", "added_by", "added_at")
    list_display_links = ("unit",)
    list_filter = (RoundFilter, UnderFilter)
    list_select_related = ("unit", "round", "added_by")
    date_hierarchy = "added_at"
    search_fields = ("unit__name", "added_by__name")
    search_help_text = "按单位名称或上传人姓名查找"
    readonly_fields = ("name", "signers")
    fields = ("unit", "round", "name", "signed_on", "signers", "added_by", "added_at", "sha256")
    empty = "没有符合条件的签字表扫描件。"

    def get_queryset(self, request):
        """With how many signatures in force rest on it."""
        standing = Signature.objects.filter(superseded_at=None)
        return super().get_queryset(request).annotate(resting=_many(standing, "scan"))

    @admin.display(description="代录人数")
    def signers(self, scan):
        """How many were ticked on it."""
        return f"{scan.resting or 0:,}"

    @admin.display(description="文件")
    def name(self, scan):
        """The name it came under."""
        return scan.file.name

    def called(self, row):
        """The unit and the day."""
        return f"{row.unit}签字表（{row.signed_on:%Y-%m-%d}）"

    def links(self, request, row):
        """To the scan, and to the paper page of its unit."""
        file = reverse("accounts:file", args=[row.file.uuid])
        paper = reverse("pledges:paper", args=[row.round_id, row.unit_id])
        return [("查看扫描件", file), ("纸质签署", paper)]


@admin.register(Passing)
class PassingAdmin(ScopedAdmin):
    """Phones passed round a class: who gave them out, until when, what came of it."""

    list_display = ("unit", "round", "started_by", "started_at", "signers", "tried", "standing")
    list_display_links = ("unit",)
    list_filter = (RoundFilter, UnderFilter)
    list_select_related = ("unit", "round", "started_by")
    date_hierarchy = "started_at"
    search_fields = ("unit__name", "started_by__name")
    search_help_text = "按单位名称或发起人姓名查找"
    readonly_fields = ("signers", "tried", "standing")
    fields = (
        "unit", "round", "started_by", "started_at", "until", "ended_at", "signers", "tried",
        "standing",
    )  # fmt: skip
    empty = "没有符合条件的现场传签。"
    steps = (
        Step(
            name="stop",
            label="结束传签",
            verb="stop",
            run=services.end_passing,
            when=lambda passing: passing.open,
            says="这部手机随即不能再签署，已签署的保留。",
            weighty=True,
        ),
    )

    def get_queryset(self, request):
        """With how many signed on it."""
        return super().get_queryset(request).annotate(made=_many(Signature.objects, "passing"))

    @admin.display(description="签署人数")
    def signers(self, passing):
        """How many signed on it."""
        return f"{passing.made or 0:,}"

    @admin.display(description="核对未通过")
    def tried(self, passing):
        """How often digits did not fit."""
        return f"{passing.misses} 次"

    @admin.display(description="状态")
    def standing(self, passing):
        """Whether it still takes signatures."""
        tone, word = ("soon", "进行中") if passing.open else ("grey", "已结束")
        return format_html('<span class="state state-{}">{}</span>', tone, word)


@admin.register(Archive)
class ArchiveAdmin(ScopedAdmin):
    """Who took out which unit's pledges, for what; the file itself only for whoever asked."""

    list_display = ("unit", "round", "purpose", "requested_by", "requested_at", "documents", "standing")  # fmt: skip
    list_display_links = ("unit",)
    list_filter = (
        yes_no("生成", "made", ("已生成", Q(made_at__isnull=False)), ("未生成", Q(made_at=None))),
        RoundFilter,
        UnderFilter,
    )
    list_select_related = ("unit", "round", "requested_by")
    date_hierarchy = "requested_at"
    search_fields = ("unit__name", "purpose", "requested_by__name")
    search_help_text = "按单位、用途或申请人姓名查找"
    readonly_fields = ("standing",)
    fields = (
        "unit", "round", "purpose", "requested_by", "requested_at", "documents", "made_at",
        "until", "standing",
    )  # fmt: skip
    empty = "没有符合条件的归档下载。"

    @admin.display(description="状态")
    def standing(self, archive):
        """Whether it is made, and whether it can still be taken."""
        if archive.made_at is None:
            return "生成中"
        return "可下载" if archive.ready else "已过下载期限"

    def links(self, request, row):
        """To the unit's own page of archives; one of a whole year has none by round."""
        if row.round_id is None:
            return []
        return [("归档下载", reverse("pledges:archives", args=[row.round_id, row.unit_id]))]


def _answered(objection):
    return objection.state_at if objection.state == Objection.State.ANSWERED else None


class CollegeFilter(UnderFilter):
    """By college or department and no deeper, so that nobody is narrowed down to a class."""

    def lookups(self, request, model_admin):
        """Colleges and departments in view."""
        second = Unit.objects.permitted(request.user).filter(path__length=COLLEGE * WIDTH)
        return list(second.order_by("path").values_list("path", "name"))


@admin.register(Objection)
class ObjectionAdmin(ScopedAdmin):
    """Whether the colleges answer those who do not agree to sign.

    Who it is, and why, stays between the person and the college, as the sign page promises.
    """

    sees = "follow"
    list_display = ("place", "round", "state_shown", "asked_at", "answered_at", "days")
    list_display_links = ("place",)
    list_filter = ("state", RoundFilter, CollegeFilter)
    list_select_related = ("round", "person")
    date_hierarchy = "asked_at"
    readonly_fields = ("place", "state_shown", "answered_at", "days")
    fields = ("place", "round", "state_shown", "asked_at", "answered_at", "days")
    empty = "没有符合条件的不同意签署。"

    def get_queryset(self, request):
        """With the college or department that speaks with the person."""
        college = Left("person__unit_path", COLLEGE * WIDTH)
        found = super().get_queryset(request).annotate(at=college)
        return found.annotate(place_name=unit_named("at"))

    def called(self, row):
        """The college, not the person."""
        return f"{row.place_name}（{row.pk} 号）"

    def tells_history(self, request):
        """Reasons and replies stand in it."""
        return False

    @admin.display(description="学院（部门）", ordering="person__unit_path")
    def place(self, objection):
        """The college or department."""
        return objection.place_name

    @admin.display(description="答复时间")
    def answered_at(self, objection):
        """When the college answered."""
        return _answered(objection) or "—"

    @admin.display(description="等待天数")
    def days(self, objection):
        """How long it took, or has waited so far."""
        end = _answered(objection) or timezone.now()
        return (end - objection.asked_at).days
