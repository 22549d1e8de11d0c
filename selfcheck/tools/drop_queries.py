"""What a drop has come to: who has all, who lacks what, which files wait for a hand, which are in doubt."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Job, User
from rounds.figures import Census
from rounds.models import Answer, Assignment, Item
from selfcheck.models import Drop, DropFile, Shot
from selfcheck.tools.reasons import label
from selfcheck.tools.services.receiving import items_of

Outcome = DropFile.Outcome
LACKING = "late"


@dataclass(frozen=True)
class Cell:
    """One item of a person, as a word and its colour."""

    item: Item
    word: str
    tone: str


@dataclass
class Line:
    """One person of the class and how each item stands."""

    person: User
    cells: list[Cell] = field(default_factory=list)

    @property
    def lacking(self) -> list[Cell]:
        """What has still to be shown."""
        return [cell for cell in self.cells if cell.tone == LACKING]


def drops_of(part: Assignment) -> QuerySet[Drop]:
    """The drops of a class that hold something, the last first, each with how many files."""
    files = Count("files", filter=~Q(files__outcome=Outcome.OPENED))
    found = Drop.objects.filter(assignment=part).annotate(count=files).filter(count__gt=0)
    return found.select_related("made_by")


def file_of(drop: Drop, pk: int) -> DropFile | None:
    """A file of the drop that somebody may still direct or take off."""
    found = DropFile.objects.filter(drop=drop, pk=pk).exclude(outcome=Outcome.OPENED)
    shown = "shot__evidence__answer__item", "shot__evidence__file", "shot__person"
    return found.select_related("drop", "person", "item", *shown).first()


class Result:
    """A drop as its page shows it. Each part is read once."""

    def __init__(self, drop: Drop):
        self.drop, self.part = drop, drop.assignment
        self.items = items_of(self.part.round)

    @cached_property
    def files(self) -> list[DropFile]:
        """All files, with what they show."""
        shown = "shot__evidence__answer__item", "shot__evidence__file", "shot__person"
        rows = DropFile.objects.filter(drop=self.drop).exclude(outcome=Outcome.REMOVED)
        return list(rows.select_related("person", "item", *shown))

    def _with(self, *outcomes: str) -> list[DropFile]:
        return [row for row in self.files if row.outcome in outcomes]

    @cached_property
    def waiting(self) -> int:
        """How many files have not been looked at yet."""
        return len(self._with(Outcome.WAITING))

    @cached_property
    def same(self) -> list[DropFile]:
        """Files that were there already."""
        return self._with(Outcome.SAME)

    @cached_property
    def refused(self) -> list[DropFile]:
        """Files that could not be taken, each with why."""
        return self._with(Outcome.REFUSED)

    @cached_property
    def matched(self) -> list[DropFile]:
        """Files that show somebody's item, or will once they were looked at."""
        return [row for row in self._with(Outcome.TAKEN, Outcome.WAITING) if matched(row)]

    @cached_property
    def lost(self) -> list[DropFile]:
        """Files of which a hand must say whom or what they show."""
        return [row for row in self._with(Outcome.TAKEN, Outcome.WAITING) if not matched(row)]

    @cached_property
    def doubtful(self) -> list[tuple[DropFile, str, list[str]]]:
        """Files that show somebody, but look like another's too (whose), or bear doubts (words)."""
        others, found = self._others(), []
        for row in self.matched:
            shot = row.shot
            if shot is None:
                continue
            alike, doubts = others.get(shot.pixels, ""), [label(code) for code in shot.doubts]
            if alike or doubts:
                found.append((row, alike, doubts))
        return found

    def _others(self) -> dict[str, str]:
        """For pictures that also show another: whom, by name within the class alone."""
        mine = {row.shot.pixels: row.shot.person_id for row in self.matched if row.shot}
        school = self.part.round.unit.school_path
        live = Shot.objects.filter(unit_path__startswith=school, evidence__voided_at=None)
        alike = live.filter(pixels__in=mine).exclude(person=None).select_related("person")
        whose: dict[str, dict[int, str]] = defaultdict(dict)
        for shot in alike.order_by("pk"):
            here = shot.unit_path.startswith(self.part.unit_path)
            whose[shot.pixels][shot.person_id] = shot.person.name if here else "其他班级的人"
        return {
            pixels: "、".join(dict.fromkeys(people.values()))
            for pixels, people in whose.items()
            if len(people) > 1
        }

    @cached_property
    def lines(self) -> list[Line]:
        """Everybody of the class whom the round asks, with each item."""
        census = Census(self.part.round)
        people = census.people(self.part.unit_path).filter(census.expected).order_by("number", "pk")
        answers = Answer.objects.filter(item__in=self.items, person__in=people.values("pk"))
        given = {(one.person_id, one.item_id): one for one in answers}
        coming = {
            (row.person_id, row.item_id) for row in self.matched if row.outcome == Outcome.WAITING
        }
        return [
            Line(one, [_cell(item, given.get(at), at in coming) for item, at in self._places(one)])
            for one in people
        ]

    def _places(self, person: User) -> list[tuple[Item, tuple[int, int]]]:
        return [(item, (person.pk, item.pk)) for item in self.items]

    @property
    def lacking(self) -> list[Line]:
        """Who lacks something."""
        return [line for line in self.lines if line.lacking]

    @property
    def whole(self) -> list[Line]:
        """Who has all."""
        return [line for line in self.lines if not line.lacking]

    @cached_property
    def jobs(self) -> list[Job]:
        """The work on its zips that is not done: the latest of each."""
        keys = [f"drop:{row.pk}" for row in self.files if row.outcome == Outcome.OPENED]
        latest = {job.key: job for job in Job.objects.filter(key__in=keys).order_by("pk")}
        return [job for job in latest.values() if job.state != Job.State.DONE]


def matched(row: DropFile) -> bool:
    """Whether a file shows somebody's item, or is meant to."""
    if row.shot:
        return row.shot.evidence.answer_id is not None
    return bool(row.person_id and row.item_id)


def shows(row: DropFile) -> tuple[str, str]:
    """Whom and what a file shows or is meant to, as far as it is known."""
    answer = row.shot.evidence.answer if row.shot else None
    person = (row.shot and row.shot.person) or row.person
    item = answer.item if answer else row.item
    return (person.name if person else "", item.label if item else "")


def people_of(part: Assignment) -> list[User]:
    """Among whom a hand chooses."""
    return list(Census(part.round).people(part.unit_path).order_by("number", "pk"))


def _cell(item: Item, answer: Answer | None, coming: bool) -> Cell:
    if coming:
        return Cell(item, "处理中", "soon")
    if answer is None:
        return Cell(item, "未交", LACKING if item.obligatory else "grey")
    if answer.valid_until and answer.valid_until < timezone.localdate():
        return Cell(item, "已过期", LACKING)
    if answer.state == Answer.State.SENT_BACK:
        return Cell(item, "已退回", LACKING)
    accepted = answer.state == Answer.State.ACCEPTED
    return Cell(item, "已通过" if accepted else "已交", "done" if accepted else "soon")


def unfinished(drop: Drop) -> QuerySet[DropFile]:
    """The zips of a drop whose work gave up with something left to do."""
    failed = Job.objects.filter(kind="drop.unpack", state=Job.State.FAILED).values("key")
    rows = DropFile.objects.filter(Q(members__outcome=Outcome.WAITING), drop=drop).distinct()
    keys = set(failed.values_list("key", flat=True))
    return rows.filter(pk__in=[row.pk for row in rows if f"drop:{row.pk}" in keys])
