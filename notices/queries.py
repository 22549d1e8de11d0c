"""Reads of the inbox and of 催办."""

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import Unit, User
from accounts.paths import COLLEGE, WIDTH, cut
from accounts.periods import day_of
from accounts.scope import covers
from notices import open_items
from notices.models import Notice, Reminder
from notices.open_items import Open
from rounds.models import Round
from rounds.queries import Board, owns

REMIND_KEY = "remind"
SAMPLE = 10


def own_key(round_: Round) -> str:
    """The topic of what somebody is told about their own part of a round."""
    return f"own:{round_.pk}"


def unread(user) -> int:
    """How many messages the user has not read: one look at a partial index."""
    return Notice.objects.filter(person=user.pk, read_at=None).count()


def inbox(user, show: str):
    """The user's messages, the latest first."""
    mine = Notice.objects.permitted(user).order_by("-id")
    return mine.filter(read_at=None) if show == "unread" else mine


def may_remind(user, round_: Round, path: str) -> bool:
    """Whether the user may remind those below a unit of a round."""
    return covers(user, "reminder.send", path) or owns(user, round_)


@dataclass(frozen=True)
class Line:
    """A unit below the board's, what is open in it, who would be told and was told today."""

    unit: Unit
    missing: int
    parts: int
    answer: int
    told: int


@dataclass
class Preview:
    """Exactly whom a 催办 would tell, before it is sent."""

    people: list[int]
    told: int
    vacant: int

    @property
    def count(self) -> int:
        """How many would be told."""
        return len(self.people)

    def names(self) -> list[str]:
        """The first of them by name."""
        found = User.objects.filter(pk__in=self.people[:SAMPLE]).order_by("pk")
        return list(found.values_list("name", flat=True))


def told_on(day, key: str, people) -> set[int]:
    """Who of these was told about the topic on that day."""
    found = Notice.objects.filter(key=key, day=day, person__in=people)
    return set(found.values_list("person", flat=True))


def told_that_day(key: str, day) -> set[int]:
    """Everybody who was told about the topic on that day."""
    return set(Notice.objects.filter(key=key, day=day).values_list("person", flat=True))


def lines(board: Board, day) -> list[Line]:
    """A line for each unit one level below with something open, or the unit itself."""
    found = open_items.of_round(board.round, board.path)
    held = found.answering()
    told = told_on(day, REMIND_KEY, {p for people in held.values() for p in people})
    depth = len(board.path) + WIDTH
    units = [board.unit, *Unit.objects.children_of(board.path)]
    made = []
    for unit in units:
        own = unit.path == board.path
        part = {p for p in found.paths if (p if own else p[:depth]) == unit.path}
        if part:
            answer = {person for path in part for person in held[path]}
            count = sum(found.missing.get(path, 0) for path in part)
            parts = len(found.parts & part)
            parts += sum(sum(found.waits[p].values()) for p in part & found.waits.keys())
            made.append(Line(unit, count, parts, len(answer), len(answer & told)))
    return made


def preview(round_: Round, path: str, places: list[str], whom: str, day) -> Preview:
    """Whom a 催办 of these units would tell on a day."""
    found = open_items.chosen(open_items.of_round(round_, path), places, path)
    if whom == Reminder.Whom.ANSWERABLE:
        held = found.answering()
        people = {person for some in held.values() for person in some}
        told = told_on(day, REMIND_KEY, people)
        vacant = sum(not some for some in held.values())
        return Preview(sorted(people - told), len(told), vacant)
    keys = list(open_items.missing_people(round_, places, path).values_list("pk", flat=True))
    told = told_that_day(own_key(round_), day) & set(keys)
    return Preview([key for key in keys if key not in told], len(told), 0)


def all_open(reminder: Reminder) -> list[Open]:
    """All that is open around what is reminded of, so that each gets one letter for everything.

    The reminded round decides who is written to; what else is open in their part comes along, in
    whichever college or department they answer for it.
    """
    area = cut(reminder.path, COLLEGE)
    here = open_items.of_round(reminder.round, area)
    asked = open_items.chosen(here, reminder.places, reminder.path)
    areas = open_items.areas_of(open_items.recipients(asked), area)
    rounds = {one.pk: one for at in areas for one in open_items.lively(at)}
    rounds.pop(reminder.round_id, None)
    others = sorted(rounds.values(), key=lambda one: (one.due_at, one.pk))
    wholes = [open_items.of_round_at(one, areas) for one in [reminder.round, *others]]
    return [asked, *wholes]


def reminders(user, round_id: int | None = None):
    """The 催办 the user may look back at, the latest first."""
    found = Reminder.objects.permitted(user).select_related("round", "unit", "created_by")
    return found.filter(round=round_id) if round_id else found


def receipts(reminder: Reminder):
    """Whom a 催办 told, and whether they have read it."""
    return reminder.notices.select_related("person").order_by("person__unit_path", "person_id")


def read_count(reminder: Reminder) -> dict[str, int]:
    """How many were told, and how many of them have read it."""
    return reminder.notices.aggregate(told=Count("pk"), read=Count("pk", filter=~Q(read_at=None)))


def key_day(reminder: Reminder):
    """The day on which its messages count as sent."""
    return day_of(reminder.send_at)
