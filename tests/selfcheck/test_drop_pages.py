"""A class's pictures through the pages: what is bad changes nothing, what is foreign is not there."""

import io
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image as Pillow

from accounts.models import Job
from rounds import services as rounds
from rounds.models import Answer
from selfcheck.models import Drop, DropFile, Shot
from selfcheck.tools.services import dropping
from tests import factories as make
from tests.adapters.test_zips import CENTRAL, LOCAL, packed, patched, raw_names
from tests.selfcheck import drops


@pytest.fixture
def round_(campus):
    return make.safeguard_round(campus)


@pytest.fixture
def part(campus, round_):
    return round_.assignments.get(unit=campus.klass)


@pytest.fixture
def page(client, campus, part):
    """The counselor at the class's page: address of its parts by name."""
    client.force_login(campus.counselor)
    return lambda name: reverse(f"drops:{name}", args=[part.round_id, part.unit_id])


@pytest.fixture
def drop(campus, part):
    return dropping.start(part, actor=campus.counselor)


def counted() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names(cursor) if "session" not in t]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def put(client, drop, name, data, key="k-1", path=""):
    file = SimpleUploadedFile(name, data)
    given = {"file": file, "key": key, "path": path}
    return client.post(reverse("drops:add", args=[drop.pk]), given)


def link():
    made = zipfile.ZipInfo("张小明实名.png")
    made.external_attr = 0o120777 << 16
    return packed((made, b"/etc/passwd")).getvalue()


def many(count):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(count):
            made.writestr(f"{number}.png", b"")
    return out.getvalue()


ZIPS = {
    "C01 up": (lambda: packed(("../../evil.png", b"x")).getvalue(), "路径不正常"),
    "C01 root": (lambda: packed(("/abs.png", b"x")).getvalue(), "路径不正常"),
    "C01 drive": (lambda: raw_names(b"C:\\x.png").getvalue(), "路径不正常"),
    "C01 backslash": (lambda: raw_names(b"..\\..\\x.png").getvalue(), "路径不正常"),
    "C01 share": (lambda: raw_names(b"\\\\srv\\x.png").getvalue(), "路径不正常"),
    "C02": (link, "快捷方式"),
    "C03 ratio": (lambda: packed(("a.png", bytes(9 * 1024 * 1024))).getvalue(), "不正常的文件"),
    "C03 nested": (lambda: packed(("a/b.zip", packed(("c", b"1")).getvalue())).getvalue(), "还有压缩包"),
    "C03 overlap": (
        lambda: patched(packed(("a.png", b"x" * 50), ("b.png", b"y" * 50)), CENTRAL, 42, bytes(4)).getvalue(),
        "无法打开",
    ),
    "C04 members": (lambda: many(65_535), "超过 3000 个文件"),
    "C04 levels": (lambda: packed(("a/" * 1000 + "x.png", b"1")).getvalue(), "超过 5 层"),
    "C08 locked": (
        lambda: patched(patched(packed(("a.png", b"x")), LOCAL, 6, b"\1"), CENTRAL, 8, b"\1").getvalue(),
        "设有密码",
    ),
    "C08 aes": (lambda: patched(packed(("a.png", b"x")), CENTRAL, 10, b"\x63\0").getvalue(), "设有密码"),
    "C08 rar": (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(60), "RAR"),
    "C08 7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(60), "7z"),
    "C08 part": (lambda: b"\x01\x02\x03\x04" + bytes(60), "无法打开"),
    "C09 nothing else": (lambda: packed(("__MACOSX/._a", b"-"), (".DS_Store", b"-")).getvalue(), "没有图片"),
}  # fmt: skip


@pytest.mark.parametrize("case", ZIPS)
def test_a_hostile_zip_is_refused_with_advice_and_nothing_is_stored(client, page, drop, case):
    """C01, C02, C03, C04, C08, C09 of security.md; CHK-6."""
    make_, sentence = ZIPS[case]
    name = "甲班.z01" if case == "C08 part" else "甲班.zip"
    before = counted()

    response = put(client, drop, name, make_())

    assert (response.status_code, counted()) == (400, before)
    assert sentence in response.json()["said"]


def test_a_plain_form_with_a_hostile_zip_says_why_and_keeps_nothing_of_it(client, page):
    """C01."""
    data = packed(("../../evil.png", b"x")).getvalue()

    response = client.post(page("send"), {"files": [SimpleUploadedFile("甲班.zip", data)]})

    assert response.status_code == 400
    assert "路径不正常" in response.content.decode()
    assert (DropFile.objects.count(), Shot.objects.count(), Answer.objects.count()) == (0, 0, 0)


def test_names_of_markup_are_text_on_the_page(client, campus, page, drop):
    """C11."""
    data = drops.zipped({"<img src=x onerror=alert(1)>.png": drops.picture(1)})
    put(client, drop, "甲班.zip", data)
    drops.work()

    text = client.get(reverse("drops:drop", args=[drop.pk])).content.decode()

    assert "<img src=x" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;.png" in text


def png_header(width, height):
    head = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">L", 13) + b"IHDR" + head + bytes(4)


