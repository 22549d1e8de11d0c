"""断卡 from the phone to the stamped sheet, in a real browser (CHK-1, CHK-2, CHK-3)."""

import pytest

from rounds import services as rounds
from rounds.models import Assignment, Finding
from selfcheck.cards import services
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def right(seat, name):
    seat.keep(f"cards-{name}")
    assert (seat.overflow(), seat.serious()) == (0, [])


def test_a_student_declares_on_the_phone(campus, visitor):
    round_ = make.card_round(campus, body="请全体同学如实申报。")
    seat = visitor("phone").login(campus.student, make.PASSWORD)
    seat.open(f"/cards/{round_.pk}/")
    right(seat, "first")

    seat.page.get_by_role("link", name="有，逐项填写").click()
    seat.page.select_option("[name=form-0-kind]", "bank")
    seat.page.fill("[name=form-0-provider]", "工商银行6222021234567890")
    seat.page.get_by_role("button", name="提交申报").click()
    seat.page.get_by_text("请不要填写完整的卡号").first.wait_for()
    right(seat, "refused")
    seat.page.fill("[name=form-0-provider]", "工商银行")
    seat.page.fill("[name=form-0-tail]", "6789")
    seat.page.select_option("[name=form-0-way]", "lent")
    seat.page.select_option("[name=form-0-present]", "used")
    seat.page.get_by_role("button", name="再加一项").click()
    seat.page.locator("#newest").wait_for()
    right(seat, "two-lines")
    seat.page.get_by_role("button", name="提交申报").click()

    seat.page.get_by_text("需要跟进的情况").wait_for()
    right(seat, "receipt")


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_class_is_checked_and_the_college_signs_and_reports(campus, visitor, width):
    round_ = make.card_round(campus)
    make.declare(round_, campus.student, make.account(), make.account(kind="qq", tail="", count=2))
    make.declare(round_, campus.classmate)
    counselor = visitor(width).login(campus.counselor, make.PASSWORD)
    counselor.open(f"/cards/{round_.pk}/units/{campus.klass.pk}/class/")
    right(counselor, "class")
    counselor.page.get_by_role("button", name="核对全部零报告（1）").click()
    counselor.page.get_by_text("零报告已全部核对").wait_for()
    counselor.page.get_by_role("link", name="与本人一起填写").first.click()
    right(counselor, "record")
    counselor.page.get_by_role("button", name="没有（零报告），下一位").click()
    counselor.page.get_by_text("的申报已代录。").wait_for()
    counselor.open(f"/cards/{round_.pk}/units/{campus.klass.pk}/")
    right(counselor, "class-sheet")
    for klass, actor in ((campus.klass, campus.counselor), (campus.second_class, campus.office)):
        part = Assignment.objects.get(round=round_, unit=klass)
        by = campus.second_counselor if klass == campus.second_class else actor
        rounds.approve(rounds.submit(part, actor=by, note="未齐"), actor=campus.liaison)
    mine = Assignment.objects.get(round=round_, unit=campus.college)
    services.sign_sheet(mine, step=1, actor=campus.counselor)

    head = visitor(width).login(campus.head, make.PASSWORD)
    head.open(f"/cards/{round_.pk}/units/{campus.college.pk}/")
    for _ in range(2):
        head.page.get_by_role("button", name="签字", exact=True).click()
        head.page.get_by_text("已签字，签字人和时间留有记录").wait_for()
    head.page.get_by_text("登记盖章").first.click()
    head.page.get_by_label("不上传扫描件").check()
    head.page.get_by_role("button", name="登记盖章").click()
    head.page.get_by_text("已登记盖章。").wait_for()
    right(head, "college-sheet")
    head.open(f"/rounds/findings/{Finding.objects.get(code='bank:lent').pk}/")
    assert head.page.get_by_text("银行卡 1 张").count() == 0
    head.open(f"/rounds/assignments/{mine.pk}/")
    head.page.fill("[name=reason]", "其余人员未申报")
    head.page.get_by_role("button", name="交件").first.click()
    head.page.get_by_text("已交件").first.wait_for()

    liaison = visitor(width).login(campus.liaison, make.PASSWORD)
    liaison.open("/rounds/findings/")
    right(liaison, "findings")
    liaison.page.get_by_role("link", name="出借银行卡").first.click()
    right(liaison, "finding")
