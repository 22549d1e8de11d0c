"""《“断卡”自查情况统计表》: sums from below, explained, signed in three steps, stamped (CHK-1, CHK-2)."""

import io
import shutil
import subprocess

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Export
from accounts.moves import Refused
from accounts.scope import Role
from rounds import services as rounds
from rounds.models import Assignment, Finding
from selfcheck.cards import services, signing
from selfcheck.cards.queries import declarations_at
from selfcheck.cards.sheets import heads_of
from selfcheck.cards.sums import Sheet
from selfcheck.models import Difference, SheetStep, Stamp, Study
from tests import factories as make
from tests.world import picture

HELD = {"sort": "class", "topic": "学习两卡规定", "attended": "30"}


@pytest.fixture
def round_(campus):
    return make.card_round(campus)


def part(round_, unit):
    return Assignment.objects.get(round=round_, unit=unit)


def declared(campus, round_):
    """One lent two cards and sold one, one lost a card, one has nothing; the rest are silent."""
    make.declare(
        round_, campus.student,
        make.account(count=2, present="back"),
        make.account(kind="phone", way="sold", reported=True, present="cancelled"),
        make.account(kind="qq", tail="", way="lost"),
    )  # fmt: skip
    make.declare(round_, campus.classmate, make.account(way="stolen"))
    make.declare(round_, campus.second_student)


def line(sheet, unit):
    return next(one for one in sheet.lines if one.path == unit.path)


def numbers(found, *codes):
    return tuple(found.numbers[code] for code in codes)


def finish(campus, round_):
    """Every unit of the college has handed in and was approved; its own part is open."""
    for unit, actor in (
        (campus.klass, campus.counselor),
        (campus.second_class, campus.second_counselor),
    ):
        mine = part(round_, unit)
        rounds.submit(mine, actor=actor, note="外出实习，未申报")
        rounds.approve(mine, actor=campus.liaison)
    return part(round_, campus.college)


def sign_all(mine, campus):
    for step, actor in ((1, campus.counselor), (2, campus.head), (3, campus.head)):
        services.sign_sheet(mine, step=step, actor=actor)


def test_a_class_adds_up_to_its_college_and_the_school(campus, round_):
    """CHK-1: the college sums up from below."""
    declared(campus, round_)
    make.study(part(round_, campus.klass), campus.counselor)
    sheet = Sheet(round_, campus.college)

    klass, second = line(sheet, campus.klass), line(sheet, campus.second_class)

    counted = ("expected", "done", "undone", "people")
    assert numbers(klass, *counted) == (4, 2, 2, 1)
    assert numbers(second, *counted) == (1, 1, 0, 0)
    kinds = ("bank.people", "bank.pieces", "phone.people", "phone.pieces", "qq.people")
    assert numbers(klass, *kinds) == (1, 2, 1, 1, 0)
    assert numbers(klass, "back", "told", "studies") == (3, 1, 1)
    whole = line(Sheet(round_, campus.school), campus.college)
    assert whole.numbers == sheet.total.numbers


def test_what_an_officer_passed_on_counts_as_told(campus, round_):
    declared(campus, round_)
    lent = Finding.objects.get(code="bank:lent")

    rounds.decide_finding(lent, actor=campus.office, outcome="passed_on", reason="移交公安核查")

    assert line(Sheet(round_, campus.college), campus.klass).numbers["told"] == 3


def test_who_declares_anew_counts_once_and_a_leaver_not_at_all(campus, round_):
    declared(campus, round_)
    make.declare(round_, campus.student, make.account(), again=True)
    sheet = Sheet(round_, campus.college)
    assert numbers(sheet.total, "people", "bank.pieces", "phone.pieces") == (1, 1, 0)

    campus.student.status = "left"
    campus.student.save()

    total = Sheet(round_, campus.college).total
    assert numbers(total, "people", "bank.pieces", "done") == (0, 0, 2)


def test_a_closed_round_keeps_its_sums(campus, round_):
    declared(campus, round_)
    before = Sheet(round_, campus.school).total.numbers

    rounds.close(round_, actor=campus.office, reason="学期结束")
    round_.refresh_from_db()
    campus.student.status = "left"
    campus.student.save()

    assert Sheet(round_, campus.school).total.numbers == before


