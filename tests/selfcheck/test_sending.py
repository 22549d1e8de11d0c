"""By the student on the phone: pictures in, one by one or all at once, and what is refused (CHK-4)."""

import io
import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import StoredFile
from adapters import images
from rounds import services
from rounds.models import Answer, Assignment, Completion, Evidence, Round
from selfcheck.models import Shot, Tool
from tests import factories as make


@pytest.fixture
def round_(campus):
    return make.safeguard_round(
        campus, must=("app.installed", "app.named", "code.green"), may=("app.check",)
    )


class Phone:
    """A person's page, and what it sends."""

    def __init__(self, client, round_, person):
        client.force_login(person)
        self.client, self.round, self.person = client, round_, person

    def page(self) -> str:
        return self.client.get(reverse("tools:mine", args=[self.round.pk])).content.decode()

    def send(self, files, *, upload=None, alone=False, **said):
        """Files by the code of their item, in the form of their tool."""
        code = next(iter(files)).partition(".")[0]
        tool = Tool.objects.get(unit=self.round.unit, code=code)
        prefix = f"t{tool.pk}-"
        body = {f"{prefix}upload": str(upload or uuid4())}
        body |= {f"{prefix}{name}": value for name, value in said.items()}
        for item, sent in files.items():
            body[f"{prefix}item_{self.round.items.get(code=item).pk}"] = sent
        head = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"} if alone else {}
        address = reverse("tools:send", args=[self.round.pk, tool.pk])
        return self.client.post(address, body, **head)

    def answer(self, code):
        return Answer.objects.get(round=self.round, person=self.person, item__code=code)


@pytest.fixture
def phone(client, campus, round_):
    return Phone(client, round_, campus.student)


def picture(colour="white", name="截图.png", kind="PNG", size=(40, 60)):
    return SimpleUploadedFile(name, make.photo(colour, size, kind))


def shown(answer):
    return Evidence.objects.filter(answer=answer, voided_at=None)


def test_the_page_shows_each_item_the_guide_and_what_to_cover(phone):
    page = phone.page()

    words = ["国家反诈中心 App", "安装", "实名注册", "绿码", "未交", "请遮住身份证号", "选填"]
    assert [word for word in words if word not in page] == []
    assert "境外来电" not in page


def test_several_pictures_of_several_items_come_in_at_once_without_a_script(phone):
    sent = {"app.installed": [picture("red"), picture("blue")], "app.named": [picture("green")]}
    answer = phone.send(sent)

    assert (answer.status_code, answer.url) == (302, reverse("tools:mine", args=[phone.round.pk]))
    assert [shown(phone.answer(code)).count() for code in sent] == [2, 1]
    assert {phone.answer(code).state for code in sent} == {"pending"}
    uploads = Shot.objects.values_list("upload", flat=True)
    assert len(uploads) == 3
    assert len(set(uploads)) == 1
    assert set(Shot.objects.values_list("matched_by", flat=True)) == {"own"}
    assert Completion.objects.get(person=phone.person).state == "started"
    assert phone.page().count(">待核<") == 2


def test_each_picture_alone_answers_in_words_and_trying_again_keeps_one(phone):
    """B17: the network drops at 90 %, the page tries again: one file."""
    once = uuid4()
    first = phone.send({"app.named": picture()}, upload=once, alone=True)
    again = phone.send({"app.named": picture()}, upload=once, alone=True)
    other = phone.send({"app.named": picture("red")}, upload=once, alone=True)

    assert [one.status_code for one in (first, again, other)] == [200, 200, 200]
    assert first.json() == {"done": "已收到"}
    assert shown(phone.answer("app.named")).count() == 2
    assert StoredFile.objects.filter(kind="evidence").count() == 2


def test_trying_again_after_it_was_accepted_in_between_leaves_it_accepted(phone, campus):
    once = uuid4()
    phone.send({"app.named": picture()}, upload=once, alone=True)
    services.judge(phone.answer("app.named"), actor=campus.counselor, accept=True)
    phone.send({"app.named": picture()}, upload=once, alone=True)

    assert phone.answer("app.named").state == "accepted"


