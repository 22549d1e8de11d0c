"""Coming in for the first time, and who may hand out what makes it possible."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.urls import reverse
from django.utils import timezone

from accounts.models import ActivationCode, AuditEntry, User
from accounts.moves import Refused
from accounts.scope import Role
from accounts.services import activation
from accounts.views.activation import WRONG
from accounts.waiting import not_activated
from tests import factories as make

OWN = "Spring-rain-26"


@pytest.fixture
def fresh(campus):
    """The class has not come in yet."""
    for person in (campus.student, campus.classmate, campus.foreign_student):
        User.objects.filter(pk=person.pk).update(activated_at=None, password="")
        person.refresh_from_db()
    return campus


def come(client, number, code, password=OWN, again=None, **more):
    data = {"number": number, "code": code, "password1": password}
    return client.post("/activate/", data | {"password2": again or password} | more)


def inside(client) -> bool:
    return SESSION_KEY in client.session


def test_a_code_lets_a_person_choose_a_password_and_is_then_used_up(client, fresh):
    code = activation.issue_code(fresh.student, actor=fresh.counselor)

    answer = come(client, fresh.student.number, code)
    assert (answer.status_code, inside(client)) == (302, True)

    client.logout()
    assert WRONG in come(client, fresh.student.number, code, "Other-pass-26").content.decode()
    fresh.student.refresh_from_db()
    assert fresh.student.check_password(OWN)
    assert fresh.student.activated_at is not None


def test_one_goes_on_to_the_task_one_came_for(client, fresh):
    code = activation.issue_code(fresh.student, actor=fresh.counselor)

    answer = come(client, fresh.student.number, code, next="/me/")

    assert answer["Location"] == "/me/"


def test_a_code_may_be_typed_as_printed_in_small_letters_or_full_width(client, fresh):
    code = activation.issue_code(fresh.student, actor=fresh.counselor)
    wide = activation.shown(code).lower().replace("-", "－")

    come(client, fresh.student.number, f" {wide} ".replace("－", "-"))

    assert inside(client)


def test_unknown_number_and_wrong_used_withdrawn_or_expired_code_get_one_answer(client, fresh):
    used = activation.issue_code(fresh.student, actor=fresh.counselor)
    come(client, fresh.student.number, used)
    client.logout()
    withdrawn = activation.issue_code(fresh.classmate, actor=fresh.counselor)
    activation.issue_code(fresh.classmate, actor=fresh.counselor)
    expired = activation.issue_code(fresh.foreign_student, actor=fresh.stranger)
    tries = [
        ("9999999999", used),
        (fresh.classmate.number, "AAAAABBBBB"),
        (fresh.student.number, used),
        (fresh.classmate.number, withdrawn),
    ]
    answers = [come(client, *pair) for pair in tries]
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        answers.append(come(client, fresh.foreign_student.number, expired))

    assert {answer.status_code for answer in answers} == {200}
    assert all(WRONG in answer.content.decode() for answer in answers)
    assert not inside(client)


@pytest.mark.parametrize("known", [True, False])
def test_unknown_number_and_wrong_code_ask_the_database_the_same(
    fresh, known, django_assert_num_queries
):
    number = fresh.student.number if known else "9999999999"

    with django_assert_num_queries(4):  # savepoint, people, code, release
        activation.activate(school=fresh.school, number=number, code="X" * 10, password=OWN)


def test_a_code_is_good_on_its_fourteenth_day(client, fresh):
    code = activation.issue_code(fresh.student, actor=fresh.counselor)

    with time_machine.travel(timezone.now() + timedelta(days=13, hours=23)):
        come(client, fresh.student.number, code)
        assert inside(client)


def test_a_weak_password_is_told_before_the_code_is_looked_at(client, fresh):
    page = come(client, "9999999999", "AAAAABBBBB", "lowercase").content.decode()

    assert "口令须包含" in page and WRONG not in page


def test_a_password_of_ones_own_data_is_refused_only_to_who_holds_the_code(client, fresh):
    number = fresh.student.number
    code = activation.issue_code(fresh.student, actor=fresh.counselor)

    guess = come(client, number, "AAAAABBBBB", f"Aa-{number}").content.decode()
    right = come(client, number, code, f"Aa-{number}").content.decode()

    assert WRONG in guess and "口令中不能包含" not in guess
    assert "口令中不能包含" in right and WRONG not in right
    come(client, number, code)
    assert inside(client)


def test_ten_rapid_guesses_are_five(client, fresh):
    code = activation.issue_code(fresh.student, actor=fresh.counselor)

    codes = [come(client, fresh.student.number, f"GUESS{n:05}").status_code for n in range(10)]

    assert codes == [200] * 4 + [429] * 6
    assert come(client, fresh.student.number, code).status_code == 429
    login = client.post("/login/", {"number": fresh.student.number, "password": "x"})
    assert login.status_code == 429


def test_only_the_digest_of_a_code_is_kept(fresh):
    code = activation.issue_code(fresh.student, actor=fresh.counselor)

    kept = ActivationCode.objects.get()
    assert len(code) == 10
    assert code not in f"{kept.__dict__}{list(AuditEntry.objects.values())}"


def test_the_counselor_prints_slips_for_the_own_class(client, fresh):
    client.force_login(fresh.counselor)
    url = reverse("accounts:print_slips", args=[fresh.klass.pk])
    page = client.get(reverse("accounts:slip_unit", args=[fresh.klass.pk])).content.decode()

    sheet = client.post(url, {"people": [fresh.student.pk, fresh.classmate.pk]})

    body = sheet.content.decode()
    codes = re.findall(r"\b[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}\b", body)
    assert len(codes) == 2 and sheet["Cache-Control"].startswith("max-age=0")
    assert "no-store" in sheet["Cache-Control"]
    assert "data:image/svg+xml;base64," in body
    assert body.count("测试大学 校园反诈工作台</p>") == 2
    assert body.count('<p class="slip-unit">计算机学院 · 计科2301班</p>') == 2
    assert "未激活 2 人" in page and not any(code in page for code in codes)
    entry = AuditEntry.objects.get(verb="issue_slips")
    assert entry.detail == {"people": sorted([fresh.student.pk, fresh.classmate.pk])}
    client.logout()
    come(client, fresh.student.number, codes[0])
    assert inside(client)


def test_the_pages_show_no_code_again(client, fresh):
    code = activation.issue_code(fresh.student, actor=fresh.counselor)
    client.force_login(fresh.counselor)

    for name, pk in [("slip_unit", fresh.klass.pk), ("person", fresh.student.pk)]:
        assert (
            activation.shown(code)
            not in client.get(reverse(f"accounts:{name}", args=[pk])).content.decode()
        )


def test_slips_go_to_those_chosen_who_still_need_one(client, fresh):
    client.force_login(fresh.counselor)
    url = reverse("accounts:print_slips", args=[fresh.klass.pk])

    none = client.post(url)
    foreign = client.post(url, {"people": [fresh.foreign_student.pk]})
    active = client.post(url, {"people": [fresh.cadre.pk]})

    assert "请至少选择一人" in none.content.decode()
    assert foreign.status_code == 200 and "slip-code" not in foreign.content.decode()
    assert active.status_code == 302
    assert not ActivationCode.objects.exists()


WHO = [
    ("counselor", 200), ("liaison", 200), ("office", 200), ("stranger", 404),
    ("second_counselor", 404), ("foreign_liaison", 404), ("keeper", 404), ("cadre", 403),
    ("head", 403), ("leader", 403), ("student", 403), ("sysadmin", 403), ("auditor", 403),
]  # fmt: skip


@pytest.mark.parametrize(("who", "status"), WHO)
def test_slips_of_a_class_are_the_business_of_its_own(client, fresh, who, status):
    client.force_login(getattr(fresh, who))
    unit = reverse("accounts:slip_unit", args=[fresh.klass.pk])
    prints = reverse("accounts:print_slips", args=[fresh.klass.pk])
    one = reverse("accounts:reissue", args=[fresh.student.pk])

    assert client.get(unit).status_code == status
    assert client.get(one).status_code == status
    assert client.post(prints, {"people": fresh.student.pk}).status_code == status
    assert client.post(one, {"seen": "校园卡"}).status_code == status
    assert ActivationCode.objects.exists() == (status == 200)


def test_the_list_names_the_own_units_and_counts_who_waits(client, fresh):
    client.force_login(fresh.liaison)

    page = client.get(reverse("accounts:slips"))
    everything = client.get(reverse("accounts:slips") + "?show=all")

    assert [(u.name, u.waiting_count, u.people_count) for u in page.context["page_obj"]] == [
        ("计科2301班", 2, 4)
    ]
    assert [u.name for u in everything.context["page_obj"]] == [
        "计科2301班", "计科2302班", "教职工",
    ]  # fmt: skip


def test_the_queue_counts_the_people_of_the_list(fresh):
    assert set(not_activated(fresh.counselor)) == {fresh.student, fresh.classmate}
    assert list(not_activated(fresh.stranger)) == [fresh.foreign_student]
    assert [*not_activated(fresh.cadre), *not_activated(fresh.student)] == []


def test_somebody_who_sits_in_no_class_is_counted_and_listed_alike(client, fresh):
    dean = make.person(fresh.college, "院办人员", category="staff")
    User.objects.filter(pk=dean.pk).update(activated_at=None)
    client.force_login(fresh.liaison)

    page = client.get(reverse("accounts:slips"))
    own = client.get(reverse("accounts:slip_unit", args=[fresh.college.pk]))

    assert page.context["waiting"] == not_activated(fresh.liaison).count() == 3
    assert [(u.name, u.parent_name) for u in page.context["page_obj"]] == [
        ("计算机学院", "测试大学"),
        ("计科2301班", "计算机学院"),
    ]
    assert own.context["people"] == [dean]


def test_leavers_and_closed_accounts_wait_for_nothing(fresh):
    User.objects.filter(pk=fresh.student.pk).update(status="graduated")
    User.objects.filter(pk=fresh.classmate.pk).update(is_active=False)

    assert list(not_activated(fresh.counselor)) == []
    with pytest.raises(Refused, match="均已激活"):
        activation.issue_slips(
            [fresh.student, fresh.classmate], actor=fresh.counselor, unit=fresh.klass
        )


def test_a_reset_needs_how_the_person_was_recognised_and_ends_the_old_password(client, campus):
    client.force_login(campus.counselor)
    url = reverse("accounts:reissue", args=[campus.student.pk])

    assert "slip-code" not in client.post(url, {"seen": "  "}).content.decode()
    assert "slip-code" in client.post(url, {"seen": "当面核对校园卡"}).content.decode()

    campus.student.refresh_from_db()
    assert not campus.student.has_usable_password()
    entry = AuditEntry.objects.get(verb="reset")
    assert (entry.actor, entry.object_id, entry.note) == (
        campus.counselor, str(campus.student.pk), "当面核对校园卡",
    )  # fmt: skip


def test_a_reset_ends_the_person_s_sessions(client, campus):
    client.force_login(campus.student)

    activation.reset(campus.student, actor=campus.counselor, seen="校园卡")

    assert client.get(reverse("accounts:me")).status_code == 302


LETS = [
    ("counselor", "cadre", True), ("liaison", "counselor", True), ("liaison", "head", True),
    ("office", "counselor", True), ("office", "liaison", True), ("office", "leader", True),
    ("office", "department", True), ("office", "sysadmin", False), ("office", "auditor", False),
    ("office", "office", False), ("counselor", "liaison", False), ("counselor", "office", False),
    ("liaison", "office", False), ("liaison", "department", False), ("cadre", "student", True),
]  # fmt: skip


@pytest.mark.parametrize(("actor", "person", "open_"), LETS)
def test_nobody_hands_a_code_to_somebody_of_more_powers(campus, actor, person, open_):
    found = activation.open_to(getattr(campus, actor), [getattr(campus, person)])

    assert bool(found) == open_


def test_slips_leave_out_those_of_more_powers(campus):
    boss = make.holder(campus.klass, "兼任者", Role.OFFICE, campus.school)
    User.objects.filter(pk__in=[boss.pk, campus.student.pk]).update(activated_at=None)

    slips = activation.issue_slips(
        [boss, campus.student], actor=campus.counselor, unit=campus.klass
    )

    assert [person for person, _ in slips] == [campus.student]
    with pytest.raises(Refused, match="上级管理人员"):
        activation.issue_code(boss, actor=campus.counselor)


def test_nobody_resets_their_own_password_by_a_slip(campus):
    with pytest.raises(Refused, match="不能为本人"):
        activation.reissue(campus.counselor, actor=campus.counselor, seen="本人")
