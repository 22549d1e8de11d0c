"""“谁看过我的信息” (OVS-7): who viewed, unmasked or exported my record, when and why."""

from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from accounts.services import unmasking
from tests import factories as make


def page(client, person, path="/me/seen/") -> str:
    client.force_login(person)
    return client.get(path).content.decode()


def test_nobody_looked(client, student):
    assert "还没有人查看过您的信息" in page(client, student)


def test_who_opened_my_page_is_told_once_a_day(client, campus):
    client.force_login(campus.counselor)
    for _ in range(3):
        client.get(f"/people/{campus.student.pk}/")

    told = page(client, campus.student)

    assert told.count("褚辅导") == 1
    assert ("计算机学院 · 教职工" in told, f"{timezone.localdate()}" in told) == (True, True)


def test_looking_at_oneself_leaves_nothing(client, campus):
    client.force_login(campus.counselor)
    client.get("/me/")
    client.get(f"/people/{campus.counselor.pk}/")

    assert not AuditEntry.objects.filter(verb="look").exists()


def test_who_asked_for_my_full_number_is_told_with_the_reason(client, campus):
    unmasking.unmask(campus.student, actor=campus.office, reason="电话核实预警")

    told = page(client, campus.student)

    assert ("孙处长" in told, "电话核实预警" in told, "查看完整号码" in told) == (True, True, True)


def test_a_list_of_my_class_or_above_is_told_and_another_class_s_is_not(client, campus):
    round_ = make.pledge_round(campus)
    for unit in (campus.school, campus.klass, campus.second_class):
        audit.record(campus.office, "export", round_, path=unit.path, rows=7)

    told = page(client, campus.student)

    assert told.count("导出名单") == 2
    assert ("计科2301班" in told, "计科2302班" in told) == (True, False)


def test_a_list_that_names_its_people_is_told_to_them_alone(client, campus):
    round_ = make.pledge_round(campus)
    audit.record(
        campus.office, "export", round_, path=campus.klass.path, rows=1, people=[campus.student.pk]
    )

    assert "导出名单" in page(client, campus.student)
    assert "导出名单" not in page(client, campus.classmate)


def test_the_missing_list_taken_away_through_the_page_is_told(client, campus):
    round_ = make.pledge_round(campus)
    client.force_login(campus.counselor)
    assert client.post(f"/rounds/{round_.pk}/{campus.klass.pk}/missing.xlsx").status_code == 200

    assert "导出名单" in page(client, campus.student)
    assert "导出名单" not in page(client, campus.foreign_student)


def test_my_page_leads_there(client, student):
    assert 'href="/me/seen/"' in page(client, student, "/me/")


def test_the_page_costs_the_same_for_one_look_and_for_many(
    client, campus, django_assert_max_num_queries
):
    for number in range(12):
        audit.record(campus.office, "unmask", campus.student, note=str(number))
        audit.record(campus.liaison, "look", campus.student)

    client.force_login(campus.student)
    with django_assert_max_num_queries(9):
        client.get("/me/seen/")


def test_who_read_me_on_one_page_is_told(client, campus):
    client.force_login(campus.counselor)
    assert client.get(reverse("oversight:sheet", args=[campus.student.pk])).status_code == 200

    assert "查看一人一页" in page(client, campus.student)
