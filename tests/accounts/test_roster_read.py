"""Rosters as they really come: every kind of file, every mess of domain.md 6. ORG-8."""

import re

import pytest

from accounts.roster.table import read
from adapters.spreadsheets import Refused
from tests.accounts import roster_files as files
from tests.accounts.rosters import counts, run


def clean(path, **more):
    """The values of the rows that pass, and the reasons of those that do not."""
    roster = read(path, **more)
    rows = list(roster.rows())
    good = [row.values for row in rows if not row.problems]
    bad = [(row.row, p.column, p.reason) for row in rows for p in row.problems]
    return roster, good, bad


@pytest.mark.parametrize("kind", files.KINDS)
def test_every_kind_of_file_is_read_by_what_it_holds(tmp_path, kind):
    _, good, bad = clean(files.KINDS[kind](tmp_path))

    assert bad == []
    assert [(v["number"], v["name"], v["class_name"]) for v in good] == [
        tuple(person[i] for i in (0, 1, 3)) for person in files.PEOPLE
    ]
    assert [v.get("phone", "") for v in good] == ["13800010001", "", "13800010003"]


@pytest.mark.parametrize("kind", files.KINDS)
def test_every_kind_of_file_is_imported_and_the_second_time_changes_nothing(campus, tmp_path, kind):
    path = files.KINDS[kind](tmp_path)

    first = counts(run(path, "--apply"))
    again = counts(run(path, "--apply"))

    assert (first["rows"], first["added"], first["rejected"]) == (3, 3, 0)
    assert (again["added"], again["changed"], again["moved"], again["unchanged"]) == (0, 0, 0, 3)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件为空"),
        (b"\xff\xd8\xff\xe0 jpeg", "这是图片"),
        (b"%PDF-1.7 ...", "这是PDF 文件"),
        (b"PK\x03\x04 cut off", "文件已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "文件已损坏"),
        ("今天开会的通知，请各班准时参加。".encode(), "没有找到同时含"),
        (b"\x81 \xff\xff\xff, \x80" * 40, "无法识别文件的文字编码"),
        (b"<html><body>no table</body></html>", "文件里没有表格"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><table/>', "没有找到|表格"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path, data, sentence):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(data)

    with pytest.raises(Refused, match=sentence):
        read(path)


def test_titles_footers_and_the_header_repeated_are_no_people(tmp_path):
    table = [
        ["某某大学2026-2027学年第一学期学生名单表"],
        ["打印日期：2026-09-01"],
        files.HEADERS,
        files.PEOPLE[0],
        files.HEADERS,
        files.PEOPLE[1],
        [],
        ["合计", "2人"],
        ["制表人：教务处"],
    ]

    roster, good, bad = clean(files.xlsx(tmp_path / "a.xlsx", table))

    assert (len(good), bad, roster.sheets[0].header_row) == (2, [], 3)


def test_a_two_row_header_is_one_header(tmp_path):
    table = [
        ["学号", "姓名", "学院", "班级", "宿舍", ""],
        ["", "", "", "", "楼栋", "房间"],
        ["2023000001", "张一", "计算机学院", "计科2301班", "梅园3", "412"],
    ]

    _, good, bad = clean(files.xlsx(tmp_path / "a.xlsx", table, merge=("E1:F1",)))

    assert bad == []
    assert (good[0]["building"], good[0]["room"]) == ("梅园3", "412")


def test_a_merged_class_is_the_class_of_each_of_its_rows(tmp_path):
    table = [
        files.HEADERS,
        ["2023000001", "张一", "计算机学院", "计科2301班", ""],
        ["2023000002", "张二", "计算机学院", None, ""],
        ["2023000003", "张三", "计算机学院", None, ""],
    ]

    _, good, bad = clean(files.xlsx(tmp_path / "a.xlsx", table, merge=("D2:D4",)))

    assert bad == []
    assert [v["class_name"] for v in good] == ["计科2301班"] * 3


def test_one_sheet_a_class_gives_the_class_and_hidden_sheets_are_passed_over(tmp_path):
    head = ["学号", "姓名", "学院"]
    named = {
        "计科2301班": [head, ["2023000001", "张一", "计算机学院"]],
        "计科2302班": [head, ["2023000002", "张二", "计算机学院"]],
        "旧名单": [head, ["2020000001", "旧人", "计算机学院"]],
    }

    roster, good, _ = clean(files.sheets(tmp_path / "a.xlsx", named, hidden=["旧名单"]))

    assert [v["class_name"] for v in good] == ["计科2301班", "计科2302班"]
    assert roster.notices == ["隐藏的工作表“旧名单”未读取。"]


def test_code_headers_floats_width_and_blanks_are_understood(tmp_path):
    table = [
        ["XH", "XM ", "FY", "BH", "DQSZJ", "sfzh", "MZ", "角色"],
        [2023000001.0, "张　三", "计算机学院 ", "计科２３０１班", "23级", "", "汉", "管理员"],
        [
            "'2023000002",
            "李\u200b四",
            "计算机学院",
            "计科2301班",
            "2023级",
            "11010519491231002x",
            "",
            "",
        ],
        ["２０２３０００００３", "Anna Maria Lopez", "计算机学院", "计科2301班", 2023, "", "", ""],
    ]

    roster, good, bad = clean(files.xlsx(tmp_path / "a.xlsx", table))

    assert bad == []
    assert [(v["number"], v["name"], v["grade"]) for v in good] == [
        ("2023000001", "张三", "2023"),
        ("2023000002", "李四", "2023"),
        ("2023000003", "Anna Maria Lopez", "2023"),
    ]
    assert {v["class_name"] for v in good} == {"计科2301班"}
    assert good[1]["id_number"] == "11010519491231002X"
    assert roster.notices == [
        "“MZ”与本项工作无关，按最少够用原则不读取。",
        "“角色”不能通过名册设置，已忽略。",
    ]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("身份证号", 3.30102200501011e17, "改成了科学计数"),
        ("身份证号", "3.30102E+17", "改成了科学计数"),
        ("身份证号", "330102200501011000", "末位变为 0|改成了科学计数"),
        ("身份证号", "11010519491231002Y", "应为 18 位"),
        ("身份证号", "110105194912310021", "校验位不对"),
        ("身份证号", "110105490101001", "15 位身份证号已停用"),
        ("学号", 2.0230000012345678e17, "改成了科学计数"),
        ("学号", "学2023", "应为 3 至 20 位"),
        ("手机号", "1380001", "应为 11 位数字"),
        ("姓名", "王?", "生僻字"),
        ("姓名", "王\ue123", "生僻字"),
        ("姓名", "<script>alert(1)</script>", "不能使用的符号"),
        ("姓名", "=HYPERLINK(1)", "不能使用的符号"),
        ("姓名", "张" * 41, "超过 40 个字"),
        ("年级", "大二", "应写成 2023"),
        ("入学日期", "2026-02-30", "没有这一天"),
        ("入学日期", "0001-01-01", "超出合理范围"),
        ("入学日期", "九月", "应写成 2026-09-01"),
    ],
)
def test_a_damaged_cell_refuses_its_row_with_the_cure_and_the_rest_goes_on(
    tmp_path, column, value, reason
):
    head = ["学号", "姓名", "学院", "班级", "身份证号", "手机号", "年级", "入学日期"]
    good = dict.fromkeys(head, "") | {
        "学号": "2023000001", "姓名": "张一", "学院": "计算机学院", "班级": "计科2301班",
    }  # fmt: skip
    damaged = good | {"学号": "2023000002"} | {column: value}
    table = [head, list(good.values()), list(damaged.values())]
    # a formula survives only in a csv file; a workbook would work it out
    make = files.text if str(value).startswith("=") else files.xlsx

    _, kept, bad = clean(make(tmp_path / "a", table))

    assert [v["number"] for v in kept] == ["2023000001"]
    assert len(bad) == 1
    assert bad[0][:2] == (3, column)
    assert re.search(reason, bad[0][2])


