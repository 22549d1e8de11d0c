"""The pages of the roster import: who may, what they show, once is once."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import jobs
from accounts.models import AuditEntry, ImportBatch, Job, School, StagedRow, User
from adapters.spreadsheets import Table, write
from tests.accounts.rosters import HEADERS, as_rows, row

State = ImportBatch.State


def sheet(rows) -> bytes:
    stream = io.BytesIO()
    write(stream, [Table("名册", HEADERS, rows)])
    return stream.getvalue()


def upload(client, campus, rows, name="名册.xlsx"):
    file = SimpleUploadedFile(name, sheet(rows))
    return client.post(reverse("roster:upload"), {"unit": campus.school.pk, "file": file})


def work():
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


@pytest.fixture
def office_client(client, campus):
    client.force_login(campus.office)
    return client


@pytest.fixture
def brought(office_client, campus):
    """A roster of the whole school with one newcomer and one row that cannot be taken."""
    rows = [*as_rows(campus), row("2026000001", "新同学"), row("5.1E+17", "号码坏")]
    upload(office_client, campus, rows)
    work()
    return ImportBatch.objects.get()


def test_the_office_sees_the_refused_rows_first_and_every_count(office_client, brought):
    page = office_client.get(reverse("roster:batch", args=[brought.pk]))

    assert brought.counts["added"] == 1
    assert brought.counts["rejected"] == 1
    assert page.context["tab"] == "rejected"
    assert [tab["count"] for tab in page.context["tabs"]] == [1, 1, 0, 0, 0]
    assert "科学计数" in page.content.decode()


def test_every_tab_opens(office_client, brought):
    for verdict in StagedRow.Verdict.values:
        address = reverse("roster:batch", args=[brought.pk])
        assert office_client.get(address, {"tab": verdict}).status_code == 200


def test_confirming_twice_writes_once(office_client, brought):
    address = reverse("roster:confirm", args=[brought.pk])

    office_client.post(address)
    second = office_client.post(address, follow=True)
    work()

    assert User.objects.filter(name="新同学").count() == 1
    assert "不能执行此操作" in second.content.decode()
    brought.refresh_from_db()
    assert brought.state == State.APPLIED
    assert AuditEntry.objects.filter(verb="finish", object_id=str(brought.pk)).count() == 1


def test_an_applied_roster_can_be_looked_at_again(office_client, brought):
    office_client.post(reverse("roster:confirm", args=[brought.pk]))
    work()

    page = office_client.get(reverse("roster:batch", args=[brought.pk])).content.decode()

    assert "写入。" in page
    assert "确认写入" not in page


def test_a_discarded_roster_leaves_nothing(office_client, brought):
    office_client.post(reverse("roster:discard", args=[brought.pk]))

    brought.refresh_from_db()
    assert brought.state == State.DISCARDED
    assert StagedRow.objects.count() == 0
    assert not User.objects.filter(name="新同学").exists()
    assert office_client.get(reverse("roster:batch", args=[brought.pk])).status_code == 200


def test_the_refused_rows_come_back_as_they_were_with_the_reason(office_client, brought):
    import openpyxl

    response = office_client.post(reverse("roster:rejected", args=[brought.pk]))

    sheet_ = openpyxl.load_workbook(io.BytesIO(response.content)).active
    said = [[cell.value for cell in line] for line in sheet_.iter_rows()]
    assert said[0][:4] == ["问题", "原行号", "学号", "姓名"]
    assert said[1][2:4] == ["5.1E+17", "号码坏"]
    assert "设为“文本”" in said[1][0]
    assert AuditEntry.objects.filter(verb="export").count() == 1


def test_what_is_no_roster_is_refused_with_the_reason(office_client, campus):
    file = SimpleUploadedFile("名册.xlsx", b"\xff\xd8\xff\xe0 picture")
    office_client.post(reverse("roster:upload"), {"unit": campus.school.pk, "file": file})
    work()

    batch = ImportBatch.objects.get()
    assert batch.state == State.REFUSED
    page = office_client.get(reverse("roster:batch", args=[batch.pk])).content.decode()
    assert "这是图片，不是表格文件" in page


def test_a_second_roster_waits_for_the_first(office_client, campus):
    upload(office_client, campus, as_rows(campus))

    second = upload(office_client, campus, as_rows(campus))

    assert "正在导入另一份名册" in second.content.decode()
    assert ImportBatch.objects.count() == 1


def test_a_file_too_large_is_refused_with_a_sentence(office_client, campus, settings):
    settings.UPLOAD_LIMIT = 1024 * 1024
    file = SimpleUploadedFile("名册.xlsx", b"x" * (1024 * 1024 + 1))

    page = office_client.post(reverse("roster:upload"), {"unit": campus.school.pk, "file": file})

    assert "文件超过 1 MB" in page.content.decode()
    assert ImportBatch.objects.count() == 0


def test_where_many_would_leave_a_second_tick_is_asked(office_client, campus):
    upload(office_client, campus, as_rows(campus, without=("张小明", "李小红")))
    work()
    batch = ImportBatch.objects.get()
    assert batch.report["alarms"][0][0] == "计算机学院"

    office_client.post(reverse("roster:confirm", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == State.READY

    office_client.post(reverse("roster:confirm", args=[batch.pk]), {"sure": "on"})
    work()
    campus.student.refresh_from_db()
    assert (campus.student.status, campus.student.absent_since is None) == ("active", False)


def test_a_college_the_school_does_not_have_is_named_and_a_tick_is_asked(office_client, campus):
    stray = [*row("2026000001", "新同学")]
    stray[stray.index("计算机学院")] = "北京大学"
    upload(office_client, campus, [*as_rows(campus), stray])
    work()
    batch = ImportBatch.objects.get()
    page = office_client.get(reverse("roster:batch", args=[batch.pk])).content.decode()

    office_client.post(reverse("roster:confirm", args=[batch.pk]))

    batch.refresh_from_db()
    assert batch.report["strangers"] == ["北京大学"]
    assert "名册里有本校还没有的单位：北京大学。" in page
    assert batch.state == State.READY


def test_a_job_that_breaks_leaves_no_staged_row_and_says_so(office_client, campus):
    upload(office_client, campus, [*as_rows(campus), row("2026000001", "新同学")])
    batch = ImportBatch.objects.get()
    batch.file.file.storage.delete(batch.file.file.name)
    for _ in range(jobs.TRIES):
        work()

    batch.refresh_from_db()
    assert StagedRow.objects.count() == 0
    assert batch.state == State.REFUSED
    assert "没有写入任何数据" in batch.note


def test_the_list_says_what_to_do_when_there_is_none(office_client):
    assert "还没有导入过名册" in office_client.get(reverse("roster:list")).content.decode()


ROLES = [
    "counselor",
    "stranger",
    "student",
    "leader",
    "department",
    "sysadmin",
    "auditor",
]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_but_the_office_and_liaisons_brings_confirms_or_reads_a_roster(
    client, campus, brought, role
):
    client.force_login(getattr(campus, role))
    gets = ["list", "upload", "absent"]
    answers = [client.get(reverse(f"roster:{name}")).status_code for name in gets]
    args = [brought.pk]
    answers += [client.get(reverse("roster:batch", args=args)).status_code]
    posts = ["confirm", "discard", "rejected"]
    answers += [client.post(reverse(f"roster:{name}", args=args)).status_code for name in posts]
    settle = reverse("roster:settle", args=[campus.student.pk])
    answers += [client.post(settle, {"outcome": "left", "note": "x"}).status_code]

    assert set(answers) <= {403, 404}
    brought.refresh_from_db()
    assert brought.state == State.READY


def test_a_liaison_has_no_part_in_a_roster_of_the_whole_school(client, campus, brought):
    client.force_login(campus.liaison)
    args = [brought.pk]

    assert client.get(reverse("roster:batch", args=args)).status_code == 404
    for name in ("confirm", "discard", "rejected", "columns", "correct", "recheck", "undo"):
        assert client.post(reverse(f"roster:{name}", args=args)).status_code == 404
    brought.refresh_from_db()
    assert brought.state == State.READY


def test_an_absent_person_is_settled_once_with_a_reason(office_client, campus):
    campus.student.absent_since = "2026-11-01"
    campus.student.save()
    address = reverse("roster:settle", args=[campus.student.pk])

    without = office_client.post(address, {"outcome": "withdrawn", "note": ""})
    office_client.post(address, {"outcome": "withdrawn", "note": "教务处退学名单"})

    assert without.status_code == 200
    campus.student.refresh_from_db()
    assert (campus.student.status, campus.student.absent_since) == ("withdrawn", None)
    assert campus.student.status_note == "教务处退学名单"
    second = office_client.post(address, {"outcome": "here", "note": "在校"})
    assert "已处理" in second.content.decode()


def test_somebody_still_here_is_no_longer_listed(office_client, campus):
    campus.student.absent_since = "2026-11-01"
    campus.student.save()
    assert "张小明" in office_client.get(reverse("roster:absent")).content.decode()

    address = reverse("roster:settle", args=[campus.student.pk])
    office_client.post(address, {"outcome": "here", "note": "当面核实"})

    campus.student.refresh_from_db()
    assert (campus.student.status, campus.student.absent_since) == ("active", None)
    assert "没有疑似离校的人员" in office_client.get(reverse("roster:absent")).content.decode()


def test_a_file_without_rows_is_not_said_to_agree_with_the_system(office_client, campus):
    upload(office_client, campus, [])
    work()
    batch = ImportBatch.objects.get()
    page = office_client.get(reverse("roster:batch", args=[batch.pk])).content.decode()

    assert "名册与系统一致" not in page


def test_the_roster_s_scope_is_told_in_the_school_s_own_word(office_client, campus):
    School.objects.filter(unit=campus.school).update(college_word="院部")

    page = office_client.get(reverse("roster:upload")).content.decode()

    assert "只有一个院部（部门）的名册" in page
