"""What somebody's home shows: what they owe, what waits for them, how their units stand."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import EmptyResultSet
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paging import bounded
from accounts.paths import ancestors, under
from accounts.queues import QUEUES, Queue
from accounts.scope import ROLES, Role, grants_of, holds
from rounds import queries
from rounds.figures import Figures, audience_holds, in_force
from rounds.gate import with_leave
from rounds.kinds import counting, kind_of
from rounds.models import Completion, Excuse, Round

MOST = 20


@dataclass(frozen=True)
class Task:
    """Something the person is asked to do, or did."""

    round: Round
    url: str
    verb: str
    completion: Completion | None = None
    leave: bool = False

    @property
    def open(self) -> bool:
        """Whether it can be done right now, by the round's hours or by leave of the unit."""
        return self.round.accepts or self.leave

    @property
    def soon(self) -> bool:
        """Whether it cannot be done yet."""
        return timezone.now() < self.round.opens_at

    @property
    def sent_back(self) -> str:
        """Why it has to be done anew, if it has."""
        done = self.completion
        if done is None or done.state != Completion.State.SENT_BACK:
            return ""
        return done.note or "请重新办理"


def tasks(person: User) -> list[Task]:
    """The open rounds that ask this person and are not done yet, the most urgent first."""
    if person.status not in User.COUNTED or not person.unit_path:
        return []
    here = {"state": Round.State.OPEN, "unit__path__in": ancestors(person.unit_path)}
    rounds = Round.objects.permitted(person).filter(**here).order_by("due_at", "id")
    asked = [r for r in rounds if kind_of(r).expects == "people" and audience_holds(r, person)]
    done = {c.round_id: c for c in Completion.objects.filter(round__in=asked, person=person)}
    free = excused_from(asked, person)
    late = with_leave(asked, person.unit_path)
    return [
        Task(
            round_,
            kind_of(round_).start_url(round_),
            kind_of(round_).verb,
            done.get(round_.pk),
            round_.pk in late,
        )
        for round_ in asked
        if round_.pk not in free
        and (round_.pk not in done or done[round_.pk].state != Completion.State.ACCEPTED)
    ]


def excused_from(rounds: list[Round], person: User) -> set[int]:
    """Those of the rounds from which the person, or a unit of theirs, is excused today."""
    held = Excuse.objects.filter(in_force(timezone.localdate()), round__in=rounds)
    own = held.filter(person=person)
    units = held.filter(person__isnull=True, unit_path__in=ancestors(person.unit_path))
    return set((own | units).values_list("round", flat=True))


def excuses_of(person: User) -> list[Excuse]:
    """The person's own excuses that hold today."""
    held = Excuse.objects.filter(in_force(timezone.localdate()), person=person)
    return queries.approved(held.select_related("round")[:MOST])


def done_tasks(person: User) -> list[Task]:
    """What the person has done, the latest first; on a joined record only what is not on their own."""
    records = User.objects.records_of(person).values("pk")
    done = Completion.objects.filter(person__in=records, state=Completion.State.ACCEPTED)
    found = list(done.select_related("round").order_by("-done_at")[:MOST])
    own = {row.round_id for row in found if row.person_id == person.pk}
    rows = [row for row in found if row.person_id == person.pk or row.round_id not in own]
    return [
        Task(row.round, kind_of(row.round).receipt_url(row), kind_of(row.round).verb, row)
        for row in rows
    ]


@dataclass(frozen=True)
class Card:
    """A queue and how many rows it has for this person, counted no further than a school is large."""

    queue: Queue
    count: int
    url: str


def cards(user) -> tuple[list[Card], list[Card]]:
    """The queues in which something waits for the user, and those that are empty.

    A queue that can never hold anything for this user (no role for it) is in neither.
    """
    found = []
    for queue in QUEUES:
        rows = queue.rows(user)
        if possible(rows):
            found.append(Card(queue, bounded(rows), queue.link(user)))
    return [c for c in found if c.count], [c for c in found if not c.count]


def possible(rows) -> bool:
    """Whether the query could ever find a row; scope answers nothing at all to a role without."""
    try:
        rows.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return False
    return True


@dataclass(frozen=True)
class Progress:
    """An open round and how one of the user's units stands in it."""

    round: Round
    unit: Unit
    figures: Figures


@dataclass
class Standing:
    """The open rounds of somebody's units, with the moment they were read."""

    rows: list[Progress] = field(default_factory=list)
    read_at: datetime = field(default_factory=timezone.now)

    @property
    def total(self) -> Figures:
        """All of them together."""
        return Figures.total(row.figures for row in self.rows)


def standing(user) -> Standing:
    """Each open round × each of the user's own units in it: one count a round and level."""
    people = {"state": Round.State.OPEN, "kind__in": counting("people")}
    rounds = Round.objects.permitted(user).filter(**people)
    found = Standing()
    for round_ in rounds.select_related("unit", "owner").order_by("due_at", "id")[:MOST]:
        units = queries.own_units(user, round_)
        counts = queries.counted(round_, [unit.path for unit in units])
        found.rows += [Progress(round_, unit, counts[unit.path]) for unit in units]
    return found


def office_path(user) -> str:
    """The school whose office the user belongs to; '' for everybody else."""
    return next((g.path for g in grants_of(user) if g.role == Role.OFFICE), "")


def first_steps(path: str) -> dict[str, bool]:
    """What a school has to do before the portal can work for it, and whether it is done."""
    students = User.objects.filter(under(path, "unit_path"), category=User.Category.STUDENT)
    rounds = Round.objects.filter(under(path, "unit__path")).exclude(state=Round.State.DRAFT)
    return {"roster": students.exists(), "round": rounds.exists()}


def reads_figures(user) -> bool:
    """Whether the user has units whose progress they follow live; the province reads tallies."""
    return not holds(user, "tally.view") and any(
        "round.view" in ROLES[grant.role].may for grant in grants_of(user)
    )