BAD_PICTURES = {
    "B01 php": b"<?php system($_GET['x']);",
    "B01 html": b"<!DOCTYPE html><script>alert(1)</script>",
    "B01 exe": b"MZ\x90\x00" + bytes(100),
    "B02 svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "B04 bomb": png_header(30_000, 30_000),
}


@pytest.mark.parametrize("case", BAD_PICTURES)
def test_what_is_no_picture_is_listed_with_why_and_shows_nobody(client, page, drop, case):
    """B01, B02, B04."""
    response = put(client, drop, "张小明实名.png", BAD_PICTURES[case])

    assert response.json()["outcome"] == "refused"
    assert (Shot.objects.count(), Answer.objects.count()) == (0, 0)
    text = client.get(reverse("drops:drop", args=[drop.pk])).content.decode()
    assert response.json()["said"] in text


def test_a_picture_loses_what_the_camera_wrote(client, page, drop):
    """B08, D12."""
    out, exif = io.BytesIO(), Pillow.Exif()
    exif[0x0112], exif[0x8825] = 6, {1: "N", 2: (30.0, 0.0, 0.0)}
    Pillow.new("RGB", (60, 40), "red").save(out, "JPEG", exif=exif)

    put(client, drop, "张小明实名.jpg", out.getvalue())

    kept = Pillow.open(Shot.objects.get().evidence.file.file.path)
    assert (kept.size, dict(kept.getexif())) == ((40, 60), {})


def test_a_sending_repeated_is_one(client, page, drop):
    """B17."""
    answers = [put(client, drop, "张小明实名.png", drops.picture(1)).json() for _ in range(2)]

    assert (
        answers[0]
        == answers[1]
        == {"outcome": "taken", "said": "张小明 · 国家反诈中心 App · 实名注册"}
    )
    assert Shot.objects.count() == 1


@pytest.mark.parametrize("given", [{"key": ""}, {"key": "a b"}, {"key": "k" * 61}, {"empty": True}])
def test_a_sending_that_makes_no_sense_changes_nothing(client, page, drop, given):
    before = counted()
    data = b"" if given.pop("empty", False) else drops.picture(1)

    response = put(client, drop, "张小明实名.png", data, **given)

    assert (response.status_code, counted()) == (400, before)
    assert response.json()["said"].endswith(("。", "字符。", "）。"))


@pytest.mark.parametrize(
    "who", ["stranger", "second_counselor", "foreign_liaison", "student", "cadre"]
)
def test_another_class_s_drop_is_not_there(client, campus, part, drop, who):
    """D04, B13."""
    row = drops.send(drop, "IMG_1.png", 1)
    client.force_login(getattr(campus, who))
    before = counted()

    tried = {
        client.post(reverse(f"drops:{name}", args=args)).status_code
        for name, args in [
            ("add", [drop.pk]), ("file", [drop.pk, row.pk]), ("take_off", [drop.pk, row.pk]),
            ("take", [drop.pk]), ("undo", [drop.pk]), ("resume", [drop.pk]),
            ("start", [part.round_id, part.unit_id]), ("send", [part.round_id, part.unit_id]),
        ]
    }  # fmt: skip
    read = client.get(reverse("drops:drop", args=[drop.pk])).status_code

    assert tried | {read} <= {403, 404}
    assert (who in {"student", "cadre"}) or tried == {404}
    assert counted() == before


def test_a_file_of_another_drop_is_not_there(client, campus, page, drop):
    """C07."""
    theirs = dropping.start(
        drop.assignment.round.assignments.get(unit=campus.other_class), actor=campus.stranger
    )
    row = drops.send(theirs, "IMG_1.png", 1)
    before = counted()

    answers = [
        client.post(reverse("drops:file", args=[drop.pk, row.pk]), {"person": campus.student.pk}),
        client.post(reverse("drops:take_off", args=[drop.pk, row.pk])),
    ]

    assert ([one.status_code for one in answers], counted()) == ([404, 404], before)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"person": "foreign_student"}, "所选人员不在本班应办理人员之列"),
        ({"person": ""}, "请选择人员"),
        ({"item": ""}, "请选择项目"),
        ({"item": "999999"}, "所选项目不属于本任务"),
        ({"person": "x' OR 1=1"}, "所选人员不在本班应办理人员之列"),
    ],
)
def test_a_wrong_choice_is_told_and_changes_nothing(client, campus, page, drop, given, sentence):
    """B13."""
    row = drops.send(drop, "IMG_1.png", 1)
    named = getattr(campus, given.get("person", "student"), None)
    item = drop.assignment.round.items.get(code="app.named").pk
    body = {"person": named.pk if named else given["person"], "item": given.get("item", item)}
    before = counted()

    response = client.post(reverse("drops:file", args=[drop.pk, row.pk]), body)

    assert (response.status_code, counted()) == (400, before)
    assert sentence in response.content.decode()


