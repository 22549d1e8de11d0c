"""A person's part."""

from typing import Literal

from django.db import transaction
from django.utils import timezone

from accounts import bulk
from accounts.models import User
from accounts.moves import Refused, move
from accounts.paths import ancestors
from rounds import gate
from rounds.figures import audience_holds
from rounds.models import Assignment, Completion, Correction, Round

State = Completion.State
Outcome = Literal["first", "anew", "already"]


def answering(round_, path: str) -> Assignment | None:
    """The assignment through which a person standing at a path is handed in."""
    found = Assignment.objects.filter(round=round_, unit_path__in=ancestors(path))
    return found.order_by("-unit_path").first()


def handed_in(completion: Completion) -> bool:
    """Whether the person's unit has handed in, so that the part can no longer be replaced."""
    part = answering(completion.round, completion.unit_path)
    return part is not None and part.state in {
        Assignment.State.SUBMITTED,
        Assignment.State.APPROVED,
        Assignment.State.LOCKED,
    }


def hold_part(completion: Completion) -> None:
    """The person's unit does not hand in before this transaction ends."""
    part = answering(completion.round, completion.unit_path)
    if part is not None:
        Assignment.objects.select_for_update().get(pk=part.pk)


def is_asked(round_: Round, person: User) -> bool:
    """Whether the round asks this person, as both were just read.

    If they leave the roster in between, their part is in no figure: counting asks the roster anew.
    """
    stands = person.status in User.COUNTED and person.unit_path.startswith(round_.unit.path)
    return stands and audience_holds(round_, person)


@transaction.atomic
def complete(
    round_id: int, person: User, *, actor: User, method: str = Completion.Method.SELF
) -> tuple[Completion, bool]:
    """The person's part is done; and whether it was this call that did it.

    Called twice, or twice at once, the second finds what the first did. A part that was sent back
    is done anew. Raises Refused when the round does not ask this person or accepts nothing now.
    """
    round_ = gate.enter(round_id, person.unit_path)
    person.refresh_from_db(fields=["unit", "unit_path", "status"])
    part, outcome = complete_entered(round_, person, actor=actor, method=method)
    return part, outcome != "already"


def complete_entered(
    round_: Round, person: User, *, actor: User, method: str = Completion.Method.SELF
) -> tuple[Completion, Outcome]:
    """The same in a round that the gate let this transaction into; how it came to be done."""
    if not is_asked(round_, person):
        raise Refused("您不在本任务的应完成人员之列，无需办理。如有疑问请联系所在单位。")
    now = timezone.now()
    done = {"state": State.ACCEPTED, "method": method, "done_at": now}
    part = Completion(round=round_, person=person, unit_path=person.unit_path, **done)
    if bulk.insert_new(part):
        return part, "first"
    # it was done before, or the other of two at once was quicker
    part = Completion.objects.get(round=round_, person=person)
    # what a list says of somebody gives way to their own act, at the time of their own act
    listed = part.method == Completion.Method.OUTSIDE
    if part.state != State.SENT_BACK and not listed:
        return part, "already"
    # a correction that was asked for and granted does not make late what was done in time
    if (
        part.done_at
        and not listed
        and part.corrections.filter(state=Correction.State.GRANTED).exists()
    ):
        now = part.done_at
    return move(part, "redo", actor=actor, method=method, done_at=now), "anew"
