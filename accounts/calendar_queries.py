"""Reads of the school's calendar."""

from dataclasses import dataclass
from datetime import date

from accounts.models import SchoolDay, Term
from accounts.paths import SCHOOL, cut
from accounts.periods import DAY, WEEKDAYS, Calendar, TermDays, known, public_name, public_workday


def calendar_of(path: str) -> Calendar:
    """The calendar of the school a path belongs to, in two small queries."""
    root = cut(path, SCHOOL)
    terms = [
        TermDays(term.year, str(term), term.starts_on, term.ends_on, term.week_one)
        for term in Term.objects.filter(school__path=root).order_by("starts_on")
    ]
    own = SchoolDay.objects.filter(school__path=root).values_list("day", "works")
    return Calendar(terms, dict(own))


@dataclass(frozen=True)
class Odd:
    """A day that is not what its weekday says, and who says so."""

    day: date
    works: bool
    note: str
    row: SchoolDay | None = None

    @property
    def weekday(self) -> str:
        """Its day of the week, in a character."""
        return WEEKDAYS[self.day.weekday()]


def odd_days(rows, year: int) -> list[Odd]:
    """The holidays and shifted working days of a year, the school's own rows before the country's."""
    own = {row.day: row for row in rows.filter(day__year=year)}
    found, on = [], date(year, 1, 1)
    while on.year == year:
        if row := own.get(on):
            found.append(Odd(on, row.works, row.note, row))
        elif public_workday(on) != (on.weekday() < 5):
            found.append(Odd(on, public_workday(on), public_name(on)))
        on += DAY
    return found


def year_known(year: int) -> bool:
    """Whether the public holidays of a year are known."""
    return known(date(year, 1, 1))
