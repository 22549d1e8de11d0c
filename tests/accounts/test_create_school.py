"""Founding a school from the command line, and the way back in for its last keys."""

import json
import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, School, Unit, User
from accounts.scope import Role, roles_of


def run(capsys, *args, command="create_school"):
    call_command(command, *args)
    return capsys.readouterr().out


def test_a_school_with_its_first_officer_is_ready(db, capsys, client):
    out = run(
        capsys, "--code", "HZ", "--name", "杭州示范大学", "--office", "10086:张三",
        "--office-name", "党委保卫部", "--student-office-name", "学工部",
        "--college-word", "二级学院", "--host", "fz.example.edu.cn", "--contact", "0571-1",
        "--json",
    )  # fmt: skip

    said = json.loads(out)
    school = School.objects.get()
    code = said["office"].pop("one_time_code")
    assert said == {
        "code": "HZ", "name": "杭州示范大学", "path": "000001",
        "office": {"number": "10086", "name": "张三"},
    }  # fmt: skip
    assert (school.office_name, school.student_office_name, school.college_word) == (
        "党委保卫部", "学工部", "二级学院",
    )  # fmt: skip
    assert (school.host, school.contact) == ("fz.example.edu.cn", "0571-1")
    officer = User.objects.get()
    assert roles_of(officer) == {Role.OFFICE} and officer.unit.lineage()[1].name == "党委保卫部"
    data = {"number": "10086", "code": code, "password1": "Spring-rain-26"}
    answer = client.post("/activate/", data | {"password2": "Spring-rain-26"})
    assert answer.status_code == 302


def test_the_code_is_printed_once_in_words(db, capsys):
    out = run(capsys, "--code", "HZ", "--name", "示范大学", "--office", "10086：张三")

    assert "保卫处账号：10086 张三" in out
    assert len(re.findall(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", out)) == 1


def test_a_school_may_be_founded_without_an_officer(db, capsys):
    assert json.loads(run(capsys, "--code", "B", "--name", "乙校", "--json"))["office"] is None
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["create_school"]


REFUSED = [
    (["--code", "HZ"], "已存在"),
    (["--code", "中文"], "只能用字母"),
    (["--code", "B", "--office", "张三"], "工号:姓名"),
    (["--code", "B", "--office", ":张三"], "工号:姓名"),
    (["--code", "B", "--host", "a.example"], "域名"),
    (["--code", "B", "--office-name", "处" * 31], "不超过"),
]


@pytest.mark.parametrize(("args", "sentence"), REFUSED)
def test_a_refusal_is_a_sentence_and_status_two_and_nothing_is_written(db, capsys, args, sentence):
    run(capsys, "--code", "HZ", "--name", "甲校", "--host", "a.example")

    with pytest.raises(CommandError, match=sentence) as refused:
        run(capsys, "--name", "乙校", *args)

    assert refused.value.returncode == 2
    assert Unit.objects.count() == 1 and AuditEntry.objects.count() == 1


def test_the_second_school_has_a_path_of_its_own(db, capsys):
    for code in ("A", "B"):
        run(capsys, "--code", code, "--name", code)

    assert [unit.path for unit in Unit.objects.schools()] == ["000001", "000002"]


def test_a_forgotten_password_of_the_last_officer_is_replaced_by_a_code(campus, capsys):
    number = campus.sysadmin.number

    out = run(capsys, "--school", "TEST", "--number", number, "--seen", "当面核对工作证",
              "--json", command="issue_code")  # fmt: skip

    campus.sysadmin.refresh_from_db()
    assert json.loads(out)["number"] == number and not campus.sysadmin.has_usable_password()
    entry = AuditEntry.objects.get(verb="reset")
    assert (entry.actor, entry.note) == (None, "当面核对工作证")


@pytest.mark.parametrize(
    ("school", "number", "seen"), [("NONE", "1", "x"), ("TEST", "1", "x"), ("TEST", "", " ")]
)
def test_no_code_is_issued_to_nobody(campus, capsys, school, number, seen):
    number = number or campus.sysadmin.number

    with pytest.raises(CommandError) as refused:
        run(capsys, "--school", school, "--number", number, "--seen", seen, command="issue_code")

    assert refused.value.returncode == 2
