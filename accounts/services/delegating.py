"""Somebody stands in for a holder for a time: a dated duty “A 代 B” that ends by the clock."""

from datetime import date

from django.db import transaction

from accounts.audit import record
from accounts.duties import appointable, role_of
from accounts.models import Duty, User
from accounts.moves import Refused
from accounts.services import duties, grants


@transaction.atomic
def delegate(
    duty: Duty, *, person: User, starts_on: date, ends_on: date, actor, note: str = ""
) -> Duty:
    """The person stands in for the holder from–until, with the same role at the same unit.

    Said by the holder, or by whoever appoints. Raises Refused when the duty is itself stood in
    for, carries no power, is over, or the person cannot hold it.
    """
    duty = Duty.objects.select_for_update().get(pk=duty.pk)
    _check_duty(duty, actor)
    person = User.objects.select_for_update().get(pk=person.pk)
    _check_person(duty, person)
    _check_days(duty, starts_on, ends_on)
    days = (starts_on, ends_on)
    other = grants.overlapping(duty.delegations.all(), days).first()
    if other:
        raise Refused(f"此期间已由{other.person.name}代理，请先结束再登记。")
    role = role_of(duty.kind, duty.unit.level)
    if grants.same_held(person, role, duty.unit, days).exists():
        raise Refused(f"{person.name}在此期间已有同样的责任，无需代理。")
    stand_in = Duty(
        person=person, kind=duty.kind, unit=duty.unit, path=duty.path, stands_for=duty,
        note=note.strip(), starts_on=starts_on, ends_on=ends_on, appointed_by=actor,
    )  # fmt: skip
    return duties.take_up(stand_in, actor=actor)


def _check_duty(duty: Duty, actor) -> None:
    if duty.person_id != actor.pk and duty.kind not in appointable(actor, duty.unit):
        raise Refused("只有本人或登记此项责任的人可以委托代理。")
    if duty.stands_for_id:
        raise Refused("代理的责任不能再转托他人。")
    if grants.is_over(duty):
        raise Refused("该责任已经结束，不能委托代理。")
    if not duty.delegable:
        raise Refused("此项责任不办理代理，请直接登记新的责任人员。")


def _check_person(duty: Duty, person: User) -> None:
    if person.pk == duty.person_id:
        raise Refused("代理人不能是本人。")
    if person.category in {User.Category.STUDENT, User.Category.EXTERNAL}:
        raise Refused("代理人须是本校教职工或用工人员。")
    duties.check_holder(person, duty.kind, duty.unit)


def _check_days(duty: Duty, starts_on: date, ends_on: date) -> None:
    if ends_on - starts_on > grants.TERM:
        raise Refused("代理最长六个月，更久的请登记新的责任人员。")
    if starts_on < duty.starts_on or (duty.ends_on and ends_on > duty.ends_on):
        raise Refused("代理日期须在本人任期之内。")


@transaction.atomic
def recall(duty: Duty, *, actor) -> list[Duty]:
    """The holder answers alone again: whoever stands in stops at once; none when nobody does."""
    duty = Duty.objects.select_for_update().get(pk=duty.pk)
    if duty.person_id != actor.pk:
        raise Refused("只有本人可以收回代理。")
    standing_in = list(duty.delegations.running())
    for row in standing_in:
        duties.close(row, actor=actor, reason="本人收回代理")
    if standing_in:
        record(actor, "recall", duty, **duties.said(duty))
    return standing_in
