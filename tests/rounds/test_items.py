"""Items: answered and judged on their own, counted in one scan; what holds is carried over."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import changes
from accounts.models import User
from accounts.moves import Refused
from rounds import services
from rounds.figures import Census, Figures, figures
from rounds.kinds import KINDS, Kind
from rounds.models import Answer, Completion, Item, Round, Standing

State = Completion.State


class Safety(Kind):
    """A kind made for these tests: an app, a code, and a voluntary page."""

    code = "safety-test"
    label = "安全项目"

    def __init__(self):
        self.heard = []

    def carry(self, round_, people=None):
        services.carry_over(round_, people)

    def approved(self, assignment):
        self.heard.append(assignment.unit.name)


@pytest.fixture
def kind(monkeypatch):
    made = Safety()
    monkeypatch.setitem(KINDS, made.code, made)
    return made


def drafted(campus, **more):
    now = timezone.now()
    shape = {"opens_at": now - timedelta(days=1), "due_at": now + timedelta(days=5)}
    round_ = Round.objects.create(
        kind="safety-test", title="安全项目核查", unit=campus.school, owner=campus.school,
        categories=["student"], locks_at=now + timedelta(days=9), created_by=campus.office,
        **(shape | more),
    )  # fmt: skip
    services.set_items(
        round_,
        [
            {"code": "app", "label": "国家反诈中心"},
            {"code": "code", "label": "反骗码"},
            {"code": "page", "label": "关注公众号", "obligatory": False},
        ],
        actor=campus.office,
    )
    return round_


@pytest.fixture
def round_(campus, kind):
    made = drafted(campus)
    services.issue(made, actor=campus.office)
    return made


def item(round_, code):
    return Item.objects.get(round=round_, code=code)


def give(round_, person, code, **more):
    return services.answer(item(round_, code), person, actor=person, **more)


def state_of(person):
    return Completion.objects.get(person=person).state


def test_a_part_is_what_its_obligatory_answers_make_it(campus, round_):
    student, found = campus.student, []
    give(round_, student, "page", accepted=True)
    found.append(state_of(student))
    give(round_, student, "app", accepted=True)
    found.append(state_of(student))
    waiting = give(round_, student, "code")
    found.append(state_of(student))
    services.judge(waiting, actor=campus.counselor, accept=False, reason="看不清")
    found.append(state_of(student))
    waiting = give(round_, student, "code")
    services.judge(waiting, actor=campus.counselor, accept=True)
    found.append(state_of(student))

    assert found == [State.STARTED, State.STARTED, State.PENDING, State.SENT_BACK, State.ACCEPTED]


def test_the_figures_follow_and_a_beginning_is_no_submission(campus, round_):
    give(round_, campus.student, "app", accepted=True)
    give(round_, campus.classmate, "app", accepted=True)
    give(round_, campus.classmate, "code")

    found = figures(round_, campus.klass.path)
    parts = {p.name: p.part for p in Census(round_).with_part(campus.klass.path)}

    assert found == Figures(expected=4, submitted=1, verified=0, on_time=1, excused=0)
    assert (parts["张小明"], parts["李小红"], parts["朱班长"]) == ("started", "pending", "none")


def test_items_are_counted_each_on_its_own(campus, round_, django_assert_num_queries):
    give(round_, campus.student, "app", accepted=True)
    give(round_, campus.classmate, "app")
    give(round_, campus.foreign_student, "code", accepted=True)
    services.excuse_person(round_, campus.classmate, actor=campus.liaison, reason="病休")
    app, code, page = (item(round_, c).pk for c in ("app", "code", "page"))
    census = Census(round_)

    with django_assert_num_queries(3):
        found = census.items(campus.school.path, 2)

    four = {"expected": 4, "excused": 1}
    two = {"expected": 2, "excused": 0}
    assert found[campus.college.path] == {
        app: Figures(**four, submitted=1, verified=1, on_time=1),
        code: Figures(**four),
        page: Figures(**four),
    }
    assert found[campus.other_college.path] == {
        app: Figures(**two),
        code: Figures(**two, submitted=1, verified=1, on_time=1),
        page: Figures(**two),
    }


def test_a_term_that_runs_out_lowers_the_rate_on_the_day(campus, round_):
    end = timezone.localdate() + timedelta(days=3)
    give(round_, campus.student, "app", accepted=True)
    give(round_, campus.student, "code", accepted=True, valid_until=end)
    before = figures(round_, campus.klass.path).verified

    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        after = figures(round_, campus.klass.path).verified
        items = Census(round_).items(campus.klass.path, 4)[campus.dorm.path]
        code, app = item(round_, "code").pk, item(round_, "app").pk

    assert (before, after) == (1, 0)
    assert (items[code].verified, items[app].verified) == (0, 1)


def test_what_still_holds_fulfils_the_next_round_at_issue(campus, round_):
    end = timezone.localdate() + timedelta(days=300)
    give(round_, campus.student, "app", accepted=True)
    give(round_, campus.student, "code", accepted=True, valid_until=end)
    give(round_, campus.classmate, "app", accepted=True)
    give(round_, campus.classmate, "code")

    second = drafted(campus)
    services.issue(second, actor=campus.office)

    parts = dict(second.completions.values_list("person__name", "state"))
    assert parts == {"张小明": State.ACCEPTED, "李小红": State.STARTED}
    assert second.completions.get(person=campus.student).valid_until == end
    assert list(second.answers.values_list("carried", flat=True)) == [True] * 3
    assert services.carry_over(second) == 0
    assert second.answers.count() == 3


def test_what_has_run_out_is_not_carried(campus, round_):
    today = timezone.localdate()
    give(round_, campus.student, "app", accepted=True, valid_until=today)

    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        second = drafted(campus)
        services.issue(second, actor=campus.office)

    assert second.answers.count() == 0
    assert Standing.objects.get().valid_until == today


def test_who_joins_late_brings_what_holds(campus, round_):
    give(round_, campus.student, "app", accepted=True)
    second = drafted(campus, places=[campus.other_college.path])
    services.issue(second, actor=campus.office)
    before = second.answers.count()
    old = campus.student.unit_path
    User.objects.filter(pk=campus.student.pk).update(
        unit=campus.other_class, unit_path=campus.other_class.path
    )

    changes.tell(
        campus.school.path, [changes.Moved(campus.student.pk, old, campus.other_class.path)]
    )

    assert before == 0
    assert list(second.answers.values_list("person", "unit_path")) == [
        (campus.student.pk, campus.other_class.path)
    ]
    assert set(round_.answers.values_list("unit_path", flat=True)) == {campus.other_class.path}


@pytest.mark.parametrize("approved", [False, True])
def test_what_was_accepted_and_handed_in_waits_for_a_granted_correction(campus, round_, approved):
    for code in ("app", "code"):
        give(round_, campus.student, code, accepted=True)
    klass = round_.assignments.get(unit=campus.klass)
    services.submit(klass, actor=campus.counselor, note="其余未完成")
    if approved:
        services.approve(klass, actor=campus.liaison)

    with pytest.raises(Refused, match="请先提交更正申请"):
        give(round_, campus.student, "app", note="改写")

    found = Answer.objects.get(person=campus.student, item__code="app")
    assert (found.state, found.note, state_of(campus.student)) == ("accepted", "", State.ACCEPTED)
    give(round_, campus.student, "page")  # what was never answered is no correction
    asked = services.ask_correction(found.completion, actor=campus.student, reason="截图有误")
    services.decide_correction(asked, actor=campus.counselor, grant=True)
    give(round_, campus.student, "app", note="改写")
    assert state_of(campus.student) == State.PENDING


def test_the_kind_hears_that_a_unit_was_approved(campus, round_, kind):
    klass = round_.assignments.get(unit=campus.klass)
    services.submit(klass, actor=campus.counselor, note="未完成")

    services.approve(klass, actor=campus.liaison)

    assert kind.heard == ["计科2301班"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"who": "cook"}, "不在本任务的应完成人员之列"),
        ({"valid_until": timedelta(days=-1)}, "有效期已过"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(campus, round_, change, sentence):
    person = getattr(campus, change.pop("who", "student"))
    more = {name: timezone.localdate() + value for name, value in change.items()}

    with pytest.raises(Refused, match=sentence):
        give(round_, person, "app", **more)
    assert (Answer.objects.count(), Completion.objects.count()) == (0, 0)


def test_nobody_judges_their_own_and_sending_back_says_why(campus, round_):
    waiting = give(round_, campus.student, "app")

    with pytest.raises(Refused, match="本人提交的内容须由他人审核"):
        services.judge(waiting, actor=campus.student, accept=True)
    with pytest.raises(Refused, match="请填写退回原因"):
        services.judge(waiting, actor=campus.counselor, accept=False)


def test_items_of_an_issued_round_stay(campus, round_):
    with pytest.raises(Refused, match="不能再修改项目"):
        services.set_items(round_, [{"code": "x", "label": "新"}], actor=campus.office)
    draft = drafted(campus)
    with pytest.raises(Refused, match="至少须有一项必填"):
        services.set_items(
            draft, [{"code": "x", "label": "新", "obligatory": False}], actor=campus.office
        )
    assert draft.items.count() == round_.items.count() == 3


def test_closing_keeps_a_beginning_as_it_was_and_counts_it_as_not_done(campus, round_):
    give(round_, campus.student, "app", accepted=True)

    services.close(round_, actor=campus.office)

    assert state_of(campus.student) == State.STARTED
    assert figures(round_, campus.klass.path).submitted == 0
    assert "张小明" in [p.name for p in Census(round_).missing(campus.klass.path)]
    app = item(round_, "app").pk
    assert Census(round_).items(campus.klass.path, 4)[campus.dorm.path][app].verified == 1