def test_a_picture_from_an_iphone_is_read(phone):
    """B05: HEIC from iPhones."""
    heic = picture(kind="HEIF", name="IMG_0001.HEIC", size=(64, 64))

    assert phone.send({"app.named": heic}, alone=True).status_code == 200
    file = shown(phone.answer("app.named")).get().file
    assert file.content_type == "image/jpeg"


def bomb() -> bytes:
    """A header of 30000 × 30000 in a few bytes."""
    made = io.BytesIO()
    Image.new("1", (8, 8)).save(made, "PNG")
    raw = bytearray(made.getvalue())
    raw[16:24] = (30000).to_bytes(4, "big") * 2
    return bytes(raw)


BAD = {
    "B01 php": b"<?php echo 1; ?>",
    "B01 html": b"<html><script>alert(1)</script></html>",
    "B01 exe": b"MZ" + bytes(200),
    "B02 svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "B04 bomb": bomb(),
    "B05 tiff": make.photo(kind="TIFF"),
    "B05 ico": make.photo(size=(32, 32), kind="ICO"),
    "B05 gif": make.photo(kind="GIF"),
    "B07 cut short": make.photo()[:50],
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("alone", [True, False])
def test_what_is_no_usable_picture_is_refused_in_words_and_changes_nothing(phone, name, alone):
    """B01 … B07, alone and beside a good one."""
    bad = SimpleUploadedFile("截图.jpg", BAD[name], content_type="image/jpeg")
    sent = {"app.named": bad} if alone else {"app.named": [picture(), bad]}

    answer = phone.send(sent, alone=alone)

    assert answer.status_code == 400
    said = answer.json()["error"] if alone else answer.content.decode()
    assert "截图.jpg：图片" in said
    assert not Answer.objects.exists()
    assert not StoredFile.objects.filter(kind="evidence").exists()


def test_an_empty_file_and_an_empty_form_are_refused_in_words(phone):
    empty = phone.send({"app.named": SimpleUploadedFile("空.jpg", b"")}, alone=True)
    none = phone.send({"app.named": ""})

    assert (empty.status_code, none.status_code) == (400, 400)
    assert "空文件" in empty.json()["error"]
    assert "请先选择截图" in none.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "made",
    [
        Image.new("CMYK", (20, 20)),
        Image.new("I;16", (20, 20)),
        Image.new("RGBA", (1, 1)),
        Image.new("P", (9, 9)),
    ],
)
def test_pictures_of_every_sort_are_taken_and_made_alike(phone, made):
    """B09: colours for print, 16 bit, palette with transparency, one pixel."""
    data = io.BytesIO()
    made.save(data, "JPEG" if made.mode == "CMYK" else "PNG")

    answer = phone.send({"app.named": SimpleUploadedFile("图", data.getvalue())}, alone=True)

    assert answer.status_code == 200
    with Image.open(shown(phone.answer("app.named")).get().file.file) as kept:
        assert (kept.format, kept.mode) == ("JPEG", "RGB")


def test_where_it_was_taken_is_not_kept_and_it_stands_upright(phone):
    """B08: GPS stripped, orientation applied."""
    made, data = Image.new("RGB", (40, 20)), io.BytesIO()
    exif = made.getexif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    made.save(data, "JPEG", exif=exif)
    phone.send({"app.named": SimpleUploadedFile("a.jpg", data.getvalue())}, alone=True)

    with Image.open(shown(phone.answer("app.named")).get().file.file) as kept:
        assert (kept.size, len(kept.getexif())) == ((20, 40), 0)


def test_a_seventh_picture_is_refused_alone_and_at_once(phone):
    """B15: one more than allowed."""
    colours = ["red", "blue", "green", "black", "pink", "gold"]
    phone.send({"app.named": [picture(colour) for colour in colours]})
    more = phone.send({"app.named": picture("gray")}, alone=True)
    many = phone.send({"app.installed": [picture(c) for c in [*colours, "gray"]]})

    assert (more.status_code, many.status_code) == (400, 400)
    assert "每项最多 6 张" in more.json()["error"]
    assert "每项一次最多 6 张" in many.content.decode()
    assert shown(phone.answer("app.named")).count() == 6
    assert not Answer.objects.filter(item__code="app.installed").exists()


