"""Paths of the grid: six digits a level, so that a prefix is an ancestor and a range is a subtree.

School `000007`, its college `000007000003`, its class `000007000003000011`, a dorm 24 digits.
"""

from django.db import models
from django.db.models import Q

WIDTH = 6
SCHOOL, COLLEGE, CLASS, DORM = 1, 2, 3, 4
AFTER_DIGITS = ":"  # the character that follows "9": it bounds every path below a prefix


class Bytewise(models.CharField):
    """Text compared byte by byte, so that one ordinary index serves prefixes on both databases."""

    def db_parameters(self, connection):
        """The column's type, C-collated on PostgreSQL; SQLite compares bytes as it is."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class PathField(Bytewise):
    """A path, whose prefix is an ancestor."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", WIDTH * DORM)
        super().__init__(*args, **kwargs)


def under(path: str, field: str = "path", *, strictly: bool = False) -> Q:
    """The rows at or below a path; `strictly` leaves out the path itself. Everything for ''."""
    if not path:
        return Q()
    lower = "gt" if strictly else "gte"
    return Q(**{f"{field}__{lower}": path, f"{field}__lt": path + AFTER_DIGITS})


def level_of(path: str) -> int:
    """How deep a path lies: 1 school, 2 college or department, 3 class or group, 4 dorm."""
    return len(path) // WIDTH


def cut(path: str, level: int) -> str:
    """The ancestor of a path at a level, or the path itself when it is not that deep."""
    return path[: WIDTH * level]


def ancestors(path: str) -> list[str]:
    """The path's own prefixes from the school down, itself last."""
    return [path[:end] for end in range(WIDTH, len(path) + 1, WIDTH)]


def child(parent: str, number: int) -> str:
    """The path of the parent's child with this number."""
    return f"{parent}{number:0{WIDTH}d}"
