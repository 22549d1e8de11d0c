"""Units' parts of rounds: which ones, how they stand, what was and may be done with them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.audit import trail
from accounts.models import AuditEntry, Unit
from accounts.paths import WIDTH
from accounts.scope import FROM_ABOVE, alike, covers, may
from rounds import gate
from rounds.figures import Figures
from rounds.models import Assignment, LockException, Round
from rounds.queries.boards import counted
from rounds.services.ladder import UNDO_WITHIN, unsettled_below

DEEDS = {
    "submit": "交件",
    "withdraw": "撤回交件",
    "approve": "审核通过",
    "send_back": "退回",
    "undo": "撤销通过",
    "excuse": "豁免本单位",
    "resume": "恢复办理",
    "lock": "锁定",
}
VERBS = ["submit", "withdraw", "approve", "send_back", "undo", "excuse"]


def parts(user, show: str, round_id: int | None = None) -> QuerySet[Assignment]:
    """The parts behind one of the user's queues, or all they may see."""
    from rounds import queues

    found = {
        "judge": queues.to_judge,
        "returned": queues.returned,
        "silent": queues.silent,
        "open": queues.to_hand_in,
    }.get(show, lambda who: Assignment.objects.permitted(who))(user)
    if round_id:
        found = found.filter(round=round_id)
    rows = found.exclude(round__state=Round.State.DRAFT).select_related("round", "unit")
    return rows.order_by("-round_id", "unit_path")


def part_figures(assignments) -> dict[int, Figures]:
    """The figures of each part: one query for each round and level, however many parts."""
    by_round: dict[int, list[Assignment]] = {}
    for part in assignments:
        by_round.setdefault(part.round_id, []).append(part)
    found: dict[int, Figures] = {}
    for some in by_round.values():
        counts = counted(some[0].round, [part.unit_path for part in some])
        found |= {part.pk: counts[part.unit_path] for part in some}
    return found


def timeline(assignment: Assignment) -> list[AuditEntry]:
    """What was done with a part, newest first, each with its word in `deed`."""
    found = list(trail(assignment).order_by("-id")[:100])
    for entry in found:
        entry.deed = DEEDS.get(entry.verb, "更新")
    return found


def evidence_of(assignment: Assignment) -> list:
    """The files that belong to a part now, each with its address in `url`."""
    found = assignment.evidence.filter(voided_at__isnull=True).select_related("file", "added_by")
    kept: list = list(found)
    every = assignment.evidence.select_related("file", "added_by")
    by_id: dict[int, Any] = (
        {one.pk: one for one in every} if any(one.replaces_id for one in kept) else {}
    )
    for evidence in kept:
        evidence.url = reverse("accounts:file", args=[evidence.file.uuid])
        evidence.former, step = [], evidence.replaces_id
        while step in by_id:
            former = by_id[step]
            former.url = reverse("accounts:file", args=[former.file.uuid])
            evidence.former.append(former)
            step = former.replaces_id
    return kept


def open_verbs(user, part: Assignment) -> list[str]:
    """What this user may do with the part as it stands now, in the order of the page."""
    if part.round.state != Round.State.OPEN:
        return []
    fitting = [verb for verb in VERBS if part.state in Assignment.MOVES[verb][0]]
    if gate.locked(part.round) and not gate.accepts(part.round, part.unit_path, ladder=True):
        fitting = [verb for verb in fitting if verb not in {"submit", "withdraw"}]
    if part.opened_at and "withdraw" in fitting:
        fitting.remove("withdraw")
    if "approve" in fitting and {part.submitted_by_id, part.submitted_for_id} & alike(user):
        fitting.remove("approve")
    if covers(user, "assignment.submit", part.unit_path):  # nobody judges their own unit
        fitting = [verb for verb in fitting if f"assignment.{verb}" not in FROM_ABOVE]
    late = timezone.now() - part.state_at > UNDO_WITHIN
    return [verb for verb in fitting if not (verb == "undo" and late) and may(user, verb, part)]


def act_of(user, part: Assignment) -> str:
    """What the user would go to the part for."""
    verbs = open_verbs(user, part)
    if "submit" in verbs:
        return "去交件"
    if gate.takes_files(part) and covers(user, "assignment.attach", part.unit_path):
        return "交材料"
    judging = part.state == Assignment.State.SUBMITTED and "approve" in verbs
    return "去审核" if judging else "查看交件"


@dataclass(frozen=True)
class Late:
    """What stands about a part's leave to act after the lock, and what this user may do about it."""

    latest: LockException | None
    may_ask: bool
    may_allow: bool

    @property
    def shown(self) -> list[str]:
        """The forms the page shows for it."""
        given = {"ask_late": self.may_ask, "allow_late": self.may_allow}
        return [name for name, may_ in given.items() if may_]


def late_of(user, part: Assignment) -> Late:
    """The latest leave of a part, asked for or given; a unit asks, the owner of the round allows."""
    latest = part.late.select_related("asked_by", "decided_by").order_by("-id").first()
    is_open = part.round.state == Round.State.OPEN
    working = part.state in {Assignment.State.OPEN, Assignment.State.SENT_BACK}
    waiting = latest is not None and (latest.state == LockException.State.ASKED or latest.in_force)
    asks = is_open and working and gate.locked(part.round) and not waiting
    return Late(
        latest,
        asks and covers(user, "assignment.submit", part.unit_path),
        is_open and covers(user, "round.own", part.round.owner.path),
    )


def leaves(user, show: str) -> QuerySet[LockException]:
    """The leaves to act after the lock that the user may see: open requests, in force, or past."""
    found = LockException.objects.permitted(user).filter(assignment__round__state=Round.State.OPEN)
    now, state = timezone.now(), LockException.State
    found = {
        "asked": found.filter(state=state.ASKED),
        "allowed": found.filter(state=state.ALLOWED, until__gt=now),
        "past": LockException.objects.permitted(user)
        .exclude(state=state.ASKED)
        .exclude(state=state.ALLOWED, until__gt=now),
    }[show]
    rows = ("assignment__unit", "assignment__round__owner", "asked_by", "decided_by")
    return found.select_related(*rows).order_by("-id")


def unsettled(part: Assignment) -> list[Assignment]:
    """Parts below this one that are neither approved nor excused; they come first."""
    return list(unsettled_below(part).select_related("unit")[:20])


@dataclass(frozen=True)
class Line:
    """One part in a list, with its figures; `clean` ones need no second look."""

    part: Assignment
    figures: Figures
    parent: str = ""

    @property
    def clean(self) -> bool:
        """Everybody verified and nothing to explain."""
        return not self.figures.missing and not self.part.note


def lines(assignments, *, look_first: bool = True) -> list[Line]:
    """Parts with their figures; as they came, or those that need a look first."""
    parts_ = list(assignments)
    counts = part_figures(parts_)
    above = {part.unit_path[:-WIDTH] for part in parts_}
    names = dict(Unit.objects.filter(path__in=above).values_list("path", "name"))
    found = [Line(part, counts[part.pk], names.get(part.unit_path[:-WIDTH], "")) for part in parts_]
    return sorted(found, key=lambda line: line.clean) if look_first else found
