"""Views of the desk's lists that somebody saved under a name."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from accounts.paths import PathField
from accounts.scope import ScopedQuerySet, grants_of


class SavedViewQuerySet(ScopedQuerySet):
    def offered(self, user):
        """The user's own, and those that colleagues of the same role at the same unit share."""
        shared = Q(pk__in=[])
        for grant in grants_of(user):
            shared |= Q(shared_role=grant.role, shared_path=grant.path)
        return self.filter(shared | Q(owner=user))


class SavedView(models.Model):
    """A list narrowed in a certain way; what it shows is narrowed by who looks."""

    owner = models.ForeignKey("User", models.CASCADE, related_name="+", verbose_name="保存人")
    model = models.CharField(max_length=60)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=500)
    shared_role = models.CharField(max_length=20, blank=True)
    shared_path = PathField(blank=True)
    created_at = models.DateTimeField("保存时间", default=timezone.now)

    objects = SavedViewQuerySet.as_manager()
    scope_name, scope_path, scope_person = "savedview", "", "owner"

    class Meta:
        verbose_name = verbose_name_plural = "常用视图"
        ordering = ["name", "id"]
        constraints = [
            UniqueConstraint(fields=["owner", "model", "name"], name="one_view_for_a_name"),
        ]

    def __str__(self):
        return self.name
