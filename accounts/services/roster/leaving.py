"""Whoever has finished no longer logs in and answers for nothing; taken back with the batch."""

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Duty, Grant, ImportBatch, StagedRow, User
from accounts.moves import Refused
from accounts.services import ending

ENDED = {"grants": Grant, "duties": Duty}


def end_studies(batch: ImportBatch) -> None:
    """The people of the batch cannot log in, and what they held as students ends today."""
    people = batch.rows.values("person")
    for name, model in ENDED.items():
        whose = {"user__in" if model is Grant else "person__in": people}
        end_held(batch, name, model._base_manager.filter(**whose))
    User.objects.filter(pk__in=people).update(is_active=False)
    batch.save(update_fields=["report"])


def follow_status(batch: ImportBatch) -> None:
    """Who goes by a row of the batch logs in no more; who is back by one logs in again.

    Raises Refused when somebody who goes came to hold a post since the file was looked at.
    """
    rows = batch.rows.filter(verdict__in=[StagedRow.Verdict.CHANGED, StagedRow.Verdict.MOVED])
    gone = set(rows.filter(status__in=ending.ENDS_LOGIN).values_list("person", flat=True))
    if not batch.report.get("rolls") and (posts := gone & ending.in_post()):
        named = User.objects.filter(pk__in=posts).order_by("number").values_list("name", flat=True)
        raise Refused(f"{'、'.join(named[:3])}{ending.IN_POST}，之后请重新上传名册。")
    ending.shut(gone)
    said = rows.exclude(status__in=["", *ending.ENDS_LOGIN]).values("person")
    was_gone = batch.former.filter(status__in=ending.ENDS_LOGIN, person__in=said)
    ending.reopen(was_gone.values_list("person", flat=True))


def end_held(batch: ImportBatch, name: str, rows) -> None:
    """Grants or duties that still run end today; the batch keeps until when they ran."""
    today = timezone.localdate()
    running = rows.exclude(ends_on__lte=today)
    kept = [[pk, end and str(end)] for pk, end in running.values_list("pk", "ends_on")]
    running.update(ends_on=Greatest(F("starts_on"), today))
    batch.report.setdefault("ended", {}).setdefault(name, []).extend(kept)


def resume_studies(batch: ImportBatch) -> None:
    """What ended with the batch holds again; logins come back with the records."""
    for name, rows in batch.report.get("ended", {}).items():
        for pk, end in rows:
            ENDED[name]._base_manager.filter(pk=pk).update(ends_on=end)
