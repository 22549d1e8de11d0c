"""Drafting a 断卡 round."""

from datetime import date

from django.db import transaction

from accounts.audit import record
from accounts.moves import Refused
from rounds.models import Round
from selfcheck.models import CardCheck


def _details(round_: Round, **given) -> CardCheck:
    details = CardCheck(round=round_, **given)
    details.clean_fields()
    return details


@transaction.atomic
def draft(
    *,
    actor,
    kinds: list[str],
    worth: str,
    leads_to: str,
    disclose_until: date | None = None,
    studied: bool = True,
    **shape,
) -> Round:
    """A draft 断卡 round asking about these accounts."""
    if not kinds:
        raise Refused("请至少选择一种账户。")
    round_ = Round(kind="cardcheck", created_by=actor, **shape)
    round_.full_clean()
    round_.save()
    said = {"kinds": kinds, "disclose_until": disclose_until, "worth": worth}
    _details(round_, **said, leads_to=leads_to, studied=studied).save(force_insert=True)
    record(actor, "draft", round_)
    return round_


@transaction.atomic
def revise(
    round_: Round,
    *,
    actor,
    kinds: list[str],
    worth: str,
    leads_to: str,
    disclose_until: date | None = None,
    studied: bool = True,
    **shape,
) -> Round:
    """The draft as it is now wanted. Once issued it stays as people were asked."""
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.state != Round.State.DRAFT:
        raise Refused(f"任务{row.get_state_display()}，不能再修改。")
    for name, value in shape.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    said = {"kinds": kinds, "disclose_until": disclose_until, "worth": worth}
    _details(row, **said, leads_to=leads_to, studied=studied).save(force_update=True)
    record(actor, "revise", row)
    return row
