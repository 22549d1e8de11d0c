"""Signing otherwise than on one's own phone, in a real browser: 现场传签 and paper (PLG-3, PLG-7)."""

import pytest
from PIL import Image

from pledges.models import Passing, Scan, Signature
from rounds.models import Completion
from tests import factories as make
from tests.journeys.test_main_line import draw
from tests.rounds.test_outside import TODAY, both, sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_one_phone_is_passed_round_and_keeps_nobody_s_page(campus, visitor):
    for person, number, known in (
        (campus.student, "2023001111", "330101200501011234"),
        (campus.classmate, "2023002222", "33010120050101567X"),
    ):
        person.number, person.id_number = number, known
        person.save()
    round_ = make.pledge_round(campus)
    phone = visitor("phone").login(campus.counselor, make.PASSWORD)
    phone.open(f"/pledges/{round_.pk}/{campus.klass.pk}/pass/")
    phone.keep("pass-1-start")
    phone.page.get_by_role("button", name="开始传签").click()
    phone.page.get_by_role("button", name="核对并阅读承诺书").wait_for()

    for name, digits, secret in (("张小明", "1111", "1234"), ("李小红", "2222", "567X")):
        phone.page.fill("[name=digits]", digits)
        phone.page.fill("[name=secret]", secret)
        phone.keep("pass-2-who")
        phone.page.get_by_role("button", name="核对并阅读承诺书").click()
        phone.page.get_by_text(name).first.wait_for()
        draw(phone.page)
        phone.keep("pass-3-sign")
        phone.page.get_by_role("button", name="确认签署").click()
        phone.page.get_by_text("请把手机交给下一位同学").wait_for()
        phone.page.go_back()
        phone.page.get_by_role("button", name="核对并阅读承诺书").wait_for()
        assert name not in phone.page.content()
        assert phone.page.input_value("[name=digits]") == ""

    phone.page.get_by_role("button", name="结束传签").click()
    phone.page.get_by_role("heading", name="传签已结束").wait_for()
    phone.keep("pass-4-over")
    found = Signature.objects.order_by("pk").values_list("person__name", "method", "passing")
    passing = Passing.objects.get().pk
    assert list(found) == [("张小明", "passed", passing), ("李小红", "passed", passing)]
    assert phone.complaints == []


def test_paper_is_printed_scanned_ticked_and_undone(campus, visitor, tmp_path):
    round_ = make.pledge_round(campus)
    desk = visitor("desk").login(campus.counselor, make.PASSWORD)
    desk.open(f"/rounds/{round_.pk}/{campus.klass.pk}/")
    desk.page.locator("#main").get_by_text("更多", exact=True).click()
    desk.page.get_by_role("link", name="纸质签署").click()
    desk.page.get_by_role("link", name="打印签字表").click()
    desk.page.get_by_role("heading", name="签字表").wait_for()
    desk.keep("paper-1-form")
    desk.page.go_back()
    Image.new("RGB", (300, 400), "white").save(tmp_path / "签字表.png")
    desk.page.set_input_files("[name=scan]", tmp_path / "签字表.png")
    desk.page.get_by_role("button", name="上传").click()
    desk.page.get_by_label("张小明").check()
    desk.page.get_by_label("李小红").check()
    desk.keep("paper-2-tick")
    desk.page.get_by_role("button", name="确认代录").click()
    desk.page.get_by_role("rowheader", name="李小红").wait_for()
    desk.keep("paper-3-recorded")
    row = desk.page.locator("tr", has_text="李小红")
    row.locator("summary").click()
    row.locator("[name=reason]").fill("勾错了")
    row.get_by_role("button", name="撤销代录").click()
    desk.page.get_by_text("已撤销代录").wait_for()

    kept = Signature.objects.filter(superseded_at=None)
    assert [(s.person, s.method, s.scan) for s in kept] == [
        (campus.student, "paper", Scan.objects.get())
    ]
    desk.open(f"/rounds/{round_.pk}/{campus.klass.pk}/")
    desk.page.get_by_text("纸质代录 1 人").wait_for()
    desk.keep("paper-4-board")
    assert desk.complaints == []


def test_a_liaison_brings_a_list_looks_at_it_and_has_it_checked(campus, visitor, tmp_path):
    round_ = make.pledge_round(campus)
    (tmp_path / "名单.xlsx").write_bytes(sheet(*both(campus), ("20999999", "", "", TODAY, "是")))
    for width in ("phone", "desk"):
        desk = visitor(width).login(campus.liaison, make.PASSWORD)
        desk.open(f"/rounds/{round_.pk}/{campus.college.pk}/")
        desk.page.locator("#main").get_by_text("更多", exact=True).click()
        desk.page.get_by_role("link", name="外部导入").click()
        desk.page.fill("[name=source]", "公安机关安装名单（11 月）")
        desk.page.set_input_files("[name=file]", tmp_path / "名单.xlsx")
        desk.keep("outside-1-upload")
        desk.page.get_by_role("button", name="上传并核对").click()
        desk.page.get_by_role("link", name="不导入").click()
        desk.page.get_by_text("本单位名册中没有此人").wait_for()
        desk.keep("outside-2-bad")
        desk.page.get_by_role("link", name="可导入").click()
        desk.page.get_by_text("张小明").wait_for()
        desk.keep("outside-3-good")
        assert (desk.overflow(), desk.serious(), desk.complaints) == (0, [], [])
    desk.page.get_by_role("button", name="确认导入").click()
    desk.page.get_by_text("已导入，计为已提交").wait_for()
    head = visitor("phone").login(campus.head, make.PASSWORD)
    head.open(desk.page.url.removeprefix(head.address))
    head.keep("outside-4-sample")
    for box in head.page.locator("[name=true]").all():
        box.check()
    head.page.get_by_role("button", name="抽查属实").click()
    head.page.get_by_text("本批人员计为已核验").wait_for()
    student = visitor("phone").login(campus.student, make.PASSWORD)
    student.open(f"/pledges/{round_.pk}/people/{campus.student.pk}/")
    student.page.get_by_text("外部导入，无本系统签署记录").wait_for()
    student.keep("outside-5-receipt")
    assert (student.overflow(), student.serious(), student.complaints) == (0, [], [])

    parts = Completion.objects.values_list("method", "state")
    assert list(parts) == [("outside", "accepted")] * 2
