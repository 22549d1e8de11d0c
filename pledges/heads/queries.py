"""Which units still wait for their head, and who signed for which."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.audit import holder
from accounts.models import Grant
from accounts.paths import COLLEGE, WIDTH
from accounts.scope import grants_of
from pledges.heads.models import HeadSignature
from rounds.models import Assignment, Round


def with_head() -> Exists:
    """Whether somebody who still holds the unit has signed for it."""
    holding = Grant.objects.able().filter(
        path=OuterRef("unit_path"), role=OuterRef("role"), user=OuterRef("hand__person")
    )
    standing = HeadSignature.objects.filter(
        Exists(holding), round=OuterRef("round"), unit=OuterRef("unit"), ended_at__isnull=True
    )
    return Exists(standing)


def to_sign(user) -> QuerySet[Assignment]:
    """The units for which this user is asked to sign as their head and has not."""
    mine = Q(pk__in=[])
    for grant in grants_of(user):
        if len(grant.path) == COLLEGE * WIDTH:
            mine |= Q(unit_path=grant.path, round__pledge__head_role=grant.role)
    if not mine:
        return Assignment.objects.none()
    waiting = Assignment.objects.permitted(user).filter(mine, round__state=Round.State.OPEN)
    return waiting.exclude(with_head()).select_related("round", "unit")


def unit_heads(user, round_: Round) -> list[Assignment]:
    """The units of a round whose head signs, each with its `head` and who `answers` for it."""
    rows: list = list(
        Assignment.objects.permitted(user)
        .filter(round=round_, unit_path__length=COLLEGE * WIDTH)
        .select_related("unit")
    )
    paths = [row.unit_path for row in rows]
    heads = HeadSignature.objects.filter(round=round_, unit_path__in=paths, ended_at__isnull=True)
    by_path = {head.unit_path: head for head in heads.select_related("hand__person")}
    grants = Grant.objects.able().filter(path__in=paths, role=round_.pledge.head_role)
    held: dict[str, list] = {}
    for grant in grants.select_related("user", "acting_for"):
        held.setdefault(grant.path, []).append(grant)
    for row in rows:
        here = held.get(row.unit_path, [])
        row.head = by_path.get(row.unit_path)
        row.answers = "、".join(holder(grant) for grant in here)
        row.left = bool(row.head) and row.head.hand.person not in [grant.user for grant in here]
    return rows
