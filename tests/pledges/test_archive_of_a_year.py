"""Heads' hands and charters in the archive; all a unit signed for a year (PLG-1, PLG-2, PLG-8, OVS-8)."""

import hashlib
import io
import zipfile

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts import jobs
from accounts.models import Job
from accounts.moves import Refused
from accounts.scope import Role
from accounts.verify import PARTS
from pledges import roots
from pledges.archives import services
from pledges.charters import services as charters
from pledges.charters.models import Charter
from pledges.models import Archive, CharterRound, Document, FormerDocument, PledgeRound
from rounds import services as rounds
from tests import factories as make
from tests.world import picture


def done(archive) -> zipfile.ZipFile:
    jobs.run(Job.objects.get(key=services.key_of(archive), state="queued").pk)
    archive.refresh_from_db()
    return zipfile.ZipFile(archive.file.file.path)


def of_round(round_, unit, actor) -> zipfile.ZipFile:
    return done(services.ask_archive(round_, unit, purpose="存档", actor=actor))


def of_year(unit, actor, year="2026") -> zipfile.ZipFile:
    return done(services.ask_year(unit, year, purpose="年度检查", actor=actor))


def index(whole, name="目录.xlsx") -> list[dict]:
    head, *rows = load_workbook(io.BytesIO(whole.read(name))).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def round_(campus):
    made = make.pledge_round(campus, head_role=Role.COLLEGE_HEAD)
    make.sign(made, campus.student)
    return made


@pytest.fixture
def charter(campus):
    """One pair by hand, whose copies lie somewhere; one on paper; one half signed."""
    made = make.charter_round(campus)
    mine = Charter.objects.get(round=made, unit=campus.college, person=None)
    make.put_hand(mine, campus.head)
    make.put_hand(mine, campus.office)
    charters.keep(
        [Charter.objects.get(pk=mine.pk)], actor=campus.office, copies=2, place="保卫处档案柜",
        keeper="孙处长", kept_on=timezone.localdate(),
    )  # fmt: skip
    charters.record_paper(
        Charter.objects.get(round=made, unit=campus.klass, person=None), actor=campus.liaison, image=picture(),
        name="班级责任书.png", upper_name="冯书记", lower_name="褚辅导",
        signed_on=timezone.localdate(),
    )  # fmt: skip
    make.put_hand(
        Charter.objects.get(round=made, unit=campus.second_class, person=None), campus.head
    )
    return made


def test_the_head_s_hand_stands_in_the_archived_document_and_in_the_index(campus, round_):
    head = make.head_signs(round_, campus.college, campus.head)

    (row,) = index(of_round(round_, campus.klass, campus.counselor))

    assert (row["单位负责人"], row["会签回执号"], row["会签校验码"]) == (
        "冯书记", head.hand.receipt, head.seal,
    )  # fmt: skip
    assert Document.objects.get().head == head


def test_a_document_drawn_before_the_head_signed_is_drawn_anew_and_the_old_digest_kept(
    campus, round_
):
    first = of_round(round_, campus.klass, campus.counselor)
    old = index(first)[0]["文件校验码（SHA-256）"]
    assert index(first)[0]["单位负责人"] is None

    make.head_signs(round_, campus.college, campus.head)
    second = of_round(round_, campus.klass, campus.counselor)
    third = of_round(round_, campus.klass, campus.counselor)

    (row,) = index(second)
    assert row["文件校验码（SHA-256）"] != old
    assert hashlib.sha256(second.read(row["文件"])).hexdigest() == Document.objects.get().sha256
    assert [one.sha256 for one in FormerDocument.objects.all()] == [old]
    assert third.read(row["文件"]) == second.read(row["文件"])
    assert PARTS["pledges"]().sound


def test_a_document_that_was_altered_is_not_quietly_replaced_when_the_head_signs(campus, round_):
    of_round(round_, campus.klass, campus.counselor)
    Document.objects.update(data=b"%PDF-forged")
    make.head_signs(round_, campus.college, campus.head)

    of_round(round_, campus.klass, campus.counselor)

    assert [finding.sort for finding in PARTS["pledges"]().findings] == ["document"]
    assert FormerDocument.objects.count() == 0


def test_the_printed_root_comes_out_of_the_index_by_hand(campus, round_):
    """PLG-6: receipts and digests of persons and of their head, as the proof says."""
    make.head_signs(round_, campus.college, campus.head)
    rounds.close(round_, actor=campus.office, reason="到期")

    rows = index(of_round(round_, campus.school, campus.office))

    pairs = {(row["回执号"], row["签署校验码"]) for row in rows}
    pairs |= {(row["会签回执号"], row["会签校验码"]) for row in rows}
    root = roots.root(roots.leaf(*pair) for pair in sorted(pairs))
    assert root == PledgeRound.objects.get(round=round_).root


