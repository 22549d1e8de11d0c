"""ORG-8: 休学, 复学, 留级, 转专业 and the like, one person at a time, with day and reason."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Transfer, Unit, User
from accounts.services import people
from rounds import services as rounds
from rounds.figures import Census, figures
from rounds.models import Completion
from tests import factories as make
from tests.accounts.rosters import HEADERS, run, write_csv

SETTLERS = ("office", "liaison")


def turn(client, who, person, what, **more):
    client.force_login(who)
    given = {"turn": what, "day": f"{timezone.localdate():%Y-%m-%d}", "reason": "教务处通知"} | more
    answer = client.post(reverse("accounts:turn", args=[person.pk]), given, follow=True)
    person.refresh_from_db()
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def missing(round_):
    return set(Census(round_).missing().values_list("name", flat=True))


@pytest.mark.parametrize("role", SETTLERS)
def test_who_rests_is_not_expected_and_comes_back_into_a_class(client, campus, role):
    round_, who = make.pledge_round(campus), getattr(campus, role)

    turn(client, who, campus.classmate, "suspend")
    assert (campus.classmate.status, "李小红" in missing(round_)) == ("suspended", False)
    assert campus.classmate.is_active

    younger = make.unit(campus.college, Unit.Kind.CLASS, "计科2401班")
    make.person(younger, "下一级", grade="2024")
    turn(client, who, campus.classmate, "resume", unit=younger.pk)
    assert (campus.classmate.status, campus.classmate.unit) == ("active", younger)
    assert (campus.classmate.grade, "李小红" in missing(round_)) == ("2024", True)


def test_who_repeats_goes_into_a_class_of_the_next_grade_only(client, campus):
    younger = make.unit(campus.college, Unit.Kind.CLASS, "计科2401班")
    make.person(younger, "下一级", grade="2024")
    round_ = make.pledge_round(campus)
    make.sign(round_, campus.classmate)

    said = turn(client, campus.office, campus.classmate, "repeat", unit=campus.second_class.pk)
    assert "留级应转入下一年级的班级" in said
    turn(client, campus.office, campus.classmate, "repeat", unit=younger.pk)

    assert (campus.classmate.unit, campus.classmate.grade) == (younger, "2024")
    assert Completion.objects.get(person=campus.classmate).unit_path == younger.path


def test_both_sides_of_a_change_of_subject_are_told_and_closed_rounds_stay(client, campus):
    closed = make.pledge_round(campus)
    make.sign(closed, campus.classmate)
    rounds.close(closed, actor=campus.office, reason="到期")
    kept = figures(closed, campus.college.path)

    turn(client, campus.office, campus.classmate, "switch", unit=campus.other_class.pk)

    assert campus.classmate.unit == campus.other_class
    assert figures(closed, campus.college.path) == kept
    assert Transfer.objects.get().state == "confirmed"
    for liaison in (campus.liaison, campus.foreign_liaison):
        client.force_login(liaison)
        assert "李小红" in client.get(reverse("roster:transfers")).content.decode()


def test_whoever_has_gone_cannot_log_in(client, campus):
    turn(client, campus.office, campus.classmate, "withdraw")

    assert (campus.classmate.status, campus.classmate.is_active) == ("withdrawn", False)
    assert campus.classmate.status_note.endswith("退学：教务处通知")
    assert AuditEntry.objects.filter(verb="relocate", actor=campus.office).count() == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"reason": " "}, "必填"),
        ({"day": f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}"}, "今天或以前"),
        ({"day": "1990-01-01"}, "今天或以前"),
        ({"day": "九月"}, "日期"),
        ({"what": "resume"}, "选择"),
        ({"what": "leave"}, "选择"),
        ({"what": "switch"}, "请选择转入的班级"),
        ({"what": "switch", "unit": "999999"}, "选择"),
    ],
)
def test_bad_input_is_a_sentence_and_no_change(client, campus, more, sentence):
    before = list(User.objects.filter(pk=campus.classmate.pk).values())
    what = more.pop("what", "suspend") if "what" in more else "suspend"

    said = turn(client, campus.office, campus.classmate, what, **more)

    assert sentence in said
    assert list(User.objects.filter(pk=campus.classmate.pk).values()) == before


def test_twice_is_once(client, campus):
    turn(client, campus.office, campus.classmate, "suspend")
    turn(client, campus.office, campus.classmate, "suspend")

    assert AuditEntry.objects.filter(verb="relocate").count() == 1


def test_who_holds_an_office_is_handed_over_first(client, campus):
    assert "请先交接" in turn(client, campus.office, campus.counselor, "leave")
    assert campus.counselor.is_active


def take_back(client, who, person, reason="登记错了人"):
    client.force_login(who)
    answer = client.post(
        reverse("accounts:take_back", args=[person.pk]), {"reason": reason}, follow=True
    )
    person.refresh_from_db()
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize("what", ["graduate", "withdraw", "transfer_out"])
def test_a_leaving_entered_by_mistake_is_taken_back(client, campus, what):
    closed, still = make.pledge_round(campus), make.pledge_round(campus)
    turn(client, campus.liaison, campus.classmate, what)
    assert "李小红" not in missing(still)
    rounds.close(closed, actor=campus.office, reason="到期")
    kept = figures(closed, campus.school.path)
    page = client.get(reverse("accounts:person", args=[campus.classmate.pk])).content.decode()
    assert reverse("accounts:take_back", args=[campus.classmate.pk]) in page

    said = take_back(client, campus.liaison, campus.classmate)

    assert "离校登记已撤销" in said
    who = campus.classmate
    assert (who.status, who.status_note, who.is_active) == ("active", "", True)
    assert "李小红" in missing(still)
    assert figures(closed, campus.school.path) == kept
    row = AuditEntry.objects.get(verb="undo_leaving")
    assert (row.actor, row.note) == (campus.liaison, "登记错了人")


def test_an_employee_who_was_transferred_away_comes_back_too(client, campus):
    turn(client, campus.liaison, campus.staff, "leave")
    assert (campus.staff.status, campus.staff.is_active) == ("left", False)

    take_back(client, campus.liaison, campus.staff)

    assert (campus.staff.status, campus.staff.is_active) == ("active", True)


def test_a_leaving_after_which_something_came_stays(client, campus):
    turn(client, campus.liaison, campus.classmate, "withdraw")
    turn(client, campus.office, campus.second_student, "withdraw")
    people.set_status(
        campus.classmate, status="transferred_out", note="转学证明", actor=campus.office
    )
    User.objects.filter(pk=campus.second_student.pk).update(unit=campus.klass)

    for person in (campus.classmate, campus.second_student, campus.student):
        before = User.objects.get(pk=person.pk).status
        said = take_back(client, campus.office, person)
        assert "没有可以撤销的离校登记" in said
        assert person.status == before


def test_taking_back_twice_is_once_and_needs_a_reason(client, campus):
    turn(client, campus.liaison, campus.classmate, "withdraw")

    assert "必填" in take_back(client, campus.liaison, campus.classmate, reason=" ")
    assert campus.classmate.status == "withdrawn"
    take_back(client, campus.liaison, campus.classmate)
    take_back(client, campus.liaison, campus.classmate)
    assert AuditEntry.objects.filter(verb="undo_leaving").count() == 1


@pytest.mark.parametrize("role", ["counselor", "stranger", "foreign_liaison", "student"])
def test_nobody_else_takes_a_leaving_back(client, campus, role):
    turn(client, campus.liaison, campus.classmate, "withdraw")

    assert take_back(client, getattr(campus, role), campus.classmate) in {403, 404}
    assert campus.classmate.status == "withdrawn"


def test_a_closed_class_is_no_choice(client, campus):
    gone = make.unit(campus.college, Unit.Kind.CLASS, "计科2201班")
    Unit.objects.filter(pk=gone.pk).update(closed_on=timezone.localdate())

    client.force_login(campus.office)
    page = client.get(reverse("accounts:turn", args=[campus.classmate.pk])).content.decode()
    said = turn(client, campus.office, campus.classmate, "switch", unit=gone.pk)

    assert ("计科2302班" in page, "计科2201班" in page) == (True, False)
    assert "选择" in said and campus.classmate.unit == campus.klass


@pytest.mark.parametrize("role", ["counselor", "stranger", "leader", "head", "sysadmin", "student"])
def test_nobody_else_registers_a_turn(client, campus, role):
    assert turn(client, getattr(campus, role), campus.classmate, "suspend") in {403, 404}
    assert campus.classmate.status == "active"


def test_a_liaison_registers_for_their_own_college_alone(client, campus):
    assert turn(client, campus.liaison, campus.foreign_student, "suspend") == 404
    said = turn(client, campus.liaison, campus.classmate, "switch", unit=campus.other_class.pk)
    assert campus.classmate.unit == campus.klass
    assert "选择" in said


ID = "110101200001011232"


@pytest.mark.parametrize("by", ["exam", "paper", "exam then paper"])
def test_a_newcomer_without_a_number_is_the_same_person_when_it_comes(campus, tmp_path, by):
    """ORG-8: keyed by 考生号 or identity number first; facts stay, nobody is there twice."""
    headers = ["考生号", *HEADERS]
    exam = "26330101150001" if by != "paper" else ""
    line = ["", "新同学", "计算机学院", "计科2301班", "2023", "", "", ID, ""]
    run(write_csv(tmp_path / "迎新.csv", [[exam, *line]], headers), "--apply")
    round_ = make.pledge_round(campus)
    made = User.objects.get(name="新同学")
    make.sign(round_, made)

    line[0] = "2026000001"
    exam = exam if by == "exam" else ""
    found = run(write_csv(tmp_path / "学号.csv", [[exam, *line]], headers), "--apply")

    again = User.objects.get(name="新同学")
    assert (again.pk, again.number, found["added"]) == (made.pk, "2026000001", 0)
    assert set(again.identities.values_list("kind", flat=True)) >= {"student"}
    assert Completion.objects.filter(person=made).count() == 1
