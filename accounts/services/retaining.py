"""Data whose time has come is removed, with a record of how much; a hold stops it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Deletion, RetentionRule, Unit
from accounts.moves import Refused
from accounts.retention import KINDS


def rules(school: Unit) -> list[RetentionRule]:
    """The school's rule for every kind, with the usual days where it has said nothing."""
    RetentionRule.objects.bulk_create(
        [RetentionRule(school=school, kind=name, days=kind.days) for name, kind in KINDS.items()],
        ignore_conflicts=True,
    )
    return list(RetentionRule.objects.filter(school=school, kind__in=KINDS))


def ends(rule: RetentionRule) -> datetime:
    """What ended before this moment has been kept long enough."""
    return timezone.now() - timedelta(days=rule.days)


def due(rule: RetentionRule) -> int:
    """How much the next run would remove."""
    if rule.kind not in KINDS:
        return 0
    return KINDS[rule.kind].rows(rule.school, ends(rule)).count()


@transaction.atomic
def set_days(rule: RetentionRule, *, days: int, reason: str, actor) -> RetentionRule:
    """The kind is kept for so many days from now on, never fewer than the least."""
    least = KINDS[rule.kind].least
    if days < least:
        raise Refused(f"{KINDS[rule.kind].label}至少保存 {least} 天。")
    rule = RetentionRule.objects.select_for_update().get(pk=rule.pk)
    before, rule.days = rule.days, days
    rule.save(update_fields=["days"])
    record(actor, "set_retention", rule, note=reason, days=[before, days])
    return rule


@transaction.atomic
def set_hold(rule: RetentionRule, *, hold: bool, reason: str, actor) -> RetentionRule:
    """Nothing of the kind is removed while it is held; for a reason, told with the rule."""
    rule = RetentionRule.objects.select_for_update().get(pk=rule.pk)
    if rule.hold == hold:
        raise Refused("已经是这个状态，没有修改。")
    rule.hold, rule.hold_why = hold, reason.strip()[:200] if hold else ""
    rule.save(update_fields=["hold", "hold_why"])
    record(actor, "hold_retention" if hold else "release_retention", rule, note=reason)
    return rule


def run() -> int:
    """Whatever has been kept long enough at any school is gone; how much. Twice is once."""
    return sum(_end(rule) for school in Unit.objects.schools() for rule in rules(school))


@transaction.atomic
def _end(rule: RetentionRule) -> int:
    rule = RetentionRule.objects.select_for_update().get(pk=rule.pk)
    if rule.hold:
        return 0
    before = ends(rule)
    count, _ = KINDS[rule.kind].rows(rule.school, before).delete()
    if count:
        Deletion.objects.create(rule=rule, before=before, count=count, days=rule.days)
        record(None, "end_retention", rule, counts=count)
    return count
