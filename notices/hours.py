"""When people may be told: within the set hours of the school's working days."""

from datetime import datetime, time

from django.conf import settings

from accounts.calendar_queries import calendar_of
from accounts.periods import DAY, SHANGHAI, day_of, end_of


def next_slot(path: str, now: datetime) -> datetime:
    """Now, when messages may go out at the school of the path; else the next moment they may."""
    opens, closes = settings.NOTICE_HOURS
    calendar = calendar_of(path)
    day, local = day_of(now), now.astimezone(SHANGHAI)
    if calendar.works(day):
        if opens <= local.hour < closes:
            return now
        if local.hour < opens:
            return datetime.combine(day, time(opens), SHANGHAI)
    return datetime.combine(calendar.next_workday(day + DAY), time(opens), SHANGHAI)


def words() -> str:
    """The hours as a person says them."""
    opens, closes = settings.NOTICE_HOURS
    return f"工作日 {opens}:00–{closes}:00"


def last_moment(moment: datetime) -> str:
    """When something is due, as said aloud: 12月1日24:00 includes that whole day."""
    local = moment.astimezone(SHANGHAI)
    late = (end_of(local.date()) - local).total_seconds() <= 60
    hour = "24:00" if late else f"{local:%H:%M}"
    return f"{local.month}月{local.day}日{hour}"
