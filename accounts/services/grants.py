"""Giving roles and taking them back: each power is given by another than its holder."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Grant, Unit, User
from accounts.moves import Refused
from accounts.paths import SCHOOL, cut, under
from accounts.scope import APART, ROLES, Role, grantable, reach
from accounts.services.schools import school_at

TERM = timedelta(days=184)  # six months: the longest a class cadre serves before being named anew
TERM_ENDS = ((1, 31), (7, 31))
TIERS = {1: "学校", 2: "学院或部门", 3: "班级或科室（小组）", 4: "宿舍"}


def end_of_term(day: date) -> date:
    """The last day of the term that a day lies in: the end of January or of July."""
    ends = [date(year, *end) for year in (day.year, day.year + 1) for end in TERM_ENDS]
    return next(end for end in ends if end >= day)


@transaction.atomic
def give(user: User, *, role: str, unit: Unit, starts_on: date, ends_on: date | None, actor):
    """The person holds the role at the unit from–until; a class cadre at most six months.

    Raises Refused when the role is not the actor's to give, does not belong at such a unit, or
    would join in one person two powers that watch each other.
    """
    if role == Role.CADRE and ends_on is None:
        ends_on = end_of_term(starts_on)
    _check_power(role, unit, actor)
    _check_days(role, starts_on, ends_on)
    user = User.objects.select_for_update().get(pk=user.pk)
    _check_person(user, role, unit, actor)
    held = Grant.objects.filter(user=user)
    held = held.exclude(ends_on__lt=starts_on)
    if ends_on:
        held = held.filter(starts_on__lte=ends_on)
    if held.filter(role=role, path=unit.path).exists():
        raise Refused(f"{user.name}在此期间已是{unit.name}的“{Role(role).label}”，无需重复授权。")
    others = APART - {role} if role in APART else set()
    other = held.filter(role__in=others).first()
    if other:
        raise Refused(
            f"{user.name}已是“{other.get_role_display()}”，与“{Role(role).label}”不能由同一人担任。"
        )
    grant = Grant.objects.create(
        user=user, role=role, unit=unit, path=unit.path, starts_on=starts_on, ends_on=ends_on
    )
    record(actor, "give", grant, **_said(grant))
    return grant


def _check_power(role: str, unit: Unit, actor) -> None:
    if role not in grantable(actor):
        raise Refused("此角色不由您授予。")
    if unit.level not in ROLES[role].tiers:
        words = TIERS | {2: f"{school_at(unit.path).college_word}或部门"}
        tiers = "、".join(words[tier] for tier in ROLES[role].tiers if tier in words)
        raise Refused(f"“{Role(role).label}”只能授予在{tiers}一级。")
    if not Unit.objects.filter(reach(actor, "grant.add", "path"), pk=unit.pk).exists():
        raise Refused("该单位不在您的管理范围内。")


def _check_days(role: str, starts_on: date, ends_on: date | None) -> None:
    if ends_on and ends_on < starts_on:
        raise Refused("截止日期不能早于起始日期。")
    if ends_on and ends_on < timezone.localdate():
        raise Refused("截止日期已过，请重新填写。")
    if role == Role.CADRE and ends_on and ends_on - starts_on > TERM:
        raise Refused("班干部的授权最长六个月，每学期重新授权。")


def _check_person(user: User, role: str, unit: Unit, actor) -> None:
    if user.pk == actor.pk:
        raise Refused("不能为本人授权，请由有权的同事办理。")
    if not user.is_active or user.school is None:
        raise Refused(f"{user.name}的账号不可用，不能授权。")
    if user.school.path != cut(unit.path, SCHOOL):
        raise Refused("被授权人不是本校人员。")
    if role == Role.CADRE and not User.objects.filter(
        under(unit.path, "unit_path"), pk=user.pk, category=User.Category.STUDENT
    ):
        raise Refused(f"{user.name}不是{unit.name}的学生，不能担任该班班干部。")


@transaction.atomic
def end(grant: Grant, *, actor, reason: str) -> Grant:
    """The grant holds no more, from this moment; one that began today is dated yesterday."""
    if not reason.strip():
        raise Refused("请填写结束授权的原因。")
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.user_id == actor.pk:
        raise Refused("不能结束本人的授权，请由有权的同事办理。")
    if grant.role not in grantable(actor):
        raise Refused("此角色不由您授予，也不由您结束。")
    yesterday = timezone.localdate() - timedelta(days=1)
    if grant.ends_on and grant.ends_on <= yesterday:
        raise Refused("该授权已经结束。")
    before = _said(grant)
    grant.starts_on, grant.ends_on = min(grant.starts_on, yesterday), yesterday
    grant.save(update_fields=["starts_on", "ends_on"])
    record(actor, "end", grant, note=reason, **before)
    return grant


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
