"""Reading staged rosters."""

from django.db.models import Case, Exists, OuterRef, QuerySet, When

from accounts.models import ImportBatch, Job, StagedRow, Transfer, Unit, User
from accounts.paths import COLLEGE, WIDTH, ancestors, under
from accounts.roster.columns import FIELDS
from accounts.scope import covers

Verdict = StagedRow.Verdict
TABS = [
    Verdict.REJECTED, Verdict.ADDED, Verdict.CHANGED, Verdict.MOVED, Verdict.TRANSFER,
    Verdict.ABSENT,
]  # fmt: skip
MOST_NAMES = 60
MOST_NOTES = 10


def batches(user) -> QuerySet[ImportBatch]:
    """The rosters in the user's view, newest first."""
    found = ImportBatch.objects.permitted(user).defer("report")
    return found.select_related("unit", "file", "created_by")


def job_of(batch: ImportBatch) -> Job | None:
    """The work that last read or wrote the batch."""
    kinds = ["roster.stage", "roster.apply", "roster.undo"]
    return Job.objects.filter(kind__in=kinds, params__batch=batch.pk).first()


def staged(batch: ImportBatch, verdict: str) -> QuerySet[StagedRow]:
    """The rows of one verdict, in the order of the file; the absent by where they stand."""
    rows = batch.rows.filter(verdict=verdict)
    return rows.order_by("unit_path", "number") if verdict == Verdict.ABSENT else rows


def to_correct(batch: ImportBatch) -> QuerySet[StagedRow]:
    """The refused rows, in the order of the file."""
    return batch.rows.filter(verdict=Verdict.REJECTED).order_by("id")


def with_fixes(rows: list, batch: ImportBatch) -> None:
    """Give each refused row what was put in and not yet checked: `fix`, None for nothing."""
    found = batch.fixes.filter(checked=False, row__in=[row.row for row in rows])
    by_place = {(fix.sheet, fix.row): fix for fix in found}
    for row in rows:
        row.fix = by_place.get((row.sheet, row.row))


def fields_of(batch: ImportBatch) -> dict[str, str]:
    """The fields the file has, each with its header."""
    fields: dict[str, str] = {}
    for sheet in batch.report.get("sheets", []):
        for header, name in sheet["mapping"].items():
            fields.setdefault(name, header)
    return fields


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


def transfers(user) -> QuerySet[Transfer]:
    """The people asked for from or into the user's units, the open ones first."""
    found = Transfer.objects.permitted(user).select_related("person", "asked_by")
    waiting = Case(When(state=Transfer.State.ASKED, then=0), default=1)
    return found.order_by(waiting, "-id")


def to_decide(user) -> QuerySet[Transfer]:
    """The people somebody asks the user's units for."""
    return Transfer.objects.permitted(user, "decide").filter(state=Transfer.State.ASKED)


def with_sides(rows: list[Transfer], user) -> None:
    """Give each the names of both sides; the side somebody stands with only to that side."""
    paths = {
        step for row in rows for p in (row.old_path, row.new_path) for step in ancestors(p)[1:]
    }
    names = dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
    for row in rows:
        row.decides = covers(user, "transfer.decide", row.old_path)
        mine = covers(user, "transfer.view", row.old_path)
        row.old_place = _place(row.old_path, names) if mine else "其他单位"
        row.new_place = _place(row.new_path, names)


def _place(path: str, names: dict[str, str]) -> str:
    return " ".join(names.get(step, "") for step in ancestors(path)[1:])


def changed_for(user) -> list[tuple[ImportBatch, Unit]]:
    """The rosters of the whole school that changed the user's own college, newest first."""
    units = Unit.objects.permitted(user, "note").filter(path__length=COLLEGE * WIDTH)[:2]
    found = []
    for unit in units if len(units) == 1 else []:
        here = under(unit.path, "unit_path") | under(unit.path, "old_path")
        rows = StagedRow.objects.filter(here, batch=OuterRef("pk")).exclude(
            verdict=Verdict.REJECTED
        )
        above = ImportBatch.objects.filter(path=unit.school_path, state=ImportBatch.State.APPLIED)
        batches = above.filter(Exists(rows)).defer("report").order_by("-id")[:MOST_NOTES]
        found = [(batch, unit) for batch in batches]
    return found
