"""Words and figures as templates need them."""

from django import template
from django.utils import timezone

from accounts import paging, scope, spelling

register = template.Library()

TONES = {
    "open": "grey",
    "submitted": "soon",
    "sent_back": "late",
    "approved": "done",
    "excused": "grey",
    "locked": "grey",
    "draft": "grey",
    "closed": "grey",
    "withdrawn": "grey",
    "none": "late",
    "started": "soon",
    "asked": "soon",
    "allowed": "soon",
    "pending": "soon",
    "expired": "late",
    "accepted": "done",
    "followed": "soon",
    "granted": "done",
    "refused": "late",
    "reading": "soon",
    "mapping": "soon",
    "ready": "soon",
    "applying": "soon",
    "undoing": "soon",
    "applied": "done",
}


@register.filter
def number(value) -> str:
    """A count with thousands separators: 12,345."""
    return f"{int(value or 0):,}"


@register.filter
def spelled(name) -> str:
    """A unit's name as it is typed without Chinese: every syllable, and their initials."""
    said = [spelling.syllable(char) for char in str(name)]
    return f"{''.join(said)} {''.join(one[:1] for one in said)}"


@register.filter
def upto(value) -> str:
    """A count that was not counted to its end: 12,345, or 10000+ beyond what is counted."""
    return f"{paging.SHOWN}+" if value > paging.EXACT else number(value)


@register.filter
def rate(part, whole) -> str:
    """A share with one decimal: 87.5%; never 100.0% while one is missing, a dash for none."""
    if not whole:
        return "—"
    mille = round(1000 * part / whole)
    if part < whole:
        mille = min(mille, 999)
    if part > 0:
        mille = max(mille, 1)
    return f"{mille // 10}.{mille % 10}%"


@register.filter
def tone(state) -> str:
    """The colour that goes with a state's word: done, soon, late or grey."""
    return TONES.get(str(state), "grey")


@register.filter
def deadline(moment) -> str:
    """A last moment as the office says it: 2026-03-15 24:00 includes that whole day."""
    local = timezone.localtime(moment)
    if (local.hour, local.minute) == (23, 59):
        return f"{local:%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


@register.filter
def day(moment) -> str:
    """A day within the year: 11月21日."""
    local = timezone.localtime(moment)
    return f"{local.month}月{local.day}日"


@register.filter
def daysleft(moment) -> str:
    """How long there is until a last moment, in whole days."""
    days = (timezone.localtime(moment).date() - timezone.localdate()).days
    if timezone.now() > moment:
        return f"已逾期 {-days} 天" if days < 0 else "今日已截止"
    return f"还剩 {days} 天" if days else "今日截止"


@register.filter
def urgency(moment) -> str:
    """The colour of a last moment: late when past, soon within three days, else grey."""
    if timezone.now() > moment:
        return "late"
    days = (timezone.localtime(moment).date() - timezone.localdate()).days
    return "soon" if days <= 3 else "grey"


@register.simple_tag
def may(user, action, row) -> bool:
    """Whether the user may do this to this row."""
    return scope.may(user, action, row)
