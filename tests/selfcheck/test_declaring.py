"""Each person declares what became of their cards, on the phone or with their counselor (CHK-1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.moves import Refused
from accounts.services import joining
from rounds import services as rounds
from rounds.figures import figures
from rounds.models import Assignment, Completion, Finding, Round
from selfcheck.cards import services
from selfcheck.models import Account, Declaration
from tests import factories as make

LINE = {
    "kind": "bank", "provider": "工商银行", "tail": "6789", "count": "1", "way": "lent",
    "when": "2026-09", "whom": "网友", "known": "no", "gain": "200", "present": "used", "note": "",
}  # fmt: skip


@pytest.fixture
def round_(campus):
    return make.card_round(campus)


@pytest.fixture
def phone(client, campus):
    client.force_login(campus.student)
    return client


def lines(*rows, said="rows", **more):
    """What the page posts for these lines."""
    given = {"said": said, "form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0"} | more
    for number, row in enumerate(rows):
        given |= {f"form-{number}-{key}": value for key, value in row.items()}
    return given


def url(round_):
    return reverse("cards:declare", args=[round_.pk])


def stored():
    return Declaration.objects.count(), Account.objects.count(), Finding.objects.count()


def test_the_page_says_who_reads_it_what_follows_and_what_disclosing_is_worth(phone, round_):
    """CHK-1: a declaration is no trap."""
    page = phone.get(url(round_)).content.decode()

    first = page.index("<form")
    for said in (
        "只有您的辅导员",
        "辅导员会与您联系。",
        "主动申报的，从轻处理。",
        "不属于出租、出借",
    ):
        assert page.index(said) < first
    assert "银行卡、电话卡、支付账户、QQ号、微信号、淘宝店、抖音号、游戏账号" in page


def test_zero_is_one_tap(phone, campus, round_):
    answer = phone.post(url(round_), {"said": "zero"})

    assert answer.url == reverse("cards:receipt", args=[round_.pk, campus.student.pk])
    made = Declaration.objects.get()
    assert (made.zero, made.recorded_by, stored()) == (True, None, (1, 0, 0))
    assert figures(round_, campus.klass.path).verified == 1
    assert "没有（零报告）" in phone.get(answer.url).content.decode()


def test_what_was_lent_is_a_line_and_a_finding(phone, campus, round_):
    """CHK-3."""
    phone.post(url(round_), lines(LINE))

    account, finding = Account.objects.get(), Finding.objects.get()
    assert (account.tail, account.whom, account.known, account.gain) == ("6789", "网友", False, 200)
    assert "6789" not in account.tail_sealed
    assert (finding.label, finding.summary) == ("出借银行卡", "银行卡 1 张，出借（工商银行）")
    assert (finding.voluntary, finding.person) == (True, campus.student)


@pytest.mark.parametrize("way", ["lost", "stolen", "family"])
def test_lost_stolen_or_given_to_family_is_no_finding(phone, round_, way):
    phone.post(url(round_), lines(LINE | {"way": way}))

    assert stored() == (1, 1, 0)


def test_after_the_window_it_is_no_longer_of_one_s_own_accord(phone, round_):
    round_.cardcheck.disclose_until = None
    round_.cardcheck.save()

    phone.post(url(round_), lines(LINE))

    assert (Declaration.objects.get().voluntary, Finding.objects.get().voluntary) == (False, False)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("count", "-1", "请填写数字"),
        ("count", "2.5", "请填写数字"),
        ("count", "1e9", "请填写数字"),
        ("count", "若干", "请填写数字"),
        ("count", "3人", "请填写数字"),
        ("count", "３", "请填写数字"),
        ("count", "", "这个字段是必填项。"),
        ("count", "0", "1 到 99"),
        ("count", "100", "1 到 99"),
        ("count", "9" * 30, "请填写数字"),
        ("tail", "6222021234567890123", "只填写号码的最后4位"),
        ("tail", "678", "只填写号码的最后4位"),
        ("tail", "６７８９", "只填写号码的最后4位"),
        ("tail", "6789\n", "只填写号码的最后4位"),
        ("tail", "", "银行卡请填写号码的最后4位"),
        ("provider", "工商银行6222021234567890", "请不要填写完整的卡号"),
        ("whom", "张某 138-0000-1111", "请不要填写完整的卡号"),
        ("whom", "１３８００００１１１１", "请不要填写完整的卡号"),
        ("whom", "6222 0212 3456", "请不要填写完整的卡号"),
        ("note", "密码是abc123", "请不要填写密码"),
        ("note", "验证码：4821", "请不要填写密码"),
        ("note", "QQ 123456789", "请不要填写完整的卡号"),
        ("when", "2026-13", "请填写年月"),
        ("when", "0026-01", "请填写年月"),
        ("when", "2999-01", "请填写年月"),
        ("when", "去年", "请填写年月"),
        ("kind", "steam", "请选择种类"),
        ("way", "", "请选择方式"),
        ("present", "gone", "请选择目前状态"),
        ("gain", "-5", "请填写金额数字"),
        ("gain", "1e5", "请填写金额数字"),
    ],
)
def test_bad_input_is_refused_kindly_and_nothing_is_written(phone, round_, field, value, says):
    """D01, D02 of the bad inputs."""
    page = phone.post(url(round_), lines(LINE | {field: value}))

    assert (page.status_code, stored()) == (400, (0, 0, 0))
    assert says in page.content.decode()
    assert Completion.objects.count() == 0


@pytest.mark.parametrize(
    "text", ["2026年9月1日在食堂", "获利50000元", "约2026-09-01", "已去营业厅"]
)
def test_dates_and_sums_may_stand_in_a_note(phone, round_, text):
    phone.post(url(round_), lines(LINE | {"note": text}))

    assert Account.objects.get().note == text


def test_a_future_month_is_refused(phone, round_):
    year = timezone.localdate().year + 1
    page = phone.post(url(round_), lines(LINE | {"when": f"{year}-01"}))

    assert (page.status_code, "时间不能晚于今天" in page.content.decode()) == (400, True)


def test_another_line_keeps_what_was_typed_and_needs_no_script(phone, round_):
    page = phone.post(url(round_), lines(LINE, said="more"))

    body = page.content.decode()
    assert (page.status_code, stored()) == (200, (0, 0, 0))
    assert 'value="工商银行"' in body
    assert 'name="form-1-kind"' in body
    phone.post(
        url(round_), lines(LINE, LINE | {"kind": "游戏账号", "tail": "", "provider": "某平台"})
    )
    assert stored() == (1, 2, 2)


def test_a_line_taken_out_is_not_declared(phone, round_):
    gone = LINE | {"kind": "qq", "DELETE": "on"}

    phone.post(url(round_), lines(LINE, gone))

    assert [one.kind for one in Account.objects.all()] == ["bank"]


@pytest.mark.parametrize("given", [{}, {"said": "nothing"}, {"said": "rows"}, lines({})])
def test_no_choice_or_no_line_is_refused(phone, round_, given):
    page = phone.post(url(round_), given)

    assert (page.status_code, stored()) == (400, (0, 0, 0))


def test_twice_is_once_and_anew_takes_the_place_of_the_former(phone, campus, round_):
    phone.post(url(round_), lines(LINE))
    phone.post(url(round_), {"said": "zero"})
    assert stored() == (1, 1, 1)

    phone.post(url(round_) + "?again=1", {"said": "zero"})

    former, present = Declaration.objects.order_by("pk")
    assert (former.superseded_at is None, present.superseded_at) == (False, None)
    finding = Finding.objects.get()
    assert (finding.state, finding.taken_back_at is None) == ("open", False)
    assert (
        "此前的申报"
        in phone.get(reverse("cards:receipt", args=[round_.pk, campus.student.pk])).content.decode()
    )


def test_once_the_class_has_handed_in_a_correction_is_asked_for(phone, campus, round_):
    make.declare(round_, campus.student)
    part = Assignment.objects.get(round=round_, unit=campus.klass)
    rounds.submit(part, actor=campus.counselor, note="其余未申报，学习已开展")

    page = phone.post(url(round_) + "?again=1", lines(LINE))
    assert (page.status_code, stored()) == (400, (1, 0, 0))

    phone.post(reverse("cards:correct", args=[round_.pk]), {"reason": "漏报一张卡"})
    [asked] = Completion.objects.get(person=campus.student).corrections.all()
    rounds.decide_correction(asked, actor=campus.counselor, grant=True)
    phone.post(url(round_), lines(LINE))
    assert stored() == (2, 1, 1)


@pytest.mark.parametrize("which", ["draft", "before", "after", "withdrawn"])
def test_outside_its_hours_nothing_is_taken(phone, campus, which):
    """D09: the server's clock decides."""
    round_ = make.card_round(campus, issued=which != "draft")
    now = timezone.now()
    change = {
        "before": {"opens_at": now + timedelta(hours=1)},
        "after": {"opens_at": now - timedelta(days=9), "due_at": now - timedelta(days=2), "locks_at": now},
        "withdrawn": {"state": "withdrawn"},
    }  # fmt: skip
    if which in change:
        Round.objects.filter(pk=round_.pk).update(**change[which])

    page = phone.post(url(round_), {"said": "zero"})

    assert (page.status_code in {200, 404}, stored()) == (True, (0, 0, 0))


