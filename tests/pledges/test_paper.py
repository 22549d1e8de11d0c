"""The paper path: printed, scanned, ticked by a named person, undone, superseded (PLG-7)."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEntry, StoredFile
from accounts.moves import Refused
from pledges import services
from pledges.models import Scan, Signature
from pledges.proofs import prove
from rounds import services as rounds
from rounds.models import Assignment, Completion
from rounds.queries import Board
from rounds.sheets import ways
from tests import factories as make

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Page >>\nendobj\n%%EOF\n"


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "PNG")
    return out.getvalue()


def at(name, round_, unit):
    return reverse(f"pledges:{name}", args=[round_.pk, unit.pk])


def upload(client, round_, unit, data=PDF, name="签字表.pdf", **more):
    form = {"scan": SimpleUploadedFile(name, data), "signed_on": timezone.localdate()} | more
    return client.post(at("add_scan", round_, unit), form)


def tick(client, round_, unit, *people, scan=None):
    scan = scan or Scan.objects.get()
    form = {"scan": scan.pk, "people": [person.pk for person in people]}
    return client.post(at("record_paper", round_, unit), form)


@pytest.fixture
def recorded(client, campus, round_):
    client.force_login(campus.counselor)
    upload(client, round_, campus.klass)
    tick(client, round_, campus.klass, campus.student, campus.classmate)
    return round_


def board(round_, unit):
    return Board(round_, unit)


def test_the_form_to_print_has_the_text_the_list_and_a_code_to_come_back(client, campus, round_):
    make.sign(round_, campus.student)
    client.force_login(campus.counselor)

    page = client.get(at("paper_form", round_, campus.klass)).content.decode()

    assert "我承诺不出租、出借、出售银行卡和电话卡。" in page
    assert "data:image/svg+xml" in page
    assert campus.classmate.number in page
    assert campus.student.number not in page
    links = client.get(reverse("rounds:board", args=[round_.pk, campus.klass.pk]))
    assert at("paper", round_, campus.klass) in links.content.decode()


def test_the_ticked_have_signed_on_paper_by_a_named_person_and_are_counted_apart(
    client, campus, recorded
):
    make.sign(recorded, make.person(campus.klass, "本人签的"))

    found = Signature.objects.get(person=campus.student)

    assert (found.method, found.recorded_by, found.scan) == (
        "paper", campus.counselor, Scan.objects.get(),
    )  # fmt: skip
    shown = board(recorded, campus.klass)
    assert shown.figures.submitted == shown.figures.verified == 3
    assert shown.methods == [("本人办理", 1), ("纸质代录", 2)]
    assert shown.as_dict()["methods"] == {"本人办理": 1, "纸质代录": 2}
    assert ways(shown) == "本人办理 1 人，纸质代录 2 人"
    page = client.get(reverse("rounds:board", args=[recorded.pk, campus.klass.pk]))
    assert "本人办理 1 人，纸质代录 2 人" in page.content.decode()
    assert AuditEntry.objects.filter(verb="record_paper", actor=campus.counselor).count() == 2
    assert prove().sound


def test_a_closed_round_still_tells_them_apart(campus, recorded):
    rounds.close(recorded, actor=campus.office, reason="到期")
    recorded.refresh_from_db()

    assert board(recorded, campus.school).methods == [("本人办理", 0), ("纸质代录", 2)]


def test_ticking_twice_records_once(client, campus, recorded):
    again = tick(client, recorded, campus.klass, campus.student)

    assert again.status_code == 400
    assert "已签署或不在本班" in again.content.decode()
    services.record_paper(Scan.objects.get(), [campus.student], actor=campus.counselor)
    assert Signature.objects.filter(person=campus.student).count() == 1


def test_who_signed_in_the_meantime_keeps_the_own_signature(client, campus, round_):
    client.force_login(campus.counselor)
    upload(client, round_, campus.klass)
    own = make.sign(round_, campus.student)

    assert services.record_paper(Scan.objects.get(), [campus.student], actor=campus.counselor) == 0
    assert Signature.objects.get(person=campus.student) == own


def test_undone_the_person_has_not_signed_and_reads_why(client, campus, recorded):
    found = Signature.objects.get(person=campus.student)
    address = reverse("pledges:undo_paper", args=[found.pk])
    client.post(address, {"reason": ""})
    assert Completion.objects.get(person=campus.student).state == "accepted"

    client.post(address, {"reason": "勾错人了"})
    client.post(address, {"reason": "再点一次"})

    part = Completion.objects.get(person=campus.student)
    assert (part.state, part.note) == ("sent_back", "撤销纸质代录：勾错人了")
    assert AuditEntry.objects.filter(verb="undo_paper").count() == 1
    assert board(recorded, campus.klass).methods == [("本人办理", 0), ("纸质代录", 1)]
    assert prove().sound
    make.sign(recorded, campus.student)
    assert prove().sound


def test_signing_later_on_the_own_phone_supersedes(client, campus, recorded):
    before = Completion.objects.get(person=campus.student)
    client.force_login(campus.student)
    receipt = reverse("pledges:receipt", args=[recorded.pk, campus.student.pk])
    page = client.get(receipt).content.decode()
    assert "改为本人手机签署" in page
    assert "代录人 褚辅导" in page

    made = make.sign(recorded, campus.student, again=True)

    assert (made.method, made.superseded_at) == ("self", None)
    after = Completion.objects.get(person=campus.student)
    assert (after.method, after.done_at) == ("self", before.done_at)
    assert Signature.objects.get(person=campus.student, method="paper").superseded_at
    assert board(recorded, campus.klass).methods == [("本人办理", 1), ("纸质代录", 1)]
    assert prove().sound


def test_once_handed_in_nothing_is_undone(client, campus, recorded):
    part = Assignment.objects.get(round=recorded, unit=campus.klass)
    rounds.submit(part, actor=campus.counselor, note="其余未返校")
    found = Signature.objects.get(person=campus.student)

    with pytest.raises(Refused):
        services.undo_paper(found, actor=campus.counselor, reason="勾错")


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"%PDF-1.4 half", "a.pdf", "PDF 不完整"),
        (PDF.replace(b"/Page", b"/JavaScript"), "a.pdf", "含有脚本"),
        (PDF.replace(b"/Page", b"/Encrypt"), "a.pdf", "含有脚本"),
        (b"<html></html>", "a.pdf", "图片无法识别"),
        (b"PK\x03\x04", "a.zip", "图片无法识别"),
        (b"%PDF-" + b" " * (20 * 1024 * 1024 + 1), "a.pdf", "超过 20 MB"),
    ],
)
def test_what_is_no_scan_is_refused_with_a_sentence(client, campus, round_, data, name, said):
    client.force_login(campus.counselor)

    answer = upload(client, round_, campus.klass, data, name)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert Scan.objects.count() == StoredFile.objects.count() == 0


def test_the_same_sheet_comes_in_once_and_a_picture_does_too(client, campus, round_):
    client.force_login(campus.counselor)
    for _ in range(2):
        upload(client, round_, campus.klass)
    upload(client, round_, campus.klass, photo(), "照片.png")
    late = upload(
        client, round_, campus.klass, PDF, signed_on=timezone.localdate() + timedelta(days=1)
    )

    assert Scan.objects.count() == 2
    assert late.status_code in {302, 400}
    client.force_login(campus.stranger)
    for scan in Scan.objects.all():
        address = reverse("accounts:file", args=[scan.file.uuid])
        client.force_login(campus.stranger)
        assert client.get(address).status_code == 404
        client.force_login(campus.counselor)
        assert client.get(address).status_code == 200


def test_others_neither_see_nor_record(client, campus, recorded):
    before = Signature.objects.count()
    for who, seen in ((campus.stranger, 404), (campus.office, 403), (campus.student, 403)):
        client.force_login(who)
        assert client.get(at("paper", recorded, campus.klass)).status_code == seen
        assert tick(client, recorded, campus.klass, campus.student).status_code == seen
    client.force_login(campus.counselor)
    foreign = tick(client, recorded, campus.klass, campus.foreign_student)
    assert foreign.status_code == 400
    assert Signature.objects.count() == before


def test_nobody_records_their_own_signature(campus, round_):
    scan = services.add_scan(
        round_,
        campus.faculty,
        services.paper.Scanned(PDF, "0" * 64, "application/pdf"),
        name="a.pdf",
        signed_on=timezone.localdate(),
        actor=campus.liaison,
    )
    with pytest.raises(Refused):
        services.record_paper(scan, [campus.liaison], actor=campus.liaison)


@pytest.mark.parametrize("change", [{"method": "self"}, {"recorded_by": None}, {"scan": None}])
def test_whoever_changes_how_it_was_signed_is_found(campus, recorded, change):
    Signature.objects.filter(person=campus.student).update(**change)

    assert not prove().sound


def test_a_sheet_that_many_signed_is_in_the_archive_once(client, campus, recorded):
    from tests.pledges.test_archive import asked, index_of, opened

    archive = asked(recorded, campus.klass, campus.counselor)

    names = opened(archive).namelist()
    scans = [name for name in names if name.startswith("纸质扫描件/")]
    assert len(scans) == 1
    assert opened(archive).read(scans[0]) == PDF
    rows = index_of(archive)
    assert {row["扫描件"] for row in rows} == set(scans)
    assert {(row["方式"], row["代录人"], row["核验"]) for row in rows} == {
        ("纸质代录", "褚辅导", "一致")
    }
