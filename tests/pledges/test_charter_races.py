"""Twenty hands at once under one 责任书, on PostgreSQL, where it is real. PLG-2."""

import pytest
from django.db import connection

from accounts.models import AuditEntry
from accounts.scope import Role
from pledges.charters import services
from pledges.charters.models import Charter, CharterSignature
from pledges.heads import services as heads
from pledges.heads.models import HeadSignature
from tests import factories as make
from tests.rounds.test_races import TIMES, race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mine(campus):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    round_ = make.charter_round(campus)
    return Charter.objects.get(round=round_, unit=campus.college)


def test_both_sides_sign_twenty_times_at_once_and_each_stands_once(campus, mine):
    deeds = [
        lambda who=who: make.put_hand(Charter.objects.get(pk=mine.pk), who)
        for who in [campus.head, campus.office] * (TIMES // 2)
    ]

    done, refused = race(*deeds)

    mine.refresh_from_db()
    assert (done, refused) == (TIMES, [])
    assert mine.state == "signed"
    assert sorted(CharterSignature.objects.values_list("side", flat=True)) == ["lower", "upper"]
    assert services.verify(mine)
    moves = AuditEntry.objects.filter(model="charter", object_id=str(mine.pk))
    assert moves.filter(verb="countersign").count() == 1
    assert moves.filter(verb="sign").count() == 2


def test_two_holders_of_one_side_race_and_one_stands(campus, mine):
    make.grant(campus.staff, Role.COLLEGE_HEAD, campus.college)
    deeds = [
        lambda who=who: make.put_hand(Charter.objects.get(pk=mine.pk), who)
        for who in [campus.head, campus.staff] * (TIMES // 2)
    ]

    done, refused = race(*deeds)

    assert (done, len(refused)) == (TIMES // 2, TIMES // 2)
    assert set(refused) == {"本方已由他人签署，无需重复签署。"}
    assert CharterSignature.objects.count() == 1


def test_a_head_signs_twenty_times_at_once_and_stands_once(campus, mine):
    round_ = make.pledge_round(campus, head_role=Role.COLLEGE_HEAD)
    digest = heads.page_for_head(round_, campus.college).sha256

    def deed():
        return heads.sign_for_unit(
            round_, campus.college, campus.head, text_sha256=digest, strokes=make.STROKES
        )

    assert race(*[deed] * TIMES) == (TIMES, [])
    assert HeadSignature.objects.count() == 1
