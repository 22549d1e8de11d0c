"""The rounds that ask for safeguards."""

from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.moves import Refused
from rounds.models import Round
from selfcheck.models import Safeguard, Tool


@transaction.atomic
def draft(*, actor, sample_percent: int = 5, fresh_days: int = 30, **shape) -> Round:
    """A draft that asks for safeguards; which ones, its items say."""
    round_ = Round(kind="safeguard", created_by=actor, **shape)
    round_.full_clean()
    round_.save()
    details: dict[str, Any] = {"sample_percent": sample_percent, "fresh_days": fresh_days}
    Safeguard.objects.create(round=round_, **details)
    record(actor, "draft", round_, **details)
    return round_


@transaction.atomic
def revise(round_: Round, *, actor, sample_percent: int, fresh_days: int, **shape) -> Round:
    """The draft as it is now wanted. Once issued it stays as people were asked."""
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.state != Round.State.DRAFT:
        raise Refused(f"任务{row.get_state_display()}，不能再修改。")
    for name, value in shape.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    details: dict[str, Any] = {"sample_percent": sample_percent, "fresh_days": fresh_days}
    Safeguard.objects.filter(round=row).update(**details)
    record(actor, "revise", row, **details)
    return row


def check_places(round_: Round) -> None:
    """Raises Refused when a tool is asked for where the school prescribes another."""
    asked = {code.partition(".")[0] for code in round_.items.values_list("code", flat=True)}
    wanted = round_.places or [round_.unit.path]
    for tool in Tool.objects.filter(unit__path=round_.unit.school_path, code__in=asked):
        if tool.places and not all(_within(place, tool.places) for place in wanted):
            raise Refused(
                f"“{tool.name}”只在规定的校区或学院使用，所选范围还包括其他单位。"
                "请在“指定单位”中只选这些单位，或对此工具选“不要求”。"
            )


def _within(place: str, prescribed: list[str]) -> bool:
    return any(place.startswith(path) for path in prescribed)
