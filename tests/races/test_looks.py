"""Two people judge one picture at a moment; a person judges while the machine reads (P16, P17)."""

import pytest

from rounds import services as rounds
from rounds.models import Answer
from selfcheck.models import Review, Shot
from selfcheck.tools.services import judging
from tests import factories as make
from tests.races.racing import HANDS, race

pytestmark = pytest.mark.postgresql


@pytest.fixture
def answer(c):
    round_ = make.safeguard_round(c)
    made = make.show(round_, "app.named", c.student)
    Shot.objects.update(state=Shot.State.READ)
    return made


def read(answer) -> Answer:
    return Answer.objects.get(pk=answer.pk)


def test_passed_by_many_at_once_it_is_passed_once(c, answer):
    done, told = race(
        *[lambda: judging.settle(read(answer), actor=c.counselor, verdict="pass")] * HANDS
    )

    assert (done, len(told)) == (1, HANDS - 1)
    assert all("请刷新页面" in sentence for sentence in told)
    assert Review.objects.count() == 1


def test_passed_and_sent_back_at_once_the_state_and_the_record_agree(c, answer):
    race(
        lambda: judging.settle(read(answer), actor=c.counselor, verdict="pass"),
        lambda: judging.settle(read(answer), actor=c.liaison, verdict="return", reasons=["old"]),
    )

    last = Review.objects.latest("pk").verdict
    assert read(answer).state == {"pass": "accepted", "return": "sent_back"}[last]
    assert Review.objects.count() in {1, 2}


def test_a_look_is_undone_once_however_often_asked(c, answer):
    look = judging.settle(answer, actor=c.counselor, verdict="pass")

    done, told = race(*[lambda: judging.undo(look, actor=c.counselor)] * HANDS)

    assert (done, len(told)) == (1, HANDS - 1)
    assert read(answer).state == "pending"


def test_the_machine_and_a_person_at_once_leave_one_verdict(c, answer):
    done, told = race(
        lambda: rounds.judge(read(answer), actor=None, accept=True),
        lambda: judging.settle(
            read(answer), actor=c.counselor, verdict="return", reasons=["other_name"]
        ),
    )

    # a person may send back what the machine accepted; it accepts nothing over a person's word
    assert read(answer).state == "sent_back"
    assert (done, len(told)) in {(2, 0), (1, 1)}
