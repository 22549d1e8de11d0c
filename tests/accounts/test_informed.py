"""个人信息处理告知书: read at the first login, again when it changes, nothing forced but the reading."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, NoticeRead, PrivacyNotice
from accounts.services import informing, schools
from tests import factories as make

URL, EDIT = "/me/notice/", "/me/notice/edit/"


@pytest.fixture
def notice(campus):
    return informing.publish(
        campus.school, body="甲乙丙", optional="用手机号提醒我\n用照片做宣传", actor=campus.office
    )


def knock(person) -> Client:
    client = Client()
    client.post("/login/", {"number": person.number, "password": make.PASSWORD})
    return client


def test_a_new_school_has_a_notice_in_its_own_names(db):
    unit, _, _ = schools.create_school(
        code="X", name="某某大学", office=None, office_name="平安办", student_office_name="学工部",
        college_word="书院", contact="0571-1",
    )  # fmt: skip

    held = informing.current(unit.pk)

    assert held.version == 1
    for word in ("某某大学", "平安办", "学工部", "书院", "0571-1"):
        assert word in held.body
    for word in ("保卫处", "学生处", "{", "学院"):
        assert word not in held.body


def test_the_first_login_leads_to_the_notice_and_then_onward(campus, notice):
    client = knock(campus.student)

    answer = client.get("/me/logins/")
    assert (answer.status_code, answer.url) == (302, "/me/notice/?next=%2Fme%2Flogins%2F")
    assert "甲乙丙" in client.get(answer.url).content.decode()
    assert client.post(answer.url, {}).url == "/me/logins/"

    assert client.get("/me/logins/").status_code == 200
    assert knock(campus.student).get("/me/").status_code == 200
    assert NoticeRead.objects.get().agreed == []


def test_an_address_of_elsewhere_is_not_followed(campus, notice):
    client = knock(campus.student)

    assert client.post(f"{URL}?next=https://evil.example/", {}).url == "/"


def test_nothing_is_agreed_to_beforehand_and_refusing_blocks_nothing(campus, notice):
    client = knock(campus.student)
    assert "checked" not in client.get(URL).content.decode()

    client.post(URL, {"agreed": ["用手机号提醒我"]})
    assert NoticeRead.objects.get().agreed == ["用手机号提醒我"]
    client.post(URL, {"agreed": []})
    client.post(URL, {"agreed": []})

    assert NoticeRead.objects.get().agreed == []
    assert client.get("/").status_code == 200
    assert AuditEntry.objects.filter(verb="read_notice").count() == 2


def test_an_item_that_is_not_offered_is_refused(campus, notice):
    client = knock(campus.student)

    answer = client.post(URL, {"agreed": ["别的"]})

    assert (answer.status_code, NoticeRead.objects.count()) == (200, 0)


def test_a_new_version_asks_again_and_the_old_one_stays(campus, notice, client):
    knock(campus.student).post(URL, {})
    client.force_login(campus.office)
    client.post(URL, {})

    answer = client.post(EDIT, {"body": "新的正文", "optional": ""}, follow=True)

    assert "已发布第 2 版" in answer.content.decode()
    assert knock(campus.student).get("/me/").status_code == 302
    assert list(PrivacyNotice.objects.order_by("version").values_list("body", flat=True)) == [
        "甲乙丙", "新的正文",
    ]  # fmt: skip
    assert NoticeRead.objects.filter(notice=notice).count() == 2


def test_the_same_text_twice_is_one_version(campus, notice, client):
    client.force_login(campus.office)
    client.post(URL, {})

    said = client.post(EDIT, {"body": notice.body, "optional": notice.optional}).content.decode()

    assert "没有修改" in said and PrivacyNotice.objects.count() == 1


@pytest.mark.parametrize("who", ["student", "liaison", "auditor"])
def test_only_the_office_writes_the_notice(campus, client, who):
    client.force_login(getattr(campus, who))

    assert client.post(EDIT, {"body": "x"}).status_code == 403


def test_a_school_without_a_notice_holds_nobody_up(campus):
    client = knock(campus.student)

    assert (client.get("/me/").status_code, client.get(URL).status_code) == (200, 404)
