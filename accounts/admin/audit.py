"""The trail, for the auditor alone: who did what to whom, when, and whether the row is intact."""

import hmac

from django.apps import apps
from django.contrib import admin
from django.utils.html import format_html_join

from accounts.audit import digest
from accounts.desk import ScopedAdmin
from accounts.filters import DaysFilter, SelectFilter
from accounts.models import AuditEntry
from accounts.words import DEEDS, DETAILS, ROSTER


def model_words() -> dict[str, str]:
    """The word on screen for each kind of object."""
    ours = {"accounts", "rounds", "pledges", "oversight"}
    return {
        model._meta.model_name: str(model._meta.verbose_name)
        for model in apps.get_models()
        if model._meta.app_label in ours
    }


LISTS = {"people", "fields"}


def in_words(entry: AuditEntry, key: str) -> str:
    """What was written under a key, with the labels of the object's own choices."""
    value = entry.detail[key]
    labels = choices_of(entry.model).get(key, {})
    if isinstance(value, dict):
        return "，".join(f"{ROSTER.get(k, '其他')} {v}" for k, v in value.items())
    if isinstance(value, bool):
        return "是" if value else "否"
    if key in LISTS:
        return "、".join(DETAILS.get(part, str(part)) for part in value)
    if isinstance(value, list):  # before and after
        return " → ".join(str(labels.get(part, part) or "（空）") for part in value)
    return str(labels.get(value, value) or "（空）")


def choices_of(model_name: str) -> dict[str, dict]:
    """The labels of a model's choices, by field."""
    for model in apps.get_models():
        if model._meta.model_name == model_name:
            return {f.name: dict(f.flatchoices) for f in model._meta.fields if f.choices}
    return {}


class DeedFilter(SelectFilter):
    """By deed."""

    title, parameter_name = "操作", "verb"

    def lookups(self, request, model_admin):
        """Every deed there is a word for."""
        return sorted(DEEDS.items(), key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        """The rows of one deed."""
        return queryset.filter(verb=self.value()) if self.value() else queryset


class ModelFilter(SelectFilter):
    """By kind of object."""

    title, parameter_name = "对象类型", "model"

    def lookups(self, request, model_admin):
        """Every kind of object we keep."""
        return sorted(model_words().items(), key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        """The rows of one kind."""
        return queryset.filter(model=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ScopedAdmin):
    """Read and searched, never changed."""

    list_display = ("at", "actor_name", "deed", "kind", "subject", "note")
    list_filter = (DaysFilter, DeedFilter, ModelFilter)
    search_fields = ("actor_name", "subject", "=object_id")
    search_help_text = "按操作人、对象名称或对象编号查找"
    sortable_by = ()
    fields = (
        "at", "actor_name", "deed", "kind", "subject", "object_id",
        "note", "changes", "address", "intact",
    )  # fmt: skip
    readonly_fields = ("deed", "kind", "changes", "intact")
    empty = "没有符合条件的记录。"

    def called(self, row):
        """Who did what to whom."""
        return f"{row.actor_name} {self.deed(row)} {row.subject}"

    @admin.display(description="操作")
    def deed(self, entry):
        """The deed in words."""
        return DEEDS.get(entry.verb, "其他操作")

    @admin.display(description="对象类型")
    def kind(self, entry):
        """The kind of object in words."""
        return model_words().get(entry.model, "其他")

    @admin.display(description="变更")
    def changes(self, entry):
        """What was written with the deed, one a line."""
        lines = ((DETAILS.get(key, "其他"), in_words(entry, key)) for key in entry.detail)
        return format_html_join("", "<div>{}：{}</div>", lines) or "—"

    @admin.display(description="校验")
    def intact(self, entry):
        """Whether the row says what it said when it was written."""
        same = hmac.compare_digest(digest(entry), entry.digest)
        return "一致，未被改动" if same else "不一致，记录可能被改动"
