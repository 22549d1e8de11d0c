"""The archive of a unit: a folder for each class, a document for each pledge, an index (PLG-8, OVS-8)."""

import hashlib
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts import jobs
from accounts.models import AuditEntry, Job, StoredFile
from accounts.moves import Refused
from adapters import pdf
from pledges.archives import services, writing
from pledges.models import Archive, Document, Signature
from pledges.proofs import prove
from tests import factories as make


@pytest.fixture
def round_(campus):
    made = make.pledge_round(campus)
    for person in (campus.student, campus.second_student, campus.foreign_student):
        make.sign(made, person)
    return made


def asked(round_, unit, actor, purpose="学院存档"):
    archive = services.ask_archive(round_, unit, purpose=purpose, actor=actor)
    jobs.run(Job.objects.get(key=services.key_of(archive)).pk)
    archive.refresh_from_db()
    return archive


def opened(archive):
    return zipfile.ZipFile(archive.file.file.path)


def index_of(archive, name="目录.xlsx"):
    book = load_workbook(io.BytesIO(opened(archive).read(name)))
    head, *rows = book.active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_college_s_archive_has_a_folder_for_each_class_and_an_index_of_every_document(
    campus, round_
):
    archive = asked(round_, campus.college, campus.liaison)

    whole = opened(archive)
    assert whole.testzip() is None
    assert sorted(whole.namelist()) == sorted([
        f"计科2301班/{campus.student.number}_张小明.pdf",
        f"计科2302班/{campus.second_student.number}_王小强.pdf",
        "目录.xlsx",
        "说明.txt",
    ])  # fmt: skip
    rows = index_of(archive)
    assert [row["姓名"] for row in rows] == ["张小明", "王小强"]
    for row in rows:
        signature = Signature.objects.get(receipt=row["回执号"])
        data = whole.read(row["文件"])
        assert data.startswith(b"%PDF-")
        assert hashlib.sha256(data).hexdigest() == row["文件校验码（SHA-256）"]
        assert (row["文本校验码"], row["签署校验码"]) == (signature.text_sha256, signature.seal)
        assert (row["方式"], row["核验"]) == ("本人办理", "一致")
    assert archive.documents == 2
    assert archive.file.sha256 == hashlib.sha256(Path(whole.filename).read_bytes()).hexdigest()


def test_the_school_s_archive_has_the_colleges_around_the_classes(campus, round_):
    archive = asked(round_, campus.school, campus.office)

    assert (
        f"外国语学院/英语2301班/{campus.foreign_student.number}_赵小燕.pdf"
        in opened(archive).namelist()
    )


def test_a_document_is_drawn_once_and_used_ever_after(campus, round_, monkeypatch):
    first = asked(round_, campus.college, campus.liaison)
    drawn = []
    monkeypatch.setattr(pdf, "draw", lambda *a, **k: drawn.append(a))

    second = asked(round_, campus.klass, campus.counselor)

    assert drawn == []
    assert Document.objects.count() == 2
    name = f"计科2301班/{campus.student.number}_张小明.pdf"
    assert opened(first).read(name) == opened(second).read(name)


def test_a_kept_document_that_was_altered_is_drawn_again_and_told_of(campus, round_):
    asked(round_, campus.klass, campus.counselor)
    Document.objects.update(data=b"%PDF-forged")

    (row,) = index_of(asked(round_, campus.klass, campus.counselor))

    found = [(one.sort, one.which) for one in prove().findings]
    signature = Signature.objects.get(receipt=row["回执号"])
    assert found == [("document", str(signature.pk))]
    assert row["文件校验码（SHA-256）"] == Document.objects.get().sha256


def test_a_forged_signature_is_named_in_the_index(campus, round_):
    Signature.objects.filter(person=campus.student).update(blanks={
        "year": "2026", "school": "测试大学", "unit": "计算机学院", "name": "李四",
    })  # fmt: skip

    rows = index_of(asked(round_, campus.college, campus.liaison))

    assert [row["核验"] for row in rows] == ["不一致", "一致"]


def test_names_that_would_leave_the_folder_are_made_harmless(campus, round_):
    campus.student.name = "../..\\张<三>"
    campus.student.save()
    make.sign(round_, campus.student, again=True)

    names = opened(asked(round_, campus.klass, campus.counselor)).namelist()

    assert f"计科2301班/{campus.student.number}_.._.._张_三_.pdf" in names


