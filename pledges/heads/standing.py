"""Which head's hand stands on whose copy, and until when."""

from bisect import bisect_right
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Grant
from accounts.paths import COLLEGE, cut
from pledges.heads.models import HeadSignature
from pledges.models import Signature, TextChange
from rounds.models import Round


def holds_still(user_id: int, role: str, path: str) -> bool:
    """Whether this person holds the head's role at the unit today, and can act by it."""
    return Grant.objects.able().filter(user=user_id, role=role, path=path).exists()


def left_at(head: HeadSignature) -> datetime | None:
    """The end of the last day on which the signer held the unit; None while they still do.

    Of a signer whose login alone was closed nobody wrote down a day: until now.
    """
    held = {"user": head.hand.person_id, "role": head.role, "path": head.unit_path}
    if holds_still(held["user"], held["role"], held["path"]):
        return None
    if Grant.objects.in_force().filter(**held).exists():
        return timezone.now()
    ended = Grant.objects.filter(**held, ends_on__isnull=False).order_by("-ends_on").first()
    if ended is None:
        return timezone.now()
    return timezone.make_aware(datetime.combine(ended.ends_on + timedelta(days=1), time.min))


def end(heads: QuerySet[HeadSignature]) -> list[list[str]]:
    """These stand on nothing that is signed from now on: each receipt with its end, for the trail.

    Where the head had left before, the hand ends with the day they left.
    """
    said = []
    for head in heads.select_related("hand").order_by("pk"):
        at = left_at(head) or timezone.now()
        HeadSignature.objects.filter(pk=head.pk).update(ended_at=at)
        said.append([head.hand.receipt, at.isoformat()])
    return said


class Standing:
    """The heads' hands of one round, or of one unit in it, read once for any number of copies."""

    def __init__(self, round_: Round, path: str = ""):
        self.heads: dict[str, list[tuple[HeadSignature, datetime | None]]] = {}
        self.changes: list[datetime] = []
        if not round_.pledge.head_role:
            return
        changes = TextChange.objects.filter(round=round_, material=True).order_by("decided_at")
        self.changes = [*changes.values_list("decided_at", flat=True)]
        found = HeadSignature.objects.filter(round=round_).order_by("hand__signed_at")
        if path:
            found = found.filter(unit_path=cut(path, COLLEGE))
        for head in found.select_related("hand__person", "unit", "text"):
            until = head.ended_at or left_at(head)
            self.heads.setdefault(head.unit_path, []).append((head, until))

    def on(self, signature: Signature) -> HeadSignature | None:
        """The head whose hand stands on this copy; None while nobody has signed for that time.

        The first to sign stands on what was signed before, too; each later one from the day the
        former left. None stands on another text than the one they read: a material change parts
        what was signed before it from what is signed after.
        """
        text = self._text_at(signature.signed_at)
        for head, until in self.heads.get(cut(signature.unit_path, COLLEGE), []):
            same = self._text_at(head.hand.signed_at) == text
            if same and (until is None or signature.signed_at < until):
                return head
        return None

    def _text_at(self, moment: datetime) -> int:
        """Which text was to be signed then, counting from the round's first."""
        return bisect_right(self.changes, moment)


def standing_on(signature: Signature) -> HeadSignature | None:
    """The head whose hand stands on one person's copy."""
    return Standing(signature.completion.round, signature.unit_path).on(signature)
