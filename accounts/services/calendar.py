"""Keeping the school's calendar: its terms, and its own working days and days of rest."""

from datetime import date, timedelta

from django.db import transaction

from accounts.audit import record
from accounts.models import SchoolDay, Term, Unit
from accounts.moves import Refused

LONGEST_TERM = 240  # days
MOST_DAYS = 92  # set at once: a vacation


@transaction.atomic
def keep_term(
    school: Unit,
    *,
    actor,
    year: int,
    number: int,
    starts_on: date,
    ends_on: date,
    week_one: date | None = None,
    term: Term | None = None,
) -> Term:
    """The term is on the calendar, new or changed; week 1 begins with the Monday of its first day.

    Raises Refused when it meets another term or lies outside its 学年.
    """
    week_one = week_one or starts_on - timedelta(days=starts_on.weekday())
    _check_term(year, starts_on, ends_on, week_one)
    # the school's row is held, so that two who keep terms at once cannot both fit
    Unit.objects.select_for_update().get(pk=school.pk)
    others = Term.objects.filter(school=school).exclude(pk=(term.pk if term else None) or 0)
    if others.filter(year=year, number=number).exists():
        raise Refused("该学年的这一学期已在校历中，请直接修改。")
    met = others.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if met:
        raise Refused(f"与“{met}”（{met.starts_on} 至 {met.ends_on}）的日期重叠。")
    for other in others:
        if ((year, number) < (other.year, other.number)) != (starts_on < other.starts_on):
            raise Refused(f"与“{other}”的先后次序不符，请核对学年、学期和日期。")
    term = term or Term(school=school)
    before = f"{term.starts_on} 至 {term.ends_on}" if term.pk else ""
    term.year, term.number, term.week_one = year, number, week_one
    term.starts_on, term.ends_on = starts_on, ends_on
    term.save()
    record(actor, "keep_term", term, days=[before, f"{starts_on} 至 {ends_on}"])
    return term


def _check_term(year: int, starts_on: date, ends_on: date, week_one: date) -> None:
    if ends_on <= starts_on:
        raise Refused("结束日期应晚于开始日期。")
    if (ends_on - starts_on).days > LONGEST_TERM:
        raise Refused("一个学期不超过八个月，请核对日期。")
    if not date(year, 7, 1) <= starts_on or not ends_on <= date(year + 1, 9, 30):
        raise Refused(f"{year}-{year + 1} 学年应在 {year}-07-01 至 {year + 1}-09-30 之间。")
    if week_one.weekday() or abs((week_one - starts_on).days) > 21:
        raise Refused("第 1 周应从开始日期前后三周内的一个星期一算起。")


@transaction.atomic
def drop_term(term: Term, *, actor) -> None:
    """The term is off the calendar; nothing was bound to it."""
    found = Term.objects.select_for_update().filter(pk=term.pk).first()
    if found is None:
        raise Refused("这一学期已不在校历中。")
    term = found
    record(actor, "drop_term", term, days=[f"{term.starts_on} 至 {term.ends_on}", ""])
    term.delete()


@transaction.atomic
def set_days(school: Unit, *, first: date, last: date, works: bool, note: str, actor) -> int:
    """The school works, or rests, on each of these days, whatever was said before; how many."""
    if last < first:
        raise Refused("截止日期不能早于起始日期。")
    count = (last - first).days + 1
    if count > MOST_DAYS:
        raise Refused(f"一次最多设置 {MOST_DAYS} 天，请分段设置。")
    days = [first + timedelta(days=n) for n in range(count)]
    SchoolDay.objects.bulk_create(
        [SchoolDay(school=school, day=day, works=works, note=note.strip()) for day in days],
        update_conflicts=True,
        unique_fields=["school", "day"],
        update_fields=["works", "note"],
    )
    record(actor, "set_days", school, days=f"{first} 至 {last}", works=works, note=note.strip())
    return count


@transaction.atomic
def drop_day(row: SchoolDay, *, actor) -> None:
    """The day is again what the general calendar says."""
    found = SchoolDay.objects.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise Refused("这一天的设置已取消。")
    row = found
    record(actor, "drop_day", row, days=f"{row.day}", works=row.works)
    row.delete()
