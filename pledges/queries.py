"""Reads of the pledge."""

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.scope import get_permitted
from pledges.models import PledgeText, Signature
from rounds.models import Round


def latest_texts(user) -> QuerySet[PledgeText]:
    """The newest version of each text the user may use, the most recent first."""
    versions = PledgeText.objects.filter(unit=OuterRef("unit"), name=OuterRef("name"))
    newest = Subquery(versions.order_by("-version").values("pk")[:1])
    texts = PledgeText.objects.permitted(user).filter(pk=newest)
    return texts.order_by("-created_at")


def pledge_rounds(user, action: str = "view") -> QuerySet[Round]:
    """The pledge rounds the user may look at, or do their part in, with their texts."""
    rounds = Round.objects.permitted(user, action).filter(pledge__isnull=False)
    return rounds.select_related("unit", "pledge__text")


def signature_of(user, round_id: int, person_id: int) -> Signature:
    """The person's signature in force, if the user may see it; else 404."""
    found = get_permitted(
        user,
        Signature,
        completion__round=round_id,
        person=person_id,
        superseded_at__isnull=True,
    )
    rows = Signature.objects.select_related("completion__round__pledge__text", "person", "text")
    return rows.get(pk=found.pk)
