"""The desk's pages of rounds: buttons and bulk actions call the very services of the portal."""

import pytest

from accounts.models import AuditEntry, School, User
from pledges.models import PledgeText, Signature
from rounds import services
from rounds.models import Assignment, Excuse, Round
from tests import factories as make
from tests.desk_rows import list_url, row_url, step_url

State = Assignment.State


@pytest.fixture
def desk(client, campus):
    client.force_login(campus.office)
    return client


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def part(round_, unit):
    return Assignment.objects.get(round=round_, unit=unit)


def handed_in(round_, campus, unit=None):
    """The part of a class or of the kitchen, handed in by its own people."""
    mine = part(round_, unit or campus.klass)
    actor = campus.keeper if unit == campus.kitchen else campus.counselor
    return services.submit(mine, actor=actor, note="其余未签")


def states(*parts):
    return [Assignment.objects.get(pk=one.pk).state for one in parts]


def texts(response):
    return [str(message) for message in response.context["messages"]]


def test_a_part_is_approved_by_the_person_who_pressed(desk, campus, round_):
    mine = handed_in(round_, campus)

    desk.post(step_url(mine, "approve"), {"note": "齐全"})

    mine.refresh_from_db()
    assert (mine.state, mine.judged_by) == (State.APPROVED, campus.office)
    assert AuditEntry.objects.latest("id").verb == "approve"


def test_sending_back_needs_a_reason(desk, campus, round_):
    mine = handed_in(round_, campus)

    page = desk.post(step_url(mine, "send_back"), {"reason": "  "})
    desk.post(step_url(mine, "send_back"), {"reason": "请补签"})

    mine.refresh_from_db()
    assert page.context["form"].errors == {"reason": ["这个字段是必填项。"]}
    assert (mine.state, mine.note) == (State.SENT_BACK, "请补签")


def test_opening_a_part_marks_it_as_looked_at(desk, campus, round_):
    mine = handed_in(round_, campus)

    desk.get(row_url(mine))

    mine.refresh_from_db()
    assert mine.opened_at is not None


def test_only_the_steps_that_the_state_allows_are_offered(desk, campus, round_):
    mine = handed_in(round_, campus)

    def offered(row):
        return [step.name for step, _ in desk.get(row_url(row)).context["steps"]]

    assert offered(mine) == ["approve", "send_back"]
    assert offered(part(round_, campus.second_class)) == ["excuse"]
    services.approve(mine, actor=campus.office)
    assert offered(mine) == ["send_back", "undo"]


def test_bulk_approval_asks_once_more_then_says_what_was_done_and_what_not(desk, campus, round_):
    klass, kitchen = handed_in(round_, campus), handed_in(round_, campus, campus.kitchen)
    college = part(round_, campus.college)
    chosen = {"action": "approve", "_selected_action": [klass.pk, kitchen.pk, college.pk]}

    asked = desk.post(list_url(Assignment), {**chosen, "index": "0"})
    before = states(klass, kitchen, college)
    done = desk.post(list_url(Assignment), {**chosen, "confirmed": "1", "note": ""}, follow=True)

    assert len(asked.context["rows"]) == 3
    assert before == [State.SUBMITTED, State.SUBMITTED, State.OPEN]
    assert states(klass, kitchen, college) == [State.APPROVED, State.APPROVED, State.OPEN]
    assert texts(done)[0] == "已通过 2 项。"
    assert texts(done)[1].startswith("1 项未办理。计算机学院 2026 年反诈承诺书：")


def test_bulk_return_keeps_the_list_until_a_reason_is_given(desk, campus, round_):
    klass = handed_in(round_, campus)
    chosen = {"action": "send_back", "_selected_action": [klass.pk], "confirmed": "1"}

    page = desk.post(list_url(Assignment), {**chosen, "reason": ""})
    assert page.context["form"].errors == {"reason": ["这个字段是必填项。"]}
    desk.post(list_url(Assignment), {**chosen, "reason": "缺佐证"})

    assert states(klass) == [State.SENT_BACK]


def test_foreign_parts_slipped_into_a_bulk_action_are_left_alone(desk, campus, round_):
    other = make.campus("B")
    foreign = handed_in(make.pledge_round(other), other)
    own = handed_in(round_, campus)
    chosen = {"action": "approve", "_selected_action": [foreign.pk, own.pk], "confirmed": "1"}

    done = desk.post(list_url(Assignment), chosen, follow=True)

    assert states(foreign, own) == [State.SUBMITTED, State.APPROVED]
    assert texts(done) == ["已通过 1 项。"]


