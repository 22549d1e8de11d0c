"""Which lists can be taken out: each source builds its rows anew, as the one who asks sees them.

A list is described by plain parameters, kept with the export, and built when the job runs: whoever
lost a right in between gets what they may still see, or nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zipfile import ZipFile

from accounts.models import User

SOURCES: dict[str, Callable[..., "Listed"]] = {}


@dataclass
class Listed:
    """A list as a sheet: headers, and rows each with the key of what it is about.

    What else belongs to it `beside` puts into a zip, once all its rows were taken.
    """

    title: str
    headers: Sequence[str]
    rows: Iterable[tuple[int, Sequence]]
    count: int
    widths: Sequence[int] = ()
    path: str = ""  # the unit the list is about: its people are told who took it
    beside: Callable[[ZipFile], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """How the rows of a model stand on a sheet: `rows(queryset, user, full=…)` gives keyed rows.

    `sensitive` says that it has numbers which are masked unless the user may see them whole.
    """

    title: str
    headers: Sequence[str]
    rows: Callable[..., Iterable[tuple[int, Sequence]]]
    widths: Sequence[int] = ()
    sensitive: bool = False


def source(name: str):
    """Register the function that lists: (user, params, full) → Listed; Refused when it may not."""

    def keep(function):
        SOURCES[name] = function
        return function

    return keep


def listed(name: str, user: User, params: dict, *, full: bool = False) -> Listed:
    """The list as this user sees it now."""
    return SOURCES[name](user, params, full=full)
