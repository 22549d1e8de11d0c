"""ORG-8: a written roster is taken back while nothing depends on it, and told to each college."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import jobs
from accounts.models import (
    AuditEntry,
    FormerRecord,
    Identity,
    ImportBatch,
    Job,
    Transfer,
    Unit,
    User,
)
from rounds.figures import Census
from rounds.models import Assignment, Completion
from tests import factories as make
from tests.accounts.rosters import as_rows, person, row, write_csv

State = ImportBatch.State


def work():
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


def state_of_the_school():
    """Everything a roster may change."""
    people = User.objects.order_by("pk").values_list(
        "number", "name", "pinyin", "unit_path", "unit_id", "category", "status", "status_note",
        "grade", "cohort", "major", "phone_sealed", "phone_index", "absent_since",
    )  # fmt: skip
    numbers = Identity.objects.order_by("kind", "value").values_list("kind", "value", "user_id")
    return list(people), list(numbers), list(Unit.objects.order_by("path").values_list("path"))


@pytest.fixture
def office_client(client, campus):
    client.force_login(campus.office)
    return client


def bring(client, campus, tmp_path, rows, unit=None):
    path = write_csv(tmp_path / "名册.csv", rows)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    unit = unit or campus.school
    client.post(reverse("roster:upload"), {"unit": unit.pk, "file": file})
    work()
    batch = ImportBatch.objects.latest("id")
    client.post(reverse("roster:confirm", args=[batch.pk]), {"sure": "on"})
    work()
    batch.refresh_from_db()
    return batch


def changes(campus):
    """Somebody new in a new class, somebody moved, changed, gone on leave, and missing."""
    return [
        *as_rows(campus, without=("张小明", "李小红", "王小强", "赵小燕")),
        row("2026000001", "新同学", klass="计科2601班", grade="2026", phone="13812345678"),
        row(campus.student.number, "张小明", klass="计科2302班", phone="13711112222"),
        row(campus.second_student.number, "王小强", klass="计科2302班", note="休学一年"),
        row(campus.foreign_student.number, "赵小燕", klass="计科2301班"),
    ]


@pytest.fixture
def written(office_client, campus, tmp_path):
    make.pledge_round(campus)
    make.sign(campus_round(), campus.student)
    campus.before = state_of_the_school()
    campus.parts = set(Assignment.objects.values_list("unit_path", flat=True))
    return bring(office_client, campus, tmp_path, changes(campus))


def campus_round():
    from rounds.models import Round

    return Round.objects.get()


def undo(client, batch):
    answer = client.post(reverse("roster:undo", args=[batch.pk]), follow=True)
    work()
    batch.refresh_from_db()
    return answer.content.decode()


def test_a_written_roster_is_taken_back_to_the_last_value(office_client, campus, written):
    assert (written.state, state_of_the_school() == campus.before) == (State.APPLIED, False)
    page = office_client.get(reverse("roster:undo", args=[written.pk])).content.decode()
    assert "新增的 1 人" in page

    undo(office_client, written)

    assert written.state == State.UNDONE
    assert state_of_the_school() == campus.before
    assert set(Assignment.objects.values_list("unit_path", flat=True)) == campus.parts
    assert Completion.objects.get(person=campus.student).unit_path == campus.student.unit_path
    assert Census(campus_round()).missing().filter(name="新同学").count() == 0
    verbs = AuditEntry.objects.filter(object_id=str(written.pk), model="importbatch")
    assert {"revoke", "revoked"} <= set(verbs.values_list("verb", flat=True))


def test_undoing_twice_is_once(office_client, campus, written):
    undo(office_client, written)
    undo(office_client, written)

    assert AuditEntry.objects.filter(verb="revoked").count() == 1
    assert state_of_the_school() == campus.before


def test_the_same_roster_can_be_written_again_after_it_was_taken_back(
    office_client, campus, written, tmp_path
):
    undo(office_client, written)

    again = bring(office_client, campus, tmp_path, changes(campus))

    assert (again.state, again.counts) == (State.APPLIED, written.counts)


def signs(campus):
    make.sign(campus_round(), person("2026000001"))


def logs_in(campus):
    User.objects.filter(name="新同学").update(activated_at=timezone.now())


def is_granted(campus):
    make.grant(person("2026000001"), "CADRE", campus.klass)


def is_edited(campus):
    User.objects.filter(pk=campus.second_student.pk).update(status="active")


def is_settled(campus):
    User.objects.filter(pk=campus.classmate.pk).update(absent_since=None)


def moved_one_signs(campus):
    make.sign(campus_round(), User.objects.get(pk=campus.foreign_student.pk))


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (signs, "新增人员已有"),
        (logs_in, "新增人员中有 1 人已登录"),
        (is_granted, "新增人员已有“授权”1 条"),
        (is_edited, "有 1 人的信息之后又有变更"),
        (is_settled, "有 1 人的信息之后又有变更"),
        (moved_one_signs, "转班人员之后已有"),
    ],
)
def test_what_depends_on_it_is_said_and_nothing_is_taken_back(
    office_client, campus, written, deed, sentence
):
    deed(campus)
    stands = state_of_the_school()

    page = office_client.get(reverse("roster:undo", args=[written.pk])).content.decode()
    said = undo(office_client, written)

    assert sentence in page
    assert sentence in said
    assert "撤销这次导入</button>" not in page
    assert (written.state, state_of_the_school()) == (State.APPLIED, stands)


def test_what_comes_to_depend_before_the_job_runs_stops_it(office_client, campus, written):
    office_client.post(reverse("roster:undo", args=[written.pk]))
    signs(campus)
    work()

    written.refresh_from_db()
    assert (written.state, User.objects.filter(name="新同学").count()) == (State.APPLIED, 1)
    assert "新增人员已有" in written.note


def test_an_earlier_roster_waits_for_the_later_one(office_client, campus, written, tmp_path):
    later = bring(office_client, campus, tmp_path, [*changes(campus), row("2026000002", "又一位")])

    assert "之后又写入过 1 份名册" in undo(office_client, written)
    undo(office_client, later)
    undo(office_client, written)
    assert (later.state, written.state) == (State.UNDONE, State.UNDONE)
    assert state_of_the_school() == campus.before


def test_a_first_import_keeps_no_former_record(office_client, campus, tmp_path):
    bring(office_client, campus, tmp_path, [*as_rows(campus), row("2026000009", "新同学")])

    assert FormerRecord.objects.count() == 0


def told(client, batch, unit):
    answer = client.get(reverse("roster:note", args=[batch.pk, unit.pk]))
    return [(one.kind, one.name, one.said) for one in answer.context["notes"]]


def test_each_college_is_told_who_came_went_and_moved_and_both_sides_of_a_transfer(
    client, campus, written
):
    client.force_login(campus.liaison)
    assert told(client, written, campus.college) == [
        ("来", "新同学", "新增"),
        ("来", "赵小燕", "由外国语学院 英语2301班转入"),
        ("离", "王小强", "休学一年"),
        ("本单位内转班", "张小明", "由计科2301班 梅园3-412转入"),
        ("名册未见", "李小红", "请核实去向"),
    ]
    client.force_login(campus.foreign_liaison)
    assert told(client, written, campus.other_college) == [
        ("离", "赵小燕", "转往计算机学院 计科2301班")
    ]


def test_the_liaison_finds_the_note_of_their_own_college_and_no_other(client, campus, written):
    client.force_login(campus.liaison)

    page = client.get(reverse("roster:list")).content.decode()

    assert reverse("roster:note", args=[written.pk, campus.college.pk]) in page
    assert (
        client.get(reverse("roster:note", args=[written.pk, campus.other_college.pk])).status_code
        == 404
    )
    client.force_login(campus.counselor)
    own = reverse("roster:note", args=[written.pk, campus.college.pk])
    assert client.get(own).status_code == 403


def test_a_liaison_writes_the_roster_of_their_own_college(client, campus, tmp_path):
    client.force_login(campus.liaison)
    own = [line for line in as_rows(campus) if line[2] == "计算机学院"]

    batch = bring(client, campus, tmp_path, [*own, row("2026000001", "新同学")], campus.college)

    assert (batch.state, batch.counts["added"]) == (State.APPLIED, 1)
    assert person("2026000001").unit == campus.klass


def test_a_liaison_cannot_choose_another_college_nor_the_school(client, campus, tmp_path):
    client.force_login(campus.liaison)
    path = write_csv(tmp_path / "名册.csv", as_rows(campus))

    for unit in (campus.school, campus.other_college, campus.logistics):
        file = SimpleUploadedFile(path.name, path.read_bytes())
        client.post(reverse("roster:upload"), {"unit": unit.pk, "file": file})

    assert ImportBatch.objects.count() == 0


def test_a_row_of_another_college_refuses_the_whole_file_and_is_written_down(
    client, campus, tmp_path
):
    """security.md A34."""
    client.force_login(campus.liaison)
    before = state_of_the_school()
    stray = row("2026000001", "新同学", college="外国语学院", klass="英语2301班")

    batch = bring(client, campus, tmp_path, [*as_rows(campus), stray], campus.college)

    assert (batch.state, state_of_the_school()) == (State.REFUSED, before)
    assert "不属于“计算机学院”的人员" in batch.note
    assert AuditEntry.objects.filter(verb="overreach", actor=campus.liaison).count() == 1


@pytest.fixture
def asked(client, campus, tmp_path):
    """A college's roster names somebody who stands with another."""
    client.force_login(campus.liaison)
    own = [line for line in as_rows(campus) if line[2] == "计算机学院"]
    foreign = row(campus.foreign_student.number, "赵小燕")
    return bring(client, campus, tmp_path, [*own, foreign], campus.college)


