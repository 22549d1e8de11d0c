"""The roster's whole way at the desk: brought, columns said, put right, written, taken back."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import jobs
from accounts.models import AuditEntry, ColumnMap, ImportBatch, Job, RowFix, StagedRow, User
from tests import factories as make
from tests.accounts.rosters import HEADERS, as_rows, row, write_csv
from tests.desk_rows import list_url, row_url, step_url

State = ImportBatch.State
UPLOAD = reverse("admin:accounts_importbatch_do", args=["upload"])


@pytest.fixture
def desk(client, campus):
    client.force_login(campus.office)
    return client


def work():
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


def bring(client, campus, tmp_path, rows, headers=HEADERS):
    """A roster brought at the desk and read."""
    data = write_csv(tmp_path / "名册.csv", rows, headers).read_bytes()
    file = SimpleUploadedFile("名册.csv", data)
    answer = client.post(UPLOAD, {"unit": campus.school.pk, "file": file})
    work()
    return ImportBatch.objects.latest("id"), answer


def drawn(client, batch) -> list[str]:
    """The buttons on the roster's page."""
    return [step.name for step, _ in client.get(row_url(batch)).context["steps"]]


def press(client, batch, name, **body):
    answer = client.post(step_url(batch, name), body)
    work()
    batch.refresh_from_db()
    return answer


def refusals(page) -> list[str]:
    return [str(e) for errors in page.context["form"].errors.values() for e in errors]


def next_of(client, batch) -> str:
    """What the list says is next."""
    page = client.get(list_url(ImportBatch))
    batch = page.context["cl"].result_list.get(pk=batch.pk)
    return page.context["cl"].model_admin.next_of(batch)[0]


@pytest.fixture
def brought(desk, campus, tmp_path):
    """One newcomer, and one row that cannot be taken."""
    rows = [
        *as_rows(campus),
        row("2026000001", "新同学"),
        row("2026000002", "号码坏", phone="0571"),
    ]
    return bring(desk, campus, tmp_path, rows)[0]


def test_the_list_and_the_index_have_a_button_to_bring_a_roster(desk, campus):
    assert desk.get(list_url(ImportBatch)).context["list_steps"] == [("导入名册", UPLOAD)]
    assert ("导入名册", UPLOAD) in desk.get(reverse("admin:index")).context["shortcuts"]
    page = desk.get(UPLOAD).content.decode()
    assert 'enctype="multipart/form-data"' in page


def test_a_roster_is_brought_put_right_written_and_taken_back(desk, campus, brought):
    assert desk.get(row_url(brought)).status_code == 200
    assert drawn(desk, brought) == ["confirm", "rejected", "merge", "map", "discard"]
    assert next_of(desk, brought) == "确认写入"

    taken = press(desk, brought, "rejected")
    book = openpyxl.load_workbook(io.BytesIO(taken.content))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("手机号") + 1, "13812345678")
    stream = io.BytesIO()
    book.save(stream)
    mended = SimpleUploadedFile("改好.xlsx", stream.getvalue())
    assert press(desk, brought, "merge", file=mended).status_code == 302
    assert (brought.state, brought.counts["rejected"], brought.counts["added"]) == ("ready", 0, 2)

    assert press(desk, brought, "confirm").status_code == 302
    assert (brought.state, drawn(desk, brought)) == ("applied", ["undo"])
    assert User.objects.filter(name__in=["新同学", "号码坏"]).count() == 2
    assert press(desk, brought, "undo").status_code == 302
    assert (brought.state, drawn(desk, brought)) == ("undone", [])
    assert not User.objects.filter(name="新同学").exists()
    told = AuditEntry.objects.filter(model="importbatch").values_list("verb", flat=True)
    assert {"upload_roster", "export", "correct_roster", "confirm", "revoke"} <= set(told)


def test_the_one_who_brings_it_is_led_to_its_page(desk, campus, tmp_path):
    batch, answer = bring(desk, campus, tmp_path, as_rows(campus))

    assert (answer.status_code, answer.url) == (302, row_url(batch))
    assert (batch.unit, batch.created_by, batch.state) == (campus.school, campus.office, "ready")


def test_what_no_header_says_is_said_at_the_desk_and_remembered(desk, campus, tmp_path):
    strange = ["编码", *HEADERS[1:7], "证号", "备注"]
    batch, _ = bring(desk, campus, tmp_path, as_rows(campus), strange)
    assert (batch.state, drawn(desk, batch)) == ("mapping", ["map", "discard"])
    assert next_of(desk, batch) == "指明各列的含义"
    form = desk.get(step_url(batch, "map")).context["form"]
    said = {name: field.initial or "" for name, field in form.fields.items()}

    assert press(desk, batch, "map", **said).status_code == 200
    assert (batch.state, ColumnMap.objects.count()) == ("mapping", 0)
    number = next(name for name, field in form.fields.items() if field.label == "编码")
    press(desk, batch, "map", **said | {number: "number"})

    assert (batch.state, batch.counts["rejected"]) == ("ready", 0)
    assert ColumnMap.objects.count() == 1


