"""Whoever has gone cannot log in and holds nothing, by whichever way it was said (ORG-3, ORG-8)."""

import importlib

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import jobs
from accounts.backends import NumberBackend
from accounts.models import ActivationCode, AuditEntry, ImportBatch, Job, Login, User
from accounts.moves import Refused
from accounts.scope import roles_of
from accounts.services import activation, duties, grants, handover, people, roster
from accounts.vacancies import vacant_units
from notices import open_items
from notices.models import Notice
from rounds.queries.people import responsible
from tests import factories as make
from tests.accounts.rosters import write_csv
from tests.desk_rows import step_url

WAYS = ("settle", "desk")


def go(person, way, actor, status="left", note="人事处离职名单"):
    if way == "desk":
        return people.set_status(person, status=status, note=note, actor=actor)
    User.objects.filter(pk=person.pk).update(absent_since=timezone.localdate())
    return roster.settle_absent(person, status=status, note=note, actor=actor)


def fresh(person):
    return User.objects.get(pk=person.pk)


def free(campus, person):
    for grant in person.grants.filter(duty=None):
        grants.stop(grant, actor=campus.office, reason="交接")
    for duty in person.duties.running():
        duties.end(duty, actor=campus.office, reason="交接")


@pytest.mark.parametrize("way", WAYS)
def test_who_holds_a_post_is_handed_over_before_they_go(campus, way):
    with pytest.raises(Refused, match="褚辅导仍担任职务，请先交接"):
        go(campus.counselor, way, campus.office)

    person = fresh(campus.counselor)
    assert (person.status, person.is_active) == ("active", True)


@pytest.mark.parametrize("way", WAYS)
def test_a_duty_without_a_role_is_a_post_too(campus, way):
    duties.appoint(campus.college, person=campus.staff, kind="chair", actor=campus.office,
                   starts_on=timezone.localdate())  # fmt: skip

    with pytest.raises(Refused, match="请先交接"):
        go(campus.staff, way, campus.office)
    assert fresh(campus.staff).status == "active"


@pytest.mark.parametrize("way", WAYS)
def test_the_login_of_whoever_has_gone_is_over(client, campus, way):
    person = campus.staff
    User.objects.filter(pk=person.pk).update(activated_at=None)
    activation.issue_code(fresh(person), actor=campus.office)
    client.force_login(fresh(person))

    go(person, way, campus.office)

    assert fresh(person).is_active is False
    assert not ActivationCode.objects.filter(user=person, revoked_at=None).exists()
    assert not Login.objects.open().filter(user=person).exists()
    assert client.get("/").status_code == 302
    given = {"username": person.number, "password": make.PASSWORD, "school": campus.school}
    assert NumberBackend().authenticate(None, **given) is None


@pytest.mark.parametrize("way", WAYS)
def test_a_student_who_rests_still_logs_in(campus, way):
    go(campus.classmate, way, campus.office, status="suspended", note="病休")

    assert fresh(campus.classmate).is_active


def test_who_is_back_logs_in_again(campus):
    go(campus.staff, "desk", campus.office)

    people.set_status(fresh(campus.staff), status="active", note="误办", actor=campus.office)

    assert fresh(campus.staff).is_active


def test_an_account_that_was_closed_stays_closed_and_the_page_says_so(client, campus):
    handover.close_account(campus.staff, actor=campus.office, reason="外借")
    go(fresh(campus.staff), "desk", campus.office)
    client.force_login(campus.office)

    page = client.get(step_url(campus.staff, "status")).content.decode()
    people.set_status(fresh(campus.staff), status="active", note="返岗", actor=campus.office)

    assert "该账号已被关闭，变更状态后仍不能登录" in page
    assert fresh(campus.staff).is_active is False


def test_nobody_settles_their_own_mark(client, campus):
    User.objects.filter(pk=campus.liaison.pk).update(absent_since=timezone.localdate())
    client.force_login(campus.liaison)

    answer = client.post(
        reverse("roster:settle", args=[campus.liaison.pk]), {"outcome": "here", "note": "本人在岗"}
    )

    assert "不能核实本人的去向，请由同事办理" in answer.content.decode()
    assert fresh(campus.liaison).absent_since


def test_who_has_gone_is_vacant_and_is_sent_no_reminder(campus):
    """A post left behind by an older way of leaving: list and 催办 say the same."""
    User.objects.filter(pk=campus.counselor.pk).update(status="left")

    found = open_items.holders([campus.klass.path])

    assert campus.klass in vacant_units(campus.office)
    assert found == {campus.klass.path: {campus.liaison.pk}}
    assert responsible({campus.klass.path}) == {campus.klass.path: campus.liaison.name}


def shut_by_migration():
    migration = importlib.import_module("accounts.migrations.0032_leavers_log_in_no_more")
    migration.shut(apps, None)


