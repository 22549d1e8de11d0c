"""Lists of outside results: a unit's, and the line behind somebody's part."""

from django.db.models import QuerySet

from accounts.paths import under
from rounds.models import Completion, OutsideBatch, OutsideRow
from rounds.queries.boards import Board


def outside_lists(user, shown: Board) -> QuerySet[OutsideBatch]:
    """The lists that the user may see, brought for the unit of a board or for one below it."""
    found = OutsideBatch.objects.permitted(user).filter(under(shown.path, "unit_path"))
    return found.filter(round=shown.round).select_related("created_by", "checked_by")


def outside_row(part: Completion) -> OutsideRow | None:
    """The line that a part done elsewhere stands on; None for one done here."""
    if part.method != Completion.Method.OUTSIDE:
        return None
    rows = part.outside_rows.select_related("batch__file", "batch__checked_by")
    return rows.order_by("pk").last()
