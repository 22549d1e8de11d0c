"""ORG-8: columns are mapped by the dictionary and by hand, and the hand's word is remembered."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from accounts import jobs
from accounts.models import AuditEntry, ColumnMap, Grant, ImportBatch, Job, StagedRow, User
from tests.accounts.rosters import as_rows, counts, person, row, run, write_csv

State = ImportBatch.State
STRANGE = ["编码", "姓名", "学院", "班级", "年级", "寝室", "手机号", "证号", "备注"]


def work():
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


@pytest.fixture
def office_client(client, campus):
    client.force_login(campus.office)
    return client


@pytest.fixture
def strange(campus, tmp_path):
    """A roster whose number is called as no dictionary knows it."""
    rows = [*as_rows(campus), row("2026000001", "新同学", phone="13812345678")]
    return write_csv(tmp_path / "迎新.csv", rows, STRANGE)


def bring(client, campus, path):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    client.post(reverse("roster:upload"), {"unit": campus.school.pk, "file": file})
    work()
    return ImportBatch.objects.latest("id")


def answers(batch, **said):
    """What the form posts: the guesses, and what is said by hand."""
    return {
        f"{h}-{c}": said.get(header, field)
        for h, head in enumerate(batch.report["heads"])
        for c, (header, field, _) in enumerate(head["columns"])
    }


def columns(client, batch, **said):
    address = reverse("roster:columns", args=[batch.pk])
    return client.post(address, answers(batch, **said), follow=True)


def test_a_header_without_a_number_asks_and_shows_masked_samples(office_client, campus, strange):
    batch = bring(office_client, campus, strange)

    assert (batch.state, StagedRow.objects.count()) == (State.MAPPING, 0)
    page = office_client.get(reverse("roster:columns", args=[batch.pk])).content.decode()
    assert "编码" in page
    assert f"******{campus.student.number[-4:]}" in page
    assert campus.student.number not in page
    assert (
        "指明各列的含义"
        in office_client.get(reverse("roster:batch", args=[batch.pk])).content.decode()
    )


def test_what_is_said_by_hand_is_read_and_remembered_for_the_next_file(
    office_client, campus, strange
):
    batch = bring(office_client, campus, strange)

    columns(office_client, batch, 编码="number", 证号="id_number")
    work()
    batch.refresh_from_db()
    assert batch.state == State.READY
    assert (batch.counts["added"], batch.counts["unchanged"]) == (1, 7)
    assert batch.report["sheets"][0]["mapping"]["编码"] == "number"

    office_client.post(reverse("roster:discard", args=[batch.pk]))
    again = bring(office_client, campus, strange)
    assert (again.state, again.counts["added"]) == (State.READY, 1)
    assert ColumnMap.objects.get().said_by == campus.office


def test_a_column_the_dictionary_knows_may_be_left_out_afterwards(office_client, campus, tmp_path):
    rows = [*as_rows(campus), row("2026000001", "新同学", phone="12345")]
    batch = bring(office_client, campus, write_csv(tmp_path / "名册.csv", rows))
    assert batch.counts["rejected"] == 1

    columns(office_client, batch, 手机号="")
    work()

    batch.refresh_from_db()
    assert (batch.state, batch.counts["rejected"], batch.counts["added"]) == (State.READY, 0, 1)


def test_another_source_is_not_read_in_the_same_way(office_client, campus, strange, tmp_path):
    batch = bring(office_client, campus, strange)
    columns(office_client, batch, 编码="number")
    work()
    office_client.post(reverse("roster:discard", args=[batch.pk]))

    headers = [*STRANGE[:-1], "其他"]
    other = bring(office_client, campus, write_csv(tmp_path / "b.csv", as_rows(campus), headers))

    assert other.state == State.MAPPING


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "还没有指明：学（工）号、考生号或证件号码中的一项"),
        ({"姓名": "", "编码": "number"}, "还没有指明：姓名"),
        ({"编码": "number", "证号": "number"}, "“学（工）号”对应了两列"),
        ({"编码": "password"}, "请选择列表中的含义"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_read(
    office_client, campus, strange, said, sentence
):
    batch = bring(office_client, campus, strange)

    page = columns(office_client, batch, **said)

    batch.refresh_from_db()
    assert sentence in page.content.decode()
    assert (batch.state, ColumnMap.objects.count()) == (State.MAPPING, 0)


def test_two_headers_of_one_meaning_are_told(office_client, campus, tmp_path):
    rows = [[*line, "13912345678"] for line in as_rows(campus)]
    headers = [
        "学号",
        "姓名",
        "学院",
        "班级",
        "年级",
        "寝室",
        "手机号",
        "身份证号",
        "备注",
        "联系电话",
    ]
    batch = bring(office_client, campus, write_csv(tmp_path / "名册.csv", rows, headers))

    page = office_client.get(reverse("roster:batch", args=[batch.pk])).content.decode()

    assert "“手机号”和“联系电话”都像“手机号”，现读取“手机号”" in page


def test_only_who_may_write_the_roster_maps_its_columns(client, office_client, campus, strange):
    batch = bring(office_client, campus, strange)
    for role in ("liaison", "counselor", "leader", "stranger"):
        client.force_login(getattr(campus, role))
        assert columns(client, batch, 编码="number").status_code in {403, 404}
    batch.refresh_from_db()
    assert batch.state == State.MAPPING


def test_a_written_roster_cannot_be_mapped_again(office_client, campus, tmp_path):
    path = write_csv(tmp_path / "名册.csv", [*as_rows(campus), row("2026000001", "新同学")])
    batch = bring(office_client, campus, path)
    office_client.post(reverse("roster:confirm", args=[batch.pk]))
    work()

    columns(office_client, batch, 手机号="")

    batch.refresh_from_db()
    assert (batch.state, ColumnMap.objects.count()) == (State.APPLIED, 0)


def test_the_command_takes_columns_by_name(campus, strange):
    assert "表头" in refused(strange)

    found = run(strange, "--map", "编码=学号", "--map", "证号=")

    assert (found["added"], found["unchanged"]) == (1, 7)
    assert "应写成“列=字段”" in refused(strange, "--map", "编码=口令")


def refused(path, *options) -> str:
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_roster", str(path), "--unit", "TEST", "--json", *options, stdout=out)
    assert stopped.value.code == 2
    return json.loads(out.getvalue())["refused"]


def test_the_command_refuses_a_new_college_without_its_tick(campus, tmp_path):
    rows = [*as_rows(campus), row("2026000001", "新同学", college="北京大学")]
    path = write_csv(tmp_path / "名册.csv", rows)
    before = User.objects.count(), AuditEntry.objects.count()

    assert "北京大学" in refused(path, "--apply")
    assert "北京大学" in refused(path, "--apply", "--accept-large")
    assert (User.objects.count(), AuditEntry.objects.count()) == before
    assert ImportBatch.objects.count() == StagedRow.objects.count() == 0

    assert run(path, "--apply", "--accept-new-units")["strangers"] == ["北京大学"]
    assert person("2026000001").unit.lineage()[1].name == "北京大学"


def test_the_command_refuses_a_large_loss_without_its_tick(campus, tmp_path):
    path = write_csv(tmp_path / "名册.csv", as_rows(campus, without=("张小明", "李小红")))

    assert "计算机学院 2 人" in refused(path, "--apply", "--accept-new-units")
    assert not User.objects.filter(absent_since__isnull=False).exists()

    assert counts(run(path, "--apply", "--accept-large"))["left_suspected"] == 2
    assert Grant.objects.filter(user=campus.student).count() == 0
