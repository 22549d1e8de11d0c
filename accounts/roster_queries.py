"""Reading staged rosters."""

from django.db.models import QuerySet

from accounts.models import ImportBatch, Job, StagedRow, Unit, User
from accounts.paths import ancestors
from accounts.roster.columns import FIELDS

Verdict = StagedRow.Verdict
TABS = [Verdict.REJECTED, Verdict.ADDED, Verdict.CHANGED, Verdict.MOVED, Verdict.ABSENT]
MOST_NAMES = 60


def batches(user) -> QuerySet[ImportBatch]:
    """The rosters in the user's view, newest first."""
    found = ImportBatch.objects.permitted(user).defer("report")
    return found.select_related("unit", "file", "created_by")


def job_of(batch: ImportBatch) -> Job | None:
    """The work that last read or wrote the batch."""
    kinds = ["roster.stage", "roster.apply"]
    return Job.objects.filter(kind__in=kinds, params__batch=batch.pk).first()


def staged(batch: ImportBatch, verdict: str) -> QuerySet[StagedRow]:
    """The rows of one verdict, in the order of the file; the absent by where they stand."""
    rows = batch.rows.filter(verdict=verdict)
    return rows.order_by("unit_path", "number") if verdict == Verdict.ABSENT else rows


def place(rows: list, batch: ImportBatch) -> None:
    """Give each staged row the names of where its person stands, planned units included."""
    paths = {step for row in rows for step in ancestors(row.unit_path)[1:]}
    names = dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
    names |= {path: name for path, _, name in batch.report.get("units", []) if path in paths}
    for row in rows:
        row.place = " ".join(names.get(step, "") for step in ancestors(row.unit_path)[1:])
        row.category_label = dict(User.Category.choices).get(row.category, "")


def new_units(batch: ImportBatch) -> list[dict]:
    """The units a batch adds, by kind: label, count, the first names."""
    by_kind: dict[str, list[str]] = {}
    for _, kind, name in batch.report.get("units", []):
        by_kind.setdefault(kind, []).append(name)
    return [
        {
            "label": Unit.Kind(kind).label,
            "count": len(names),
            "names": names[:MOST_NAMES],
            "more": max(0, len(names) - MOST_NAMES),
        }
        for kind, names in by_kind.items()
    ]


def sheets(batch: ImportBatch) -> list[dict]:
    """What was made of each sheet: its columns as (header, field), and the ignored ones."""
    return [
        {
            "name": sheet["name"],
            "header_row": sheet["header_row"],
            "columns": [(header, FIELDS[field]) for header, field in sheet["mapping"].items()],
            "ignored": "、".join(sheet["ignored"]),
        }
        for sheet in batch.report.get("sheets", [])
    ]


def absent_people(user) -> QuerySet[User]:
    """The people whom the last roster no longer named and about whom nobody has decided."""
    found = User.objects.permitted(user, "settle").counted().filter(absent_since__isnull=False)
    return found.select_related("unit").order_by("unit_path", "number")
