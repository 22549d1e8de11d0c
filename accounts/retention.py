"""The kinds of data that end: each app registers its own, with how long it is kept at least."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import ActivationCode, ImportBatch, Login, StagedRow, Unit
from accounts.paths import under


@dataclass(frozen=True)
class Kind:
    """A kind of data: what it is called, days kept unless the school says otherwise, the least.

    `rows` are those of a school whose time ended before a moment; deleting them is all there is.
    """

    label: str
    days: int
    least: int
    rows: Callable[[Unit, datetime], QuerySet]


KINDS: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Keep data of this kind for a time only."""
    KINDS[name] = kind


def _logins(school: Unit, before: datetime) -> QuerySet:
    return Login.objects.filter(under(school.path), ended_at__lt=before)


def _staged(school: Unit, before: datetime) -> QuerySet:
    over = (ImportBatch.State.APPLIED, ImportBatch.State.DISCARDED, ImportBatch.State.REFUSED)
    batches = ImportBatch.objects.filter(under(school.path), state__in=over, state_at__lt=before)
    return StagedRow.objects.filter(batch__in=batches)


def _codes(school: Unit, before: datetime) -> QuerySet:
    done = Q(used_at__lt=before) | Q(revoked_at__lt=before) | Q(expires_at__lt=before)
    return ActivationCode.objects.filter(done, user__school=school)


register("login", Kind("登录记录", 365, 180, _logins))
register("staged", Kind("名册导入的待写入数据", 180, 30, _staged))
register("code", Kind("用过、作废、过期的激活码", 180, 30, _codes))