def test_a_lost_leading_zero_is_told_and_never_guessed(tmp_path):
    people = [[f"08200{n:03d}", f"张{n}", "计算机学院", "计科2301班", ""] for n in range(1, 30)]
    people.append(["820099", "李四", "计算机学院", "计科2301班", ""])

    _, good, bad = clean(files.xlsx(tmp_path / "a.xlsx", [files.HEADERS, *people]))

    assert len(good) == 29
    assert bad == [
        (31, "学（工）号", "号码只有 6 位，可能少了前导 0，请把该列设为“文本”后重新导出")
    ]


def test_a_number_that_comes_twice_is_refused_the_second_time(tmp_path):
    table = [files.HEADERS, files.PEOPLE[0], files.PEOPLE[1], files.PEOPLE[0]]

    _, good, bad = clean(files.xlsx(tmp_path / "a.xlsx", table))

    assert len(good) == 2
    assert bad == [(4, "学（工）号", "与第 2 行的号码相同，请核对后保留一行")]


def test_a_header_that_comes_twice_refuses_the_file(tmp_path):
    table = [["学号", "姓名", "姓名"], ["2023000001", "张一", "张二"]]

    with pytest.raises(Refused, match="表头“姓名”出现了两次"):
        read(files.xlsx(tmp_path / "a.xlsx", table))


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("休学一年", "suspended"),
        ("保留学籍（应征入伍）", "reserved"),
        ("退学", "withdrawn"),
        ("已毕业", "graduated"),
        ("转学（转出）", "transferred_out"),
        ("转专业转入", "active"),
        ("复学", "active"),
        ("留级", "active"),
    ],
)
def test_the_status_is_read_where_the_office_writes_it(tmp_path, said, status):
    table = [[*files.HEADERS, "备注"], [*files.PEOPLE[0], said]]

    _, good, _ = clean(files.xlsx(tmp_path / "a.xlsx", table))

    assert (good[0]["status"], good[0]["status_note"]) == (status, said)


def test_every_middle_dot_is_the_same_one(tmp_path):
    names = ["买买提·阿里", "买买提‧阿里", "买买提•阿里", "买买提・阿里", "买买提．阿里"]
    rows = [[f"202300000{n}", name, "计算机学院", "计科2301班", ""] for n, name in enumerate(names)]

    _, good, _ = clean(files.xlsx(tmp_path / "a.xlsx", [files.HEADERS, *rows]))

    assert {v["name"] for v in good} == {"买买提·阿里"}
