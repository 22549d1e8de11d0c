"""催办 of 责任书: whoever holds up the cascade is told, by the same rules. PLG-2, OVS-6."""

from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Grant
from accounts.moves import Refused
from notices import open_items, queries, services
from notices.models import Notice, Reminder
from pledges.charters.models import Charter
from rounds import services as rounds
from tests import factories as make
from tests.notices.conftest import work


@pytest.fixture
def charter(monday, campus):
    return make.charter_round(campus)


def remind(campus, round_, unit=None, places=None, actor=None):
    unit = unit or campus.school
    return services.remind(
        round_, unit, places=places or [campus.college.path, campus.other_college.path],
        whom=Reminder.Whom.ANSWERABLE, actor=actor or campus.office, once=uuid4(),
    )  # fmt: skip


def told() -> dict[str, str]:
    return dict(Notice.objects.values_list("person__name", "title"))


def pair(round_, unit):
    return Charter.objects.get(round=round_, unit=unit, person=None)


def test_those_whose_hand_is_waited_for_now_are_told_once_with_all_of_theirs(campus, charter):
    """Below an unsigned pair nobody can sign yet, so nobody there is told."""
    remind(campus, charter)
    work()

    assert told() == {
        "孙处长": "催办：1 项任务，5 份待您签署",  # the whole of theirs, as in every letter
        "冯书记": "催办：1 项任务，1 份待您签署",
    }
    letter = Notice.objects.get(person=campus.head)
    assert letter.body == (
        "【2026 年反诈责任书】1 份待您签署（计算机学院）。请在 12月3日10:00前办结。"
    )
    assert letter.link == reverse("charters:mine")


def test_what_is_signed_is_no_longer_asked_and_the_next_tier_is(campus, charter):
    make.put_hand(pair(charter, campus.college), campus.head)
    make.put_hand(pair(charter, campus.college), campus.office)

    remind(campus, charter, campus.college, [campus.klass.path, campus.second_class.path])
    work()

    assert told() == {
        "冯书记": "催办：1 项任务，2 份待您签署",
        "褚辅导": "催办：1 项任务，1 份待您签署",
        "卫辅导": "催办：1 项任务，1 份待您签署",
    }


def test_nobody_is_told_twice_a_day_nor_outside_the_hours_nor_after_the_close(campus, charter):
    remind(campus, charter)
    work()
    with pytest.raises(Refused, match="今天都已收到催办"):
        remind(campus, charter)

    with time_machine.travel("2026-11-28T10:00:00+08:00", tick=False):  # a Saturday
        held = remind(campus, charter)
        assert (held.state, f"{held.send_at:%Y-%m-%d %H}") == ("waiting", "2026-11-30 08")
        for side in (campus.head, campus.office):
            make.put_hand(pair(charter, campus.college), side)
        rounds.close(charter, actor=campus.office, reason="提前结束")
    with time_machine.travel("2026-11-30T09:00:00+08:00", tick=False):
        services.due()
        work()
    held.refresh_from_db()
    assert (held.state, Notice.objects.filter(reminder=held).count()) == ("cancelled", 0)


def test_a_vacancy_is_counted_and_nobody_is_told_for_it(campus, charter):
    Grant.objects.filter(role="COLLEGE_HEAD").delete()

    seen = queries.preview(
        charter, campus.school.path, [campus.other_college.path], "answerable", "2026-11-23"
    )

    assert (seen.names(), seen.vacant) == (["孙处长"], 0)
    assert open_items.of_round(charter, campus.other_college.path).waits == {
        campus.other_college.path: {campus.office.pk: 1, open_items.VACANT: 1}
    }


def test_a_student_who_lives_outside_is_waited_for_in_person(campus, monday):
    round_ = make.charter_round(campus, tiers=["lodging"], cascade=False)

    remind(campus, round_, campus.college, [campus.klass.path])
    work()

    assert set(told()) == {"褚辅导", "李小红", "朱班长"}


def test_the_cascade_leads_to_the_page_and_the_page_sends(client, campus, charter):
    client.force_login(campus.liaison)
    address = reverse("notices:remind", args=[charter.pk, campus.college.pk])
    place = reverse("charters:cascade", args=[charter.pk, campus.college.pk])
    assert address in client.get(place).content.decode()
    page = client.get(address)
    said = page.content.decode()
    assert "待签（份次）" in said
    assert "墙上公示" not in said
    assert "未完成的本人" not in said
    body = {"units": [campus.college.pk], "whom": "answerable", "once": uuid4()}
    assert "2 份次待签" in client.post(address, body).content.decode()

    client.post(address, body | {"confirmed": "on"})
    work()

    assert set(told()) == {"孙处长", "冯书记"}
    client.force_login(campus.student)
    assert address not in client.get("/").content.decode()


def test_a_letter_covers_every_unit_of_its_reader_not_only_the_board_s_college(campus, monday):
    round_ = make.pledge_round(campus)
    make.grant(campus.counselor, "COUNSELOR", campus.other_second_class)
    second = make.pledge_round(campus, title="外院任务", places=[campus.other_college.path])

    remind(campus, round_, campus.college, [campus.klass.path], actor=campus.liaison)
    work()

    (letter,) = Notice.objects.all()
    assert letter.person == campus.counselor
    assert "计科2301班 4 人、英语2302班 1 人" in letter.body
    assert f"【{second.title}】1 人未完成（英语2302班 1 人）" in letter.body
