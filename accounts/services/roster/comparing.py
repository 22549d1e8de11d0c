"""What a row of a roster says against what is known."""

import json
import uuid as uuids
from collections import Counter
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from accounts import sealed, spelling
from accounts.models import Identity, Unit, User
from accounts.models.imports import ROW_CELLS
from accounts.roster import cells
from accounts.services.roster.placing import class_of

Category = User.Category
KNOWN = (
    "id", "uuid", "number", "name", "unit_path", "category", "status", "gender", "grade", "cohort",
    "major", "study_years", "phone_index", "id_number_index", "absent_since", "contract_ends",
)  # fmt: skip
LABELS = {
    "name": "姓名",
    "gender": "性别",
    "grade": "年级",
    "cohort": "入校年度",
    "major": "专业（岗位）",
    "study_years": "学制（年）",
}
CATEGORIES = dict(User.Category.choices)
STATUSES = dict(User.Status.choices)
NUMBERED = {Identity.Kind.STUDENT.value, Identity.Kind.STAFF.value}
SEPTEMBER, AUGUST = "09", 8
TABLE = User._meta.db_table


@dataclass(slots=True)
class Known:
    """A person of the school as the comparison needs them."""

    id: int
    uuid: str
    number: str
    name: str
    unit_path: str
    category: str
    status: str
    gender: str
    grade: str
    cohort: str
    major: str
    study_years: str
    phone_index: str
    id_number_index: str
    absent_since: object
    contract_ends: object
    seen: str = ""

    @property
    def counted(self) -> bool:
        """Whether figures expect this person today."""
        return self.status in User.COUNTED


def kind_for(category: str) -> str:
    """Which kind of number a person of a category goes by."""
    return Identity.Kind.STUDENT if category == Category.STUDENT else Identity.Kind.STAFF


class People:
    """Everybody the school knows a number of, by each of their numbers."""

    def __init__(self, school: Unit):
        self.by_id: dict[int, Known] = {}
        self.by_number: dict[tuple[str, str], Known] = {}
        columns = ", ".join(f"u.{name}" for name in KNOWN)
        columns = columns.replace("u.uuid", "CAST(u.uuid AS text)")  # few are needed as a uuid
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT i.kind, i.value, {columns} FROM accounts_identity i"
                " JOIN accounts_user u ON u.id = i.user_id"
                " WHERE i.school_id = %s",
                [school.pk],
            )
            kept: dict = {}
            share = kept.setdefault  # few values are different: each is kept once
            while rows := cursor.fetchmany(2000):
                for kind, value, *known in rows:
                    person = self.by_id.get(known[0])
                    if person is None:
                        known[4:12] = [share(said, said) for said in known[4:12]]
                        person = self.by_id[known[0]] = Known(*known)
                    value = person.number if value == person.number else value
                    self.by_number[share(kind, kind), value] = person
        named = {p.id for (kind, _), p in self.by_number.items() if kind in NUMBERED}
        self.unnumbered = {
            p.id_number_index: p
            for p in self.by_id.values()
            if p.id_number_index and p.id not in named
        }
        self.has_papers = any(kind == Identity.Kind.PAPER for kind, _ in self.by_number)

    def find(self, kind: str, value: str) -> Known | None:
        """The person of a number."""
        return self.by_number.get((kind, value))

    def by_any(self, value: str) -> Known | None:
        """The person of a number of any kind, for a row that cannot be taken."""
        kinds = (Identity.Kind.STUDENT, Identity.Kind.STAFF, Identity.Kind.EXAM)
        return next((p for kind in kinds if (p := self.find(kind, value))), None)

    def grade_at(self, path: str) -> str:
        """The grade most people of a class are in; '' when nobody is."""
        grades = Counter(
            p.grade for p in self.by_id.values() if p.grade and class_of(p.unit_path) == path
        )
        return grades.most_common(1)[0][0] if grades else ""


def school_year() -> str:
    """The year in which the present 学年 began; lists of newcomers are made from August on."""
    today = timezone.localdate()
    return str(today.year if today.month >= AUGUST else today.year - 1)


def cohort_of(values: dict[str, str], category: str) -> str:
    """The 学年 in which the person came: by the day of coming, for students else by grade."""
    came = values.get("entered_on", "")
    grade = values.get("grade", "") if category == Category.STUDENT else ""
    if not came or came[:4] == grade:
        return grade
    return came[:4] if came[5:7] >= SEPTEMBER else str(int(came[:4]) - 1)