def test_the_page_says_who_has_all_who_lacks_what_and_what_is_lost(client, campus, round_, page):
    """CHK-6: the result at once."""
    codes = ("安装", "实名", "绿码")
    files = [SimpleUploadedFile(f"张小明{c}.png", drops.picture(n)) for n, c in enumerate(codes)]
    files += [
        SimpleUploadedFile("李小红实名.png", drops.picture(1)),
        SimpleUploadedFile("IMG_0001.png", drops.picture(9)),
        SimpleUploadedFile("说明.docx", b"text"),
    ]

    response = client.post(page("send"), {"files": files}, follow=True)

    result = response.context["result"]
    assert [line.person.name for line in result.whole] == ["张小明"]
    lacking = {
        line.person.name: [cell.item.code for cell in line.lacking] for line in result.lacking
    }
    assert lacking["李小红"] == ["app.installed", "code.green"]
    assert lacking["秦室长"] == ["app.installed", "app.named", "code.green"]
    assert [row.name for row in result.lost] == ["IMG_0001.png"]
    assert [row.name for row in result.refused] == ["说明.docx"]
    doubts = {(row.name, other) for row, other, _ in result.doubtful}
    assert doubts == {("张小明实名.png", "张小明、李小红"), ("李小红实名.png", "张小明、李小红")}


def test_what_was_read_and_is_in_doubt_is_said_on_the_page(client, campus, page, drop):
    """CHK-6: doubtful."""
    sure, doubted = (
        drops.send(drop, f"{name}实名.png", n) for n, name in enumerate(["张小明", "李小红"])
    )
    Shot.objects.filter(pk=doubted.shot_id).update(doubts=["other_name"])

    result = client.get(reverse("drops:drop", args=[drop.pk])).context["result"]

    assert [(row.pk, other, words) for row, other, words in result.doubtful] == [
        (doubted.pk, "", ["不是本人"])
    ]
    assert sure.outcome == "taken"


def test_a_hand_directs_a_file_with_and_without_script(client, campus, page, drop):
    row, other = (drops.send(drop, f"IMG_{n}.png", n) for n in (1, 2))
    item = drop.assignment.round.items.get(code="app.named").pk
    url = reverse("drops:file", args=[drop.pk, row.pk])

    whole = client.post(url, {"person": campus.student.pk, "item": item})
    url = reverse("drops:file", args=[drop.pk, other.pk])
    asked = client.get(url, headers={"HX-Request": "true"})
    part = client.post(
        url, {"person": campus.classmate.pk, "item": item}, headers={"HX-Request": "true"}
    )

    assert (whole.status_code, asked.status_code, part.status_code) == (302, 200, 200)
    assert "<html" not in asked.content.decode() + part.content.decode()
    assert "<b>李小红</b>" in part.content.decode()
    assert set(Answer.objects.values_list("person__name", flat=True)) == {"张小明", "李小红"}


def test_taking_over_and_undoing_by_the_page(client, campus, page, drop):
    drops.send(drop, "张小明实名.png", 1)

    client.post(reverse("drops:take", args=[drop.pk]))
    taken = Drop.objects.get().state
    response = client.post(reverse("drops:undo", args=[drop.pk]), follow=True)

    assert (taken, Drop.objects.get().state, Answer.objects.count()) == ("taken", "undone", 0)
    assert "已撤销本次上传" in response.content.decode()


def test_work_that_gave_up_is_begun_again(client, campus, page, drop, monkeypatch):
    put(client, drop, "甲班.zip", drops.zipped({"张小明实名.png": drops.picture(1)}))
    Job.objects.update(state="failed")
    text = client.get(reverse("drops:drop", args=[drop.pk])).content.decode()

    client.post(reverse("drops:resume", args=[drop.pk]))
    drops.work()

    assert "继续处理" in text
    assert Shot.objects.count() == 1


def test_a_class_that_has_handed_in_is_told_so(client, campus, part, page):
    """B14."""
    rounds.submit(part, actor=campus.counselor, note="未完成")

    text = client.get(page("class")).content.decode()
    refused = client.post(page("start"))

    assert "本单位已交件或任务已停止办理，不能再上传。" in text
    assert (refused.status_code, Drop.objects.count()) == (400, 0)


@pytest.mark.parametrize("kind", ["pledge", "college"])
def test_rounds_without_pictures_and_units_above_a_class_have_no_such_page(
    client, campus, round_, kind
):
    client.force_login(campus.liaison)
    place = {
        "pledge": lambda: [make.pledge_round(campus).pk, campus.klass.pk],
        "college": lambda: [round_.pk, campus.college.pk],
    }[kind]()

    assert client.get(reverse("drops:class", args=place)).status_code == 404


def test_the_board_of_the_class_leads_there(client, campus, round_, page):
    text = client.get(reverse("rounds:board", args=[round_.pk, campus.klass.pk])).content.decode()

    assert page("class") in text


@pytest.mark.parametrize("files", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_files(
    client, campus, page, drop, files, django_assert_num_queries
):
    for number in range(files):
        drops.send(drop, f"张小明实名{number}.png", number)
        drops.send(drop, f"IMG_{number}.png", 10 + number)
    client.get(reverse("drops:drop", args=[drop.pk]))

    with django_assert_num_queries(18):
        client.get(reverse("drops:drop", args=[drop.pk]))
