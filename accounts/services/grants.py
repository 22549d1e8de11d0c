"""Giving roles and taking them back: each power is given by another than its holder."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.calendar_queries import calendar_of
from accounts.duties import KIND_OF_ROLE
from accounts.models import Duty, Grant, Login, Unit, User
from accounts.moves import Refused
from accounts.paths import SCHOOL, cut, under
from accounts.scope import APART, ROLES, Role, grantable, reach
from accounts.services import logins
from accounts.services.schools import school_at

TERM = timedelta(days=184)  # six months: the longest a class cadre serves before being named anew
TIERS = {1: "学校", 2: "学院或部门", 3: "班级或科室（小组）", 4: "宿舍"}


def end_of_term(path: str, day: date) -> date:
    """The last day of the school's term that a day lies in, six months from it at the latest."""
    return min(calendar_of(path).end_of_term(day), day + TERM)


@transaction.atomic
def give(user: User, *, role: str, unit: Unit, starts_on: date, ends_on: date | None, actor):
    """The person holds the role at the unit from–until; a class cadre at most six months.

    A role that comes with a duty is given as that duty. Raises Refused when the role is not the
    actor's to give, does not belong at such a unit, or would join in one person two powers that
    watch each other.
    """
    _check_power(role, unit, actor)
    if role not in KIND_OF_ROLE:
        return hold(user, role=role, unit=unit, days=(starts_on, ends_on), actor=actor)
    if role == Role.CADRE and ends_on is None:
        ends_on = end_of_term(unit.path, starts_on)
    duty = Duty(
        person=user, kind=KIND_OF_ROLE[role], unit=unit, path=unit.path, appointed_by=actor,
        starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    return hold(user, role=role, unit=unit, days=(starts_on, ends_on), actor=actor, duty=duty)


def hold(user: User, *, role: str, unit: Unit, days, actor, duty: Duty | None = None) -> Grant:
    """The grant itself, by hand or with the duty it comes from, which is saved with it."""
    starts_on, ends_on = days
    check_days(role, starts_on, ends_on)
    user = User.objects.select_for_update().get(pk=user.pk)
    check_person(user, role, unit, actor)
    others = APART - {role} if role in APART else set()
    held = overlapping(Grant.objects.filter(user=user), days)
    other = held.filter(role__in=others).first()
    if other:
        raise Refused(
            f"{user.name}已是“{other.get_role_display()}”，与“{Role(role).label}”不能由同一人担任。"
        )
    new = duty is None or duty.pk is None
    if new and held.filter(role=role, path=unit.path).exists():
        raise Refused(f"{user.name}在此期间已是{unit.name}的“{Role(role).label}”，无需重复授权。")
    if duty is not None and duty.pk is None:
        duty.save()
    grant = Grant.objects.create(
        user=user, role=role, unit=unit, path=unit.path, starts_on=starts_on, ends_on=ends_on,
        duty=duty, acting_for=duty.stands_for.person if duty and duty.stands_for else None,
    )  # fmt: skip
    record(actor, "give", grant, **_said(grant))
    _renew_logins(grant)
    return grant


def overlapping(rows, days):
    """Those of the dated rows that share a day with these days."""
    starts_on, ends_on = days
    rows = rows.exclude(ends_on__lt=starts_on)
    return rows.filter(starts_on__lte=ends_on) if ends_on else rows


def same_held(user: User, role: str, unit: Unit, days):
    """The person's grants of the role at the unit within those days."""
    return overlapping(Grant.objects.filter(user=user, role=role, path=unit.path), days)


def _check_power(role: str, unit: Unit, actor) -> None:
    if role not in grantable(actor):
        raise Refused("此角色不由您授予。")
    if unit.closed_on:
        raise Refused(f"{unit.name}已撤销或迁移，不能在此授权。")
    if unit.level not in ROLES[role].tiers:
        words = TIERS | {2: f"{school_at(unit.path).college_word}或部门"}
        tiers = "、".join(words[tier] for tier in ROLES[role].tiers if tier in words)
        raise Refused(f"“{Role(role).label}”只能授予在{tiers}一级。")
    if not Unit.objects.filter(reach(actor, "grant.add", "path"), pk=unit.pk).exists():
        raise Refused("该单位不在您的管理范围内。")


def check_days(role: str, starts_on: date, ends_on: date | None) -> None:
    """Refused when the days run backwards, are over, or are more than a class cadre serves."""
    if ends_on and ends_on < starts_on:
        raise Refused("截止日期不能早于起始日期。")
    if ends_on and ends_on < timezone.localdate():
        raise Refused("截止日期已过，请重新填写。")
    if role == Role.CADRE and ends_on and ends_on - starts_on > TERM:
        raise Refused("班干部的授权最长六个月，每学期重新授权。")


def check_person(user: User, role: str, unit: Unit, actor) -> None:
    """Refused when it is the actor, somebody of elsewhere, or nobody who can hold such a role."""
    if actor is not None and user.pk == actor.pk:
        raise Refused("不能为本人授权，请由有权的同事办理。")
    if not user.is_active or user.school is None:
        raise Refused(f"{user.name}的账号不可用，不能授权。")
    if user.school.path != cut(unit.path, SCHOOL):
        raise Refused("被授权人不是本校人员。")
    if role == Role.CADRE and not User.objects.filter(
        under(unit.path, "unit_path"), pk=user.pk, category=User.Category.STUDENT
    ):
        raise Refused(f"{user.name}不是{unit.name}的学生，不能担任该班班干部。")


def may_end(actor, grant: Grant) -> bool:
    """Whether it is the actor's to end: of a role they may give, and not their own."""
    return grant.user_id != actor.pk and grant.role in grantable(actor)


@transaction.atomic
def end(grant: Grant, *, actor, reason: str) -> Grant:
    """The grant holds no more, from this moment; one that began today is dated yesterday.

    One that came with a duty ends with it.
    """
    if not reason.strip():
        raise Refused("请填写结束授权的原因。")
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.user_id == actor.pk:
        raise Refused("不能结束本人的授权，请由有权的同事办理。")
    if grant.role not in grantable(actor):
        raise Refused("此角色不由您授予，也不由您结束。")
    return stop(grant, actor=actor, reason=reason)


def stop(grant: Grant, *, actor, reason: str) -> Grant:
    """End the grant and the duty it came with, whoever asked."""
    if is_over(grant):
        raise Refused("该授权已经结束。")
    before = _said(grant)
    cut_short(grant)
    grant.save(update_fields=["starts_on", "ends_on"])
    record(actor, "end", grant, note=reason, **before)
    duty = grant.duty
    if duty is not None and not is_over(duty):
        cut_short(duty)
        duty.ended_by, duty.end_note = actor, reason.strip()[:100]
        duty.save(update_fields=["starts_on", "ends_on", "ended_by", "end_note"])
    _renew_logins(grant)
    return grant


def is_over(row: Grant | Duty) -> bool:
    """Whether its last day has passed."""
    return row.ends_on is not None and row.ends_on < timezone.localdate()


def cut_short(row: Grant | Duty) -> None:
    """Its last day is yesterday; one that began later is dated yesterday alone."""
    yesterday = timezone.localdate() - timedelta(days=1)
    row.starts_on, row.ends_on = min(row.starts_on, yesterday), yesterday


def _renew_logins(grant: Grant) -> None:
    """Whoever gains or loses the desk logs in anew, by what is asked of such people."""
    if "desk.enter" in ROLES[grant.role].may:
        logins.end_all(grant.user, why=Login.Why.RIGHTS)


@transaction.atomic
def promise(user: User) -> list[Grant]:
    """The user promised secrecy: those of their grants that waited for it hold from now.

    Which; none when nothing waited, as when it is pressed twice.
    """
    waiting = list(Grant.objects.unpromised().filter(user=user).select_for_update())
    for grant in waiting:
        grant.promised_at = timezone.now()
        grant.save(update_fields=["promised_at"])
        record(user, "promise", grant, **_said(grant))
    return waiting


def _said(grant: Grant) -> dict[str, str]:
    return {
        "role": grant.role,
        "unit": str(grant.unit),
        "starts_on": f"{grant.starts_on:%Y-%m-%d}",
        "ends_on": f"{grant.ends_on:%Y-%m-%d}" if grant.ends_on else "",
    }
