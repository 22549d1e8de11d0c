"""Saving the way a list is narrowed, and forgetting it."""

from django.db import transaction

from accounts.models import SavedView
from accounts.moves import Refused
from accounts.scope import ROLES, grants_of

MOST = 20  # of one person for one list


@transaction.atomic
def save(model: str, *, name: str, query: str, shared: bool = False, actor) -> SavedView:
    """The view is there under its name; one of the same name is replaced."""
    own = SavedView.objects.filter(owner=actor, model=model)
    if own.exclude(name=name).count() >= MOST:
        raise Refused(f"每个列表最多保存 {MOST} 个常用视图，请先删除不用的。")
    role, path = colleagues(actor) if shared else ("", "")
    found, _ = SavedView.objects.update_or_create(
        owner=actor,
        model=model,
        name=name,
        defaults={"query": query, "shared_role": role, "shared_path": path},
    )
    return found


def colleagues(actor) -> tuple[str, str]:
    """The role and the unit by which the actor works at the desk."""
    for grant in grants_of(actor):
        if "desk.enter" in ROLES[grant.role].may:
            return grant.role, grant.path
    return "", ""


def forget(view: SavedView, *, actor) -> None:
    """One's own view is gone."""
    SavedView.objects.filter(pk=view.pk, owner=actor).delete()
