"""Data is kept for its time and no longer: preview, hold, a record of what went."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import tasks
from accounts.models import AuditEntry, Deletion, ImportBatch, Login, RetentionRule, StagedRow
from accounts.moves import Refused
from accounts.services import retaining
from tests import factories as make


def login(person, days: int | None) -> Login:
    """A login that ended so many days ago; None is still open."""
    ended = None if days is None else timezone.now() - timedelta(days=days)
    path = person.unit_path
    return Login.objects.create(user=person, path=path, session_key="x", ended_at=ended)


def rule(campus, kind="login") -> RetentionRule:
    return next(r for r in retaining.rules(campus.school) if r.kind == kind)


def test_what_is_past_its_time_goes_and_leaves_a_record(campus):
    kept = [login(campus.student, days) for days in (None, 1, 364)]
    for days in (366, 900):
        login(campus.student, days)
    assert retaining.due(rule(campus)) == 2

    tasks.end_retention()
    tasks.end_retention()

    assert set(Login.objects.all()) == set(kept)
    record = Deletion.objects.get()
    assert (record.rule.kind, record.count, record.days) == ("login", 2, 365)
    assert AuditEntry.objects.get(verb="end_retention").detail == {"counts": 2}


def test_a_hold_keeps_everything_until_it_is_released(campus):
    login(campus.student, 900)
    retaining.set_hold(rule(campus), hold=True, reason="配合调查", actor=campus.office)
    assert (retaining.run(), Login.objects.count()) == (0, 1)
    with pytest.raises(Refused):
        retaining.set_hold(rule(campus), hold=True, reason="再次", actor=campus.office)

    retaining.set_hold(rule(campus), hold=False, reason="调查结束", actor=campus.office)

    assert (retaining.run(), Login.objects.count()) == (1, 0)


def test_nothing_is_kept_for_less_than_the_least(campus):
    with pytest.raises(Refused, match="至少保存 180 天"):
        retaining.set_days(rule(campus), days=179, reason="x", actor=campus.office)

    retaining.set_days(rule(campus), days=180, reason="按学校规定", actor=campus.office)

    assert rule(campus).days == 180


def test_each_school_has_its_own_time(campus):
    other = make.campus("B")
    retaining.set_days(rule(campus), days=180, reason="x", actor=campus.office)
    for person in (campus.student, other.student):
        login(person, 200)

    retaining.run()

    assert Login.objects.get().user == other.student


def test_staged_rows_of_a_batch_that_is_over_go_and_those_of_an_open_one_stay(campus):
    then = timezone.now() - timedelta(days=200)
    for state in ("applied", "ready"):
        batch = ImportBatch.objects.create(
            unit=campus.school, path=campus.school.path, state=state, state_at=then
        )
        StagedRow.objects.create(batch=batch, verdict="added")

    retaining.run()

    assert StagedRow.objects.get().batch.state == "ready"


def test_the_office_sees_what_goes_next_and_holds_it(client, campus):
    login(campus.student, 900)
    held = rule(campus)
    client.force_login(campus.office)
    assert "登录记录" in client.get("/desk/accounts/retentionrule/").content.decode()
    assert "1 条" in client.get(f"/desk/accounts/retentionrule/{held.pk}/change/").content.decode()

    client.post(f"/desk/accounts/retentionrule/{held.pk}/do/hold/", {"reason": "配合调查"})

    held.refresh_from_db()
    assert (held.hold, held.hold_why) == (True, "配合调查")


@pytest.mark.parametrize(("who", "code"), [("sysadmin", 404), ("auditor", 404)])
def test_others_of_the_desk_do_not(client, campus, who, code):
    held = rule(campus)
    client.force_login(getattr(campus, who))

    url = f"/desk/accounts/retentionrule/{held.pk}/do/hold/"
    assert client.post(url, {"reason": "x"}).status_code == code
    held.refresh_from_db()
    assert not held.hold
