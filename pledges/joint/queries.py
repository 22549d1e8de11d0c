"""Who stands on a unit's poster. Who does not is nowhere listed."""

from django.db.models import QuerySet

from accounts.models import Unit
from accounts.paths import cut, under
from pledges.models import Signature
from rounds.models import Completion, Round
from rounds.queries import sees_ticks


def joint_round(user, pk: int) -> Round | None:
    """The joint round, if the user may look at it."""
    rounds = Round.objects.permitted(user).filter(pk=pk, joint__isnull=False)
    return rounds.select_related("unit", "owner", "pledge__text", "joint").first()


def poster_of(user, round_id: int, unit_id: int) -> tuple[Round, Unit] | None:
    """A unit's poster: for its own people, and for whoever reads by name who has joined."""
    round_ = joint_round(user, round_id)
    unit = Unit.objects.filter(pk=unit_id).first()
    if round_ is None or unit is None or not unit.path.startswith(round_.unit.path):
        return None
    if unit.level != round_.joint.together:
        return None
    member = user.unit_path.startswith(unit.path)
    return (round_, unit) if member or sees_ticks(user, round_, unit.path) else None


def joined(round_: Round, unit: Unit) -> QuerySet[Signature]:
    """The hands of a unit's people who joined and agreed to stand on its poster."""
    found = Signature.objects.filter(
        under(unit.path, "completion__unit_path"),
        completion__round=round_,
        completion__state=Completion.State.ACCEPTED,
        superseded_at__isnull=True,
        joint_name__isnull=False,
    )
    return (
        found.select_related("person").only("strokes", "person__name").order_by("signed_at", "pk")
    )


def own_unit(user, round_: Round) -> Unit | None:
    """The unit on whose poster the user's name would stand."""
    path = cut(user.unit_path, round_.joint.together)
    unit = Unit.objects.filter(path=path).first() if path else None
    return unit if unit and unit.level == round_.joint.together else None