def test_who_left_before_the_status_ended_the_login_logs_in_no_more(client, campus):
    person, told = campus.staff, Notice.objects.count()
    User.objects.filter(pk=person.pk).update(activated_at=None)
    activation.issue_code(fresh(person), actor=campus.office)
    client.force_login(fresh(person))
    held = make.grant(campus.head, "OFFICE", campus.school)
    User.objects.filter(pk__in=[person.pk, campus.head.pk]).update(status="left")
    User.objects.filter(pk=campus.classmate.pk).update(status="suspended")
    others = User.objects.exclude(pk__in=[person.pk, campus.head.pk]).filter(is_active=True)
    still, written = others.count(), AuditEntry.objects.count()
    assert Login.objects.open().filter(user=person).exists()

    shut_by_migration()
    shut_by_migration()

    assert fresh(person).is_active is fresh(campus.head).is_active is False
    assert not ActivationCode.objects.filter(user=person, revoked_at=None).exists()
    assert not Login.objects.open().filter(user=person).exists()
    assert client.get("/").status_code == 302
    assert (others.count(), Notice.objects.count(), AuditEntry.objects.count()) == (
        still, told, written,
    )  # fmt: skip
    held.refresh_from_db()
    assert held.standing == "生效中"  # to be handed over, and giving nothing meanwhile
    assert roles_of(fresh(campus.head)) == set()
    assert campus.college in vacant_units(campus.office)


def test_who_is_back_after_that_logs_in_again(campus):
    User.objects.filter(pk=campus.staff.pk).update(status="left")
    shut_by_migration()

    people.set_status(fresh(campus.staff), status="active", note="返聘", actor=campus.office)

    assert fresh(campus.staff).is_active


def work():
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


def bring(client, campus, tmp_path, *rows):
    """A roster of staff, each person with what the file says of them, looked at."""
    headers = ["工号", "姓名", "学院", "科室", "状态"]
    lines = [[p.number, p.name, "计算机学院", "教职工", said] for p, said in rows]
    path = write_csv(tmp_path / "教职工.csv", lines, headers=headers)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    client.post(reverse("roster:upload"), {"unit": campus.college.pk, "file": file})
    work()
    return ImportBatch.objects.latest("id")


def confirm(client, batch):
    client.post(reverse("roster:confirm", args=[batch.pk]), {"sure": "on"})
    work()
    batch.refresh_from_db()
    return batch


@pytest.fixture
def office(client, campus):
    client.force_login(campus.office)
    return client


def test_a_roster_that_says_somebody_left_ends_the_login_and_is_taken_back(
    office, campus, tmp_path
):
    rows = [(campus.staff, "离职"), (campus.counselor, "在职")]

    batch = confirm(office, bring(office, campus, tmp_path, *rows))

    assert batch.state == ImportBatch.State.APPLIED
    assert (fresh(campus.staff).status, fresh(campus.staff).is_active) == ("left", False)
    assert fresh(campus.counselor).is_active

    office.post(reverse("roster:undo", args=[batch.pk]))
    work()
    assert (fresh(campus.staff).status, fresh(campus.staff).is_active) == ("active", True)


def test_a_roster_that_names_somebody_again_lets_them_in(office, campus, tmp_path):
    go(campus.staff, "desk", campus.office)

    confirm(office, bring(office, campus, tmp_path, (campus.staff, "在职")))

    assert (fresh(campus.staff).status, fresh(campus.staff).is_active) == ("active", True)


def test_a_roster_opens_no_account_that_was_closed(office, campus, tmp_path):
    handover.close_account(campus.staff, actor=campus.office, reason="外借")
    go(fresh(campus.staff), "desk", campus.office)

    confirm(office, bring(office, campus, tmp_path, (campus.staff, "在职")))

    assert (fresh(campus.staff).status, fresh(campus.staff).is_active) == ("active", False)


def test_somebody_new_who_has_left_cannot_log_in(office, campus, tmp_path):
    new = User(number="T9001", name="新来者")

    confirm(office, bring(office, campus, tmp_path, (new, "离职"), (campus.staff, "在职")))

    assert not User.objects.get(name="新来者").is_active


def test_a_roster_refuses_the_row_of_whoever_holds_a_post(office, campus, tmp_path):
    batch = bring(office, campus, tmp_path, (campus.counselor, "离职"), (campus.staff, "离职"))
    page = office.get(reverse("roster:batch", args=[batch.pk]) + "?verdict=rejected")

    row = batch.rows.get(verdict="rejected")
    assert [reason[2] for reason in row.reasons] == ["仍担任职务，请先交接"]
    assert "仍担任职务，请先交接" in page.content.decode()
    confirm(office, batch)
    assert (fresh(campus.counselor).status, fresh(campus.staff).status) == ("active", "left")


def test_a_post_given_after_the_look_stops_the_writing(office, campus, tmp_path):
    batch = bring(office, campus, tmp_path, (campus.staff, "离职"))
    duties.appoint(campus.college, person=campus.staff, kind="chair", actor=campus.office,
                   starts_on=timezone.localdate())  # fmt: skip

    confirm(office, batch)

    assert batch.state != ImportBatch.State.APPLIED
    assert (fresh(campus.staff).status, fresh(campus.staff).is_active) == ("active", True)