def test_fifty_megabytes_a_day_are_enough(phone, monkeypatch):
    """B15: quota of a person and a day; tomorrow it is a new day."""
    phone.send({"app.named": picture()}, alone=True)
    StoredFile.objects.filter(kind="evidence").update(size=50 * 1024 * 1024 - 100)
    refused = phone.send({"app.named": picture("red")}, alone=True)
    yesterday = timezone.now() - timedelta(days=1)
    StoredFile.objects.filter(kind="evidence").update(uploaded_at=yesterday)
    taken = phone.send({"app.named": picture("red")}, alone=True)

    assert (refused.status_code, taken.status_code) == (400, 200)
    assert "已达 50 MB" in refused.json()["error"]


def test_a_picture_beyond_ten_megabytes_is_refused(phone):
    big = SimpleUploadedFile("大.png", os.urandom(images.MOST_BYTES + 1))

    answer = phone.send({"app.named": big}, alone=True)

    assert answer.status_code == 400
    assert "超过 10 MB" in answer.json()["error"]


def test_an_item_of_another_tool_or_round_takes_nothing(phone, campus):
    """B13: a forged id stores nothing."""
    other = make.safeguard_round(campus)
    tool = Tool.objects.get(code="follow")
    address = reverse("tools:send", args=[other.pk, tool.pk])
    answers = [
        phone.client.post(address, {f"t{tool.pk}-upload": uuid4()}),
        phone.client.post(reverse("tools:send", args=[10**9, tool.pk])),
    ]

    assert [one.status_code for one in answers] == [404, 404]
    assert not Answer.objects.exists()


@pytest.mark.parametrize("who", ["cadre", "second_student"])
def test_nobody_sends_for_somebody_else(client, campus, round_, who):
    """B13: the page is always one's own."""
    mine = Phone(client, round_, getattr(campus, who))
    mine.send({"app.named": picture()})

    assert Answer.objects.get(item__code="app.named").person == getattr(campus, who)


def test_without_a_sending_s_own_number_nothing_is_taken(phone):
    answer = phone.send({"app.named": picture()}, upload="nonsense", alone=True)

    assert answer.status_code == 400
    assert "请刷新后重新上传" in answer.json()["error"]
    assert not Answer.objects.exists()


def test_after_the_lock_and_after_the_class_was_approved_nothing_is_taken(phone, campus):
    """B14: upload after deadline, after approved."""
    phone.send({"app.named": picture()})
    services.judge(phone.answer("app.named"), actor=campus.counselor, accept=True)
    part = Assignment.objects.get(round=phone.round, unit=campus.klass)
    services.submit(part, actor=campus.counselor, note="其余随后")
    approved = phone.send({"app.named": picture("red")}, alone=True)
    past = timezone.now() - timedelta(hours=1)
    Round.objects.filter(pk=phone.round.pk).update(
        opens_at=past - timedelta(days=2), due_at=past - timedelta(hours=1), locks_at=past
    )
    locked = phone.send({"app.installed": picture()}, alone=True)

    assert (approved.status_code, locked.status_code) == (400, 400)
    assert "已交件，已通过的项目不能直接更改" in approved.json()["error"]
    assert "任务已停止办理" in locked.json()["error"]
    assert shown(phone.answer("app.named")).count() == 1


def test_what_was_sent_back_says_why_and_what_is_sent_anew_takes_its_place(phone, campus):
    phone.send({"app.named": [picture("red"), picture("blue")]})
    services.judge(
        phone.answer("app.named"), actor=campus.counselor, accept=False, reason="看不清姓名"
    )
    page = phone.page()
    phone.send({"app.named": picture("green")})

    assert "退回原因：看不清姓名" in page
    answer = phone.answer("app.named")
    assert (answer.state, shown(answer).count()) == ("pending", 1)
    assert Evidence.objects.filter(answer=answer).count() == 3