@pytest.mark.parametrize("said", [{"held_on": "2999-01-01"}, {"attended": "0"}, {"attended": "若干"},
                                  {"topic": ""}, {"sort": "party"}])  # fmt: skip
def test_a_study_that_cannot_have_been_is_refused(client, campus, round_, said):
    client.force_login(campus.counselor)
    given = HELD | {"held_on": "2026-09-20"} | said

    page = client.post(reverse("cards:study", args=[part(round_, campus.klass).pk]), given)

    assert (page.status_code, Study.objects.count()) == (400, 0)


def test_without_a_study_or_with_unchecked_ones_a_class_says_why(campus, round_):
    """CHK-1: preceded by study; the class checks."""
    for person in (campus.student, campus.classmate, campus.cadre, campus.dormhead):
        make.declare(round_, person)
    mine = part(round_, campus.klass)

    with pytest.raises(Refused, match="还没有登记组织学习"):
        rounds.submit(mine, actor=campus.counselor)
    make.study(mine, campus.counselor)
    with pytest.raises(Refused, match="还有 4 份申报未核对"):
        rounds.submit(mine, actor=campus.counselor)

    zeros = declarations_at(campus.counselor, round_, campus.klass)
    assert services.check_zeros(zeros, actor=campus.counselor) == 4
    rounds.submit(mine, actor=campus.counselor)


def test_a_college_hands_in_only_what_three_signed_and_stamped(campus, round_):
    """CHK-1: 辅导员, 分管领导, 书记院长; then the stamp."""
    declared(campus, round_)
    mine = finish(campus, round_)
    with pytest.raises(Refused, match="还没有辅导员"):
        rounds.submit(mine, actor=campus.liaison, note="见备注")
    with pytest.raises(Refused, match="请先由辅导员"):
        services.sign_sheet(mine, step=2, actor=campus.head)

    sign_all(mine, campus)
    with pytest.raises(Refused, match="还没有盖章"):
        rounds.submit(mine, actor=campus.liaison, note="见备注")
    services.stamp_sheet(mine, actor=campus.liaison)
    rounds.submit(mine, actor=campus.liaison, note="见备注")

    mine.refresh_from_db()
    assert mine.state == "submitted"
    assert [one.person for one in SheetStep.objects.filter(ended_at=None)] == [
        campus.counselor, campus.head, campus.head,
    ]  # fmt: skip


def test_two_heads_sign_apart(campus, round_):
    second = make.holder(campus.faculty, "俞副书记", Role.COLLEGE_HEAD, campus.college)
    mine = finish(campus, round_)
    services.sign_sheet(mine, step=1, actor=campus.liaison)
    services.sign_sheet(mine, step=2, actor=second)

    with pytest.raises(Refused, match="须由两人分别签字"):
        services.sign_sheet(mine, step=3, actor=second)
    services.sign_sheet(mine, step=3, actor=campus.head)


@pytest.mark.parametrize("role", ["cadre", "student", "foreign_liaison", "office", "stranger"])
def test_nobody_signs_for_another_s_college(client, campus, round_, role):
    client.force_login(getattr(campus, role))

    page = client.post(reverse("cards:sign", args=[round_.pk, campus.college.pk]), {"step": "1"})

    assert (page.status_code in {403, 404}, SheetStep.objects.count()) == (True, 0)


def test_figures_that_change_after_signing_are_signed_anew(campus, round_):
    mine = part(round_, campus.college)
    sign_all(mine, campus)
    services.stamp_sheet(mine, actor=campus.liaison)
    assert signing.lacking(Sheet(round_, campus.college)) == ""

    make.declare(round_, campus.student, make.account())

    assert "数据有变动" in signing.lacking(Sheet(round_, campus.college))
    sign_all(mine, campus)
    assert SheetStep.objects.filter(ended_at=None).count() == 3


