"""Items of a round: a person's answers one by one, a unit's counts of each."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.paths import DORM
from rounds.figures import Figures
from rounds.kinds import kind_of
from rounds.models import Answer, Item, Round
from rounds.queries.boards import Board

TONES = {"accepted": "done", "pending": "soon", "sent_back": "late", "excused": "grey"}


@dataclass(frozen=True)
class Line:
    """One item and what a person has said of it."""

    item: Item
    answer: Answer | None
    url: str = ""

    @property
    def expired(self) -> bool:
        """Whether what was accepted holds no more."""
        end = self.answer.valid_until if self.answer else None
        return end is not None and end < timezone.localdate()

    @property
    def word(self) -> str:
        """How it stands."""
        if self.answer is None:
            return "未办理" if self.item.obligatory else "选填，未办理"
        return "已过期" if self.expired else self.answer.get_state_display()

    @property
    def tone(self) -> str:
        """Its colour."""
        if self.answer is None:
            return "late" if self.item.obligatory else "grey"
        return "late" if self.expired else TONES[self.answer.state]


def lines_of(round_: Round, person: User) -> list[Line]:
    """Each item of the round with the person's answer, in order."""
    given = {one.item_id: one for one in round_.answers.filter(person=person)}
    kind = kind_of(round_)
    items = round_.items.select_related("round")
    return [Line(item, given.get(item.pk), kind.answer_url(item)) for item in items]


@dataclass(frozen=True)
class Counted:
    """A unit and its figures for each item, in the order of the items."""

    name: str
    figures: list[Figures]


def item_rows(shown: Board) -> tuple[list[Item], list[Counted], list[Figures]]:
    """The items; each unit one level below with its counts of each; the whole unit's."""
    items = list(shown.round.items.all())
    level = min(shown.unit.level + 1, DORM)
    found = shown.census.items(shown.path, level)
    names = {row.unit.path: row.name for row in shown.rows() if row.unit}
    rows = [
        Counted(names.get(path, "未安排宿舍"), [by_item[item.pk] for item in items])
        for path, by_item in sorted(found.items())
    ]
    total = [Figures.total(by_item[item.pk] for by_item in found.values()) for item in items]
    return items, rows, total


def words_of(shown: Board) -> tuple[list[Item], dict[int, dict[int, str]]]:
    """The items, and by person and item how those below the board's unit stand."""
    items = list(shown.round.items.all())
    by_pk = {item.pk: item for item in items}
    found: dict[int, dict[int, str]] = {}
    if items:
        people = shown.census.people(shown.path).values("pk")
        for one in Answer.objects.filter(round=shown.round, person__in=people):
            said = found.setdefault(one.person_id, {})
            said[one.item_id] = Line(by_pk[one.item_id], one).word
    return items, found
