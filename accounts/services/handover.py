"""Everything that one person holds goes to another; then the account can be closed."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.duties import appointable
from accounts.holdings import HOLDINGS, Holding, register
from accounts.models import Duty, Grant, User
from accounts.moves import Refused
from accounts.scope import Role, grantable
from accounts.services import duties, ending, grants

NAMED = 2  # of each sort, in a sentence


@dataclass
class Part:
    """What a person holds of one sort: what the actor can pass on, and what stays."""

    holding: Holding
    goes: list = field(default_factory=list)
    stays: list = field(default_factory=list)

    @property
    def label(self) -> str:
        """The sort, in words."""
        return self.holding.label

    @property
    def going(self) -> list[str]:
        """What goes, in words."""
        return [self.holding.says(row) for row in self.goes]

    @property
    def staying(self) -> list[str]:
        """What stays, in words."""
        return [self.holding.says(row) for row in self.stays]

    @property
    def said(self) -> str:
        """How many there are of the sort, and the first of them by name."""
        named = [*self.going, *self.staying]
        more = "等" if len(named) > NAMED else ""
        return f"{self.label} {len(named)} 项（{'；'.join(named[:NAMED])}{more}）"


def held_by(person: User, *, actor) -> list[Part]:
    """Everything the person holds, sort by sort; sorts of which there is nothing are left out."""
    parts = []
    for holding in HOLDINGS:
        part = Part(holding)
        for row in holding.rows(person):
            (part.goes if holding.passable(row, actor) else part.stays).append(row)
        if part.goes or part.stays:
            parts.append(part)
    return parts


@transaction.atomic
def hand_over(person: User, *, successor: User, expected: int, reason: str, actor) -> int:
    """Whatever the person holds that the actor may pass on is the successor's; how many things.

    All of it or nothing. `expected` is what the preview counted: when something was added or
    ended meanwhile, it is refused, so that nobody confirms what they have not seen.
    """
    if not reason.strip():
        raise Refused("请填写交接原因。")
    _check(person, successor, actor)
    list(User.objects.select_for_update().filter(pk__in=[person.pk, successor.pk]).order_by("pk"))
    parts = held_by(person, actor=actor)
    rows = [(part.holding, row) for part in parts for row in part.goes]
    if len(rows) != expected:
        raise Refused("内容刚刚有变化，请核对后再确认。")
    if not rows:
        raise Refused(f"{person.name}没有可以由您办理交接的事项。")
    for holding, row in rows:
        holding.pass_on(row, successor, actor, reason)
    counts = {part.label: len(part.goes) for part in parts if part.goes}
    record(actor, "hand_over", person, note=reason, successor=successor.name, counts=counts)
    return len(rows)


def _check(person: User, successor: User, actor) -> None:
    if successor.pk == person.pk:
        raise Refused("接手人不能是本人。")
    if actor.pk in {person.pk, successor.pk}:
        raise Refused("不能办理本人的交接，也不能由本人接手，请由有权的同事办理。")
    if successor.status not in User.COUNTED or not successor.is_active:
        raise Refused(f"{successor.name}不在校或账号不可用，不能接手。")
    if successor.school_id != person.school_id:
        raise Refused("接手人不是本校人员。")


def own_duties(person: User):
    """The duties the person holds themselves, now or to come."""
    held = person.duties.running().filter(stands_for__isnull=True)
    return held.select_related("unit", "person")


def stand_ins(person: User):
    """The duties in which the person stands in for somebody else."""
    held = person.duties.running().filter(stands_for__isnull=False)
    return held.select_related("unit", "person", "stands_for__person")


def own_grants(person: User):
    """The roles the person was given by hand, now or to come."""
    today = timezone.localdate()
    return person.grants.filter(duty__isnull=True).exclude(ends_on__lt=today).select_related("unit")


def _pass_duty(duty: Duty, successor: User, actor, reason: str) -> None:
    starts_on, ends_on = max(duty.starts_on, timezone.localdate()), duty.ends_on
    duties.close(duty, actor=actor, reason=reason)
    days = (starts_on, ends_on)
    same = Duty.objects.filter(person=successor, kind=duty.kind, unit=duty.unit)
    if grants.overlapping(same, days).exists():
        return
    duties.check_holder(successor, duty.kind, duty.unit)
    made = Duty(
        person=successor, kind=duty.kind, unit=duty.unit, path=duty.path, title=duty.title,
        note=f"接{duty.person.name}"[:100], starts_on=starts_on, ends_on=ends_on,
        appointed_by=actor,
    )  # fmt: skip
    duties.take_up(made, actor=actor)


def _pass_stand_in(duty: Duty, successor: User, actor, reason: str) -> None:
    starts_on, ends_on = max(duty.starts_on, timezone.localdate()), duty.ends_on
    principal = duty.stands_for
    duties.close(duty, actor=actor, reason=reason)
    if principal is None or principal.person_id == successor.pk or grants.is_over(principal):
        return
    duties.check_holder(successor, duty.kind, duty.unit)
    made = Duty(
        person=successor, kind=duty.kind, unit=duty.unit, path=duty.path, stands_for=principal,
        starts_on=starts_on, ends_on=ends_on, appointed_by=actor,
    )  # fmt: skip
    duties.take_up(made, actor=actor)


def _pass_grant(grant: Grant, successor: User, actor, reason: str) -> None:
    days = (max(grant.starts_on, timezone.localdate()), grant.ends_on)
    grants.stop(grant, actor=actor, reason=reason)
    if grant.unit and not grants.same_held(successor, grant.role, grant.unit, days).exists():
        grants.hold(successor, role=grant.role, unit=grant.unit, days=days, actor=actor)


def _may_appoint(duty: Duty, actor) -> bool:
    return duty.kind in appointable(actor, duty.unit)


register(
    Holding(
        "责任", own_duties, _pass_duty, _may_appoint,
        lambda duty: f"{duty.unit.name} {duty.get_kind_display()}",
    )
)  # fmt: skip
register(
    Holding(
        "代理", stand_ins, _pass_stand_in, _may_appoint,
        lambda duty: f"{duty.unit.name} {duty.get_kind_display()}（{duty.holder}）",
    )
)  # fmt: skip
register(
    Holding(
        "授权", own_grants, _pass_grant, lambda grant, actor: grant.role in grantable(actor),
        lambda grant: f"{grant.unit or '全省'} {Role(grant.role).label}",
    )
)  # fmt: skip


@transaction.atomic
def close_account(person: User, *, actor, reason: str) -> User:
    """The person logs in no more; refused while they still hold anything."""
    if not reason.strip():
        raise Refused("请填写关闭账号的原因。")
    if person.pk == actor.pk:
        raise Refused("不能关闭本人的账号，请由有权的同事办理。")
    person = User.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise Refused("该账号已经关闭。")
    if held := held_by(person, actor=actor):
        said = "、".join(part.said for part in held)
        raise Refused(f"{person.name}还有{said}，请先交接再关闭账号。")
    ending.shut([person.pk])
    person.refresh_from_db(fields=["is_active"])
    record(actor, "close_account", person, note=reason)
    return person


@transaction.atomic
def reopen_account(person: User, *, actor, reason: str) -> User:
    """The person may log in again, with what they hold from now on."""
    if not reason.strip():
        raise Refused("请填写恢复账号的原因。")
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_active:
        raise Refused("该账号没有关闭。")
    if person.merged_into_id:
        raise Refused("这条记录已并入另一条记录，不能恢复账号。")
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(actor, "reopen_account", person, note=reason)
    return person
