"""A whole roster looked at: each row's verdict, and who is missing from it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator

from accounts.jobs import progress
from accounts.models import Identity, Job, StagedRow, Unit, User
from accounts.paths import COLLEGE, SCHOOL, cut, level_of
from accounts.roster import table
from accounts.roster.cells import masked
from accounts.roster.columns import FIELDS, tidy
from accounts.services.ending import ENDS_LOGIN, IN_POST, in_post
from accounts.services.roster.comparing import (
    STATUSES,
    Comparison,
    Known,
    People,
    category_of,
    cohort_of,
    kind_for,
    school_year,
)
from accounts.services.roster.contracting import Contracts
from accounts.services.roster.naming import with_grades
from accounts.services.roster.placing import Grid, Unplaced, class_of

Verdict = StagedRow.Verdict
COLUMNS = (
    "batch_id", "verdict", "sheet", "row", "person_id", "unit_path", "old_path",
    "identity_kind", "identity_value", "exam_number", "number",
    "uuid", "name", "gender", "category", "status", "status_note", "grade", "cohort", "major",
    "study_years",
    "phone_sealed", "phone_index", "id_number_sealed", "id_number_index", "pinyin", "initials",
    "cells_sealed", "contract_ends", "reasons",
)  # fmt: skip
NOTHING = ("",) * 14  # the columns a refused or absent person's row has no use for
STAFF_HEADERS = {"工号", "职工号", "教工号", "教职工号", "gh"}
STUDENT_HEADERS = {"学号", "学生学号", "xh", "校内学号", "学籍号"}
STEP = 2000  # rows between two signs of progress
KIND = Identity.Kind
ADDED, CHANGED, MOVED, ABSENT, REJECTED, TRANSFER = (
    Verdict.ADDED.value,
    Verdict.CHANGED.value,
    Verdict.MOVED.value,
    Verdict.ABSENT.value,
    Verdict.REJECTED.value,
    Verdict.TRANSFER.value,
)


class Look:
    """One roster compared with the school as it stands. Nothing is written."""

    def __init__(self, unit: Unit, *, batch_id: int | None = None, job: Job | None = None):
        self.batch_id = batch_id
        self.job = job
        self.school = Unit.objects.get(path=cut(unit.path, SCHOOL))
        self.only = unit.path if level_of(unit.path) > SCHOOL else ""
        self.grid = Grid(self.school, unit.path)
        self.people = People(self.school)
        self.compare = Comparison()
        self.contracts = Contracts(self.school)
        self.in_post = in_post()
        self.year = school_year()
        self.counts = Counter(dict.fromkeys(Verdict.values, 0) | {"unchanged": 0, "left_out": 0})
        self.rows = 0
        self.covered: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.leaving: Counter = Counter()
        self.taken: dict[tuple[str, str], str] = {}
        self.namesakes: dict[tuple[str, str], int] = defaultdict(int)
        self.unread: set[str] = set()
        self.usual: dict[str, str] = {}
        self.headers: dict[str, dict[str, str]] = {}

    def lines(self, roster: table.RosterFile) -> Iterator[tuple]:
        """What the roster would do, as rows of the staging table.

        Raises Stray when a row belongs to another unit than the roster is imported for.
        """
        for sheet in roster.sheets:
            self._learn(sheet)
        total = max(roster.height, 0)
        rows = with_grades(roster.rows(), self.grid.find_class, self.people.grade_at)
        for row in rows:
            self.rows += 1
            if self.rows % STEP == 0:
                progress(self.job, self.rows, max(total, self.rows))
            line = self._line(row)
            if line:
                self.counts[line[1]] += 1
                yield line
        for known in self._absent():
            self.counts[ABSENT] += 1
            yield self._absent_line(known)

    def _learn(self, sheet: table.SheetReport) -> None:
        headers = {field: header for header, field in sheet.mapping.items()}
        self.headers[sheet.name] = headers
        header = tidy(headers.get("number", ""))
        staff = User.Category.STAFF.value if header in STAFF_HEADERS else ""
        self.usual[sheet.name] = User.Category.STUDENT if header in STUDENT_HEADERS else staff

    def _line(self, row: table.Row) -> tuple | None:
        """The staged row; None when it changes nothing."""
        if row.left_out:
            self._is_there(row)
            self.counts["left_out"] += 1
            return None
        if row.problems:
            reasons = [[p.column, p.value_masked, p.reason] for p in row.problems]
            return self._rejected(row, reasons)
        try:
            return self._judged(row)
        except Unplaced as unplaced:
            column = self.headers[row.sheet].get(unplaced.field) or FIELDS[unplaced.field]
            return self._rejected(row, [[column, unplaced.value, unplaced.reason]])

    def _judged(self, row: table.Row) -> tuple | None:
        values = row.values
        category, said = category_of(values, self.usual[row.sheet])
        kind, known, exam = self._who(values, category, said, row)
        if known and not (said and "category" in values):
            category = known.category
        old = known.unit_path if known else ""
        newcomer = "number" not in values or cohort_of(values, category) >= self.year
        path = self.grid.home(values, category, newcomer, old)
        klass = class_of(path)
        self.covered[cut(path, COLLEGE), category].add(klass)
        self.namesakes[klass, values["name"]] += 1
        place = (self.batch_id, row.sheet[:60], row.row)
        ends = self.contracts.own(row, category, path, known)
        if known:
            known.seen = place_of(row)
        if known and self._is_elsewhere(known):
            return self._asked_for(known, path, place)
        if known:
            self._check_free(known, values)
            return self._compared(known, values, category, path, kind, exam, place, ends)
        number = values.get("number", "")
        value = number or exam or self.compare.index(values["id_number"])
        return (
            self.batch_id, ADDED, place[1], place[2], None, path, "",
            kind, value, exam if number else "", number or exam,
            *self.compare.added(values, category), "", ends or None, "[]",
        )  # fmt: skip

    def _check_free(self, known: Known, values: dict[str, str]) -> None:
        """Nobody who holds a post goes by a row of a roster."""
        said = values.get("status", "")
        if said in ENDS_LOGIN and said != known.status and known.id in self.in_post:
            raise Unplaced("status", IN_POST, STATUSES[said])

    def _is_elsewhere(self, known: Known) -> bool:
        """Whether a person stands with another unit than the one the roster is imported for."""
        return bool(self.only and known.unit_path and not known.unit_path.startswith(self.only))

    def _asked_for(self, known: Known, path: str, place: tuple) -> tuple:
        """Nobody is pulled over silently: the unit where the person stands is asked."""
        changes = [["单位", "本单位以外", self._shown(path)]]
        return (
            place[0], TRANSFER, place[1], place[2], known.id, path, known.unit_path,
            "", "", "", known.number, None, known.name, "", known.category, *NOTHING[:12],
            "", None, json.dumps(changes, ensure_ascii=False),
        )  # fmt: skip

    def _who(self, values, category: str, said: bool, row: table.Row):
        """The kind of number a row goes by, whom it names (None: somebody new), its 考生号."""
        number, exam = values.get("number", ""), values.get("exam_number", "")
        kind, find = kind_for(category), self.people.find
        known = find(kind, number) if number else None
        if number and known is None and not said:
            other = KIND.STAFF if kind == KIND.STUDENT else KIND.STUDENT
            known = find(other, number)
        by_exam = find(KIND.EXAM, exam) if exam else None
        if known and by_exam and known is not by_exam:
            raise Unplaced("exam_number", "学号与考生号分属两个人，请核对", masked("number", exam))
        known = known or by_exam
        if not number:
            kind = KIND.EXAM if exam else KIND.PAPER
        if known is None and values.get("id_number") and self.people.has_papers:
            known = find(KIND.PAPER, self.compare.index(values["id_number"]))
        if known is None and values.get("id_number") and self.people.unnumbered:
            known = self.people.unnumbered.get(self.compare.index(values["id_number"]))
        self._check_once(known, values, kind, exam, row)
        if known and self._is_elsewhere(known) and known.name != values["name"]:
            shown = masked("number", number or exam)
            raise Unplaced("number", "号码与姓名不符，请向学校核对", shown)
        if known and not known.unit_path:
            raise Unplaced("number", "该号码已用于校外账号，请核对", masked("number", number))
        return kind, known, exam

    def _check_once(self, known, values, kind: str, exam: str, row: table.Row) -> None:
        """Nobody comes twice, whichever of their numbers the rows go by."""
        before = known.seen if known else ""
        keys: list[tuple[str, str]] = [(KIND.EXAM, exam)] if exam else []
        if kind == KIND.PAPER:
            keys.append((kind, values["id_number"]))
        for key in keys:
            before = before or self.taken.get(key, "")
            self.taken[key] = place_of(row)
        if before:
            field = "exam_number" if exam else "number"
            raise Unplaced(field, f"与{before}为同一人，请核对后保留一行")

    def _compared(self, known: Known, values, category, path, kind, exam, place, ends):
        moved = path != known.unit_path
        number = values.get("number", "")
        joins = number if number and self.people.find(kind, number) is not known else ""
        if joins and kind_for(known.category) != kind:
            joins = ""
        exam = exam if exam and self.people.find(KIND.EXAM, exam) is not known else ""
        ends = ends if ends != str(known.contract_ends or "") else ""
        columns, changes = self.compare.changed(
            known, values, category, moved=bool(moved or joins or exam or ends)
        )
        if not columns:
            self.counts["unchanged"] += 1
            return None
        if joins:
            changes.append(["学（工）号", known.number, joins])
        if exam:
            changes.append(["考生号", "", exam])
        if ends:
            changes.append(["本人合同截止", str(known.contract_ends or ""), ends])
        if moved:
            changes.insert(0, ["单位", self._shown(known.unit_path), self._shown(path)])
        status = columns[4]
        if status and status not in User.COUNTED and known.counted:
            self.leaving[cut(known.unit_path, COLLEGE)] += 1
        elsewhere = class_of(path) != class_of(known.unit_path)
        return (
            place[0], MOVED if elsewhere else CHANGED, place[1], place[2], known.id, path,
            known.unit_path, kind if joins else "", joins, exam, joins or known.number,
            *columns, "", ends or None, json.dumps(changes, ensure_ascii=False),
        )  # fmt: skip

    def _shown(self, path: str) -> str:
        """A home as people say it: college, class, dorm."""
        steps = [path[:end] for end in range(12, len(path) + 1, 6)]
        return " ".join(self.grid.by_path[step].name for step in steps)

    def _rejected(self, row: table.Row, reasons: list) -> tuple:
        key, name = self._is_there(row)
        own, sealed = self.compare.cells(row.raw())
        return (
            self.batch_id, REJECTED, row.sheet[:60], row.row, None, "", "", "", "", "",
            masked("number", key), own, masked("name", name), *NOTHING,
            sealed, None, json.dumps(reasons, ensure_ascii=False),
        )  # fmt: skip

    def _is_there(self, row: table.Row) -> tuple[str, str]:
        """The row cannot or shall not be taken, yet its person is there; number and name."""
        key = row.values.get("number") or row.values.get("exam_number", "")
        name = row.values.get("name", "")
        known = self.people.by_any(key) if key else None
        if known:
            known.seen = known.seen or place_of(row)
        elif name:
            self.unread.add(name)
        return key, name

    def _absent_line(self, known: Known) -> tuple:
        return (
            self.batch_id, ABSENT, "", 0, known.id, known.unit_path, known.unit_path,
            "", "", "", known.number, None, known.name, known.gender, known.category,
            *NOTHING[:12], "", None, "[]",
        )  # fmt: skip

    def _absent(self) -> Iterator[Known]:
        """Who is counted, belongs to what the file covers, and is not in it."""
        places = self._places()
        for known in self.people.by_id.values():
            if known.seen or not known.counted or not known.unit_path:
                continue
            college = cut(known.unit_path, COLLEGE)
            classes = places.get((college, known.category), ())
            if classes is not None and class_of(known.unit_path) not in classes:
                continue
            if known.name in self.unread:
                continue  # a row of that name could not be read: it may be this person's
            if not known.absent_since:
                self.leaving[college] += 1
            yield known

    def _places(self) -> dict[tuple[str, str], set[str] | None]:
        """What the file covers by college and category: all of it (None), or some classes.

        A file that names fewer than half of a college's classes speaks of those alone.
        """
        held: dict[tuple[str, str], set[str]] = defaultdict(set)
        for known in self.people.by_id.values():
            if known.counted:
                college = cut(known.unit_path, COLLEGE)
                held[college, known.category].add(class_of(known.unit_path))
        return {
            key: None if 2 * len(classes & held[key]) >= len(held[key]) else classes
            for key, classes in self.covered.items()
        }


def place_of(row: table.Row) -> str:
    """Where a row stands, in words."""
    return f"工作表“{row.sheet}”第 {row.row} 行" if row.sheet else f"第 {row.row} 行"
