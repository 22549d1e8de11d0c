"""零报告: a unit hands in 无 explicitly; that is told apart from silence."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.moves import Refused
from pledges.kind import PledgeKind
from rounds import services
from rounds.models import Assignment
from tests import factories as make


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


@pytest.fixture
def part(campus, round_):
    return Assignment.objects.get(round=round_, unit=campus.kitchen)


def test_a_unit_with_people_asked_cannot_say_nothing(client, campus, part):
    client.force_login(campus.keeper)

    answer = client.post(reverse("rounds:submit", args=[part.pk]), {"reason": "无", "zero": "on"})

    assert "本单位有应完成人员，不能零报告。" in answer.content.decode()
    part.refresh_from_db()
    assert (part.state, part.zero) == (Assignment.State.OPEN, False)


def test_a_unit_whose_people_have_left_reports_zero_and_the_board_says_so(client, campus, part):
    User.objects.filter(unit=campus.kitchen).update(status="left")
    client.force_login(campus.keeper)
    page = client.get(reverse("rounds:assignment", args=[part.pk])).content.decode()

    client.post(reverse("rounds:submit", args=[part.pk]), {"zero": "on"})

    assert "零报告：经核实" in page
    part.refresh_from_db()
    assert (part.state, part.zero) == (Assignment.State.SUBMITTED, True)
    client.force_login(campus.office)
    board = reverse("rounds:board", args=[part.round_id]) + "?tab=units"
    rows = {row.name: row.zeros for row in client.get(board).context["rows"]}
    assert rows["后勤处"] == 1
    assert sum(rows.values()) == 1


def test_a_kind_may_take_zero_reports_from_units_with_people(monkeypatch, campus, part):
    monkeypatch.setattr(PledgeKind, "takes_zero", True)

    services.submit(part, actor=campus.keeper, zero=True)

    assert (part.state, part.zero) == (Assignment.State.SUBMITTED, True)


@pytest.mark.parametrize("verb", ["withdraw", "send_back"])
def test_handed_in_anew_it_is_said_anew(monkeypatch, campus, part, verb):
    monkeypatch.setattr(PledgeKind, "takes_zero", True)
    services.submit(part, actor=campus.keeper, zero=True)

    if verb == "withdraw":
        services.withdraw(part, actor=campus.keeper)
    else:
        services.send_back(part, actor=campus.logistics_liaison, reason="请核实")

    assert part.zero is False
    with pytest.raises(Refused, match="情况说明"):
        services.submit(part, actor=campus.keeper)