def test_asked_twice_it_is_made_once_and_a_purpose_is_needed(campus, round_):
    with pytest.raises(Refused):
        services.ask_archive(round_, campus.klass, purpose=" ", actor=campus.counselor)
    for _ in range(2):
        services.ask_archive(round_, campus.klass, purpose="存档", actor=campus.counselor)

    assert Archive.objects.count() == Job.objects.count() == 1
    job = Job.objects.get()
    jobs.run(job.pk)
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(job.pk)
    assert StoredFile.objects.filter(kind="archive").count() == 1
    assert AuditEntry.objects.filter(verb="ask_archive").count() == 1


def test_a_worker_that_died_leaves_nothing_behind(campus, round_, settings, monkeypatch):
    archive = services.ask_archive(round_, campus.klass, purpose="存档", actor=campus.counselor)
    job = Job.objects.get()
    monkeypatch.setattr(writing, "_about", lambda *a: 1 / 0)
    jobs.run(job.pk)
    folder = settings.MEDIA_ROOT / "archive" / archive.uuid.hex[:2]
    (folder / f"{archive.uuid.hex}.dead").write_bytes(b"half")
    monkeypatch.undo()

    jobs.run(job.pk)

    archive.refresh_from_db()
    assert archive.ready
    assert [path.name for path in folder.glob(f"{archive.uuid.hex}*")] == [archive.uuid.hex]
    assert Document.objects.count() == 1


def test_the_one_who_asked_downloads_within_a_day_and_it_is_on_record(client, campus, round_):
    archive = asked(round_, campus.klass, campus.counselor, purpose="上级检查")
    client.force_login(campus.counselor)
    page = reverse("pledges:archives", args=[round_.pk, campus.klass.pk])
    address = reverse("pledges:download", args=[archive.pk])
    assert address in client.get(page).content.decode()

    answer = client.post(address)

    body = b"".join(answer.streaming_content)
    assert hashlib.sha256(body).hexdigest() == archive.file.sha256
    assert AuditEntry.objects.get(verb="download").note == "上级检查"
    assert client.get(address).status_code == 405
    assert client.get(reverse("accounts:file", args=[archive.file.uuid])).status_code == 404
    Archive.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert client.post(address).url == page
    assert services.expire_archives() == 1
    assert services.expire_archives() == 0
    assert not Path(archive.file.file.path).exists()
    assert "已过下载期限" in client.get(page).content.decode()


def test_only_those_in_scope_ask_and_only_the_one_who_asked_downloads(client, campus, round_):
    archive = asked(round_, campus.college, campus.liaison)
    download = reverse("pledges:download", args=[archive.pk])
    page = reverse("pledges:archives", args=[round_.pk, campus.college.pk])
    for who, on_page, on_file in (
        (campus.head, 200, 403),
        (campus.counselor, 404, 404),
        (campus.stranger, 404, 404),
        (campus.leader, 403, 403),
        (campus.student, 403, 403),
    ):
        client.force_login(who)
        assert (client.get(page).status_code, client.post(download).status_code) == (
            on_page,
            on_file,
        ), who
    assert AuditEntry.objects.filter(verb="download").count() == 0


def test_the_page_asks_for_a_purpose_and_shows_the_progress(client, campus, round_):
    client.force_login(campus.counselor)
    page = reverse("pledges:archives", args=[round_.pk, campus.klass.pk])
    board = reverse("rounds:board", args=[round_.pk, campus.klass.pk])
    assert page in client.get(board).content.decode()
    assert "请填写用途" in client.post(page, {"purpose": ""}).content.decode()

    assert client.post(page, {"purpose": "存档"}).url == page

    said = client.get(page).content.decode()
    assert reverse("accounts:job", args=[Job.objects.get().pk]) in said
    assert "用途：存档" in said


def test_a_right_that_ended_ends_the_archive(campus, round_):
    archive = services.ask_archive(round_, campus.klass, purpose="存档", actor=campus.counselor)
    campus.counselor.grants.all().delete()

    jobs.run(Job.objects.get().pk)

    archive.refresh_from_db()
    assert archive.made_at is None
    assert Job.objects.get().state == "failed"


def test_the_same_content_is_the_same_bytes_and_long_texts_go_on_over_pages():
    sheet = pdf.Sheet("标题", ["很长的一段。" * 900], [("姓名", "张三")], make.STROKES, ["回执号"])
    assert pdf.draw(sheet) == pdf.draw(sheet)
    assert pdf.draw(sheet).count(b"/Type /Page\n") > 2


def test_no_line_begins_with_a_closing_mark():
    font = pdf.face("")
    found = list(pdf.lines("一二三四五，六七八九十。", font, 10, 50))
    assert "".join(found) == "一二三四五，六七八九十。"
    assert not [line for line in found if line[0] in "，。"]
