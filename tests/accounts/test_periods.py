"""Business time: half-open periods in Asia/Shanghai, terms and weeks, holidays with 调休."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts import periods
from accounts.periods import SHANGHAI, Calendar, TermDays

FIRST = TermDays(
    2026, "2026-2027 学年第一学期", date(2026, 9, 7), date(2027, 1, 22), date(2026, 9, 7)
)
SECOND = TermDays(
    2026, "2026-2027 学年第二学期", date(2027, 3, 1), date(2027, 7, 9), date(2027, 3, 1)
)
KEPT = Calendar([FIRST, SECOND], {})


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        (datetime(2027, 3, 15, 23, 59, 59, tzinfo=SHANGHAI), True),
        (datetime(2027, 3, 15, 23, 59, 59, 999999, tzinfo=SHANGHAI), True),
        (datetime(2027, 3, 16, 0, 0, 0, tzinfo=SHANGHAI), False),
        (datetime(2027, 3, 15, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 15, 16, 0, 0, tzinfo=UTC), False),
    ],
)
def test_within_a_date_includes_that_day_to_its_end(moment, answer):
    """“3月15日前” includes the day to 24:00."""
    assert periods.within(moment, date(2027, 3, 15)) is answer
    assert periods.day(date(2027, 3, 15)).holds(moment) is answer


PERIODS = [
    (periods.day, date(2026, 11, 21), "2026-11-21", date(2026, 11, 21), date(2026, 11, 22)),
    (periods.week, date(2027, 1, 3), "2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
    (periods.week, date(2027, 1, 4), "2027-W01", date(2027, 1, 4), date(2027, 1, 11)),
    (periods.month, date(2026, 12, 31), "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
    (periods.month, date(2028, 2, 29), "2028-02", date(2028, 2, 1), date(2028, 3, 1)),
    (periods.year, date(2026, 11, 21), "2026", date(2026, 1, 1), date(2027, 1, 1)),
    (KEPT.term, date(2027, 1, 22), FIRST.label, date(2026, 9, 7), date(2027, 2, 1)),
    (KEPT.term, date(2027, 2, 10), "2026-2027 学年第二学期", date(2027, 2, 1), date(2027, 3, 1)),
    (KEPT.term, date(2027, 3, 1), SECOND.label, date(2027, 3, 1), date(2027, 8, 1)),
    (KEPT.term, date(2026, 8, 20), "2026-2027 学年第一学期", date(2026, 8, 1), date(2026, 9, 7)),
    (KEPT.school_year, date(2026, 9, 6), "2025-2026", date(2025, 8, 1), date(2026, 9, 7)),
    (KEPT.school_year, date(2026, 9, 7), "2026-2027", date(2026, 9, 7), date(2027, 8, 1)),
    (Calendar().term, date(2026, 11, 21), "2026-2027 学年第一学期",
     date(2026, 8, 1), date(2027, 2, 1)),
    (Calendar().term, date(2027, 7, 31), "2026-2027 学年第二学期",
     date(2027, 2, 1), date(2027, 8, 1)),
    (Calendar().school_year, date(2027, 7, 31), "2026-2027", date(2026, 8, 1), date(2027, 8, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("make", "on", "label", "first", "after"), PERIODS)
def test_a_period_is_half_open(make, on, label, first, after):
    found = make(on)

    assert (found.label, found.first, found.after) == (label, first, after)
    assert found.holds(found.begins) and not found.holds(found.ends)
    assert found.holds(found.ends - timedelta(microseconds=1))
    assert found.holds(first) and not found.holds(after)


# security.md K12: ends of months, terms and years a second before, at and after; the hours of the
# 1st in which a clock on UTC still shows the day before; leap days; the week that has two years
K12 = [
    f"{day}T{hour}+08:00"
    for day, hour in [
        ("2026-11-30", "23:59:59"), ("2026-12-01", "00:00:00"), ("2026-12-01", "00:00:01"),
        ("2026-12-01", "07:59:59"), ("2026-12-01", "08:00:00"), ("2026-12-31", "23:59:59"),
        ("2027-01-01", "00:00:00"), ("2027-01-01", "00:00:01"), ("2027-01-01", "07:59:59"),
        ("2027-01-03", "23:59:59"), ("2027-01-04", "00:00:00"), ("2027-01-04", "07:30:00"),
        ("2027-01-22", "23:59:59"), ("2027-01-31", "23:59:59"), ("2027-02-01", "00:00:00"),
        ("2027-02-28", "23:59:59"), ("2027-03-01", "00:00:00"), ("2027-03-31", "23:59:59"),
        ("2027-04-01", "00:00:00"), ("2027-07-31", "23:59:59"), ("2027-08-01", "00:00:00"),
        ("2028-02-28", "23:59:59"), ("2028-02-29", "00:00:00"), ("2028-02-29", "23:59:59"),
    ]
]  # fmt: skip
KINDS = [
    periods.day, periods.week, periods.month, periods.year, KEPT.term, KEPT.school_year,
    Calendar().term, Calendar().school_year,
]  # fmt: skip


@pytest.mark.parametrize("instant", K12)
@pytest.mark.parametrize("zone", [SHANGHAI, UTC])
def test_k12_each_instant_lies_in_exactly_one_period_of_each_kind(instant, zone):
    """Whatever zone the moment is written in: the database keeps UTC."""
    moment = datetime.fromisoformat(instant).astimezone(zone)
    on = periods.day_of(moment)

    assert on.isoformat() == instant[:10]
    for kind in KINDS:
        found = kind(on)
        neighbours = [kind(found.first - timedelta(days=1)), kind(found.after)]
        assert found.begins <= moment < found.ends
        assert [each.holds(moment) for each in neighbours] == [False, False]
        assert (neighbours[0].after, neighbours[1].first) == (found.first, found.after)


@pytest.mark.parametrize("calendar", [KEPT, Calendar(), Calendar([SECOND])])
@pytest.mark.parametrize("kind", ["term", "school_year"])
def test_every_day_of_three_years_lies_in_exactly_one_term_and_school_year(calendar, kind):
    on = date(2025, 8, 1)
    while on < date(2028, 8, 1):
        found = getattr(calendar, kind)(on)
        assert found.holds(on) and {getattr(calendar, kind)(d) for d in found.days()} == {found}
        on = found.after


@pytest.mark.parametrize(
    ("on", "week"),
    [(date(2026, 9, 6), None), (date(2026, 9, 7), 1), (date(2026, 9, 13), 1),
     (date(2026, 9, 14), 2), (date(2026, 11, 21), 11), (date(2027, 2, 1), None)],
)  # fmt: skip
def test_teaching_weeks_are_counted_from_week_one(on, week):
    assert KEPT.week_number(on) == week
    assert Calendar().week_number(on) is None


@pytest.mark.parametrize(
    ("on", "works"),
    [
        (date(2026, 10, 1), False), (date(2026, 10, 10), True), (date(2026, 11, 21), False),
        (date(2026, 11, 20), True), (date(2031, 10, 1), True), (date(2031, 10, 4), False),
        (date(2003, 5, 1), True),
    ],
)  # fmt: skip
def test_the_country_s_days_with_shifted_work_and_monday_to_friday_beyond_what_is_known(on, works):
    """The library raises beyond the years it knows; the calendar does not."""
    assert Calendar().works(on) is works


def test_the_school_s_own_days_override():
    ours = Calendar(own={date(2026, 10, 1): True, date(2026, 11, 20): False})

    assert (ours.works(date(2026, 10, 1)), ours.works(date(2026, 11, 20))) == (True, False)
    assert ours.next_workday(date(2026, 11, 20)) == date(2026, 11, 23)


def test_teaching_days_are_working_days_of_a_term():
    assert KEPT.teaching_days(periods.week(date(2026, 11, 21))) == 5
    assert KEPT.teaching_days(periods.month(date(2027, 2, 10))) == 0
    assert KEPT.teaching_days(periods.week(date(2026, 10, 1))) == 3


@pytest.mark.parametrize(
    ("on", "ends"),
    [(date(2026, 11, 21), date(2027, 1, 22)), (date(2027, 1, 22), date(2027, 1, 22)),
     (date(2027, 1, 23), date(2027, 7, 9)), (date(2027, 7, 10), date(2028, 1, 31))],
)  # fmt: skip
def test_the_end_of_term_is_the_coming_one_in_the_vacation(on, ends):
    assert KEPT.end_of_term(on) == ends
