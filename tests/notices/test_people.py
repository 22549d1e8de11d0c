"""ORG-8: both sides of a transfer and its person are told, and each college what a roster changed."""

import pytest
from django.urls import reverse

from accounts.models import ImportBatch, Transfer, User
from accounts.moves import move as advance
from accounts.services import transfers
from accounts.services.roster import apply, stage
from accounts.services.roster.undoing import undo
from accounts.services.standing import take
from notices.models import Notice
from tests import factories as make
from tests.accounts.rosters import as_rows, row, write_csv


def bring(campus, tmp_path, rows, *, unit, actor):
    batch = ImportBatch.objects.create(unit=unit, path=unit.path, created_by=actor)
    stage(batch, write_csv(tmp_path / "名册.csv", rows))
    advance(batch, "confirm", actor=actor)
    return apply(batch, actor=actor)


def inbox(person):
    found = Notice.objects.filter(person=person, kind="people").order_by("pk")
    return [(one.title, one.body) for one in found]


def own_rows(campus):
    return [line for line in as_rows(campus) if line[2] == "计算机学院"]


@pytest.fixture
def second_liaison(campus):
    return make.holder(campus.faculty, "吕联络", "LIAISON", campus.college)


@pytest.fixture
def asked(campus, second_liaison, tmp_path):
    """The roster of 计算机学院 names somebody of 外国语学院."""
    foreign = row(campus.foreign_student.number, "赵小燕")
    bring(campus, tmp_path, [*own_rows(campus), foreign], unit=campus.college, actor=campus.liaison)
    return Transfer.objects.get()


def test_asking_tells_both_sides_and_the_person_but_not_who_asked(campus, asked, second_liaison):
    assert inbox(campus.foreign_liaison) == [
        ("转入申请：1 人待您确认", "计算机学院的名册中有本单位 1 人，请确认是否转出。")
    ]
    assert inbox(second_liaison)[0] == (
        "转入申请已发出：1 人",
        "名册中的这些人员现在其他单位，对方同意后转入，结果另行告知。",
    )
    assert inbox(campus.foreign_student) == [
        ("转入申请待确认", "计算机学院的名册中有您，已请您现在的单位确认，确认前仍在原单位。")
    ]
    assert inbox(campus.liaison) == []
    assert (
        inbox(campus.counselor) == inbox(campus.stranger) == inbox(campus.logistics_liaison) == []
    )


def test_many_of_one_roster_are_one_message_a_college(campus, tmp_path):
    foreign = [
        row(person.number, person.name)
        for person in (campus.foreign_student, campus.foreign_classmate)
    ]
    bring(
        campus, tmp_path, [*own_rows(campus), *foreign], unit=campus.college, actor=campus.liaison
    )

    assert [title for title, _ in inbox(campus.foreign_liaison)] == ["转入申请：2 人待您确认"]
    assert len(inbox(campus.foreign_classmate)) == len(inbox(campus.foreign_student)) == 1


def test_letting_go_tells_the_side_that_asked_and_the_person(campus, asked, second_liaison):
    transfers.let_go(asked, actor=campus.foreign_liaison)

    told = ("有人员已转入", "赵小燕已转入计算机学院 计科2301班，进行中的任务随之转移。")
    assert inbox(campus.liaison) == [told]
    assert inbox(second_liaison)[-1] == told
    assert inbox(campus.foreign_student)[-1] == (
        "您的所在单位已变更",
        "您已转入计算机学院 计科2301班，进行中的任务随之转移，已办的无需重办。",
    )
    assert len(inbox(campus.foreign_liaison)) == 1


def test_a_refusal_tells_why_to_who_asked_and_only_the_outcome_to_the_person(campus, asked):
    transfers.keep_here(asked, actor=campus.office, reason="仍在本院就读")

    assert inbox(campus.liaison) == [("转入申请未获同意", "赵小燕仍在原单位。仍在本院就读")]
    assert inbox(campus.foreign_liaison)[-1] == ("未同意转出", "赵小燕仍在原单位。仍在本院就读")
    assert inbox(campus.foreign_student)[-1] == ("转入申请未获同意", "您仍在原单位，任务照常办理。")


def test_no_title_holds_a_name_and_who_asks_never_reads_where_somebody_stands(campus, asked):
    transfers.let_go(asked, actor=campus.office)

    titles = Notice.objects.filter(kind="people").values_list("title", flat=True)
    assert not any("赵" in title for title in titles)
    assert not any("外国语" in body for _, body in inbox(campus.liaison))


def test_switching_to_another_college_by_hand_tells_both_and_the_person(campus):
    from django.utils import timezone

    take(
        campus.student, "switch", day=timezone.localdate(), reason="教务〔2026〕9 号",
        actor=campus.office, unit=campus.other_class,
    )  # fmt: skip

    assert inbox(campus.liaison) == [("有人员已转出", "张小明已转往外国语学院 英语2301班。")]
    assert inbox(campus.foreign_liaison)[0][0] == "有人员已转入"
    assert inbox(campus.student)[0][0] == "您的所在单位已变更"


def test_a_decision_refused_tells_nobody(campus, asked):
    User.objects.filter(pk=campus.foreign_student.pk).update(
        unit=campus.other_second_class, unit_path=campus.other_second_class.path
    )
    before = Notice.objects.count()

    with pytest.raises(Exception, match="又有变动"):
        transfers.let_go(asked, actor=campus.foreign_liaison)

    assert Notice.objects.count() == before


def changes(campus):
    return [
        *as_rows(campus, without=("李小红",)),
        row("2026000001", "新同学", klass="计科2301班", grade="2026"),
    ]


def test_each_college_a_roster_changed_has_the_way_to_its_note(client, campus, tmp_path):
    batch = bring(campus, tmp_path, changes(campus), unit=campus.school, actor=campus.office)

    (told,) = Notice.objects.filter(kind="people")
    assert (told.person, told.title) == (campus.liaison, "名册变动：涉及本单位 2 人")
    client.force_login(campus.liaison)
    assert client.get(told.link).status_code == 200
    assert told.link == reverse("roster:note", args=[batch.pk, campus.college.pk])


def test_where_there_is_no_contact_the_heads_are_told(campus, tmp_path):
    User.objects.filter(pk=campus.liaison.pk).update(is_active=False)

    bring(campus, tmp_path, changes(campus), unit=campus.school, actor=campus.office)

    assert [told.person for told in Notice.objects.filter(kind="people")] == [campus.head]


def test_a_college_s_own_roster_is_no_news_to_who_brought_it(campus, second_liaison, tmp_path):
    rows = [line for line in changes(campus) if line[2] == "计算机学院"]

    bring(campus, tmp_path, rows, unit=campus.college, actor=campus.liaison)

    assert (len(inbox(campus.liaison)), len(inbox(second_liaison))) == (0, 1)


def test_a_roster_taken_back_leaves_no_dead_link(client, campus, tmp_path):
    batch = bring(campus, tmp_path, changes(campus), unit=campus.school, actor=campus.office)
    Notice.objects.update(read_at="2026-11-21T00:00:00Z")
    advance(batch, "revoke", actor=campus.office)
    undo(batch, actor=campus.office)

    (told,) = Notice.objects.filter(kind="people")
    assert (told.title, told.link, told.read_at) == ("名册变动已撤销", "", None)


def test_what_was_told_does_not_hold_the_undoing_up(campus, asked):
    batch = asked.batch
    advance(batch, "revoke", actor=campus.liaison)

    undo(batch, actor=campus.liaison)

    assert (batch.state, Transfer.objects.count()) == ("undone", 0)