@pytest.mark.parametrize(
    "role",
    ["counselor", "office", "liaison", "head", "leader", "cadre", "dormhead", "classmate",
     "stranger", "department", "sysadmin"],
)  # fmt: skip
def test_what_was_declared_is_read_by_the_counselor_alone(client, campus, round_, role):
    """CHK-1: other roles see figures only."""
    make.declare(round_, campus.student, make.account())
    client.force_login(getattr(campus, role))

    page = client.get(reverse("cards:receipt", args=[round_.pk, campus.student.pk]))

    assert ("6789" in page.content.decode()) == (role == "counselor")
    assert ("网友" in page.content.decode()) == (role == "counselor")
    assert page.status_code == (200 if role in {"counselor", "office", "liaison", "head"} else 404)


def test_the_contact_reads_what_staff_declare_and_no_student_s(client, campus, round_):
    make.declare(round_, campus.staff, make.account(provider="农业银行"))
    make.declare(round_, campus.student, make.account())
    client.force_login(campus.liaison)

    page = client.get(reverse("cards:class", args=[round_.pk, campus.college.pk])).content.decode()

    assert ("农业银行" in page, "工商银行" in page) == (True, False)
    assert "李小红" not in page  # a student who has not declared is their counselor's to ask


def test_the_counselor_enters_together_with_one_after_another(client, campus, round_):
    """CHK-1: 代录."""
    client.force_login(campus.counselor)
    page = reverse("cards:record", args=[round_.pk, campus.student.pk])

    answer = client.post(page, lines(LINE, discovered="on"))

    made = Declaration.objects.get()
    assert (made.recorded_by, made.completion.method) == (campus.counselor, "recorded")
    assert (made.voluntary, Finding.objects.get().found_by) == (False, campus.counselor)
    assert answer.url.endswith("/record/")
    assert AuditEntry.objects.filter(verb="declare_for").count() == 1