def decide(client, who, **said):
    client.force_login(who)
    address = reverse("roster:decide_transfer", args=[Transfer.objects.get().pk])
    return client.post(address, said, follow=True)


def test_nobody_is_pulled_over_silently_the_other_side_is_asked(client, campus, asked):
    campus.foreign_student.refresh_from_db()
    assert (asked.state, asked.counts["transfer"]) == (State.APPLIED, 1)
    assert campus.foreign_student.unit == campus.other_class
    page = client.get(reverse("roster:transfers")).content.decode()
    assert ("赵小燕" in page, "英语2301班" in page) == (True, False)

    client.force_login(campus.foreign_liaison)
    assert "同意转出" in client.get(reverse("roster:transfers")).content.decode()


def test_the_side_that_holds_the_person_lets_them_go_once(client, campus, asked):
    make.pledge_round(campus)
    make.sign(campus_round(), campus.foreign_student)

    decide(client, campus.foreign_liaison, decision="let_go")
    second = decide(client, campus.foreign_liaison, decision="let_go")

    campus.foreign_student.refresh_from_db()
    assert campus.foreign_student.unit == campus.klass
    assert Completion.objects.get(person=campus.foreign_student).unit_path == campus.klass.path
    assert second.status_code in {403, 404} or "不能执行此操作" in second.content.decode()
    assert AuditEntry.objects.filter(verb="relocate").count() == 1


