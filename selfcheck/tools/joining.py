"""What is known of somebody's safeguards, when two records turn out to be one person."""

from accounts import joins
from accounts.models import User
from accounts.moves import move
from rounds.models import Completion, Evidence, Round
from selfcheck.models import Barrier, CodeTry, Shot


def _shots(old: User):
    return Shot.objects.filter(person=old, round__state=Round.State.OPEN)


def carry_shots(old: User, kept: User, actor: User) -> None:
    """Pictures of open rounds are the kept record's, wherever their answers went."""
    _shots(old).update(person=kept, unit_path=kept.unit_path)


def carry_tries(old: User, kept: User, actor: User) -> None:
    """What was said of codes is the kept record's, with the pictures that show it."""
    tries = CodeTry.objects.filter(person=old)
    pictures = Evidence.objects.filter(code_tries__in=tries, completion__person=old)
    for picture in pictures.select_related("completion"):
        part = Completion.objects.filter(round=picture.completion.round_id, person=kept).first()
        if part and not part.evidence.filter(sha256=picture.sha256, voided_at=None).exists():
            place = {"completion": part, "unit_path": part.unit_path}
            Evidence.objects.filter(pk=picture.pk).update(**place)
    tries.update(person=kept, unit_path=kept.unit_path)


def _barriers(old: User):
    return Barrier.objects.filter(person=old, state__in=Barrier.OPEN)


def carry_barriers(old: User, kept: User, actor: User) -> None:
    """A difficulty of either is the kept record's; of two with one tool the kept record's own."""
    there = set(_barriers(kept).values_list("tool", flat=True))
    for barrier in _barriers(old):
        if barrier.tool_id in there:
            move(barrier, "end_barrier", actor=actor, note="与同一人的另一条记录合并")
        else:
            place = {"person": kept, "unit_path": kept.unit_path}
            Barrier.objects.filter(pk=barrier.pk).update(**place)


joins.register(joins.Join("进行中任务的截图", lambda old: _shots(old).count(), carry_shots))
joins.register(
    joins.Join("领码记录", lambda old: CodeTry.objects.filter(person=old).count(), carry_tries)
)
joins.register(joins.Join("办理困难", lambda old: _barriers(old).count(), carry_barriers))
