"""The charter round as a draft: which tiers, which texts, in which order."""

from django.db import transaction

from accounts.audit import record
from accounts.moves import Refused
from pledges.charters.models import CharterRound, CharterTier
from rounds.models import Round


@transaction.atomic
def draft(*, actor, year, cascade, school_role, unit_role, texts, **shape) -> Round:
    """A draft charter round; `texts` says for each tier that is asked which text is signed."""
    round_ = Round(kind="charter", created_by=actor, **shape)
    round_.full_clean(exclude=["categories"])
    round_.save()
    details = CharterRound.objects.create(
        round=round_,
        year=year,
        cascade=cascade,
        school_role=school_role,
        unit_role=unit_role,
    )
    _tiers(details, texts)
    record(actor, "draft", round_, text=[str(text) for text in texts.values()], year=year)
    return round_


@transaction.atomic
def revise(round_: Round, *, actor, texts, **parameters) -> Round:
    """The draft as it is now wanted. Once issued it stays as it was asked."""
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.state != Round.State.DRAFT:
        raise Refused(f"任务{row.get_state_display()}，不能再修改。")
    details = {name: parameters.pop(name) for name in DETAILS}
    for name, value in parameters.items():
        setattr(row, name, value)
    row.full_clean(exclude=["categories"])
    row.save()
    CharterRound.objects.filter(round=row).update(**details)
    row.charter.tiers.all().delete()
    _tiers(row.charter, texts)
    said = [str(text) for text in texts.values()]
    record(actor, "revise", row, text=said, year=details["year"])
    return row


DETAILS = ("year", "cascade", "school_role", "unit_role")


def _tiers(details: CharterRound, texts) -> None:
    if not texts:
        raise Refused("请至少为一个层级选择责任书文本。")
    CharterTier.objects.bulk_create(
        CharterTier(charter_round=details, tier=tier, text=text) for tier, text in texts.items()
    )
