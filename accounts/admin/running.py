"""Long work that runs behind the pages."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from accounts.desk import ScopedAdmin
from accounts.models import BulkDeed, Job
from accounts.words import WORK


@admin.register(Job)
class JobAdmin(ScopedAdmin):
    """Long work with its progress."""

    list_display = ("work", "state", "progress", "requested_by", "created_at", "finished_at")
    list_filter = ("state",)
    list_select_related = ("requested_by",)
    fields = (
        "work", "state", "progress", "message", "attempts",
        "requested_by", "created_at", "finished_at",
    )  # fmt: skip
    readonly_fields = ("work", "progress")
    empty = "没有后台工作。"

    @admin.display(description="工作")
    def work(self, job):
        """What is being done."""
        return WORK.get(job.kind, "后台工作")

    def called(self, row):
        """The work and its number, as one tells it on the telephone."""
        return f"{self.work(row)} {row.pk} 号"

    def links(self, request, row):
        """To the list whose rows are being done, for whoever confirmed it."""
        mine = BulkDeed.objects.permitted(request.user).filter(pk=row.params.get("deed", 0))
        return [("逐项结果", reverse("accounts:deed", args=[deed.pk])) for deed in mine]

    @admin.display(description="进度")
    def progress(self, job):
        """How far, as a bar with the figure beside it."""
        return format_html(
            '<progress value="{0}" max="100">{0}%</progress> <span>{0}%</span>', job.percent
        )
