"""A roster finds units by their other names, and is told of those that stand no longer (ORG-1)."""

from pathlib import Path

import pytest

from accounts.models import ImportBatch, User
from accounts.moves import Refused
from accounts.moves import move as advance
from accounts.services import regrouping, units
from accounts.services.roster import apply, stage
from accounts.services.roster.placing import Grid, Unplaced
from tests.accounts.rosters import as_rows, row, write_csv


def place(campus, college, klass):
    grid = Grid(campus.school, campus.school.path)
    try:
        path = grid.home({"college": college, "class_name": klass}, "student", True, "")
    except Unplaced as refused:
        return str(refused)
    return next((u for u in (campus.klass, campus.second_class) if u.path == path), path)


def test_a_former_name_and_an_alias_find_the_unit(campus):
    units.rename(campus.klass, name="软件2301班", actor=campus.office)
    units.rename(campus.college, name="信息学院", actor=campus.office)
    units.add_alias(campus.second_class, name="计算机二班", actor=campus.office)

    assert place(campus, "计算机学院", "计科2301班") == campus.klass
    assert place(campus, "信息学院", "计算机二班") == campus.second_class


def test_a_class_merged_within_its_college_is_found_under_its_old_name(campus):
    regrouping.merge(campus.klass, target=campus.second_class, actor=campus.office, reason="合班")

    assert place(campus, "计算机学院", "计科2301班") == campus.second_class


def test_a_closed_unit_in_a_file_is_told(campus):
    regrouping.move(campus.klass, parent=campus.other_college, actor=campus.office, reason="调整")

    told = place(campus, "计算机学院", "计科2301班")

    assert told.startswith("“计科2301班”已于") and "请改用现在的单位" in told


def test_a_roster_read_before_a_unit_moved_is_read_again(campus, tmp_path):
    path = write_csv(tmp_path / "名册.csv", [*as_rows(campus), row("2023990001", "新同学")])
    batch = ImportBatch.objects.create(
        unit=campus.school, path=campus.school.path, created_by=campus.office
    )
    stage(batch, Path(path))
    advance(batch, "confirm", actor=campus.office)
    regrouping.move(campus.klass, parent=campus.other_college, actor=campus.office, reason="调整")

    with pytest.raises(Refused, match="重新上传"):
        apply(batch, actor=campus.office)

    assert not User.objects.filter(name="新同学").exists()
