"""security.md 2A through HTTP: a refused file changes nothing; a refused row leaves the rest."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import jobs
from accounts.models import Identity, ImportBatch, Job, StagedRow, StoredFile, Unit, User
from tests.accounts import roster_files as files
from tests.accounts.rosters import HEADERS, as_rows, row

State = ImportBatch.State


def work():
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


def the_school():
    """All that a roster could change."""
    return [list(model.objects.order_by("pk").values()) for model in (User, Identity, Unit)] + [
        StagedRow.objects.count()
    ]


def bring(client, campus, data: bytes, name="名册.xlsx"):
    file = SimpleUploadedFile(name, data)
    answer = client.post(
        reverse("roster:upload"), {"unit": campus.school.pk, "file": file}, follow=True
    )
    work()
    batch = ImportBatch.objects.first()
    if batch is None:
        return answer.content.decode()
    return client.get(reverse("roster:batch", args=[batch.pk])).content.decode()


def book(table, **more) -> bytes:
    made = openpyxl.Workbook()
    for line in table:
        made.active.append(line)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def zipped(**parts: bytes | str) -> bytes:
    """A workbook with some parts replaced or added; names have / as __."""
    source, stream = io.BytesIO(book(files.TABLE)), io.BytesIO()
    new = {name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name in {*old.namelist(), *new}:
            data = new.get(name, old.read(name) if name in old.namelist() else b"")
            if data is not None:
                made.writestr(name, data)
    return stream.getvalue()


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "{}"><!ENTITY c "&b;&b;">]><a>&c;</a>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>'
WIDE = [[f"列{n}" for n in range(400)], [str(n) for n in range(400)]]
FILES = {
    "A01 empty": (b"", "文件为空"),
    "A02 jpeg": (b"\xff\xd8\xff\xe0 picture", "这是图片"),
    "A02 pdf": (b"%PDF-1.7 paper", "这是PDF 文件"),
    "A02 docx": (zipped(xl__workbook_dot_xml=None, word__document_dot_xml="<w/>"), "Word 文件"),
    "A02 plain text": ("今天开会，请各班参加。".encode(), "没有找到"),
    "A06 macros": (zipped(xl__vbaProject_dot_bin=b"macro"), "含宏"),
    "A07 truncated": (book(files.TABLE)[:900], "文件已损坏"),
    "A07 no workbook": (zipped(xl__workbook_dot_xml=None), "不是表格文件"),
    "A08 entity bomb in a sheet": (
        zipped(xl__worksheets__sheet1_dot_xml=BOMB.format("x" * 1000)), "不允许的外部引用",
    ),
    "A08 entity bomb in the strings": (
        zipped(xl__sharedStrings_dot_xml=BOMB.format("x")), "不允许的外部引用",
    ),
    "A09 outside": (zipped(xl__styles_dot_xml=OUTSIDE), "不允许的外部引用"),
    "A10 ratio bomb": (zipped(xl__worksheets__sheet1_dot_xml=b" " * 40_000_000), "过大"),
    "A10 many parts": (zipped(**{f"x{n}": b"" for n in range(2100)}), "过大"),
    "A13 too wide": (book(WIDE), "列"),
    "A15 header twice": (book([["学号", "姓名", "姓名"], ["1001", "甲", "乙"]]), "出现了两次"),
    "A29 half a character": (
        "学号,姓名,学院,班级\n1001,".encode() + b"\xed\xa0\x80" * 9 + b"\xff,a,b", "文字编码",
    ),
    "A39 a line without end": (b"1," * 1_000_000 + b"x" * 40_000, "超长"),
    "A39 a cell without end": (("学号,姓名\n1001," + '"' + "长" * 40_000).encode(), "超长"),
    "A38 no known encoding": (b"\x81 \xff\xff\xff, \x80" * 40, "无法识别文件的文字编码"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_is_a_sentence_and_the_school_stays_as_it_was(client, campus, case):
    data, sentence = FILES[case]
    client.force_login(campus.office)
    before = the_school()

    said = bring(client, campus, data)

    assert sentence in said
    assert the_school() == before
    assert {"Traceback", "Exception", "/media/"} & set(said.split()) == set()
    batch = ImportBatch.objects.first()
    assert batch is None or batch.state in {State.REFUSED, State.MAPPING}


@pytest.mark.parametrize("name", ["名册.xlsm", "名册.xlsb", "名册.et"])
def test_a_name_of_a_kind_not_taken_is_refused(client, campus, name):
    """A06."""
    client.force_login(campus.office)

    assert "含宏或 WPS 专用格式" in bring(client, campus, book(files.TABLE), name)


@pytest.mark.parametrize(
    "name", ["长" * 120 + ".xlsx", "../../x.xlsx", "a\u202egpj.exe.xlsx", ".htaccess", "con"]
)
def test_a_file_s_name_is_kept_as_harmless_text(client, campus, name):
    """A45."""
    client.force_login(campus.office)
    file = SimpleUploadedFile("x.xlsx", book([HEADERS, *as_rows(campus)]))
    file.name = name

    client.post(reverse("roster:upload"), {"unit": campus.school.pk, "file": file})

    for stored in StoredFile.objects.all():
        assert len(stored.name) <= 100
        assert not {"/", "\u202e", "\\"} & set(stored.name)
        assert stored.file.name.startswith("roster/")


def test_a_missing_file_and_two_files_are_refused(client, campus):
    """A46."""
    client.force_login(campus.office)
    address = reverse("roster:upload")
    two = [SimpleUploadedFile(n, book(files.TABLE)) for n in ("a.xlsx", "b.xlsx")]

    none = client.post(address, {"unit": campus.school.pk})
    both = client.post(address, {"unit": campus.school.pk, "file": two})

    assert "请选择名册文件" in none.content.decode()
    assert "一次只能上传一份名册" in both.content.decode()
    assert ImportBatch.objects.count() == 0


GOOD = row("2026000001", "新同学")
ROWS = {
    "A19 scientific number": (row("5.10322E+17", "某同学"), "设为“文本”"),
    "A20 scientific identity": (row("2026000009", "某", id_number="3.30102E+17"), "科学计数"),
    "A21 checksum": (row("2026000009", "某", id_number="110105194912310021"), "校验位不对"),
    "A21 fifteen digits": (row("2026000009", "某", id_number="110105490101001"), "15 位"),
    "A21 no such day": (row("2026000009", "某", id_number="330102200502300014"), "身份证号"),
    "A22 landline": (row("2026000009", "某", phone="0571-88888888"), "11 位"),
    "A25 private use": (row("2026000009", "王\ue123"), "生僻字"),
    "A26 formula": (row("2026000009", "=HYPERLINK(1)"), "不能使用的符号"),
    "A27 script": (row("2026000009", "<script>alert(1)</script>"), "不能使用的符号"),
    "A27 template": (row("2026000009", "{{7*7}}"), "不能使用的符号"),
    "A30 long cell": (row("2026000009", "张" * 3000), "内容过长"),
    "A33 class alike": (row("2026000009", "某", klass="计科23级1班"), "计科2301班"),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_bad_row_is_refused_alone_and_the_rest_may_be_confirmed(client, campus, case):
    bad, sentence = ROWS[case]
    client.force_login(campus.office)
    stream = io.StringIO()
    import csv

    csv.writer(stream).writerows([HEADERS, *as_rows(campus), GOOD, bad])

    said = bring(client, campus, stream.getvalue().encode(), "名册.csv")
    batch = ImportBatch.objects.get()
    assert (batch.counts["added"], batch.counts["rejected"]) == (1, 1)
    assert sentence in said
    assert "<script>alert" not in said
    client.post(reverse("roster:confirm", args=[batch.pk]))
    work()

    assert User.objects.filter(number="2026000001").count() == 1
    assert not User.objects.filter(number="2026000009").exists()


def test_a_column_that_would_give_power_is_ignored_with_a_notice(client, campus):
    """A35."""
    client.force_login(campus.office)
    table = [[*HEADERS, "角色"], *[[*line, "系统管理员"] for line in as_rows(campus)]]

    said = bring(client, campus, book(table))

    assert "“角色”不能通过名册设置，已忽略。" in said
    assert campus.student.grants.count() == 0


@pytest.mark.parametrize("kind", files.KINDS)
def test_whatever_kind_of_file_it_truly_is_its_rows_come_out_the_same(
    client, campus, tmp_path, kind
):
    """A03, A04, A06, A25, A38: read as data by what it holds, never opened as a program."""
    made = files.KINDS[kind](tmp_path)
    client.force_login(campus.office)

    bring(client, campus, made.read_bytes(), made.name)
    batch = ImportBatch.objects.get()
    client.post(reverse("roster:confirm", args=[batch.pk]), {"sure": "1", "new_units": "1"})
    work()

    names = Identity.objects.filter(value__in=[p[0] for p in files.PEOPLE]).order_by("value")
    assert [identity.user.name for identity in names] == [p[1] for p in files.PEOPLE]


def test_more_files_than_a_form_may_hold_are_refused(client, campus):
    """A46."""
    client.force_login(campus.office)
    many = {f"f{n}": SimpleUploadedFile(f"{n}.csv", b"x") for n in range(101)}
    before = the_school()

    answer = client.post(reverse("roster:upload"), {"unit": campus.school.pk, **many})

    assert answer.status_code == 413
    assert "上传的内容太大" in answer.content.decode()
    assert the_school() == before
