"""The desk's pages of units, people, what they hold and ask, and what runs behind them."""

from accounts.admin import (
    asked,
    audit,
    duties,
    grants,
    logins,
    meetings,
    people,
    retention,
    rosters,
    running,
    units,
)

__all__ = [
    "asked",
    "audit",
    "duties",
    "grants",
    "logins",
    "meetings",
    "people",
    "retention",
    "rosters",
    "running",
    "units",
]