def category_of(values: dict[str, str], usual: str) -> tuple[str, bool]:
    """A person's category, and whether the row or its header says so itself."""
    if said := values.get("category"):
        return said, True
    if usual:
        return usual, True
    student = values.get("class_name") or values.get("exam_number")
    return (Category.STUDENT if student else Category.STAFF), False


def status_of(values: dict[str, str]) -> tuple[str, str]:
    """What the row says of the status, and the words worth keeping; ('', '') when nothing."""
    status, note = values.get("status", ""), values.get("status_note", "")
    if status == User.Status.ACTIVE and not cells.status(note):
        note = ""  # 在籍, 在校 … say no more than the status
    return status, note


def _plain(known: Known, values: dict[str, str], category: str) -> tuple[dict[str, str], list]:
    """The fields anybody may read: each as it becomes ('' for what stays), and the changes."""
    get = values.get
    grade = get("grade", "")
    # a file without a day of coming says nothing new of the cohort of somebody whose grade stays
    says_cohort = "entered_on" in values or grade != known.grade
    new = {
        "name": get("name", ""),
        "gender": get("gender", ""),
        "grade": grade,
        "cohort": cohort_of(values, category) if says_cohort else "",
        "major": get("major") or get("position", ""),
        "study_years": get("study_years", "") if category == Category.STUDENT else "",
    }
    changes = []
    for field, said in new.items():
        old = getattr(known, field)
        if said == old or not said:
            new[field] = ""
        else:
            changes.append([LABELS[field], old, said])
    return new, changes


class Comparison:
    """Turns rows into what they change; ciphers and keys are looked up once."""

    def __init__(self):
        self.seal_phone = sealed.sealer(f"{TABLE}.phone")
        self.seal_id_number = sealed.sealer(f"{TABLE}.id_number")
        self.seal_cells = sealed.sealer(ROW_CELLS)
        self.index = sealed.indexer()
        self.random = sealed.random_pieces(16)

    def added(self, values: dict[str, str], category: str) -> tuple:
        """uuid, then name … initials as the columns of a staged row stand."""
        own = uuids.UUID(bytes=next(self.random), version=4)
        get = values.get
        status, note = status_of(values)
        phone, id_number = get("phone", ""), get("id_number", "")
        return (
            own.hex,
            get("name"),
            get("gender", ""),
            category,
            status or User.Status.ACTIVE.value,
            note,
            get("grade", ""),
            cohort_of(values, category),
            get("major") or get("position", ""),
            get("study_years", "") if category == Category.STUDENT else "",
            *self._derived(phone, id_number, own.bytes, values["name"]),
        )

    def cells(self, raw: dict[str, str]) -> tuple[str, str]:
        """A uuid, and what stood in a refused row sealed for it."""
        own = uuids.UUID(bytes=next(self.random), version=4)
        return own.hex, self.seal_cells(json.dumps(raw, ensure_ascii=False), own.bytes)

    def _derived(self, phone: str, id_number: str, own: bytes, name: str) -> tuple[str, ...]:
        return (
            self.seal_phone(phone, own) if phone else "",
            self.index(phone),
            self.seal_id_number(id_number, own) if id_number else "",
            self.index(id_number),
            *spelling.of(name),
        )

    def changed(
        self, known: Known, values: dict[str, str], category: str, *, moved: bool
    ) -> tuple[tuple, list]:
        """The staged columns, '' for what stays, and the changes as [label, old, new].

        No columns when nothing is new and nobody moved. Sensitive values are not shown.
        """
        new, changes = _plain(known, values, category)
        if category != known.category:
            changes.append(["人员类别", CATEGORIES[known.category], CATEGORIES[category]])
        status, note = status_of(values)
        if status == known.status:
            status = note = ""
        elif status:
            changes.append(["状态", STATUSES[known.status], STATUSES[status]])
        phone, id_number = values.get("phone", ""), values.get("id_number", "")
        if phone and self.index(phone) == known.phone_index:
            phone = ""
        if id_number and self.index(id_number) == known.id_number_index:
            id_number = ""
        changes += [["手机号", "", "已更新"]] if phone else []
        changes += [["证件号码", "", "已更新"]] if id_number else []
        if known.absent_since:
            changes.append(["名册", "上次未见", "已在名册"])
        if not changes and not moved:
            return (), changes
        own = uuids.UUID(known.uuid)
        columns = (
            own.hex,
            new["name"] or known.name,
            new["gender"],
            category,
            status,
            note,
            *(new[field] for field in ("grade", "cohort", "major", "study_years")),
            *self._derived(phone, id_number, own.bytes, new["name"] or known.name),
        )
        return columns, changes
