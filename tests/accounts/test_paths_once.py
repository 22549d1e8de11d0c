"""A path is given once: what an undone roster had is never another unit's (ORG-1, ORG-8)."""

import importlib
from pathlib import Path

import pytest
from django.apps import apps

from accounts.audit import record
from accounts.models import AuditEntry, ImportBatch, Unit, User
from accounts.moves import Refused
from accounts.moves import move as advance
from accounts.paths import under
from accounts.services import units
from accounts.services.roster import apply, stage
from accounts.services.roster.undoing import undo
from rounds.models import Assignment
from tests import factories as make
from tests.accounts.rosters import as_rows, row, write_csv


def read(campus, tmp_path, *more):
    path = write_csv(tmp_path / "名册.csv", [*as_rows(campus), *more])
    batch = ImportBatch.objects.create(
        unit=campus.school, path=campus.school.path, created_by=campus.office
    )
    return stage(batch, Path(path))


def write(campus, batch):
    advance(batch, "confirm", actor=campus.office)
    return apply(batch, actor=campus.office)


def take_back(campus, batch):
    advance(batch, "revoke", actor=campus.office)
    return undo(batch, actor=campus.office)


def newcomer(klass, college="计算机学院", room="", number="2026000001"):
    return row(number, "新同学", college=college, klass=klass, grade="2026", room=room)


def made_by(batch):
    return {path for path, _, _ in batch.report["units"]}


@pytest.mark.parametrize(
    "line",
    [
        newcomer("计科2601班"),
        newcomer("计科2601班", room="兰园1-101"),
        newcomer("计科2301班", room="兰园1-101"),
        newcomer("护理2601班", college="护理学院", room="兰园1-101"),
    ],
    ids=["class", "class and dorm", "dorm", "college"],
)
def test_no_path_of_an_undone_roster_is_given_to_the_next(campus, tmp_path, line):
    first = write(campus, read(campus, tmp_path, line))
    take_back(campus, first)

    second = write(campus, read(campus, tmp_path, line))
    take_back(campus, second)
    third = write(campus, read(campus, tmp_path, line))

    had, had_then, has = made_by(first), made_by(second), made_by(third)
    assert (bool(had), had & had_then, (had | had_then) & has) == (True, set(), set())
    assert set(Unit.objects.filter(path__in=had | had_then)) == set()
    assert User.objects.get(number="2026000001").unit_path == max(has, key=len)


def test_nor_to_a_unit_added_by_hand(campus, tmp_path):
    batch = write(campus, read(campus, tmp_path, newcomer("计科2601班")))
    take_back(campus, batch)

    added = units.add(campus.college, kind="class", name="计科2602班", actor=campus.office)

    assert made_by(batch) == {f"{campus.college.path}000004"}
    assert added.path == f"{campus.college.path}000005"


def test_what_tells_of_the_undone_unit_tells_of_no_other(campus, tmp_path):
    make.pledge_round(campus)
    batch = write(campus, read(campus, tmp_path, newcomer("计科2601班")))
    gone = Unit.objects.get(name="计科2601班")
    record(campus.office, "export", gone)
    take_back(campus, batch)

    write(campus, read(campus, tmp_path, newcomer("计科2602班")))

    new = Unit.objects.get(name="计科2602班")
    assert batch.rows.filter(unit_path=gone.path).count() == 1
    assert not batch.rows.filter(under(new.path, "unit_path")).exists()
    assert AuditEntry.objects.get(verb="export").path == gone.path
    assert not AuditEntry.objects.filter(under(new.path)).exists()
    assert list(Assignment.objects.filter(unit_path=gone.path)) == []
    assert Assignment.objects.get(unit_path=new.path).unit == new


def test_a_roster_read_before_another_came_and_went_is_read_again(campus, tmp_path):
    waiting = read(campus, tmp_path, newcomer("计科2602班", number="2026000002"))
    other = write(campus, read(campus, tmp_path, newcomer("计科2601班")))
    take_back(campus, other)

    with pytest.raises(Refused, match="重新上传"):
        write(campus, waiting)

    assert made_by(waiting) == made_by(other)
    assert Unit.objects.filter(path__in=made_by(waiting)).count() == 0


def test_rosters_undone_before_this_was_kept_are_counted(campus, tmp_path):
    batch = write(campus, read(campus, tmp_path, newcomer("计科2601班")))
    take_back(campus, batch)
    Unit.objects.update(spent=0)

    migration = importlib.import_module("accounts.migrations.0025_paths_spent")
    migration.count_what_was_taken_back(apps, None)

    assert Unit.objects.get(pk=campus.college.pk).spent == 4