@pytest.mark.parametrize("role", ["stranger", "cadre", "office", "head", "liaison", "keeper"])
def test_nobody_else_enters_for_a_student(client, campus, round_, role):
    """D04: a foreign person is as if there were none."""
    client.force_login(getattr(campus, role))

    page = client.post(
        reverse("cards:record", args=[round_.pk, campus.student.pk]), {"said": "zero"}
    )

    assert (page.status_code in {403, 404}, stored()) == (True, (0, 0, 0))


def test_checking_each_and_all_that_say_nothing(client, campus, round_):
    lent = make.declare(round_, campus.student, make.account())
    nothing = make.declare(round_, campus.classmate)
    client.force_login(campus.counselor)

    client.post(reverse("cards:zeros", args=[round_.pk, campus.klass.pk]))
    lent.refresh_from_db()
    nothing.refresh_from_db()
    assert (lent.checked_by, nothing.checked_by) == (None, campus.counselor)

    client.post(reverse("cards:check", args=[lent.pk]))
    lent.refresh_from_db()
    assert lent.checked_by == campus.counselor
    assert not services.check(lent, actor=campus.counselor)


def test_sent_back_it_is_declared_anew(client, campus, round_):
    made = make.declare(round_, campus.student)
    client.force_login(campus.counselor)
    page = reverse("cards:return", args=[made.pk])

    client.post(page, {"reason": " "})
    assert figures(round_, campus.klass.path).verified == 1
    client.post(page, {"reason": "请核对电话卡"})

    assert figures(round_, campus.klass.path).verified == 0
    make.declare(round_, campus.student, make.account())
    assert (figures(round_, campus.klass.path).verified, stored()) == (1, (2, 1, 1))


def test_a_kind_that_was_not_asked_is_refused(campus, round_):
    with pytest.raises(Refused, match="不在本次申报的种类中"):
        make.declare(round_, campus.student, make.account(kind="steam"))


def test_two_records_of_one_person_change_what_they_declared(campus, round_):
    twin = make.person(campus.klass, campus.student.name, grade="2023")
    made = make.declare(round_, campus.student, make.account())

    joining.join(campus.student, twin, actor=campus.office, reason="同一人")

    made.refresh_from_db()
    assert made.completion.person == twin
    assert Finding.objects.get().person == twin
