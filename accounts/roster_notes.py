"""What a written roster changed, college by college: who came, went, moved."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, F, Q
from django.db.models.functions import Left
from django.http import Http404

from accounts.models import ImportBatch, StagedRow, Unit, User
from accounts.paths import COLLEGE, SCHOOL, WIDTH, ancestors, under

Verdict = StagedRow.Verdict
WRITTEN = [Verdict.ADDED, Verdict.CHANGED, Verdict.MOVED, Verdict.ABSENT]
CAME, WENT, WITHIN, ABSENT, BACK = "来", "离", "本单位内转班", "名册未见", "恢复在校（在岗）"
KINDS = (CAME, WENT, WITHIN, BACK, ABSENT)


@dataclass
class Note:
    """One person and what changed for one college."""

    kind: str
    name: str
    number: str
    place: str
    said: str
    row: StagedRow = field(repr=False)


def batch_for(unit: Unit, pk: int) -> ImportBatch:
    """A written roster that touched the unit; Http404 when there is none such."""
    around = Q(path__in=ancestors(unit.path)) | under(unit.path)
    found = ImportBatch.objects.filter(around, pk=pk, state=ImportBatch.State.APPLIED).first()
    if found is None:
        raise Http404
    return found


def touched(batch: ImportBatch) -> list[tuple[Unit, int]]:
    """The colleges and departments with somebody changed, and how many."""
    counts: Counter = Counter()
    width = COLLEGE * WIDTH
    rows = batch.rows.filter(verdict__in=WRITTEN).order_by()
    rows = rows.annotate(college=Left("unit_path", width), before=Left("old_path", width))
    rows = rows.exclude(verdict=Verdict.CHANGED, status="", college=F("before"))
    for before, college, many in rows.values_list("before", "college").annotate(Count("pk")):
        for path in {before, college} - {""}:
            counts[path] += many
    units = Unit.objects.filter(path__in=counts).order_by("path")
    return [(unit, counts[unit.path]) for unit in units]


def notes(batch: ImportBatch, unit: Unit) -> list[Note]:
    """Who came, went, moved in a college by a roster, kind by kind in the order of the file."""
    here = under(unit.path, "unit_path") | under(unit.path, "old_path")
    rows = list(batch.rows.filter(here, verdict__in=WRITTEN).order_by("id"))
    paths = {
        step for row in rows for p in (row.old_path, row.unit_path) for step in ancestors(p)[1:]
    }
    names = dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
    found = [note for row in rows if (note := _note(row, unit.path, names))]
    return sorted(found, key=lambda note: KINDS.index(note.kind))


def _note(row: StagedRow, home: str, names: dict[str, str]) -> Note | None:
    before, after = row.old_path.startswith(home), row.unit_path.startswith(home)
    inside = _shown(row.unit_path if after else row.old_path, names, home)
    if row.verdict == Verdict.ABSENT:
        kind, said = ABSENT, "请核实去向"
    elif row.verdict == Verdict.ADDED:
        kind, said = CAME, "新增"
    elif row.status and row.status not in User.COUNTED:
        kind, said = WENT, row.status_note or User.Status(row.status).label
    elif after and not before:
        kind, said = CAME, f"由{_shown(row.old_path, names)}转入"
    elif before and not after:
        kind, said = WENT, f"转往{_shown(row.unit_path, names)}"
    elif row.status:
        kind, said = BACK, row.status_note or "恢复"
    elif row.verdict == Verdict.MOVED:
        kind, said = WITHIN, f"由{_shown(row.old_path, names, home)}转入"
    else:
        return None
    return Note(kind, row.name, row.number, inside, said, row)


def _shown(path: str, names: dict[str, str], below: str = "") -> str:
    """A home as people say it, from below a unit on."""
    start = len(below) or SCHOOL * WIDTH
    steps = [step for step in ancestors(path) if len(step) > start]
    return " ".join(names.get(step, "") for step in steps) or "本单位"
