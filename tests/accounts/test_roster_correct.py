"""ORG-8: refused rows are put right in the browser or by workbook, and checked again."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import jobs
from accounts.models import ImportBatch, Job, RowFix, StagedRow, User
from tests.accounts.rosters import as_rows, person, row, write_csv

State = ImportBatch.State
ID = "110101200001011232"


def work():
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


@pytest.fixture
def office_client(client, campus):
    client.force_login(campus.office)
    return client


def bring(client, campus, path):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    client.post(reverse("roster:upload"), {"unit": campus.school.pk, "file": file})
    work()
    return ImportBatch.objects.latest("id")


BAD = [
    row("2026000001", "甲新生", phone="0571-8888", id_number=ID),
    row("2026000002", "乙新生", klass="计科23级1班"),
    row("2026000003", "王?"),
]


@pytest.fixture
def batch(office_client, campus, tmp_path):
    path = write_csv(tmp_path / "名册.csv", [*as_rows(campus), *BAD])
    return bring(office_client, campus, path)


def put(client, batch, *said, **more):
    """Post the page of refused rows with (row, field, value)."""
    rows = {line.row: line for line in batch.rows.filter(verdict="rejected")}
    form = client.get(reverse("roster:correct", args=[batch.pk])).context["form"]
    data = {name: field.initial for name, field in form.fields.items() if field.initial}
    data |= {f"{rows[at].pk}-{name}": value for at, name, value in said} | more
    return client.post(reverse("roster:correct", args=[batch.pk]), data, follow=True)


def test_the_page_shows_what_stood_there_with_the_private_numbers_masked(office_client, batch):
    assert batch.counts["rejected"] == 3

    page = office_client.get(reverse("roster:correct", args=[batch.pk])).content.decode()

    assert "乙新生" in page
    assert "疑为同一班级，请改为“计科2301班”" in page
    assert "********1232，不改请留空" in page
    assert ID not in page


def test_a_corrected_row_is_checked_again_and_nothing_is_written_before(office_client, batch):
    put(office_client, batch, (9, "phone", "13812345678"), (10, "class_name", "计科2301班"))
    work()

    batch.refresh_from_db()
    assert batch.state == State.READY
    assert (batch.counts["added"], batch.counts["rejected"]) == (2, 1)
    assert not User.objects.filter(name="甲新生").exists()
    office_client.post(reverse("roster:confirm", args=[batch.pk]))
    work()
    assert (person("2026000001").phone, person("2026000001").id_number) == ("13812345678", ID)


def test_what_was_put_in_is_sealed(office_client, batch):
    put(office_client, batch, (9, "phone", "13812345678"), later="1")

    fix = RowFix.objects.get()
    assert (fix.cells, "13812345678" in fix.cells_sealed) == ({"phone": "13812345678"}, False)
    assert ID not in "".join(StagedRow.objects.values_list("cells_sealed", flat=True))


def test_a_correction_that_is_wrong_again_is_refused_again_with_what_was_typed(
    office_client, batch
):
    put(office_client, batch, (10, "class_name", "计科2023级01班"))
    work()

    batch.refresh_from_db()
    page = office_client.get(reverse("roster:correct", args=[batch.pk])).content.decode()
    assert batch.counts["rejected"] == 3
    assert "计科2023级01班" in page


def test_a_row_may_be_left_out_and_its_person_is_not_called_absent(office_client, campus, tmp_path):
    bad = row(campus.classmate.number, "李小红", phone="12")
    path = write_csv(tmp_path / "名册.csv", [*as_rows(campus, without=("李小红",)), bad])
    batch = bring(office_client, campus, path)

    put(office_client, batch, (8, "out", "on"))
    work()

    batch.refresh_from_db()
    assert (batch.counts["left_out"], batch.counts["rejected"], batch.counts["absent"]) == (1, 0, 0)


def test_what_is_kept_but_not_checked_is_not_written(office_client, batch):
    put(office_client, batch, (9, "phone", "13812345678"), later="1")

    page = office_client.post(reverse("roster:confirm", args=[batch.pk]), follow=True)

    batch.refresh_from_db()
    assert batch.state == State.READY
    assert "还有更正没有重新核对" in page.content.decode()
    office_client.post(reverse("roster:recheck", args=[batch.pk]))
    work()
    batch.refresh_from_db()
    assert batch.counts["added"] == 1


def test_rows_of_an_older_check_are_told_so(office_client, batch):
    old = batch.rows.filter(verdict="rejected").first().pk
    office_client.post(reverse("roster:recheck", args=[batch.pk]))
    work()

    page = office_client.post(
        reverse("roster:correct", args=[batch.pk]), {f"{old}-name": "某某"}, follow=True
    )

    assert "名册已重新核对过" in page.content.decode()
    assert RowFix.objects.count() == 0


def taken(client, batch):
    """The workbook of refused rows."""
    response = client.post(reverse("roster:rejected", args=[batch.pk]))
    return openpyxl.load_workbook(io.BytesIO(response.content))


def given_back(client, batch, book):
    stream = io.BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("改好.xlsx", stream.getvalue())
    answer = client.post(reverse("roster:corrected", args=[batch.pk]), {"file": file}, follow=True)
    work()
    batch.refresh_from_db()
    return answer.content.decode()


def test_the_workbook_of_refused_rows_comes_back_into_the_same_batch(office_client, batch):
    book = taken(office_client, batch)
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    assert heads[:2] == ["问题", "原行号"]
    sheet.cell(2, heads.index("手机号") + 1).value = "138 1234 5678"
    sheet.cell(3, heads.index("班级") + 1).value = "计科2301班"
    sheet.delete_rows(4)

    given_back(office_client, batch, book)

    assert batch.state == State.READY
    assert (batch.counts["added"], batch.counts["rejected"]) == (2, 1)
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda sheet: sheet.cell(2, 2, "3"), "不在被拒绝的行里"),
        (lambda sheet: sheet.delete_cols(2), "没有找到带“原行号”列的行"),
        (lambda sheet: None, "表格里没有更正"),
    ],
)
def test_a_workbook_that_is_not_its_own_changes_nothing(office_client, batch, spoil, sentence):
    book = taken(office_client, batch)
    spoil(book.active)

    said = given_back(office_client, batch, book)

    assert sentence in said
    assert (batch.state, RowFix.objects.count(), batch.counts["rejected"]) == (State.READY, 0, 3)


def test_a_file_that_is_no_table_is_refused_with_a_sentence(office_client, batch):
    address = reverse("roster:corrected", args=[batch.pk])
    for data, sentence in ((b"%PDF-1.7 x", "这是PDF 文件"), (b"", "文件为空")):
        file = SimpleUploadedFile("改好.xlsx", data)
        assert sentence in office_client.post(address, {"file": file}, follow=True).content.decode()
    assert "请选择改好的表格" in office_client.post(address, follow=True).content.decode()


def test_the_page_asks_the_same_number_of_queries_for_three_rows_and_for_twenty(
    office_client, campus, tmp_path, batch
):
    def asked(found):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            office_client.get(reverse("roster:correct", args=[found.pk]))
        return len(queries)

    few = asked(batch)
    office_client.post(reverse("roster:discard", args=[batch.pk]))
    bad = [row(f"20260001{n:02}", f"新{n}", phone="1") for n in range(25)]
    many = bring(office_client, campus, write_csv(tmp_path / "b.csv", [*as_rows(campus), *bad]))

    assert many.counts["rejected"] == 25
    assert asked(many) == few


@pytest.mark.parametrize("role", ["liaison", "counselor", "stranger", "leader", "student"])
def test_nobody_else_corrects(client, office_client, campus, batch, role):
    client.force_login(getattr(campus, role))
    for name in ("correct", "recheck", "corrected"):
        assert client.post(reverse(f"roster:{name}", args=[batch.pk])).status_code in {403, 404}
    assert RowFix.objects.count() == 0