def test_signed_charters_come_with_both_hands_and_where_their_copies_lie(campus, charter):
    """PLG-2: the document and the index say who signed, who keeps how many copies where."""
    whole = of_round(charter, campus.college, campus.liaison)

    rows = index(whole, "责任书目录.xlsx")
    by_hand, paper = rows
    day = f"{timezone.localdate():%Y-%m-%d}"
    assert [row["上级签署人"] for row in rows] == ["孙处长", "冯书记"]
    assert [row["下级签署人"] for row in rows] == ["冯书记", "褚辅导"]
    assert (by_hand["份数"], by_hand["存放处"], by_hand["保管人"], by_hand["归档日期"]) == (
        2, "保卫处档案柜", "孙处长", day,
    )  # fmt: skip
    assert (paper["方式"], paper["代录人"], paper["上级签署时间"]) == ("纸质代录", "陈联络", day)
    assert paper["扫描件"] in whole.namelist()
    assert [row["核验"] for row in rows] == ["一致", "一致"]
    for row in rows:
        data = whole.read(row["文件"])
        assert data.startswith(b"%PDF-")
        assert hashlib.sha256(data).hexdigest() == row["文件校验码（SHA-256）"]
    assert by_hand["文件"].startswith("责任书/学校与二级单位/")
    assert Archive.objects.get().documents == 2


def test_a_charter_round_s_root_comes_out_of_the_index_by_hand(campus, charter):
    rounds.close(charter, actor=campus.office, reason="到期")

    rows = index(of_round(charter, campus.school, campus.office), "责任书目录.xlsx")

    leaves = [roots.leaf(str(r["编号"]), r["签订校验码"]) for r in sorted(rows, key=number)]
    assert roots.root(leaves) == CharterRound.objects.get(round=charter).root


def number(row) -> int:
    return int(row["编号"])


def test_the_year_s_archive_holds_every_round_of_the_year_and_no_other(campus, round_, charter):
    """OVS-8: one zip per unit and year, a folder for each round, an index of each sort."""
    last = make.pledge_round(campus, title="去年的承诺")
    PledgeRound.objects.filter(round=last).update(year="2025")
    make.sign(last, campus.student)
    twin = make.pledge_round(campus, title=round_.title)
    make.sign(twin, campus.student)

    whole = of_year(campus.college, campus.liaison)

    assert [row["任务"] for row in index(whole)] == [round_.title, round_.title]
    assert len(index(whole, "责任书目录.xlsx")) == 2
    tops = {name.split("/")[0] for name in whole.namelist() if "/" in name}
    assert tops == {
        f"{round_.title}_{round_.pk}", f"{twin.title}_{twin.pk}", charter.title, "纸质扫描件",
    }  # fmt: skip
    assert whole.testzip() is None
    assert Archive.objects.get().documents == 4
    job = Job.objects.get()
    assert (job.done, job.total) == (4, 4)
    assert [row["任务"] for row in index(of_year(campus.college, campus.liaison, "2025"))] == [
        "去年的承诺"
    ]


def test_a_class_s_year_has_its_own_people_and_charters_only(campus, round_, charter):
    make.sign(round_, campus.second_student)

    whole = of_year(campus.klass, campus.counselor)

    assert [row["姓名"] for row in index(whole)] == ["张小明"]
    assert [row["下级"] for row in index(whole, "责任书目录.xlsx")] == ["计科2301班"]


def test_a_year_is_asked_for_once_at_a_time_and_for_a_purpose(campus, round_):
    with pytest.raises(Refused, match="请填写用途"):
        services.ask_year(campus.college, "2026", purpose=" ", actor=campus.liaison)
    for _ in range(2):
        services.ask_year(campus.college, "2026", purpose="存档", actor=campus.liaison)
    assert Archive.objects.count() == Job.objects.count() == 1

    with pytest.raises(IntegrityError), transaction.atomic():
        Archive.objects.create(
            unit=campus.college, unit_path=campus.college.path, requested_by=campus.liaison
        )


def test_the_year_is_chosen_on_a_page_reached_from_the_round(client, campus, round_, charter):
    client.force_login(campus.liaison)
    address = reverse("pledges:year_archives", args=[campus.college.pk])
    for name in ("pledges:archives", "rounds:board"):
        place = reverse(name, args=[round_.pk, campus.college.pk])
        assert address in client.get(place).content.decode()
    page = reverse("pledges:archives", args=[charter.pk, campus.college.pk])
    cascade = reverse("charters:cascade", args=[charter.pk, campus.college.pk])
    assert page in client.get(cascade).content.decode()
    assert "每个层级一个文件夹" in client.get(page).content.decode()

    bad = client.post(address, {"year": "1999", "purpose": "存档"})
    good = client.post(address, {"year": "2026", "purpose": "存档"})

    assert (bad.status_code, good.url) == (400, address)
    assert Archive.objects.get().year == "2026"
    made = Archive.objects.get()
    done(made)
    assert "2026年度" in client.get(address).content.decode()
    answer = client.post(reverse("pledges:download", args=[made.pk]))
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    Archive.objects.update(until=timezone.now())
    assert client.post(reverse("pledges:download", args=[made.pk])).url == address


def test_a_year_is_for_those_who_archive_there_and_says_when_there_is_none(client, campus):
    address = reverse("pledges:year_archives", args=[campus.college.pk])
    for who, status in ((campus.counselor, 404), (campus.stranger, 404), (campus.student, 403)):
        client.force_login(who)
        assert client.get(address).status_code == status
    client.force_login(campus.liaison)

    assert "还没有可归档的任务" in client.get(address).content.decode()
