"""The catalogue of safeguards, to look through; it is kept on the portal's own page."""

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from accounts.desk import ScopedAdmin
from accounts.filters import yes_no
from selfcheck.models import Tool


@admin.register(Tool)
class ToolAdmin(ScopedAdmin):
    """Each tool with what is asked of it, and whether new rounds may ask for it."""

    list_display = ("name", "asked", "where", "standing", "link")
    list_filter = (
        yes_no(
            "状态",
            "retired",
            ("已停用", Q(retired_at__isnull=False)),
            ("使用中", Q(retired_at=None)),
        ),
    )
    search_fields = ("name",)
    search_help_text = "按工具名称查找"
    readonly_fields = ("asked", "where", "standing", "link")
    fields = ("name", "guide", "asked", "where", "standing", "link")
    empty = "还没有反诈工具。"

    def get_queryset(self, request):
        """The tools in view, with their items."""
        return super().get_queryset(request).prefetch_related("items")

    @admin.display(description="项目")
    def asked(self, tool):
        """What is asked of it."""
        return "、".join(item.label for item in tool.items.all()) or "—"

    @admin.display(description="使用范围")
    def where(self, tool):
        """Where it is prescribed."""
        return f"{len(tool.places)} 个单位" if tool.places else "全校"

    @admin.display(description="状态")
    def standing(self, tool):
        """Whether new rounds may ask for it."""
        return "已停用" if tool.retired_at else "使用中"

    @admin.display(description="修改")
    def link(self, tool):
        """Where it is changed."""
        return format_html('<a href="{}">打开目录</a>', reverse("tools:tool", args=[tool.pk]))
