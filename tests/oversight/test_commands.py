"""`board` and `missing`, as people script them."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from rounds import services
from tests import factories as make


@pytest.fixture
def round_(campus):
    made = make.pledge_round(campus)
    make.sign(made, campus.student)
    return made


def run(*args, **options):
    out = io.StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_board_prints_every_open_round_of_a_unit(campus, round_):
    other = make.pledge_round(campus, unit=campus.other_college)
    over = make.pledge_round(campus)
    services.close(over, actor=campus.office)

    found = {
        code: [row["round"] for row in json.loads(run("board", unit=code, json=True))["rounds"]]
        for code in ("TEST", "TEST/计算机学院", "TEST/外国语学院")
    }

    assert found == {
        "TEST": [round_.pk, other.pk],
        "TEST/计算机学院": [round_.pk],
        "TEST/外国语学院": [round_.pk, other.pk],
    }


def test_board_of_one_round_as_json(campus, round_):
    found = json.loads(run("board", unit="TEST/计科2301班", round=round_.pk, json=True))

    assert found == {
        "unit": "计科2301班",
        "rounds": [
            {
                "round": round_.pk, "title": "2026 年反诈承诺书", "state": "open",
                "unit": "计科2301班", "expected": 4, "submitted": 1, "verified": 1, "on_time": 1,
                "excused": 0, "missing": 3, "methods": {}, "marks": {"不同意签署": 0},
            }
        ],
    }  # fmt: skip


def test_missing_names_each_with_their_state(campus, round_):
    found = json.loads(run("missing", unit="TEST/梅园3-412", round=round_.pk, json=True))

    assert found == {
        "round": round_.pk,
        "unit": "梅园3-412",
        "missing": 1,
        "people": [
            {
                "name": "秦室长", "number": campus.dormhead.number,
                "unit": "计算机学院 计科2301班 梅园3-412", "state": "none",
            }
        ],
    }  # fmt: skip


def test_without_json_people_read_it(campus, round_):
    assert "应完成 4  已提交 1" in run("board", unit="TEST/计科2301班")
    assert run("missing", unit="TEST/梅园3-412", round=round_.pk).endswith("共 1 人未完成。\n")


@pytest.mark.parametrize("code", ["NONE", "TEST/没有这个单位"])
def test_a_unit_that_is_not_there_is_refused_with_status_2(campus, round_, code):
    for name in ("board", "missing"):
        with pytest.raises(CommandError) as refused:
            run(name, unit=code, round=round_.pk)
        assert refused.value.returncode == 2


def test_a_round_that_does_not_ask_the_unit_is_refused(campus, round_):
    elsewhere = make.pledge_round(campus, unit=campus.other_college)
    draft = make.pledge_round(campus, issued=False)

    for one in (elsewhere.pk, draft.pk, 999_999):
        with pytest.raises(CommandError) as refused:
            run("board", unit="TEST/计算机学院", round=one)
        assert refused.value.returncode == 2
