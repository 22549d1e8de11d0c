"""Business time in Asia/Shanghai: days, weeks, months, terms and years as half-open periods.

A period holds every moment from `begins` up to, not including, `ends`. What is due “within” a day
may be done until that day's 24:00, which is `end_of(day)` and no longer within. Pure: the school's
own terms and days come in from `accounts.calendar_queries`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
YEAR_BEGINS = (8, 1)  # a 学年 whose terms the school has not kept
HALVES = ((1, 31), (7, 31))  # the last days of its two terms
WEEKDAYS = "一二三四五六日"


def start_of(day: date) -> datetime:
    """0:00 of a day, its first moment."""
    return datetime.combine(day, time.min, SHANGHAI)


def end_of(day: date) -> datetime:
    """24:00 of a day: the first moment no longer within it."""
    return start_of(day + DAY)


def day_of(moment: datetime) -> date:
    """The business day a moment lies in."""
    return moment.astimezone(SHANGHAI).date()


def within(moment: datetime, day: date) -> bool:
    """Whether a moment is in time for what is due within a day, that day to 24:00 included."""
    return moment < end_of(day)


@dataclass(frozen=True)
class Period:
    """From the first day's 0:00 to the last day's 24:00; `after` is the first day outside."""

    kind: str
    label: str
    first: date
    after: date

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.after - DAY

    @property
    def begins(self) -> datetime:
        """The first moment inside."""
        return start_of(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment outside."""
        return start_of(self.after)

    def holds(self, when: date | datetime) -> bool:
        """Whether a day or a moment lies inside."""
        if isinstance(when, datetime):
            return self.begins <= when < self.ends
        return self.first <= when < self.after

    def days(self) -> Iterator[date]:
        """Each day inside."""
        return (self.first + DAY * n for n in range((self.after - self.first).days))


def day(on: date) -> Period:
    """One day."""
    return Period("day", f"{on:%Y-%m-%d}", on, on + DAY)


def week(on: date) -> Period:
    """The ISO week, Monday to Sunday, of a day."""
    monday = on - DAY * on.weekday()
    year, number, _ = on.isocalendar()
    return Period("week", f"{year}-W{number:02d}", monday, monday + 7 * DAY)


def month(on: date) -> Period:
    """The calendar month of a day."""
    first = on.replace(day=1)
    return Period("month", f"{on:%Y-%m}", first, (first + 31 * DAY).replace(day=1))


def year(on: date) -> Period:
    """The calendar year of a day."""
    return Period("year", f"{on:%Y}", date(on.year, 1, 1), date(on.year + 1, 1, 1))


def known(on: date) -> bool:
    """Whether the public holidays of that year are known to the general calendar."""
    try:
        chinese_calendar.is_workday(on)
    except NotImplementedError:
        return False
    return True


def public_workday(on: date) -> bool:
    """Whether the country works on a day, 调休 included; Monday to Friday where nothing is known."""
    try:
        return bool(chinese_calendar.is_workday(on))
    except NotImplementedError:
        return on.weekday() < 5


def public_name(on: date) -> str:
    """The holiday to which a day, or the work done instead of it, belongs; '' for an ordinary one."""
    try:
        _, name = chinese_calendar.get_holiday_detail(on)
        return chinese_calendar.Holiday(name).chinese if name else ""
    except (NotImplementedError, ValueError):
        return ""


@dataclass(frozen=True)
class TermDays:
    """A kept term: its 学年 by the year it begins in, its days, the Monday of week 1."""

    year: int
    label: str
    first: date
    last: date
    week_one: date

    @property
    def period(self) -> Period:
        """Its days as a period."""
        return Period("term", self.label, self.first, self.last + DAY)

    def week_at(self, on: date) -> int:
        """The number of the teaching week a day lies in; 0 or less before week 1."""
        return (on - self.week_one).days // 7 + 1


@dataclass(frozen=True)
class Calendar:
    """One school's time; without terms and days of its own it follows the general rule."""

    terms: Sequence[TermDays] = ()
    own: Mapping[date, bool] = field(default_factory=dict)

    def works(self, on: date) -> bool:
        """Whether the school works on a day: as it said itself, else as the country does."""
        return self.own[on] if on in self.own else public_workday(on)

    def next_workday(self, on: date) -> date:
        """The day itself when the school works on it, else the next on which it does."""
        while not self.works(on):
            on += DAY
        return on

    def teaching_days(self, period: Period) -> int:
        """The working days of a period that lie in a term; without terms, all working days."""
        return sum(self.works(d) and (not self.terms or bool(self.at(d))) for d in period.days())

    def at(self, on: date) -> TermDays | None:
        """The kept term a day lies in; none in the vacation."""
        return next((t for t in self.terms if t.first <= on <= t.last), None)

    def term(self, on: date) -> Period:
        """The term of a day, the vacation after it included, so that every day has one."""
        begun = [t for t in self.terms if t.first <= on]
        coming = [t for t in self.terms if t.first > on]
        if begun:
            kept = begun[-1]
            after = min([default_end(kept.last) + DAY, *(t.first for t in coming)])
            if on < after:
                return Period("term", kept.label, kept.first, after)
        return self._half(on, [t.last + DAY for t in begun], [t.first for t in coming])

    def _half(self, on: date, from_: list[date], to: list[date]) -> Period:
        """The general rule, as far as kept terms leave room for it."""
        last = default_end(on)
        first = date(last.year, 2, 1) if last.month == 7 else date(last.year - 1, 8, 1)
        number = "第一学期" if last.month == 1 else "第二学期"
        label = f"{last.year - 1}-{last.year} 学年{number}"
        return Period("term", label, max([first, *from_]), min([last + DAY, *to]))

    def end_of_term(self, on: date) -> date:
        """The last day of the term a day lies in; in the vacation, of the coming one."""
        coming = next((t.last for t in self.terms if t.last >= on), None)
        over = {default_end(t.last) for t in self.terms if t.last < on}
        end = default_end(on)
        return coming or (default_end(end + DAY) if end in over else end)

    def year_start(self, begins: int) -> date:
        """The first day of the 学年 that begins in a calendar year."""
        opens = (t.first for t in self.terms if t.year == begins == t.first.year)
        first = next(opens, None)
        return first or date(begins, *YEAR_BEGINS)

    def school_year(self, on: date) -> Period:
        """The 学年 of a day; each day lies in exactly one."""
        begins = on.year if on >= self.year_start(on.year) else on.year - 1
        label = f"{begins}-{begins + 1}"
        return Period("school_year", label, self.year_start(begins), self.year_start(begins + 1))

    def week_number(self, on: date) -> int | None:
        """The teaching week of a day; none outside the kept terms and before week 1."""
        term = self.at(on)
        number = term.week_at(on) if term else 0
        return number if number > 0 else None


def default_end(on: date) -> date:
    """The last day of the term of a day where none is kept: the end of January or of July."""
    ends = [date(y, *end) for y in (on.year, on.year + 1) for end in HALVES]
    return next(end for end in ends if end >= on)