def test_sent_back_the_sheet_is_signed_and_stamped_anew(campus, round_):
    mine = finish(campus, round_)
    sign_all(mine, campus)
    services.stamp_sheet(mine, actor=campus.liaison)
    rounds.submit(mine, actor=campus.liaison, note="见备注")

    rounds.send_back(mine, actor=campus.office, reason="请核对电话卡")

    assert SheetStep.objects.filter(ended_at=None).count() == 0
    assert Stamp.objects.filter(ended_at=None).count() == 0


def test_a_scan_of_the_paper_signed_by_three_is_enough(client, campus, round_):
    mine = part(round_, campus.college)
    client.force_login(campus.liaison)
    scan = SimpleUploadedFile("盖章.png", picture().bytes, "image/png")
    url = reverse("cards:stamp", args=[mine.pk])

    assert client.post(url, {}).status_code == 400
    bad = SimpleUploadedFile("x.pdf", b"%PDF-1.7 /JavaScript %%EOF")
    assert client.post(url, {"scan": bad}).status_code == 400
    assert Stamp.objects.count() == 0
    client.post(url, {"scan": scan, "signed_by": "褚辅导、冯书记、冯书记"})

    stamp = Stamp.objects.get()
    assert signing.lacking(Sheet(round_, campus.college)) == ""
    seen = reverse("accounts:file", args=[stamp.file.uuid])
    assert client.get(seen).status_code == 200
    client.force_login(campus.foreign_liaison)
    assert client.get(seen).status_code == 404


def test_a_sum_is_never_overtyped_a_difference_is_explained(client, campus, round_):
    """CHK-1: the sum stays; the ledger says what the unit says, why, who and when."""
    declared(campus, round_)
    mine = part(round_, campus.college)
    client.force_login(campus.liaison)
    url = reverse("cards:explain", args=[mine.pk])
    given = {
        "row": campus.klass.path,
        "column": "bank.pieces",
        "said": "3",
        "reason": "另有一张待核",
    }

    client.post(url, given)

    found = Difference.objects.get()
    assert (found.summed, found.said, found.by) == (2, 3, campus.liaison)
    assert line(Sheet(round_, campus.college), campus.klass).numbers["bank.pieces"] == 2
    body = client.get(reverse("cards:sheet", args=[round_.pk, campus.college.pk])).content.decode()
    assert "另有一张待核" in body


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"said": "-1"}, "请填写数字"),
        ({"said": "３"}, "请填写数字"),
        ({"said": ""}, "必填"),
        ({"said": "2"}, "与汇总数相同"),
        ({"reason": ""}, "必填"),
        ({"column": "gold"}, "请选择一栏"),
        ({"row": "000001000009000001"}, "请选择一行"),
        ({"column": "people", "said": "5"}, "超过应查 4 人"),
        ({"reason": "卡号6222021234567890"}, "请不要填写完整的卡号"),
    ],
)
def test_a_difference_that_makes_no_sense_is_refused(client, campus, round_, said, says):
    """D01, D02."""
    declared(campus, round_)
    client.force_login(campus.liaison)
    given = {
        "row": campus.klass.path,
        "column": "bank.pieces",
        "said": "3",
        "reason": "待核",
    } | said

    page = client.post(reverse("cards:explain", args=[part(round_, campus.college).pk]), given)

    assert (page.status_code, Difference.objects.count()) == (400, 0)
    assert says in page.content.decode()


@pytest.mark.parametrize("name", ["study", "remark", "explain", "stamp", "returned"])
def test_another_college_s_sheet_is_as_if_there_were_none(client, campus, round_, name):
    """D04."""
    client.force_login(campus.foreign_liaison)

    page = client.post(reverse(f"cards:{name}", args=[part(round_, campus.college).pk]), {})

    assert page.status_code == 404


@pytest.mark.parametrize(
    ("role", "klass", "college"),
    [
        ("office", 200, 200), ("leader", 404, 200), ("head", 200, 200), ("liaison", 200, 200),
        ("counselor", 200, 200), ("department", 404, 200), ("cadre", 404, 404),
        ("dormhead", 404, 404), ("student", 404, 404), ("stranger", 404, 404),
    ],
)  # fmt: skip
def test_sums_are_read_where_they_give_nobody_away(client, campus, round_, role, klass, college):
    client.force_login(getattr(campus, role))
    seen = [
        client.get(reverse("cards:sheet", args=[round_.pk, unit.pk])).status_code
        for unit in (campus.klass, campus.college)
    ]

    assert [200 if one == 200 else 404 for one in seen] == [klass, college]


