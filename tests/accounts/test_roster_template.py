"""ORG-8: an empty roster comes back unharmed from the programs people fill it in with."""

import io
import shutil
import subprocess

import openpyxl
import pytest
from django.urls import reverse

from accounts.roster import table
from accounts.roster_templates import COLUMNS, TITLES, workbook

GIVEN = {
    "学号": "0012345678",
    "工号": "000123",
    "人员编号": "000123",
    "姓名": "阿依古丽·买买提",
    "性别": "女",
    "学院": "计算机学院",
    "部门": "后勤处",
    "班级": "计科2301班",
    "年级": "2023",
    "楼栋": "03",
    "寝室": "0412",
    "考生号": "26330101150001",
    "人员类别": "社会服务人员",
    "所属企业": "阳光餐饮",
    "手机号": "13812345678",
    "身份证号": "110101200001011232",
    "入学日期": "2026-09-01",
    "入职日期": "2026-09-01",
    "学制": "3",
    "企业合同截止": "2030-12-31",
    "本人合同截止": "2030-06-30",
    "备注": "001",
}


def filled(category, path):
    """The template with one person typed in, as a person does."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(category)))
    sheet = book.worksheets[0]
    for at, head in enumerate(sheet[1], 1):
        sheet.cell(2, at).value = GIVEN.get(head.value)
    book.save(path)
    return path


def read(path):
    found = table.read(path)
    return [row.values for row in found.rows()], found.notices


def expected(category):
    given = {c.header: GIVEN[c.header] for c in COLUMNS[category] if c.header in GIVEN}
    return sorted(given.values())


@pytest.mark.parametrize("category", TITLES)
def test_a_filled_template_is_read_as_it_was_typed(category, tmp_path):
    rows, notices = read(filled(category, tmp_path / "名册.xlsx"))

    said = dict(rows[0])
    said["gender"] = "女"
    if category != "student":
        said["category"] = "社会服务人员" if "category" in said else None
    assert sorted(v for v in said.values() if v) == expected(category)
    assert notices == []


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
@pytest.mark.parametrize("category", ["student", "service"])
def test_a_template_saved_by_an_office_program_keeps_every_digit(category, kind, tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("未安装 LibreOffice：模板往返测试跳过")
    source = filled(category, tmp_path / "名册.xlsx")
    out = tmp_path / "out"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", kind, "--outdir", str(out), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip

    assert read(out / f"名册.{kind}")[0] == read(source)[0]


@pytest.mark.parametrize("category", TITLES)
def test_every_column_is_text_and_explained_and_the_sheet_is_empty(category):
    book = openpyxl.load_workbook(io.BytesIO(workbook(category)))
    sheet = book.worksheets[0]

    assert [cell.value for cell in sheet[1]] == [c.header for c in COLUMNS[category]]
    assert all(cell.comment for cell in sheet[1])
    groups = sheet.column_dimensions.values()  # neighbours of one width are kept as one
    assert {group.number_format for group in groups} == {"@"}
    assert sum(group.max - group.min + 1 for group in groups) == len(sheet[1])
    assert sheet.max_row == 1
    assert len(sheet.data_validations.dataValidation) == sum(
        bool(c.choices) for c in COLUMNS[category]
    )


def test_the_office_takes_a_template_and_an_unknown_one_is_missing(client, campus):
    client.force_login(campus.office)

    for category in TITLES:
        answer = client.get(reverse("roster:template", args=[category]))
        assert answer.content[:2] == b"PK"
    assert client.get(reverse("roster:template", args=["password"])).status_code == 404
    client.force_login(campus.student)
    assert client.get(reverse("roster:template", args=["student"])).status_code == 403
