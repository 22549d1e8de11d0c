"""What several of the desk's pages show or ask alike."""

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.desk import StepForm
from accounts.models import Unit


def unit_named(path: str) -> Subquery:
    """The name of the unit at a row's path, in the list's own query."""
    return Subquery(Unit.objects.filter(path=OuterRef(path)).values("name")[:1])


class NoteForm(StepForm):
    """A sentence that stays with the decision."""

    note = forms.CharField(
        label="说明", max_length=500, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )


class LateFilter(admin.SimpleListFilter):
    """What waits although its day has passed; the rows have `due_on` and wait in a first state."""

    title, parameter_name = "期限", "late"

    def lookups(self, request, model_admin):
        """One case."""
        return [("1", "已逾期")]

    def queryset(self, request, queryset):
        """The rows whose day was before today."""
        if self.value() != "1":
            return queryset
        waits = queryset.model._meta.get_field("state").default
        return queryset.filter(state=waits, due_on__lt=timezone.localdate())

    def has_output(self):
        """Always offered."""
        return True