def test_more_cards_than_heads_and_findings_gone_are_said(campus):
    first = make.card_round(campus)
    make.declare(first, campus.student, make.account())
    rounds.close(first, actor=campus.office, reason="学期结束")
    second = make.card_round(campus, title="春季")
    make.declare(second, campus.student)
    many = [make.account(kind=one, tail="", count=99) for one in ("qq", "wechat")]
    make.declare(second, campus.second_student, *many)

    said = Sheet(second, campus.college).warnings

    assert [one.partition("，")[0] for one in said] == [
        "计科2302班填报 198 张（个）",
        "以前的自查有 1 人的线索尚未办结",
    ]


# ---- 附件2 as a workbook


def workbook(client, round_, unit):
    body = client.get(reverse("cards:export", args=[round_.pk, unit.pk])).content
    return body, openpyxl.load_workbook(io.BytesIO(body))


def test_the_official_sheet_has_heading_numbers_foot_and_stamp_line(client, campus, round_):
    """CHK-2."""
    declared(campus, round_)
    client.force_login(campus.liaison)

    _, book = workbook(client, round_, campus.college)

    sheet = book.worksheets[0]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet["A1"].value == "附件2"
    assert sheet["A2"].value == "测试大学“断卡”自查情况统计表"
    assert sheet["A3"].value == "二级学院（部门）：计算机学院（盖章）"
    assert [sheet.cell(6, n).value for n in (1, 2, 3, 4, 5)] == [
        1,
        "计算机学院",
        "计科2301班",
        4,
        2,
    ]
    foot = [row[0].value for row in sheet.iter_rows() if row[0].value][-1]
    for word in (
        "填表人：",
        "审核人（签字）：",
        "单位负责人（签字）：",
        "联系电话：",
        "填表日期：",
        "（盖章）",
    ):
        assert word in foot
    assert "张小明" not in str([cell.value for row in sheet.iter_rows() for cell in row])


def test_the_school_s_summary_has_a_line_for_each_unit(client, campus, round_):
    """CHK-2."""
    declared(campus, round_)
    client.force_login(campus.office)

    _, book = workbook(client, round_, campus.school)

    sheet = book.worksheets[0]
    assert sheet["A2"].value == "测试大学“断卡”自查情况统计表（全校汇总）"
    names = [sheet.cell(row, 2).value for row in range(6, sheet.max_row + 1)]
    assert {"计算机学院", "外国语学院", "后勤处"} <= set(names)
    assert len(book.worksheets) == 1


def test_libreoffice_opens_it_and_the_file_comes_back_from_there(client, campus, round_, tmp_path):
    """CHK-2: filled offline in another office program and uploaded."""
    if not shutil.which("soffice"):
        pytest.skip("未安装 LibreOffice：附件2往返测试跳过")
    declared(campus, round_)
    client.force_login(campus.liaison)
    body, _ = workbook(client, round_, campus.college)
    source, out = tmp_path / "附件2.xlsx", tmp_path / "out"
    source.write_bytes(body)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "xlsx", "--outdir", str(out), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip

    answer = upload(client, round_, campus.college, (out / "附件2.xlsx").read_bytes())

    assert answer.status_code == 302


def upload(client, round_, unit, body, name="附件2.xlsx"):
    file = SimpleUploadedFile(name, body)
    return client.post(reverse("cards:returned", args=[part(round_, unit).pk]), {"file": file})


def filled(book, **cells):
    for address, value in cells.items():
        book.worksheets[0][address] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def offline(client, campus, round_):
    """The liaison's copy of the sheet, and where its columns are."""
    declared(campus, round_)
    client.force_login(campus.liaison)
    _, book = workbook(client, round_, campus.college)
    wide = len(heads_of(Sheet(round_, campus.college)))
    letter = openpyxl.utils.get_column_letter
    return book, letter(wide), letter(wide + 1)