def test_many_leaving_want_the_second_tick(desk, campus, tmp_path):
    gone = User.objects.filter(unit=campus.klass).values_list("name", flat=True)
    batch, _ = bring(desk, campus, tmp_path, as_rows(campus, without=gone))
    assert batch.report["alarms"]
    page = desk.get(step_url(batch, "confirm"))
    assert "未见于名册" in page.context["words"]

    refused = press(desk, batch, "confirm")
    assert refusals(refused) == ["请核对以上提示并勾选确认。"]
    assert batch.state == State.READY
    press(desk, batch, "confirm", sure="on")

    assert batch.state == State.APPLIED
    assert next_of(desk, batch) == "核实疑似离校"


def test_corrections_that_wait_are_checked_before_anything_is_written(desk, brought):
    RowFix.objects.create(batch=brought, sheet="", row=9)

    assert drawn(desk, brought)[0] == "recheck"
    assert next_of(desk, brought) == "重新核对"
    assert "confirm" not in drawn(desk, brought)
    assert refusals(press(desk, brought, "confirm")) == ["还有更正没有重新核对，请先重新核对。"]
    assert press(desk, brought, "recheck").status_code == 302


def test_put_aside_nothing_stays_and_no_button_either(desk, brought):
    assert press(desk, brought, "discard").status_code == 302

    assert (brought.state, StagedRow.objects.count()) == ("discarded", 0)
    assert drawn(desk, brought) == []
    for late in ["confirm", "rejected"]:
        assert press(desk, brought, late).status_code == 200  # said in place
    assert brought.state == State.DISCARDED


def test_while_a_job_works_on_it_nothing_is_offered_but_the_progress(desk, campus, brought):
    desk.post(step_url(brought, "confirm"))

    page = desk.get(row_url(brought))
    assert [step.name for step, _ in page.context["steps"]] == []
    assert "排队中 0%" in page.content.decode()
    assert next_of(desk, brought) == "查看进度"


def test_what_is_no_roster_says_why_and_offers_another_try(desk, campus):
    file = SimpleUploadedFile("名册.xlsx", b"\xff\xd8\xff\xe0 picture")
    desk.post(UPLOAD, {"unit": campus.school.pk, "file": file})
    work()
    batch = ImportBatch.objects.get()

    assert next_of(desk, batch) == "重新上传"
    page = desk.get(row_url(batch))
    assert "这是图片，不是表格文件" in page.content.decode()
    assert ("重新上传", UPLOAD) in page.context["links"]
    assert drawn(desk, batch) == ["discard"]


def test_a_bad_or_a_missing_file_changes_nothing(desk, campus):
    page = desk.post(UPLOAD, {"unit": campus.school.pk})
    assert refusals(page) == ["请选择名册文件。"]
    other = make.campus("B")
    file = SimpleUploadedFile("名册.csv", b"x")
    assert desk.post(UPLOAD, {"unit": other.school.pk, "file": file}).status_code == 200
    assert ImportBatch.objects.count() == 0


@pytest.mark.parametrize("role", ["sysadmin", "auditor", "liaison", "leader", "student"])
def test_whoever_may_not_import_takes_no_step_at_the_desk(client, campus, role):
    batch = ImportBatch.objects.create(
        unit=campus.school, path=campus.school.path, created_by=campus.office,
        state=State.READY, state_at=timezone.now(), counts={"added": 1, "rejected": 1},
    )  # fmt: skip
    client.force_login(getattr(campus, role))
    file = SimpleUploadedFile("名册.csv", b"x")

    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, {"unit": campus.school.pk, "file": file}).status_code == 403
    for name in ["confirm", "discard", "merge", "map", "recheck", "rejected", "undo"]:
        assert client.post(step_url(batch, name)).status_code in {403, 404}
    batch.refresh_from_db()
    assert (batch.state, ImportBatch.objects.count()) == (State.READY, 1)


def test_a_roster_of_contracts_alone_can_be_written_from_the_portal_too(desk, campus):
    ends = [[campus.logistics.path, "", "2027-06-30"]]
    batch = ImportBatch.objects.create(
        unit=campus.school, path=campus.school.path, created_by=campus.office,
        state=State.READY, counts={"rows": 3}, report={"contracts": ends},
    )  # fmt: skip

    page = desk.get(reverse("roster:batch", args=[batch.pk])).content.decode()

    assert "确认写入" in page
    assert drawn(desk, batch)[0] == "confirm"
