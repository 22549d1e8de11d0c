"""States, filters and forms that several of the pages share."""

from django import forms
from django.contrib import admin

from accounts.desk import StepForm
from accounts.filters import SelectFilter
from rounds.kinds import KINDS
from rounds.models import Round


class KindFilter(admin.SimpleListFilter):
    """By kind of round."""

    title, parameter_name = "种类", "kind"
    column = "kind"

    def lookups(self, request, model_admin):
        """Every kind that is registered."""
        return [(kind.code, kind.label) for kind in KINDS.values()]

    def has_output(self):
        """Shown from the first kind on."""
        return True

    def queryset(self, request, queryset):
        """The rows of one kind."""
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class RoundFilter(SelectFilter):
    """By round, the newest first."""

    title, parameter_name = "任务", "round"

    def lookups(self, request, model_admin):
        """The rounds in view that were issued."""
        rounds = Round.objects.permitted(request.user).exclude(state=Round.State.DRAFT)
        return [(str(pk), title) for pk, title in rounds.values_list("pk", "title")[:50]]

    def has_output(self):
        """Shown from the first round on."""
        return True

    def queryset(self, request, queryset):
        """The rows of one round; of one out of view nothing."""
        if not self.value():
            return queryset
        if self.value() not in dict(self.lookup_choices):
            return queryset.none()
        return queryset.filter(round=self.value())


class NoteForm(StepForm):
    """A word to go with it."""

    note = forms.CharField(
        label="意见", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