def test_filled_offline_remarks_and_reasons_come_in(client, campus, round_, offline):
    """CHK-2."""
    book, remark, aside = offline

    answer = upload(
        client, round_, campus.college,
        filled(book, **{f"{remark}6": "含实习生", "I6": 3, f"{aside}6": "另有一张待核"}),
    )  # fmt: skip

    assert answer.status_code == 302
    sheet = Sheet(round_, campus.college)
    assert line(sheet, campus.klass).remark == "含实习生"
    [said] = sheet.differences
    assert (said.summed, said.said, said.reason) == (1, 3, "另有一张待核")


@pytest.mark.parametrize(
    ("address", "value", "says"),
    [
        ("D6", "若干", "第 6 行 D 列“应查人数”应填数字"),
        ("D6", -1, "第 6 行 D 列“应查人数”应填数字"),
        ("D6", 2.5, "第 6 行 D 列“应查人数”应填数字"),
        ("D6", "3人", "第 6 行 D 列“应查人数”应填数字"),
        ("D6", "３", "第 6 行 D 列“应查人数”应填数字"),
        ("D6", None, "第 6 行 D 列“应查人数”应填数字，现为“空”"),
        ("D6", 1e9, "第 6 行 D 列“应查人数”应填数字"),
        ("D6", 40, "汇总数为 4，请在“差异说明”列写明原因"),
        ("C6", "别的班", "“班级（科室）”被改动"),
    ],
)
def test_wrong_cells_are_named_and_nothing_is_written(
    client, campus, round_, offline, address, value, says
):
    """D01, D02: by row and column."""
    book, remark, _ = offline

    page = upload(
        client, round_, campus.college, filled(book, **{address: value, f"{remark}6": "含实习生"})
    )

    assert (page.status_code, says in page.content.decode()) == (400, True)
    assert line(Sheet(round_, campus.college), campus.klass).remark == ""
    assert Difference.objects.count() == 0


def test_another_unit_s_or_round_s_or_an_older_file_is_refused_kindly(
    client, campus, round_, offline
):
    """D04."""
    book, _, _ = offline
    body = filled(book)
    other = make.card_round(campus, title="春季")
    for where, unit, actor, says in (
        (round_, campus.other_college, campus.foreign_liaison, "这是其他单位的统计表"),
        (other, campus.college, campus.liaison, "这是另一项任务的统计表"),
    ):
        client.force_login(actor)
        page = upload(client, where, unit, body)
        assert (page.status_code, says in page.content.decode()) == (400, True)

    make.declare(round_, campus.cadre)
    client.force_login(campus.liaison)
    page = upload(client, round_, campus.college, body)
    assert "下载之后数据有变动" in page.content.decode()


@pytest.mark.parametrize("body", [b"", b"\x89PNG\r\n", b"PK\x03\x04broken", b"a,b\n1,2"])
def test_what_is_no_such_file_is_refused_kindly(client, campus, round_, body):
    client.force_login(campus.liaison)

    page = upload(client, round_, campus.college, body)

    assert page.status_code == 400
    assert 'class="note note-error"' in page.content.decode()


def test_a_remark_that_looks_like_a_formula_stays_text(client, campus, round_):
    services.remark(
        part(round_, campus.college), campus.klass.path, text="=1+1", actor=campus.liaison
    )
    client.force_login(campus.liaison)

    _, book = workbook(client, round_, campus.college)

    wide = len(heads_of(Sheet(round_, campus.college)))
    assert (book.worksheets[0].cell(6, wide).value, book.worksheets[0].cell(6, wide).data_type) == (
        "=1+1", "s",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "code"), [("counselor", 302), ("office", 403), ("head", 403), ("leader", 403)]
)
def test_the_named_list_is_taken_out_for_a_purpose_by_who_may_read_it(
    client, campus, round_, role, code
):
    declared(campus, round_)
    client.force_login(getattr(campus, role))
    url = reverse("cards:take_out", args=[round_.pk, campus.klass.pk])

    answer = client.post(url, {"purpose": "学院存档"})

    assert answer.status_code == code
    assert Export.objects.count() == (code == 302)
    if code == 302:
        assert client.post(url, {"purpose": ""}).status_code == 400