def test_a_refusal_needs_its_reason_and_the_asker_reads_it(client, campus, asked):
    decide(client, campus.foreign_liaison, decision="keep_here", reason=" ")
    assert Transfer.objects.get().state == "asked"

    decide(client, campus.foreign_liaison, decision="keep_here", reason="仍在本院就读")

    client.force_login(campus.liaison)
    assert "仍在本院就读" in client.get(reverse("roster:transfers")).content.decode()
    campus.foreign_student.refresh_from_db()
    assert campus.foreign_student.unit == campus.other_class


@pytest.mark.parametrize("role", ["liaison", "head", "counselor", "stranger", "student"])
def test_whoever_asks_does_not_decide(client, campus, asked, role):
    answer = decide(client, getattr(campus, role), decision="let_go")

    assert answer.status_code in {403, 404}
    assert Transfer.objects.get().state == "asked"


def test_a_number_with_another_name_says_nothing_of_whose_it_is(client, campus, tmp_path):
    client.force_login(campus.liaison)
    own = [line for line in as_rows(campus) if line[2] == "计算机学院"]
    guess = row(campus.foreign_student.number, "猜名字")

    batch = bring(client, campus, tmp_path, [*own, guess], campus.college)

    assert (batch.counts["rejected"], Transfer.objects.count()) == (1, 0)
    reasons = batch.rows.get(verdict="rejected").reasons
    assert reasons[0][2] == "号码与姓名不符，请向学校核对"