def test_a_forged_number_in_a_bulk_action_is_a_bad_request(desk, campus, round_):
    chosen = {"action": "approve", "_selected_action": ["x"], "confirmed": "1"}

    assert desk.post(list_url(Assignment), chosen).status_code == 400


def test_a_unit_is_excused_and_the_excuse_voided(desk, campus, round_):
    mine = part(round_, campus.klass)

    desk.post(step_url(mine, "excuse"), {"reason": "全班在外实习", "until": ""})
    excuse = Excuse.objects.get(assignment=mine)
    assert states(mine) == [State.EXCUSED]
    desk.post(step_url(excuse, "void"), {"reason": "登记有误"})

    excuse.refresh_from_db()
    assert (excuse.void_reason, states(mine)) == ("登记有误", [State.OPEN])


def test_a_draft_is_issued_after_a_look_at_how_many_it_asks(desk, campus):
    draft = make.pledge_round(campus, issued=False)

    page = desk.get(step_url(draft, "issue"))
    desk.post(step_url(draft, "issue"))

    draft.refresh_from_db()
    asked = User.objects.counted().filter(unit__isnull=False).count()
    assert page.context["words"].startswith(f"将面向 10 个单位、{asked} 名应完成人员发布")
    assert (draft.state, draft.assignments.count()) == (Round.State.OPEN, 10)


def test_closing_while_something_waits_is_refused_on_the_form_until_a_reason_is_given(
    desk, campus, round_
):
    handed_in(round_, campus)

    page = desk.post(step_url(round_, "close"), {"reason": ""})
    desk.post(step_url(round_, "close"), {"reason": "学期结束"})

    round_.refresh_from_db()
    assert page.context["form"].non_field_errors() == [
        "还有 1 项等待审核。确需现在结束，请填写原因。"
    ]
    assert round_.state == Round.State.CLOSED


def test_a_round_is_withdrawn_with_a_reason(desk, round_):
    desk.post(step_url(round_, "withdraw"), {"reason": "范围选错"})

    round_.refresh_from_db()
    assert (round_.state, round_.note) == (Round.State.WITHDRAWN, "范围选错")


def test_a_correction_is_granted_or_refused_with_a_word(desk, campus, round_):
    signature = make.sign(round_, campus.student)
    handed_in(round_, campus)
    asked = services.ask_correction(signature.completion, actor=campus.student, reason="签错了")

    page = desk.post(step_url(asked, "refuse"), {"note": ""})
    desk.post(step_url(asked, "grant"))

    asked.refresh_from_db()
    signature.completion.refresh_from_db()
    assert page.context["form"].errors == {"note": ["这个字段是必填项。"]}
    assert (asked.state, signature.completion.state) == ("granted", "sent_back")


def test_a_text_is_revised_as_a_new_version_and_the_old_one_stays(desk, campus, round_):
    text = round_.pledge.text

    desk.post(step_url(text, "version"), {"heading": "新标题", "body": "新正文"})

    versions = PledgeText.objects.filter(name=text.name).order_by("version")
    assert [(t.version, t.heading) for t in versions] == [(1, text.heading), (2, "新标题")]


def test_a_new_text_belongs_to_the_own_school_only(desk, campus):
    other = make.campus("B")
    asked = {"name": "安全承诺书", "heading": "标题", "body": "正文"}
    address = "/desk/pledges/pledgetext/do/new/"

    forged = desk.post(address, {**asked, "unit": other.school.pk})
    desk.post(address, {**asked, "unit": campus.school.pk})

    assert "unit" in forged.context["form"].errors
    assert [t.unit for t in PledgeText.objects.filter(name="安全承诺书")] == [campus.school]


def test_a_signature_says_whether_it_is_as_it_was_signed(desk, campus, round_):
    signature = make.sign(round_, campus.student)
    before = desk.get(row_url(signature)).content.decode()
    Signature.objects.filter(pk=signature.pk).update(strokes=[[[1, 1, 1]]])
    after = desk.get(row_url(signature)).content.decode()

    assert "一致，文本和笔迹未被改动" in before
    assert "不一致，记录可能被改动" in after


def test_the_desk_names_the_issuer_as_the_portal_does(desk, campus, round_):
    School.objects.filter(unit=campus.school).update(office_name="平安办")

    listed = desk.get(list_url(Round)).content.decode()
    row = desk.get(row_url(round_)).content.decode()

    assert '<td class="field-issuer">平安办</td>' in listed
    assert "平安办" in row
