"""Sealed columns are sealed anew with the key in front, a batch at a time, while they are in use.

Whatever bears another key's name is opened and sealed again, unless it was changed in between. It
may be stopped and begun again at any point; blind indexes have a key of their own and stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from accounts.audit import record
from accounts.models import Unit
from accounts.moves import Refused
from accounts.sealed import Unreadable, seal, unseal

BATCH = 500
ENDING = "_sealed"


@dataclass(frozen=True)
class Column:
    """A sealed column, and what its values are bound to beside their row."""

    model: type[Model]
    name: str
    said: str
    row: str = "uuid"

    def filled(self) -> QuerySet:
        """The rows that hold a value."""
        rows: QuerySet = self.model._base_manager.exclude(**{self.name: ""})
        return rows

    def sealed_with(self, *names: str) -> Q:
        """Those whose value bears one of these keys' names."""
        found = Q(pk__in=[])
        for name in names:
            found |= Q(**{f"{self.name}__startswith": f"{name}:"})
        return found


def columns() -> list[Column]:
    """Every sealed column of every model.

    `SEALED_AS` says where a value is bound to another's column, `SEALED_ROW` to another's row.
    """
    return [
        Column(
            model,
            field.name,
            bound.get(field.name, _own(model, field.name)),
            getattr(model, "SEALED_ROW", "uuid"),
        )
        for model in apps.get_models()
        for bound in [getattr(model, "SEALED_AS", {})]
        for field in model._meta.concrete_fields
        if field.name.endswith(ENDING)
    ]


def _own(model: type[Model], name: str) -> str:
    return f"{model._meta.db_table}.{name.removesuffix(ENDING)}"


def ring() -> list[str]:
    """The names of the keys there are; the first seals."""
    return [item.partition(":")[0] for item in settings.FIELD_KEYS.split(",") if item]


def counts() -> dict[str, int]:
    """How many values bear each key's name; under '?' those of keys that are not there."""
    said: dict[str, int] = {}
    for name in ring():
        said[name] = sum(c.filled().filter(c.sealed_with(name)).count() for c in columns())
    said["?"] = sum(c.filled().exclude(c.sealed_with(*ring())).count() for c in columns())
    return said


def lost() -> list[str]:
    """Names of keys that values bear and that are not there; one for each column at most."""
    found = set()
    for column in columns():
        strange = column.filled().exclude(column.sealed_with(*ring()))
        for box in strange.values_list(column.name, flat=True)[:1]:
            found.add(box.partition(":")[0])
    return sorted(found)


def rotate(told: Callable[[int], None] = lambda done: None) -> int:
    """No value bears an old key's name; how many were sealed anew.

    Raises Refused when a value cannot be opened: nothing of its batch is written.
    """
    if missing := lost():
        names = "、".join(missing)
        raise Refused(f"有数据用密钥“{names}”加密，而 FIELD_KEYS 中没有它，请先补上。")
    done = 0
    for column in columns():
        while count := _some(column):
            done += count
            told(done)
    if done:
        for school in Unit.objects.schools():
            record(None, "rotate_keys", school, counts=done)
    return done


@transaction.atomic
def _some(column: Column) -> int:
    old = column.filled().exclude(column.sealed_with(ring()[0])).order_by("pk")
    rows = list(old.values_list("pk", column.row, column.name)[:BATCH])
    for pk, row, box in rows:
        reseal(column, pk, row, box)
    return len(rows)


def reseal(column: Column, pk: Any, row: Any, box: str) -> bool:
    """The value is sealed with the key in front, unless somebody wrote another meanwhile."""
    try:
        fresh = seal(unseal(box, column.said, row), column.said, row)
    except Unreadable as error:
        raise Refused(f"{column.said} 第 {pk} 行无法解密，未作改动：{error}") from None
    same = column.model._base_manager.filter(pk=pk, **{column.name: box})
    return bool(same.update(**{column.name: fresh}))
