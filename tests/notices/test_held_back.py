"""What waits to be sent when its sender goes: handed over, or held back and told."""

from datetime import datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Grant
from accounts.periods import SHANGHAI
from accounts.services import handover
from notices import services
from notices.models import Circular, Notice, Reminder
from notices.services import circulars, unread
from rounds import services as rounds
from tests import factories as make
from tests.notices.conftest import work
from tests.notices.test_circulars import told, written
from tests.notices.test_reminding import remind

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)


@pytest.fixture
def colleague(campus):
    """Another contact of the college."""
    return make.holder(campus.faculty, "曹联络", "LIAISON", campus.college)


def scheduled(campus, clock, actor=None, unit=None):
    clock.move_to(SUNDAY)
    made = written(campus, actor=actor or campus.liaison, unit=unit or campus.college,
                   places=[campus.college.path], roles=["COUNSELOR"])  # fmt: skip
    return circulars.publish(made, actor=actor or campus.liaison, at=MORNING)


def morning(clock):
    clock.move_to(MORNING)
    services.due()
    circulars.due()
    work()


def ends(person):
    Grant.objects.filter(user=person).update(ends_on="2026-11-22")


def letters(person):
    return {notice.title: notice for notice in Notice.objects.filter(person=person)}


def test_a_circular_whose_author_has_gone_is_a_draft_again_and_colleagues_are_told(
    client, campus, monday, colleague
):
    made = scheduled(campus, monday)
    ends(campus.liaison)

    morning(monday)

    made.refresh_from_db()
    assert (made.state, told(made)) == (Circular.State.DRAFT, set())
    letter = letters(colleague)[f"通知未发出：{made.title}"]
    assert "拟稿人已没有该单位的发布权限，未发出" in letter.body
    assert not letters(campus.liaison) and not letters(campus.office)
    client.force_login(colleague)
    page = client.get(letter.link).content.decode()
    assert "拟稿人已没有该单位的发布权限，未发出。请核对后重新发布" in page
    circulars.publish(made, actor=colleague)
    work()
    assert told(made) == {"褚辅导", "卫辅导"}


def test_where_the_unit_has_nobody_left_the_level_above_is_told(campus, monday):
    made = scheduled(campus, monday)
    for person in (campus.liaison, campus.head):
        ends(person)

    morning(monday)

    letter = letters(campus.office)[f"通知未发出：{made.title}"]
    assert (letter.link, "该单位现在没有可以办理的人员" in letter.body) == ("", True)


def test_a_circular_goes_out_while_who_set_its_time_may_publish(campus, monday, colleague):
    monday.move_to(SUNDAY)
    made = written(campus, actor=campus.liaison, unit=campus.college,
                   places=[campus.college.path], roles=["COUNSELOR"])  # fmt: skip
    circulars.publish(made, actor=colleague, at=MORNING)
    ends(campus.liaison)

    morning(monday)

    assert told(made) == {"褚辅导", "卫辅导"}


def test_a_reminder_whose_sender_has_gone_is_cancelled_and_colleagues_are_told(
    client, campus, round_, monday, colleague
):
    monday.move_to(SUNDAY)
    made = remind(campus, round_, unit=campus.college, places=[campus.klass.path],
                  actor=campus.liaison)  # fmt: skip
    ends(campus.liaison)

    morning(monday)

    made.refresh_from_db()
    assert made.state == Reminder.State.CANCELLED
    letter = letters(colleague)[f"催办未发出：{round_.title}"]
    assert "催办人已没有该单位的权限，未发出。如仍需催办，请重新发送。" in letter.body
    client.force_login(colleague)
    assert client.get(letter.link, {"place": campus.klass.path}).status_code == 200


def test_a_reminder_cancelled_for_another_reason_tells_nobody(campus, round_, monday, colleague):
    monday.move_to(SUNDAY)
    remind(campus, round_, unit=campus.college, places=[campus.klass.path], actor=campus.liaison)
    rounds.close(round_, actor=campus.office, reason="到期")

    morning(monday)

    assert not letters(colleague)


def test_an_unread_reminder_held_till_its_sender_has_gone_is_told(campus, monday, colleague):
    made = scheduled(campus, monday)
    morning(monday)
    made.refresh_from_db()
    monday.move_to(datetime(2026, 11, 23, 23, tzinfo=SHANGHAI))
    unread.remind_unread(made, actor=campus.liaison)
    Grant.objects.filter(user=campus.liaison).update(ends_on="2026-11-23")

    monday.move_to(datetime(2026, 11, 24, 9, tzinfo=SHANGHAI))
    unread.remind_due()

    assert f"未读催办未发出：{made.title}" in letters(colleague)


def test_a_held_unread_reminder_is_called_off_from_the_history(client, campus, monday, colleague):
    made = scheduled(campus, monday)
    morning(monday)
    made.refresh_from_db()
    monday.move_to(datetime(2026, 11, 23, 23, tzinfo=SHANGHAI))
    unread.remind_unread(made, actor=campus.liaison)
    history, cancel = reverse("notices:reminders"), reverse("notices:cancel_held", args=[made.pk])
    client.force_login(campus.foreign_liaison)
    assert made.title not in client.get(history).content.decode()
    assert client.post(cancel).status_code == 404
    client.force_login(campus.liaison)
    assert cancel in client.get(reverse("notices:unread", args=[made.pk])).content.decode()
    page = client.get(history).content.decode()
    assert (cancel in page, made.title in page, "2026-11-24 08:00" in page) == (True, True, True)

    said = client.post(cancel, follow=True).content.decode()
    again = client.post(cancel)

    assert "已取消，未读催办不会发出。" in said
    assert (again.status_code, "没有待发出的未读催办" in again.content.decode()) == (409, True)
    assert cancel not in client.get(history).content.decode()
    monday.move_to(datetime(2026, 11, 24, 9, tzinfo=SHANGHAI))
    unread.remind_due()
    assert not Notice.objects.filter(key=f"unread:{made.pk}").exists()
    entry = AuditEntry.objects.get(verb="cancel")
    assert (entry.actor, entry.object_id) == (campus.liaison, str(made.pk))
    client.force_login(campus.liaison)
    client.post(reverse("notices:remind_unread", args=[made.pk]))  # it may be sent anew
    assert Notice.objects.filter(key=f"unread:{made.pk}").exists()


def test_what_waits_goes_to_the_successor_and_is_sent(campus, round_, monday):
    letter = scheduled(campus, monday)
    reminder = remind(campus, round_, unit=campus.college, places=[campus.klass.path],
                      actor=campus.liaison)  # fmt: skip
    parts = {part.label: part for part in handover.held_by(campus.liaison, actor=campus.office)}
    assert parts["待发催办"].going == [f"计算机学院：{round_.title}"]
    assert parts["待发布通知"].going == [f"计算机学院：{letter.title}"]

    handover.hand_over(campus.liaison, successor=campus.staff, reason="调离", actor=campus.office,
                       expected=sum(len(part.goes) for part in parts.values()))  # fmt: skip
    ends(campus.liaison)
    morning(monday)

    for row in (letter, reminder):
        row.refresh_from_db()
        assert row.created_by == campus.staff
    assert (letter.state, reminder.state) == (Circular.State.PUBLISHED, Reminder.State.SENT)
    assert AuditEntry.objects.filter(verb="pass_unsent").count() == 2
