"""Each move by several hands at one moment."""

import pytest

from tests.races import (  # noqa: F401 - they register
    moves_accounts,
    moves_cards,
    moves_drops,
    moves_roster,
    moves_rounds,
    moves_tools,
)
from tests.races.racing import ONCE, SAME, done_once, done_to_one_end

pytestmark = [pytest.mark.postgresql]


@pytest.mark.parametrize("move", ONCE)
def test_one_of_several_hands_does_it_and_the_others_read_why_not(c, move):
    done_once(ONCE[move](c))


@pytest.mark.parametrize("move", SAME)
def test_several_hands_do_it_and_it_is_there_once(c, move):
    done_to_one_end(*SAME[move](c))
