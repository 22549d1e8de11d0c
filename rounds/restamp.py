"""When people come to stand elsewhere, open rounds follow at once; closed ones never."""

from collections.abc import Iterable

from django.utils import timezone

from accounts import changes
from accounts.moves import Refused, move
from rounds import gate
from rounds.kinds import kind_of
from rounds.models import (
    Answer,
    Assignment,
    Completion,
    Correction,
    Evidence,
    Excuse,
    Finding,
    LockException,
    Round,
)

CHUNK = 5000  # SQLite takes some 32,000 values in one statement


@changes.listen
def follow(school_path: str, moves: Iterable[changes.Moved]) -> None:
    """Open facts carry the new path, and units that now have people get their assignment."""
    found = Round.objects.filter(state=Round.State.OPEN, unit__path__startswith=school_path)
    rounds = list(found.select_related("unit"))
    by_path: dict[str, list[int]] = {}
    if rounds or Finding.objects.exclude(state=Finding.State.CLOSED).exists():
        for moved in moves:
            if moved.old_path:
                by_path.setdefault(moved.new_path, []).append(moved.person_id)
    ids = [round_.pk for round_ in rounds]
    for path, people in by_path.items():
        for start in range(0, len(people), CHUNK):
            _restamp(ids, people[start : start + CHUNK], path)
    if not rounds:
        return
    from rounds.services import assign

    joined = [moved.person_id for moved in moves]
    for round_ in rounds:
        kind_of(round_).carry(round_, joined)
        assign(round_, joining=True)
        kind_of(round_).assign(round_)


def _restamp(rounds: list[int], people: list[int], path: str) -> None:
    """What these people did in the rounds stands where they stand."""
    for model in (Completion, Excuse, Answer):
        model.objects.filter(round__in=rounds, person__in=people).update(unit_path=path)
    theirs = {"completion__round__in": rounds, "completion__person__in": people}
    for beside in (Evidence, Correction):
        beside.objects.filter(**theirs).update(unit_path=path)
    shown = Evidence.objects.filter(answer__round__in=rounds, answer__person__in=people)
    shown.update(unit_path=path)
    # what is still followed up goes to whoever answers for the person now, the round over or not
    waiting = Finding.objects.filter(person__in=people).exclude(state=Finding.State.CLOSED)
    waiting.update(unit_path=path)


def open_rounds(school_path: str) -> list[Round]:
    """The rounds of a school in which facts may still be written, drafts among them."""
    states = [Round.State.OPEN, Round.State.DRAFT]
    found = Round.objects.filter(state__in=states, unit__path__startswith=school_path)
    return list(found.select_related("unit", "owner").order_by("pk"))


@changes.holds_facts
def hold(school_path: str) -> None:
    """Wait for those who act in the school's open rounds, and keep all others out."""
    for round_ in open_rounds(school_path):
        gate.shut(round_.pk)


@changes.listen_to_units
def carry(school_path: str, units: list[changes.Replaced]) -> None:
    """Open rounds address the units that take others' places; closed ones keep theirs."""
    by_id = {unit.old_id: unit for unit in units}
    for round_ in open_rounds(school_path):
        if {round_.unit_id, round_.owner_id} & by_id.keys():
            raise Refused(f"“{round_.title}”由该单位发布或只面向该单位，请先结束或撤回该任务。")
        paths = {unit.old_path: unit.new_path for unit in units}
        places = list(dict.fromkeys(paths.get(place, place) for place in round_.places))
        if places != round_.places:
            Round.objects.filter(pk=round_.pk).update(places=places)
        for listed in round_.outside.filter(unit_path__in=paths):
            round_.outside.filter(pk=listed.pk).update(unit_path=paths[listed.unit_path])
        # a tally is kept of what stands there now; a draft has none
        round_.tallies.filter(path__in=paths).delete()
        for part in round_.assignments.filter(unit__in=by_id):
            _carry_part(round_, part, by_id[part.unit_id])


def _carry_part(round_: Round, part: Assignment, unit: changes.Replaced) -> None:
    """A part goes with its unit; where another stands for both, or none is asked, it rests."""
    other = Assignment.objects.filter(round=round_, unit=unit.new_id).first()
    if other:
        _pool(part, other)
        _rest(part, "单位合并")
        return
    if not unit.new_path.startswith(round_.unit.path):
        _rest(part, "单位已迁出本任务范围")
        return
    Assignment.objects.filter(pk=part.pk).update(unit=unit.new_id, unit_path=unit.new_path)
    for model in (Evidence, Excuse):
        model.objects.filter(assignment=part).update(unit_path=unit.new_path)


def _rest(part: Assignment, why: str) -> None:
    """Nothing is asked of the part any more; one that was approved stays so."""
    if part.state == Assignment.State.SUBMITTED:
        move(part, "withdraw", actor=None, note=why)
    if part.state in Assignment.MOVES["excuse"][0]:
        move(part, "excuse", actor=None, note=why)


def _longer(one: LockException, other: LockException) -> bool:
    """Whether a leave given lasts at least as long as another."""
    assert one.until and other.until
    return one.until >= other.until


def _pool(part: Assignment, other: Assignment) -> None:
    """The files and the leave of a part are now those of the other; of two leaves the longer."""
    same = list(other.evidence.filter(voided_at__isnull=True).values_list("sha256", flat=True))
    twice = part.evidence.filter(voided_at__isnull=True, sha256__in=same)
    twice.update(voided_at=timezone.now())
    part.evidence.update(assignment=other, unit_path=other.unit_path)
    asked, allowed = LockException.State.ASKED, LockException.State.ALLOWED
    for leave in part.late.filter(state__in=[asked, allowed]):
        there = other.late.filter(state=leave.state).first()
        end = "decline_late" if leave.state == asked else "end_late"
        if there and (leave.state == asked or _longer(there, leave)):
            move(leave, end, actor=None, note="单位合并")
            continue
        if there:
            move(there, end, actor=None, note="单位合并")
        LockException.objects.filter(pk=leave.pk).update(assignment=other)


@changes.withdraws
def take_back(unit_ids: list[int]) -> list[str]:
    """Units made by mistake leave the open rounds, unless somebody has worked on their part."""
    parts = Assignment.objects.filter(unit__in=unit_ids)
    untouched = parts.filter(
        round__state=Round.State.OPEN, state=Assignment.State.OPEN, evidence__isnull=True
    )
    untouched.delete()
    left = parts.count()
    return [f"新建单位已有 {left} 项任务办理过或已结束"] if left else []


@changes.rests
def rest(unit_ids: list[int]) -> list[int]:
    """Of classes in which nobody is left, nothing more is asked in open rounds."""
    open_ = Assignment.objects.filter(unit__in=unit_ids, round__state=Round.State.OPEN)
    gate.enter_all(set(open_.values_list("round", flat=True)))
    parts = list(open_.filter(state__in=Assignment.MOVES["excuse"][0]).order_by("pk"))
    for part in parts:
        move(part, "excuse", actor=None, note="班级学生已全部毕业")
    return [part.pk for part in parts]


@changes.wakes
def wake(ids: list[int]) -> None:
    """Their parts go on where the round does."""
    rested = Assignment.objects.filter(pk__in=ids, state=Assignment.State.EXCUSED)
    for part in rested.filter(round__state=Round.State.OPEN).order_by("pk"):
        move(part, "resume", actor=None, note="学年升级已撤销")
