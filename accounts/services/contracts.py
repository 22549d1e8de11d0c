"""Contracts of firms on the campus and of those they send: whose is over leaves, kept for what is past.

A contract counts to 24:00 of its last day. Of a person's own and their unit's the earlier decides.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from accounts import changes
from accounts.audit import record
from accounts.models import Expiry, Unit, User
from accounts.moves import Refused
from accounts.paths import under
from accounts.services import ending

Status = User.Status
ENDS = Least(
    Coalesce("contract_ends", "unit__contract_ends"),
    Coalesce("unit__contract_ends", "contract_ends"),
)


def over(day: date) -> QuerySet[Any]:
    """Who is on the roster though their contract, `ended`, was over before the day.

    Not those whom somebody put back by hand after this very contract had ended.
    """
    ended = Q(contract_ends__lt=day) | Q(unit__contract_ends__lt=day)
    people = User.objects.counted().exclude(category=User.Category.STUDENT)
    people = people.filter(ended, category__in=User.HIRED).annotate(ended=ENDS)
    before = Expiry.objects.filter(person=OuterRef("pk"), ended_on=OuterRef("ended"), back_at=None)
    return people.filter(~Exists(before))


def expire(day: date | None = None) -> int:
    """Whose contract is over has left: kept, logged out, no longer counted. How many."""
    day = day or timezone.localdate()
    return sum(_expire(school, day) for school in Unit.objects.schools())


@transaction.atomic
def _expire(school: Unit, day: date) -> int:
    found = over(day).filter(under(school.path, "unit_path")).select_related("unit")
    people = list(found.order_by("ended", "pk").select_for_update(of=("self",)))
    now = timezone.now()
    for ended, some in groupby(people, key=attrgetter("ended")):
        leaving, note = list(some), f"{ended} 合同到期"
        Expiry.objects.bulk_create(
            Expiry(person=p, unit=p.unit, ended_on=ended, note=note, left_at=now) for p in leaving
        )
        User.objects.filter(pk__in=[p.pk for p in leaving]).update(
            status=Status.LEFT, status_note=note, absent_since=None
        )
        for person in leaving:
            record(None, "expire", person, note=note, status=[person.status, Status.LEFT])
    ending.shut([person.pk for person in people])
    changes.tell(school.path, [changes.Moved(p.pk, p.unit_path, p.unit_path) for p in people])
    return len(people)


@transaction.atomic
def set_contract(unit: Unit, *, ends_on: date | None, reason: str, actor) -> int:
    """The unit's contract ends on that day (None: no end is known); how many came back by it."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.kind != Unit.Kind.GROUP or unit.closed_on:
        raise Refused("只有在用的科室（小组）、驻校企业可以登记合同截止日期。")
    _check(unit.contract_ends, ends_on, reason)
    note_end(unit, ends_on, reason=reason, actor=actor)
    return len(bring_back(of_unit(unit), actor=actor))


@transaction.atomic
def set_own_contract(person: User, *, ends_on: date | None, reason: str, actor) -> int:
    """The person's own contract ends on that day; 1 when they came back by it, else 0."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.category not in User.HIRED:
        raise Refused("只有劳务派遣、社会服务人员登记合同截止日期。")
    if person.pk == actor.pk:
        raise Refused("不能登记本人的合同，请由同事办理。")
    _check(person.contract_ends, ends_on, reason)
    before, person.contract_ends = person.contract_ends, ends_on
    person.save(update_fields=["contract_ends"])
    record(actor, "set_contract", person, note=reason, contract=[_said(before), _said(ends_on)])
    return len(bring_back(Expiry.objects.filter(person=person), actor=actor))


def _check(before: date | None, ends_on: date | None, reason: str) -> None:
    if not reason.strip():
        raise Refused("请填写依据，如续签的合同编号。")
    if before == ends_on:
        raise Refused("与现在登记的截止日期相同，无需修改。")
    if ends_on and ends_on < timezone.localdate():
        raise Refused("截止日期不能早于今天；合同已终止的请填写今天，人员次日零时起离岗。")


def note_end(unit: Unit, ends_on: date | None, *, reason: str, actor) -> None:
    """The unit's contract ends on that day from now on, and the trail says who said so."""
    before, unit.contract_ends = unit.contract_ends, ends_on
    unit.save(update_fields=["contract_ends"])
    record(actor, "set_contract", unit, note=reason, contract=[_said(before), _said(ends_on)])


def of_unit(unit: Unit) -> QuerySet[Expiry]:
    """Who left from the unit, or from one that went into it."""
    return Expiry.objects.filter(Q(unit=unit) | Q(unit__moved_to=unit), person__unit=unit)


def bring_back(expiries: QuerySet[Expiry], *, actor) -> list[int]:
    """Whose contract is not over any longer, and who left by nothing else, is back; which rows.

    Whoever was told anything else since stays as they are.
    """
    ends = Least(
        Coalesce("person__contract_ends", "person__unit__contract_ends"),
        Coalesce("person__unit__contract_ends", "person__contract_ends"),
    )
    found = expiries.filter(
        back_at=None, person__status=Status.LEFT, person__is_active=False,
        person__status_note=F("note"), person__category__in=User.HIRED,
    ).annotate(ends=ends)  # fmt: skip
    found = found.filter(Q(ends=None) | Q(ends__gte=timezone.localdate()))
    rows = list(found.select_related("person").select_for_update(of=("self", "person")))
    people = [row.person for row in rows]
    _put(rows, status=Status.ACTIVE, note="", active=True)
    Expiry.objects.filter(pk__in=[row.pk for row in rows]).update(back_at=timezone.now())
    for person in people:
        record(actor, "come_back", person, status=[Status.LEFT, Status.ACTIVE])
    for school, some in groupby(sorted(people, key=_school), key=_school):
        changes.tell(school, [changes.Moved(p.pk, p.unit_path, p.unit_path) for p in some])
    return [row.pk for row in rows]


def send_back(ids: list[int]) -> None:
    """Who came back by a roster that is taken back has left again, unless told otherwise since."""
    here = Expiry.objects.filter(pk__in=ids, person__status=Status.ACTIVE, person__is_active=True)
    rows = here.select_related("person")
    for note, some in groupby(sorted(rows, key=lambda row: row.note), key=lambda row: row.note):
        _put(list(some), status=Status.LEFT, note=note, active=False)
    Expiry.objects.filter(pk__in=ids).update(back_at=None)


def _put(rows: Sequence[Expiry], *, status: str, note: str, active: bool) -> None:
    people = User.objects.filter(pk__in=[row.person_id for row in rows])
    people.update(status=status, status_note=note, is_active=active)


def _school(person: User) -> str:
    return person.unit_path[:6]


def _said(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""