def test_a_picture_is_removed_while_nobody_has_judged_it(phone, campus):
    phone.send({"app.named": [picture("red"), picture("blue")]})
    first, second = Shot.objects.order_by("pk")
    phone.client.post(reverse("tools:remove", args=[first.pk]))
    one_left = phone.answer("app.named").state
    phone.client.post(reverse("tools:remove", args=[second.pk]))

    assert one_left == "pending"
    answer = phone.answer("app.named")
    assert (answer.state, answer.note) == ("sent_back", "本人移除了截图，请重新提交。")
    phone.send({"app.named": picture("red")})
    services.judge(phone.answer("app.named"), actor=campus.counselor, accept=True)
    kept = Shot.objects.latest("pk")
    page = phone.client.post(reverse("tools:remove", args=[kept.pk]), follow=True)
    assert "不能再移除" in page.content.decode()
    assert shown(phone.answer("app.named")).count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("student", 200), ("counselor", 200), ("liaison", 200), ("office", 200), ("head", 404),
     ("classmate", 404), ("cadre", 404), ("stranger", 404), ("leader", 404)],
)  # fmt: skip
def test_a_picture_is_seen_by_its_person_and_who_gathers_it(client, campus, round_, who, status):
    make.show(round_, "app.named", campus.student)
    stored = Shot.objects.get().evidence.file
    client.force_login(getattr(campus, who))

    assert client.get(reverse("accounts:file", args=[stored.uuid])).status_code == status


def test_the_core_s_own_page_does_not_answer_a_picture_by_a_word(phone):
    item = phone.round.items.get(code="app.named")
    address = reverse("rounds:answer_item", args=[phone.round.pk, item.pk])

    answer = phone.client.post(address, {"note": "已办"})

    assert answer.url == f"{reverse('tools:mine', args=[phone.round.pk])}#item-{item.pk}"
    assert not Answer.objects.exists()


def test_what_needs_no_picture_is_said_to_be_done(phone):
    Tool.objects.get(code="app").items.filter(code="check").update(pictured=False)
    phone.send({"app.check": "on"})

    assert phone.answer("app.check").state == "pending"


@pytest.mark.parametrize(
    ("issued", "expires", "said"),
    [
        (1, 30, "领取日期不能晚于今天"),
        (-200, -1, "有效期已过"),
        (None, "2026-02-30", "输入一个有效的日期"),
        (None, "9999-01-01", "核对日期的年份"),
    ],
)
def test_a_code_with_days_that_cannot_be_is_refused(phone, issued, expires, said):
    """CHK-5: the day it was given, and until when it holds."""
    today = timezone.localdate()
    day = {
        "issued_on": today + timedelta(days=issued) if issued else "",
        "expires_on": today + timedelta(days=expires) if isinstance(expires, int) else expires,
    }

    answer = phone.send({"code.green": picture()}, alone=True, **day)

    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert not Answer.objects.exists()


def test_a_code_holds_as_it_says_or_so_many_days_from_when_it_was_given(phone):
    today = timezone.localdate()
    phone.send({"code.green": picture()}, issued_on=today - timedelta(days=10))
    counted = phone.answer("code.green").valid_until
    phone.send({"code.green": picture("red")}, expires_on=today + timedelta(days=99))

    assert counted == today + timedelta(days=170)
    assert phone.answer("code.green").valid_until == today + timedelta(days=99)
    assert f"有效期至 {today + timedelta(days=99)}" in phone.page()


def test_what_holds_no_more_is_shown_as_expired(phone, campus):
    make.show(phone.round, "code.green", campus.student)
    services.judge(phone.answer("code.green"), actor=campus.counselor, accept=True)
    yesterday = timezone.localdate() - timedelta(days=1)
    Answer.objects.update(valid_until=yesterday)

    assert "过期" in phone.page()


@pytest.mark.parametrize(
    ("who", "status"), [("counselor", 200), ("office", 200), ("head", 403), ("cadre", 404)]
)
def test_somebody_s_page_is_looked_at_by_who_may_see_pictures(client, campus, round_, who, status):
    make.show(round_, "app.named", campus.student)
    client.force_login(getattr(campus, who))

    page = client.get(reverse("tools:of_person", args=[round_.pk, campus.student.pk]))

    assert page.status_code == status
    assert "data-upload" not in page.content.decode()
