"""Units' parts of rounds: which ones, how they stand, what was and may be done with them."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.audit import trail
from accounts.models import AuditEntry, Unit
from accounts.paths import WIDTH
from accounts.scope import FROM_ABOVE, covers, may
from rounds.figures import Figures
from rounds.models import Assignment, Round
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
    for evidence in kept:
        evidence.url = reverse("accounts:file", args=[evidence.file.uuid])
    return kept


def open_verbs(user, part: Assignment) -> list[str]:
    """What this user may do with the part as it stands now, in the order of the page."""
    if part.round.state != Round.State.OPEN:
        return []
    fitting = [verb for verb in VERBS if part.state in Assignment.MOVES[verb][0]]
    if part.opened_at and "withdraw" in fitting:
        fitting.remove("withdraw")
    if part.submitted_by_id == user.pk and "approve" in fitting:
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
    if part.takes_files and covers(user, "assignment.attach", part.unit_path):
        return "交材料"
    judging = part.state == Assignment.State.SUBMITTED and "approve" in verbs
    return "去审核" if judging else "查看交件"


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
