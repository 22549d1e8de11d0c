"""The reads that nearly every request makes, compiled once.

Django compiles a query anew each time it is asked; for a row with its relations that takes three
times as long as the database takes to find it.
"""

from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

from accounts.models import Unit

NAMES = f"SELECT path, name FROM {Unit._meta.db_table} WHERE path IN "
BLANK = -7_201_000  # no key and no path looks like this


class Prepared:
    """A query with blanks: `Prepared(lambda pk: User.objects.filter(pk=pk)).get(7)`.

    The blanks are compared with columns as they are, whole numbers or text; how many there are and
    of which type decides the statement, nothing else of them may.
    """

    def __init__(self, rows: Callable[..., QuerySet]):
        self.rows = rows
        self.plans: dict[tuple, _Plan] = {}

    def get(self, *values: int | str) -> Any:
        """The one row that the query finds with these values, relations and all; or None."""
        shape = (connection.vendor, *(type(value) for value in values))
        if shape not in self.plans:
            self.plans[shape] = _Plan(self.rows, values)
        return self.plans[shape].get(values)


class _Plan:
    """A statement, where the values go, and how a row becomes an object."""

    def __init__(self, rows: Callable[..., QuerySet], values: tuple):
        blanks = [type(value)(BLANK - i) for i, value in enumerate(values)]
        self.compiler = rows(*blanks).query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, params = self.compiler.as_sql()
        self.params = [
            (blanks.index(p), None) if type(p) in {int, str} and p in blanks else (None, p)
            for p in params
        ]
        missing = set(range(len(blanks))) - {place for place, _ in self.params}
        if missing:
            raise ValueError(f"blanks {sorted(missing)} stand nowhere in {self.sql}")
        select, told = self.compiler.select, self.compiler.klass_info
        self.model, places = told["model"], told["select_fields"]
        self.span = slice(places[0], places[-1] + 1)
        self.names = [column[0].target.attname for column in select[self.span]]
        self.relations = get_related_populators(told, select, DEFAULT_DB_ALIAS)
        self.converters = self.compiler.get_converters([column[0] for column in select])

    def get(self, values: tuple) -> Any:
        params = [fixed if place is None else values[place] for place, fixed in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            row = cursor.fetchone()
        if row is None:
            return None
        (row,) = self.compiler.apply_converters([row], self.converters)
        found = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.span])
        for relation in self.relations:
            relation.populate(row, found)
        return found


def names_at(paths: list[str]) -> dict[str, str]:
    """The names of the units at these paths, as far as there are any; at least one is asked for."""
    with connection.cursor() as cursor:
        cursor.execute(f"{NAMES}({', '.join(['%s'] * len(paths))})", paths)
        return dict(cursor.fetchall())
