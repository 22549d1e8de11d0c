"""Saying who answers for a unit, ending it, and filing a unit's lists."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.duties import (
    BY_STUDENTS,
    LEADING_GROUP,
    DutyKind,
    appointable,
    kinds_at,
    role_of,
)
from accounts.models import Duty, Filing, Grant, Unit, User
from accounts.moves import Refused
from accounts.paths import CLASS, SCHOOL, cut, under
from accounts.services import grants


@transaction.atomic
def appoint(
    unit: Unit,
    *,
    person: User,
    kind: str,
    starts_on: date,
    actor,
    ends_on: date | None = None,
    title: str = "",
    note: str = "",
) -> Duty:
    """The person answers for the unit from–until, with the role that comes with it.

    Raises Refused when this is not the actor's to say, does not belong at such a unit, the person
    cannot hold it, or holds it already.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)  # it may be merging just now
    check_power(unit, kind, actor)
    if kind in BY_STUDENTS and ends_on is None:
        ends_on = grants.end_of_term(unit.path, starts_on)
    person = User.objects.select_for_update().get(pk=person.pk)
    check_holder(person, kind, unit)
    days = (starts_on, ends_on)
    held = grants.overlapping(Duty.objects.filter(person=person, kind=kind, unit=unit), days)
    if held.exists():
        raise Refused(f"{person.name}在此期间已是{unit.name}的{DutyKind(kind).label}。")
    duty = Duty(
        person=person, kind=kind, unit=unit, path=unit.path, title=title.strip(), note=note.strip(),
        starts_on=starts_on, ends_on=ends_on, appointed_by=actor,
    )  # fmt: skip
    return take_up(duty, actor=actor)


def take_up(duty: Duty, *, actor) -> Duty:
    """The duty is held, and with it its grant."""
    role = role_of(duty.kind, duty.unit.level)
    days = (duty.starts_on, duty.ends_on)
    grants.check_days(role, *days)
    try:
        with transaction.atomic():
            duty.save()
    except IntegrityError:
        raise Refused("另一位同事刚刚登记了同一责任，请刷新后再看。") from None
    if role:
        grants.hold(duty.person, role=role, unit=duty.unit, days=days, actor=actor, duty=duty)
    record(actor, "appoint", duty, **said(duty))
    return duty


def check_power(unit: Unit, kind: str, actor) -> None:
    """Refused when the kind does not belong at the unit, or is not the actor's to say."""
    if unit.closed_on:
        raise Refused(f"{unit.name}已撤销或迁移，请到新的单位登记。")
    if kind not in kinds_at(unit):
        raise Refused(f"“{DutyKind(kind).label}”不设在{unit.get_kind_display()}一级。")
    if kind not in appointable(actor, unit):
        raise Refused("此项责任不由您登记。")


def check_holder(person: User, kind: str, unit: Unit) -> None:
    """Refused when the person is of elsewhere, has left, or is no student of the unit."""
    if person.school is None or person.school.path != cut(unit.path, SCHOOL):
        raise Refused("所选人员不是本校人员。")
    if person.status not in User.COUNTED or not person.is_active:
        raise Refused(f"{person.name}不在校或账号不可用，不能担任。")
    if kind in BY_STUDENTS and not User.objects.filter(
        under(cut(unit.path, CLASS), "unit_path"), pk=person.pk, category=User.Category.STUDENT
    ):
        raise Refused(f"{person.name}不是本班学生，不能担任{DutyKind(kind).label}。")


def may_end(actor, duty: Duty) -> bool:
    """Whether it is the actor's to end: of a kind they may give, and carrying no role of their own."""
    own = duty.person_id == actor.pk and Grant.objects.filter(duty=duty).exists()
    return not own and duty.kind in appointable(actor, duty.unit)


@transaction.atomic
def end(duty: Duty, *, actor, reason: str) -> Duty:
    """The duty and its role are held no more, from this moment."""
    if not reason.strip():
        raise Refused("请填写结束的原因。")
    duty = Duty.objects.select_for_update().get(pk=duty.pk)
    grant = Grant.objects.select_for_update().filter(duty=duty).first()
    if duty.person_id == actor.pk and grant:
        raise Refused("不能结束本人的责任，请由有权的同事办理。")
    if duty.kind not in appointable(actor, duty.unit):
        raise Refused("此项责任不由您登记，也不由您结束。")
    return close(duty, actor=actor, reason=reason)


def close(duty: Duty, *, actor, reason: str) -> Duty:
    """End the duty and its grant, whoever asked."""
    if grants.is_over(duty):
        raise Refused("该责任已经结束。")
    before = said(duty)
    grants.cut_short(duty)
    duty.ended_by, duty.end_note = actor, reason.strip()[:100]
    duty.save(update_fields=["starts_on", "ends_on", "ended_by", "end_note"])
    grant = Grant.objects.filter(duty=duty).first()
    if grant is not None and not grants.is_over(grant):
        grants.stop(grant, actor=actor, reason=reason)
    record(actor, "end_duty", duty, note=reason, **before)
    for stand_in in duty.delegations.running():
        close(stand_in, actor=actor, reason=reason)
    return duty


FILED = {Filing.List.GROUP: LEADING_GROUP, Filing.List.CONTACT: (DutyKind.CONTACT,)}


@transaction.atomic
def file_list(unit: Unit, *, which: str, actor) -> Filing:
    """The unit says that the list is right today; what stands on it is kept with the day.

    Twice on one day by the same hand with the same names is once.
    """
    Unit.objects.select_for_update().get(pk=unit.pk)
    held = Duty.objects.in_force().filter(
        unit=unit, kind__in=FILED[Filing.List(which)], stands_for__isnull=True
    )
    lines = [
        f"{duty.get_kind_display()} {duty.person.name} {duty.title}".strip()
        for duty in held.select_related("person")
    ]
    label = Filing.List(which).label
    if not lines:
        raise Refused(f"{label}是空的，请先登记人员。")
    last = Filing.objects.filter(unit=unit, which=which).first()
    today = timezone.localdate()
    if last and last.lines == lines and timezone.localdate(last.filed_at) == today:
        return last
    filing = Filing.objects.create(
        unit=unit, path=unit.path, which=which, lines=lines, filed_by=actor
    )
    record(actor, "file_list", filing, which=label, lines=lines)
    return filing


def said(duty: Duty) -> dict[str, str]:
    """The duty in plain words, for the trail."""
    return {
        "duty": duty.get_kind_display(),
        "unit": str(duty.unit),
        "starts_on": f"{duty.starts_on:%Y-%m-%d}",
        "ends_on": f"{duty.ends_on:%Y-%m-%d}" if duty.ends_on else "",
    }
