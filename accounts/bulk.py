"""Rows written past the ORM: many at once by COPY, or one unless it is there."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection, transaction

CHUNK = 5000


def insert(model, columns: Sequence[str], rows: Iterable[Sequence]) -> int:
    """The rows are in the model's table; how many.

    Values are such as both databases take as they are: text, whole numbers, a uuid as 32
    hexadecimal digits, JSON as text, None. Each chunk is a transaction of its own unless there is
    one around.
    """
    nullable = {field.column for field in model._meta.concrete_fields if field.null}
    write = _copy if connection.vendor == "postgresql" else _insert
    count = 0
    for chunk in _chunks(iter(rows)):
        with transaction.atomic(), connection.cursor() as cursor:
            write(cursor, model._meta.db_table, columns, chunk, nullable)
        count += len(chunk)
    return count


def insert_row(row) -> None:
    """The new row was written, and has its key; no signal is sent.

    A third of what `save` takes, for rows written at every deed.
    """
    _insert_one(row)


def insert_new(row) -> bool:
    """Whether the row was written, and has its key; not, when a unique one like it was there.

    One trip, where a savepoint around an insert that may fail takes three.
    """
    return _insert_one(row, " ON CONFLICT DO NOTHING")


def _insert_one(row, unless: str = "") -> bool:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{row._meta.db_table}" ({names}) VALUES ({marks}){unless}'
            f' RETURNING "{row._meta.pk.column}"',
            values,
        )
        found = cursor.fetchone()
    if found:
        row.pk, row._state.adding, row._state.db = found[0], False, connection.alias
    return found is not None


def _chunks(rows: Iterator[Sequence]) -> Iterator[list[Sequence]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _copy(cursor, table, columns, chunk, nullable) -> None:
    # an empty value is NULL only where a column may be: elsewhere it is an empty text
    filled = ", ".join(f'"{column}"' for column in columns if column not in nullable)
    names = ", ".join(f'"{column}"' for column in columns)
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(chunk)
    lines.seek(0)
    cursor.copy_expert(
        f'COPY "{table}" ({names}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({filled}))', lines
    )


def _insert(cursor, table, columns, chunk, nullable) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', chunk)


def analyze(*tables: str) -> None:
    """Fresh statistics: a planner that thinks a filled table empty takes minutes for a join.

    A name may be followed by the columns in brackets that alone are looked at.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ANALYZE {table}")
