"""The filtered list of the desk as a file: purpose, header line, private, a day, on record (OVS-7)."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts import jobs
from accounts.models import AuditEntry, Export, Grant, Job, StoredFile, User
from accounts.scope import Role
from accounts.services import exports
from tests import factories as make
from tests.desk_rows import rows_of

PEOPLE = "admin:accounts_user_export"


def ask(client, name=PEOPLE, query="", **said):
    return client.post(f"{reverse(name)}{query}", {"purpose": "核对未签人员", **said})


def done(**narrow) -> Export:
    made = Export.objects.filter(**narrow).latest("pk")
    jobs.run(made.job_id)
    made.refresh_from_db()
    return made


def sheet(made: Export) -> list[list]:
    with made.file.file.open("rb") as handle:
        return [list(row) for row in load_workbook(handle).active.iter_rows(values_only=True)]


def test_the_filtered_list_becomes_a_file_whose_first_line_says_who_when_and_why(client, campus):
    person = make.person(campus.klass, "单晓鹤", number="77001", phone="13812345678")
    client.force_login(campus.office)

    answer = ask(client, query="?q=shanxiaohe")
    made = done()

    assert answer.url == reverse("accounts:export", args=[made.pk])
    at = timezone.localtime(made.created_at)
    rows = sheet(made)
    assert rows[0][0] == (
        f"导出人 {campus.office.name} {campus.office.number}　时间 {at:%Y-%m-%d %H:%M}　"
        f"任务号 {made.pk}　用途 核对未签人员　内部使用，不得张贴、转发"
    )
    assert rows[1][:5] == ["单位", "班级（科室）", "宿舍", "姓名", "学（工）号"]
    assert rows[2][:5] == ["计算机学院", "计科2301班", None, "单晓鹤", "77001"]
    assert rows[2][10] == "138****5678"
    assert len(rows) == 3
    assert made.digest == hashlib.sha256(str(person.pk).encode()).hexdigest()
    assert made.expires_at - timezone.now() <= timedelta(hours=24)


def test_the_export_is_one_row_of_the_trail(client, campus):
    client.force_login(campus.office)
    ask(client)
    made = done()

    entry = AuditEntry.objects.get(verb="export")

    assert (entry.actor, entry.note, entry.path) == (
        campus.office, "核对未签人员", campus.school.path,
    )  # fmt: skip
    assert entry.detail == {"rows": made.rows, "digest": made.digest, "full": False, "filter": ""}


def test_the_file_holds_exactly_the_rows_of_the_page(client, campus):
    make.campus("B")
    client.force_login(campus.office)
    query = f"?category=student&under={campus.college.path}"
    page = client.get(f"{reverse('admin:accounts_user_changelist')}{query}")

    ask(client, query=query)

    numbers = [row[4] for row in sheet(done())[2:]]
    assert numbers == [person.number for person in page.context["cl"].result_list]
    assert len(numbers) == page.context["cl"].result_count > 0


def test_whole_numbers_only_when_asked_for_by_who_may_unmask(client, campus):
    make.person(campus.klass, "单晓鹤", phone="13812345678", id_number="33010119990101123X")
    client.force_login(campus.office)

    ask(client, query="?q=shanxiaohe", full="on")
    made = done()

    assert (sheet(made)[2][10], sheet(made)[2][11]) == ("13812345678", "33010119990101123X")
    assert AuditEntry.objects.get(verb="export").detail["full"] is True


@pytest.mark.parametrize("said", [{"purpose": ""}, {"purpose": "x"}, {"purpose": "长" * 101}])
def test_without_a_purpose_nothing_is_written(client, campus, said):
    client.force_login(campus.office)

    answer = ask(client, **said)

    assert answer.status_code == 200
    assert (Export.objects.count(), Job.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", ["sysadmin", "auditor", "liaison", "student"])
def test_who_may_not_take_lists_out_is_refused(client, campus, role):
    client.force_login(getattr(campus, role))

    assert ask(client).status_code == 403
    assert Export.objects.count() == 0


def test_nobody_else_reads_an_export_nor_its_file(client, campus):
    client.force_login(campus.office)
    ask(client)
    made = done()
    other = make.holder(campus.security_staff, "另一位", Role.OFFICE, campus.school)
    client.force_login(other)

    assert client.get(reverse("accounts:export", args=[made.pk])).status_code == 404
    assert client.get(reverse("accounts:file", args=[made.file.uuid])).status_code == 404


def test_the_file_is_read_for_a_day_and_then_removed(client, campus):
    client.force_login(campus.office)
    ask(client)
    made = done()
    address = reverse("accounts:file", args=[made.file.uuid])
    assert client.get(address).status_code == 200

    with time_machine.travel(made.expires_at + timedelta(seconds=1), tick=False):
        client.force_login(campus.office)
        assert client.get(address).status_code == 404
        name = made.file.file.name
        storage = made.file.file.storage
        assert (exports.purge(), exports.purge()) == (1, 0)

    made.refresh_from_db()
    assert (made.file, made.rows > 0) == (None, True)
    assert not storage.exists(name)
    assert not StoredFile.objects.filter(kind="export").exists()


def test_a_right_lost_before_the_job_or_before_the_download_counts(client, campus):
    client.force_login(campus.office)
    ask(client)
    made = done()
    ask(client, query="?category=staff")
    Grant.objects.filter(user=campus.office).delete()

    late = done(params__query="category=staff")

    assert (late.file, late.job.state) == (None, "failed")
    address = reverse("accounts:file", args=[made.file.uuid])
    assert client.get(address).status_code == 404


def test_the_same_list_twice_while_it_is_written_is_one(client, campus):
    client.force_login(campus.office)

    first, second = ask(client), ask(client)

    assert first.url == second.url
    made = done()
    assert "共" in exports.write(made.job)
    assert (Export.objects.count(), AuditEntry.objects.filter(verb="export").count()) == (1, 1)


def test_more_than_the_hour_s_number_is_refused(client, campus, monkeypatch):
    monkeypatch.setattr(exports, "AN_HOUR", 1)
    client.force_login(campus.office)
    ask(client)

    answer = ask(client, query="?category=staff")

    assert "一小时内最多导出 1 次" in answer.content.decode()
    assert Export.objects.count() == 1


@pytest.mark.parametrize(
    "lead", ["=1+1", "+1", "-1", "@x", "＝1", "\t=1", '=HYPERLINK("http://x")']
)
def test_a_name_is_text_whatever_it_begins_with(client, campus, lead):
    make.person(campus.klass, lead, number="77001")
    client.force_login(campus.office)
    ask(client, query="?q=77001")

    with done().file.file.open("rb") as handle:
        page = load_workbook(handle).active

    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert page["D3"].data_type == "s"
    assert page["D3"].hyperlink is None


@pytest.mark.parametrize(("name", "first"), [
    ("admin:rounds_assignment_export", "任务"),
    ("admin:rounds_completion_export", "任务"),
    ("admin:pledges_signature_export", "回执号"),
])  # fmt: skip
def test_parts_completions_and_pledges_are_taken_out_alike(client, campus, name, first):
    rows_of(campus)
    client.force_login(campus.office)

    ask(client, name)
    made = done()

    assert sheet(made)[1][0] == first
    assert made.rows == len(sheet(made)) - 2 > 0


def test_a_longer_list_costs_no_more_queries(client, campus):
    def cost():
        client.force_login(campus.office)
        ask(client, query=f"?q={'77'}")
        made = Export.objects.latest("pk")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            jobs.run(made.job_id)
        return len(queries)

    for number in range(1):
        make.person(campus.klass, number=f"7700{number}")
    one = cost()
    for number in range(1, 3):
        make.person(campus.klass, number=f"7700{number}")

    assert cost() == one


def test_one_s_own_exports_are_listed(client, campus):
    client.force_login(campus.office)
    assert "还没有导出过名单" in client.get(reverse("accounts:exports")).content.decode()
    ask(client)
    done()

    page = client.get(reverse("accounts:exports")).content.decode()

    assert page.count("核对未签人员") == 1
    assert User.objects.filter(pk=campus.office.pk).exists()
