"""Different moves of accounts that meet at one moment."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Duty, Grant, ImportBatch, Transfer, User
from accounts.scope import Role
from accounts.services import (
    delegating,
    duties,
    grants,
    handover,
    requests,
    transfers,
)
from accounts.services import roster as rosters
from accounts.services.roster.rolling import stage_roll
from tests import factories as make
from tests.races.racing import fresh, meets, race, read

pytestmark = [pytest.mark.postgresql]
TODAY = date(2026, 11, 23)


@meets("accounts.roster.upload", "accounts.roster.stage_roll")
def test_a_roster_is_brought_while_the_year_rolls_over(c):
    User.objects.filter(pk__in=[c.student.pk, c.classmate.pk]).update(grade="2022")

    race(
        *[lambda: rosters.upload(c.school, b"1,2", name="a.csv", actor=c.office)] * 3,
        *[lambda: stage_roll(c.school, 2026, ["2022"], actor=c.office)] * 3,
    )

    assert ImportBatch.objects.filter(state="reading").count() <= 1
    assert User.objects.filter(status="graduated").count() == 0


@meets("accounts.roster.confirm", "accounts.roster.discard", "accounts.roster.recheck")
def test_a_roster_is_written_thrown_away_or_read_again(c):
    made = ImportBatch.objects.create(
        unit=c.school, path=c.school.path, created_by=c.office, state="ready", counts={"added": 1}
    )

    won, _ = race(
        *[lambda: rosters.confirm(read(made), actor=c.office, sure=True)] * 2,
        *[lambda: rosters.discard(read(made), actor=c.office)] * 2,
        *[lambda: rosters.recheck(read(made), actor=c.office)] * 2,
    )

    assert won == 1
    assert fresh(made).state in {"applying", "discarded", "reading"}


@meets("accounts.handover.hand_over", "accounts.grants.give")
def test_somebody_hands_over_while_they_are_given_more(c):
    other = make.person(c.faculty, "接手", category="staff")

    race(
        lambda: handover.hand_over(
            c.counselor, successor=other, expected=1, reason="调岗", actor=c.office
        ),
        lambda: grants.give(
            c.counselor, role=Role.LIAISON, unit=c.college, starts_on=TODAY, ends_on=None,
            actor=c.office,
        ),
    )  # fmt: skip

    held = Grant.objects.in_force().filter(user__in=[c.counselor, other])
    assert sorted(held.values_list("role", flat=True)) == ["COUNSELOR", "LIAISON"]
    for grant in held:
        assert Duty.objects.running().filter(pk=grant.duty_id, person=grant.user).exists()


@meets("accounts.handover.close_account", "accounts.duties.appoint", "accounts.grants.give")
def test_an_account_is_closed_while_its_person_is_appointed(c):
    race(
        lambda: handover.close_account(read(c.staff), actor=c.office, reason="离职"),
        lambda: duties.appoint(
            c.college, person=c.staff, kind="contact", starts_on=TODAY, actor=c.office
        ),
        lambda: grants.give(
            c.staff, role=Role.COUNSELOR, unit=c.second_class, starts_on=TODAY, ends_on=None,
            actor=c.office,
        ),
    )  # fmt: skip

    holds = Grant.objects.in_force().filter(user=c.staff).exists()
    assert fresh(c.staff).is_active == holds


@meets("accounts.transfers.let_go", "accounts.transfers.keep_here")
def test_a_transfer_is_agreed_to_or_not(c):
    asked = Transfer.objects.create(
        person=c.second_student, old_path=c.second_class.path, new_path=c.other_class.path,
        asked_by=c.foreign_liaison,
    )  # fmt: skip

    won, _ = race(
        *[lambda: transfers.let_go(read(asked), actor=c.liaison)] * 2,
        *[lambda: transfers.keep_here(read(asked), actor=c.liaison, reason="不同意")] * 2,
    )

    went = fresh(asked).state == "confirmed"
    assert won == 1
    assert fresh(c.second_student).unit_path == (c.other_class if went else c.second_class).path


@meets("accounts.requests.decide", "accounts.requests.withdraw")
def test_a_request_is_answered_or_withdrawn(c):
    asked = requests.ask(c.student, kind="correct", text="宿舍已调整")

    won, sentences = race(
        *[lambda: requests.decide(read(asked), grant=True, note="已改", actor=c.counselor)] * 3,
        *[lambda: requests.withdraw(read(asked), actor=c.student)] * 3,
    )

    assert (won, len(sentences)) == (1, 5)


@meets("accounts.delegating.delegate", "accounts.duties.end")
def test_a_duty_ends_while_somebody_is_asked_to_stand_in(c):
    duty = c.liaison.duties.get()

    race(
        lambda: duties.end(read(duty), actor=c.office, reason="轮岗"),
        lambda: delegating.delegate(
            duty, person=c.staff, starts_on=TODAY, ends_on=TODAY + timedelta(days=7),
            actor=c.liaison,
        ),
    )  # fmt: skip

    assert not Duty.objects.running().filter(stands_for=duty).exists()
    assert not Grant.objects.in_force(timezone.localdate()).filter(user=c.staff).exists()
