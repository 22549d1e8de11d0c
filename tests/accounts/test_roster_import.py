"""`manage.py import_roster`: what each kind of file and each kind of row comes to."""

import io
import zipfile

import pytest

from accounts.models import AuditEntry, Identity, ImportBatch, StagedRow, StoredFile, Unit, User
from adapters.spreadsheets import Table, write
from rounds.figures import Census
from rounds.models import Assignment, Completion
from tests import factories as make
from tests.accounts.rosters import HEADERS, as_rows, counts, person, row, run, write_csv

NOTHING = {"added": 0, "changed": 0, "moved": 0, "left_suspected": 0, "rejected": 0}
NEW = row("2026000001", "新同学")


def as_xlsx(rows, path):
    with path.open("wb") as file:
        write(file, [Table("名册", HEADERS, rows)])


def as_utf8(rows, path):
    write_csv(path, rows)


def as_gbk(rows, path):
    write_csv(path, rows, encoding="gb18030")


def as_utf16(rows, path):
    write_csv(path, rows, encoding="utf-16")


def as_html(rows, path):
    lines = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in line)}</tr>" for line in rows)
    path.write_text(f"<html><table>{lines}</table></html>", "utf-8")


def as_xml(rows, path):
    cells = "".join(
        "<Row>"
        + "".join(f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in line)
        + "</Row>"
        for line in rows
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    path.write_text(
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="名册"><Table>{cells}</Table></Worksheet></Workbook>',
        "utf-8",
    )


def as_ods(rows, path):
    names = {
        part: f"urn:oasis:names:tc:opendocument:xmlns:{part}:1.0"
        for part in ("office", "table", "text")
    }
    spaces = " ".join(f'xmlns:{part}="{address}"' for part, address in names.items())
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in line
        )
        + "</table:table-row>"
        for line in rows
    )
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", "<manifest/>")
        parts.writestr(
            "content.xml",
            f'<office:document-content {spaces} office:version="1.2"><office:body>'
            f'<office:spreadsheet><table:table table:name="名册">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


WITH_HEADERS = {as_html, as_xml, as_ods}


@pytest.mark.parametrize("kind", [as_xlsx, as_utf8, as_gbk, as_utf16, as_html, as_xml, as_ods])
def test_each_kind_of_file_comes_to_the_same(campus, tmp_path, kind):
    rows = [*as_rows(campus), NEW]
    path = tmp_path / "名册.xls"
    kind([HEADERS, *rows] if kind in WITH_HEADERS else rows, path)

    found = run(path)

    assert counts(found) == NOTHING | {"rows": len(rows), "added": 1, "unchanged": len(rows) - 1}


@pytest.fixture
def roster(campus, tmp_path):
    """Write the school's students and some more rows to a file."""

    def make_file(*more, without=()):
        return write_csv(tmp_path / "名册.csv", [*as_rows(campus, without=without), *more])

    return make_file


def test_without_apply_nothing_is_written(campus, roster):
    before = User.objects.count(), Unit.objects.count(), AuditEntry.objects.count()

    found = run(roster(row("2026000001", "新同学", college="法学院", klass="法学2601班")))

    assert (found["added"], found["new_units"]) == (1, 2)
    assert (User.objects.count(), Unit.objects.count(), AuditEntry.objects.count()) == before
    assert (
        ImportBatch.objects.count() == StagedRow.objects.count() == StoredFile.objects.count() == 0
    )


def test_the_same_file_again_is_nothing(campus, roster):
    path = roster(
        row("2026000001", "翀𠮷", college="法学院", klass="法学2601班", grade="2026",
            room="梅园3-412-2", phone="13812345678", id_number="110101200001011232"),
    )  # fmt: skip

    first, second = run(path, "--apply"), run(path, "--apply")

    assert counts(first) == NOTHING | {"rows": 8, "added": 1, "unchanged": 7}
    assert counts(second) == NOTHING | {"rows": 8, "unchanged": 8}
    made = person("2026000001")
    assert [unit.name for unit in made.unit.lineage()] == [
        "测试大学",
        "法学院",
        "法学2601班",
        "梅园3-412",
    ]
    assert (made.name, made.phone, made.id_number) == ("翀𠮷", "13812345678", "110101200001011232")
    assert (made.cohort, made.has_usable_password()) == ("2026", False)
    assert StoredFile.objects.filter(kind="roster").count() == 2


def test_a_roster_says_who_brought_it(campus, roster):
    found = run(roster(NEW), "--apply", "--as", campus.office.number)

    trail = AuditEntry.objects.filter(model="importbatch", object_id=str(found["batch"]))
    assert [(e.verb, e.actor) for e in trail.order_by("id")] == [
        ("show", campus.office), ("confirm", campus.office), ("finish", campus.office),
    ]  # fmt: skip


def test_a_moved_student_takes_what_they_signed_along(campus, roster):
    round_ = make.pledge_round(campus)
    make.sign(round_, campus.second_student)
    moved = row(campus.second_student.number, "王小强", klass="计科2399班")

    found = run(roster(moved, without=("王小强",)), "--apply")

    assert (found["moved"], found["added"]) == (1, 0)
    home = Unit.objects.get(name="计科2399班")
    assert Completion.objects.get(person=campus.second_student).unit_path == home.path
    assert Assignment.objects.get(round=round_, unit=home).late_joiner


def test_a_newcomer_is_expected_in_the_open_round_at_once(campus, roster):
    round_ = make.pledge_round(campus)

    run(roster(NEW), "--apply")

    assert "新同学" in Census(round_).missing(campus.klass.path).values_list("name", flat=True)


def test_who_is_missing_is_listed_counted_on_and_found_again(campus, roster):
    round_ = make.pledge_round(campus)

    found = run(roster(without=("李小红",)), "--apply")
    campus.classmate.refresh_from_db()

    assert (found["left_suspected"], campus.classmate.status) == (1, "active")
    assert campus.classmate.absent_since is not None
    assert "李小红" in Census(round_).missing().values_list("name", flat=True)
    again = run(roster(), "--apply")
    campus.classmate.refresh_from_db()
    assert (again["changed"], campus.classmate.absent_since) == (1, None)


def test_a_file_of_one_class_speaks_of_no_other(campus, tmp_path):
    make.unit(campus.college, Unit.Kind.CLASS, "计科2303班")
    third = Unit.objects.get(name="计科2303班")
    make.person(third, "邻班同学", grade="2023")
    rows = [line for line in as_rows(campus) if line[3] == "计科2302班"]

    assert run(write_csv(tmp_path / "一班.csv", rows))["left_suspected"] == 0


def test_a_row_that_cannot_be_taken_does_not_make_its_person_absent(campus, roster):
    bad = row(campus.classmate.number, "李小红", phone="12345")

    found = run(roster(bad, without=("李小红",)))

    assert (found["left_suspected"], len(found["rejected"])) == (0, 1)
    assert found["rejected"][0]["column"] == "手机号"


def test_an_empty_cell_or_a_missing_column_wipes_nothing(campus, tmp_path):
    headers = ["学号", "姓名", "班级", "手机号"]
    rows = [[campus.student.number, "张小明", "计科2301班", ""]]

    found = run(write_csv(tmp_path / "电话.csv", rows, headers), "--apply")

    campus.student.refresh_from_db()
    assert (found["unchanged"], campus.student.unit) == (1, campus.dorm)
    assert (campus.student.phone, campus.student.grade) == ("13800001111", "2023")


def test_a_status_in_the_remarks_counts_and_comes_back(campus, roster):
    away = row(campus.classmate.number, "李小红", note="休学一年")
    run(roster(away, without=("李小红",)), "--apply")
    campus.classmate.refresh_from_db()
    assert (campus.classmate.status, campus.classmate.status_note) == ("suspended", "休学一年")

    run(roster(without=("李小红",)), "--apply")
    campus.classmate.refresh_from_db()
    assert (campus.classmate.status, campus.classmate.absent_since) == ("suspended", None)

    back = row(campus.classmate.number, "李小红", note="复学")
    run(roster(back, without=("李小红",)), "--apply")
    campus.classmate.refresh_from_db()
    assert campus.classmate.status == "active"


def test_sensitive_values_lie_sealed_for_their_own_row_in_the_staging_too(campus, roster):
    run(roster(row("2026000001", "新同学", phone="13812345678")), "--apply")

    staged = StagedRow.objects.get(verdict="added")
    assert "13812345678" not in staged.phone_sealed
    assert staged.phone_sealed == person("2026000001").phone_sealed
    assert staged.uuid == person("2026000001").uuid


@pytest.mark.parametrize(
    ("given", "column", "reason"),
    [
        (row("5.10322E+17", "某同学"), "学号", "设为“文本”"),
        (row("2026000009", "王?"), "姓名", "生僻字"),
        (row("2026000009", "某同学", id_number="110101200001010000"), "身份证号", "末位变为 0"),
        (row("2026000009", "某同学", phone="0571-8888"), "手机号", "11 位"),
        (row("2026000009", "某同学", klass="2301班", college=""), "学院", "学院为空"),
        (row("2026000009", "某同学", klass=""), "班级", "班级为空"),
        (row("2026000009", "某同学", college="后勤处"), "学院", "没有班级"),
    ],
)
def test_a_row_is_refused_with_its_column_and_the_cure(campus, roster, given, column, reason):
    found = run(roster(given))

    assert counts(found) == NOTHING | {"rows": 8, "unchanged": 7, "rejected": 1}
    assert found["rejected"][0]["row"] == 9
    assert found["rejected"][0]["column"] == column
    assert reason in found["rejected"][0]["reason"]


@pytest.mark.parametrize(
    "name", ["计科23级1班", "计科2023级01班", "计科23级（1）班", "计科23-01班"]
)
def test_a_class_that_looks_like_one_there_is_refused_with_its_name(campus, roster, name):
    found = run(roster(row("2026000001", "新同学", klass=name)))

    assert (found["new_units"], len(found["rejected"])) == (0, 1)
    assert "计科2301班" in found["rejected"][0]["reason"]


@pytest.mark.parametrize("name", [" 计科 2301班", "计科２３０１班", "计科2301班　"])
def test_blanks_and_width_do_not_make_a_class(campus, roster, name):
    assert run(roster(row("2026000001", "新同学", klass=name)))["new_units"] == 0


def test_a_class_name_of_several_grades_gets_its_grade(campus, tmp_path):
    rows = [
        row(f"{grade}00000{n}", f"同学{n}", college="法学院", klass="法学1班", grade=str(grade))
        for grade in (2023, 2024)
        for n in range(3)
    ]
    path = write_csv(tmp_path / "法学.csv", rows)

    run(path, "--apply")

    names = Unit.objects.filter(kind="class", name__contains="法学").values_list("name", flat=True)
    assert sorted(names) == ["2023级法学1班", "2024级法学1班"]
    assert run(path)["unchanged"] == 6


def test_a_mixed_room_stands_under_each_class(campus, roster):
    run(
        roster(
            row("2026000001", "甲", room="梅园3-412"),
            row("2026000002", "乙", klass="计科2302班", room="梅园3#412-1"),
        ),
        "--apply",
    )

    rooms = Unit.objects.filter(name="梅园3-412").order_by("path")
    assert [room.lineage()[2].name for room in rooms] == ["计科2301班", "计科2302班"]


def test_four_of_one_name_in_a_class_are_four_people_and_a_warning(campus, roster):
    found = run(roster(*[row(f"202600001{n}", "张伟") for n in range(4)]), "--apply")

    assert (found["added"], User.objects.filter(name="张伟").count()) == (4, 4)
    assert found["notices"] == ["同班同名的有 1 组，已按号码区分，请留意。"]


def test_a_freshman_by_exam_number_becomes_the_student_of_the_number(campus, tmp_path):
    exam = write_csv(
        tmp_path / "新生.csv",
        [["26330101150001", "新生甲", "计算机学院", "2026"]],
        ["考生号", "姓名", "学院", "年级"],
    )
    both = write_csv(
        tmp_path / "报到.csv",
        [["26330101150001", "2026000001", "新生甲", "计算机学院", "计科2601班"]],
        ["考生号", "学号", "姓名", "学院", "班级"],
    )
    run(exam, "--apply")
    freshman = person("26330101150001", "exam")
    assert (freshman.unit.name, freshman.cohort) == ("未分班新生", "2026")

    found = run(both, "--apply")

    assert (found["added"], found["moved"]) == (0, 1)
    freshman.refresh_from_db()
    assert (freshman.number, freshman.unit.name) == ("2026000001", "计科2601班")
    assert person("2026000001") == freshman
    assert run(both)["unchanged"] == 1
    assert run(exam)["unchanged"] == 1


def test_staff_stand_in_groups_of_their_department(campus, tmp_path):
    headers = ["工号", "姓名", "部门", "科室", "人员类别", "所属企业"]
    rows = [
        ["T001", "在编甲", "图书馆", "", "在编教师", ""],
        ["T002", "科室乙", "图书馆", "流通部", "在编教师", ""],
        ["T003", "派遣丙", "图书馆", "", "劳务派遣", ""],
        ["T004", "餐饮丁", "后勤处", "", "食堂工作人员", "某餐饮公司"],
    ]
    path = write_csv(tmp_path / "教工.csv", rows, headers)

    run(path, "--apply")

    homes = [person(n, "staff").unit.lineage() for n in ("T001", "T002", "T003", "T004")]
    assert [[u.name for u in home[1:]] for home in homes] == [
        ["图书馆", "教职工"], ["图书馆", "流通部"], ["图书馆", "劳务派遣"], ["后勤处", "某餐饮公司"],
    ]  # fmt: skip
    assert person("T003", "staff").category == "dispatched"
    assert run(path)["unchanged"] == 4


def test_a_student_and_an_employee_may_share_a_number(campus, tmp_path):
    number = campus.student.number
    headers = ["工号", "姓名", "部门"]

    found = run(
        write_csv(tmp_path / "教工.csv", [[number, "同号老师", "后勤处"]], headers), "--apply"
    )

    assert found["added"] == 1
    assert Identity.objects.filter(value=number).count() == 2


def test_a_roster_of_one_college_with_another_s_people_is_refused_whole(campus, tmp_path, capsys):
    rows = [*as_rows(campus)]

    with pytest.raises(SystemExit) as exit_:
        run(write_csv(tmp_path / "学院.csv", rows), "--apply", unit="TEST/计算机学院")

    assert exit_.value.code == 2
    assert ImportBatch.objects.count() == StagedRow.objects.count() == 0


def test_a_college_may_not_take_somebody_of_another_by_number(campus, tmp_path):
    foreign = row(campus.foreign_student.number, "赵小燕")

    found = run(write_csv(tmp_path / "学院.csv", [foreign]), "--apply", unit="TEST/计算机学院")

    campus.foreign_student.refresh_from_db()
    assert (found["transfers"], found["moved"]) == (1, 0)
    assert campus.foreign_student.unit == campus.other_class


def test_a_roster_of_one_college_says_nothing_of_the_others(campus, tmp_path):
    rows = [line for line in as_rows(campus) if line[2] == "计算机学院"]

    found = run(write_csv(tmp_path / "学院.csv", rows), unit="TEST/计算机学院")

    assert counts(found) == NOTHING | {
        "rows": len(rows),
        "unchanged": len(rows),
    }


def test_people_of_another_school_are_nobody_here(campus, tmp_path):
    other = make.campus("B")
    path = write_csv(tmp_path / "名册.csv", as_rows(other))

    found = run(path, "--apply")

    assert found["added"] == len(as_rows(other))
    assert Identity.objects.filter(value=other.student.number).count() == 2
    assert User.objects.get(pk=other.student.pk).unit == other.dorm


@pytest.mark.parametrize("unit", ["NONE", "TEST/没有的学院"])
def test_no_such_unit_is_refused(campus, roster, unit, capsys):
    with pytest.raises(SystemExit) as exit_:
        run(roster(), unit=unit)

    assert exit_.value.code == 2


def test_what_is_no_table_is_refused_as_json(campus, tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(b"%PDF-1.7 ...")
    out = io.StringIO()
    from django.core.management import call_command

    with pytest.raises(SystemExit) as exit_:
        call_command("import_roster", str(path), "--unit", "TEST", "--json", stdout=out)

    assert exit_.value.code == 2
    assert (
        out.getvalue().strip()
        == '{"refused": "这是PDF 文件，不是表格文件。请上传 Excel 或 CSV 名册。"}'
    )


def test_a_file_without_a_good_row_writes_nobody(campus, tmp_path):
    before = User.objects.count()

    found = run(write_csv(tmp_path / "坏.csv", [row("1E+11", "甲"), row("", "乙")]), "--apply")

    assert (found["added"], len(found["rejected"]), User.objects.count()) == (0, 2, before)


def test_a_person_changed_since_the_comparison_is_not_overwritten(campus, roster, office):
    from pathlib import Path

    from accounts.moves import Refused, move
    from accounts.services.roster import apply, stage

    path = roster(
        row(campus.second_student.number, "王小强", klass="计科2399班"), without=("王小强",)
    )
    batch = ImportBatch.objects.create(
        unit=campus.school, path=campus.school.path, created_by=office
    )
    stage(batch, Path(path))
    move(batch, "confirm", actor=office)
    User.objects.filter(pk=campus.second_student.pk).update(
        unit=campus.klass, unit_path=campus.klass.path
    )

    with pytest.raises(Refused, match="重新上传"):
        apply(batch, actor=office)

    assert not Unit.objects.filter(name="计科2399班").exists()
