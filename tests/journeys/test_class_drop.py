"""A class's pictures in a real browser: many files, a folder, a zip, a hand, and taken back (CHK-6)."""

import pytest
from PIL import Image, ImageDraw

from rounds.models import Answer
from selfcheck.models import Drop, Shot
from tests import factories as make
from tests.selfcheck import drops

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def screen(path, shade: int):
    """A picture like a phone's screen."""
    image = Image.new("RGB", (360, 780), (235, 240, 250))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 360, 80), fill=(30, 90, 60 + shade * 15))
    for line in range(6):
        pen.rectangle(
            (30, 140 + line * 80, 330 - shade * 20, 180 + line * 80), fill=(200, 210, 225)
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


@pytest.fixture
def files(tmp_path):
    names = [
        "张小明安装",
        "张小明实名",
        "张小明绿码",
        "李小红实名",
        "秦室长/绿码",
        "IMG_0001",
        "IMG_0002",
    ]
    made = [screen(tmp_path / f"{name}.png", n) for n, name in enumerate(names)]
    (tmp_path / "朱班长实名.png").write_bytes(b"not a picture")
    return [*made, tmp_path / "朱班长实名.png"]


def choose(one, files):
    """The files are chosen; they travel one by one, as the tests' server has one connection."""
    form = one.page.locator("[data-drop]")
    form.evaluate("form => form.setAttribute('data-at-once', '1')")
    one.page.set_input_files("[data-drop-input] >> nth=0", files)


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_counselor_hands_in_a_class_and_sees_at_once_who_lacks_what(
    campus, visitor, files, width
):
    round_ = make.safeguard_round(campus)
    one = visitor(width).login(campus.counselor, make.PASSWORD)
    one.open(f"/drops/{round_.pk}/{campus.klass.pk}/")
    one.keep("drop-1-class")
    overflow = [one.overflow()]

    choose(one, files)
    one.page.wait_for_url("**/drops/*/")
    one.page.get_by_role("heading", name="未对应的截图").wait_for()
    one.keep("drop-2-result")
    overflow.append(one.overflow())
    card = one.page.locator("#lost .drop-file").first
    card.locator("[name=person]").select_option(label=f"李小红 {campus.classmate.number}")
    card.locator("[name=item]").select_option(label="国家反诈中心 App · 安装")
    card.get_by_role("button", name="确定").click()
    one.page.locator("#lost .drop-file b").get_by_text("李小红").wait_for()
    one.page.locator("#matched summary").click()
    one.page.locator("#matched .drop-file").first.get_by_role("link", name="更改").click()
    one.page.locator("#matched .drop-file [name=person]").first.wait_for()
    one.keep("drop-3-change")
    serious = one.serious()
    given = set(Answer.objects.values_list("person__name", "item__code"))
    one.page.get_by_role("button", name="撤销本次上传").click()
    one.page.get_by_text("已撤销本次上传").first.wait_for()
    one.keep("drop-4-undone")

    assert given == {
        ("张小明", "app.installed"), ("张小明", "app.named"), ("张小明", "code.green"),
        ("李小红", "app.named"), ("李小红", "app.installed"),
    }  # fmt: skip
    assert (Drop.objects.get().state, Answer.objects.count()) == ("undone", 0)
    assert (overflow, serious, one.complaints) == ([0, 0], [], [])


def test_what_does_not_come_through_is_tried_again_and_is_there_once(campus, visitor, files):
    """B17."""
    round_ = make.safeguard_round(campus)
    one = visitor("phone").login(campus.counselor, make.PASSWORD)
    one.open(f"/drops/{round_.pk}/{campus.klass.pk}/")
    lost = []

    def unlucky(route):
        lost.append(route.request.url)
        if len(lost) > 2:
            route.continue_()
        else:
            route.abort()

    one.page.route("**/add/", unlucky)
    choose(one, files[:3])
    one.page.wait_for_url("**/drops/*/", timeout=30_000)

    assert (len(lost), Shot.objects.count()) == (5, 3)


def test_a_zip_dropped_in_is_matched_before_it_is_worked(campus, visitor, tmp_path, files):
    round_ = make.safeguard_round(campus)
    one = visitor("desk").login(campus.counselor, make.PASSWORD)
    whole = {f"甲班/{path.name}": path.read_bytes() for path in files}
    (tmp_path / "甲班.zip").write_bytes(drops.zipped(whole))
    one.open(f"/drops/{round_.pk}/{campus.klass.pk}/")

    choose(one, tmp_path / "甲班.zip")
    one.page.wait_for_url("**/drops/*/")
    one.keep("drop-5-zip")

    assert "已对应" in one.page.inner_text(".tiles")
    assert one.complaints == []
