"""People suggested while typing: inside the walls, by name, pinyin, initials, number, a few at a time."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.finding import MOST
from accounts.models import Meeting
from accounts.services import meetings
from accounts.views import finding
from tests import factories as make
from tests.accounts.test_meetings import asked, day

FIND = reverse("accounts:find_people")


@pytest.fixture(autouse=True)
def fresh_pace():
    cache.clear()


def found(client, typed) -> list[str]:
    return [one["value"] for one in client.get(FIND, {"q": typed}).json()["results"]]


@pytest.fixture
def liaison(client, campus):
    client.force_login(campus.liaison)
    return client


@pytest.mark.parametrize("typed", ["褚辅", "褚", "chufudao", "cfd", "CFD"])
def test_somebody_is_found_by_name_pinyin_and_initials(liaison, campus, typed):
    assert found(liaison, typed) == [f"褚辅导 {campus.counselor.number}"]


def test_somebody_is_found_by_number_with_where_they_belong(liaison, campus):
    results = liaison.get(FIND, {"q": campus.counselor.number}).json()["results"]

    assert results == [
        {"value": f"褚辅导 {campus.counselor.number}", "place": "计算机学院 · 教职工"}
    ]


def test_nobody_out_of_view_is_suggested(liaison, campus):
    other = make.campus("B")

    for person in (campus.stranger, campus.foreign_student, other.student):
        assert found(liaison, person.number) == []
    assert found(liaison, "蒋辅导") == []


@pytest.mark.parametrize("typed", ["", " ", "z", "1", "%", "a" * 5000, "' OR 1=1 --"])
def test_too_little_and_nonsense_find_nobody(liaison, typed):
    answer = liaison.get(FIND, {"q": typed})

    assert (answer.status_code, answer.json()) == (200, {"results": []})


def test_a_few_are_read_however_many_fit(liaison, campus):
    for _ in range(3):
        make.person(campus.klass, "林同名")
    with CaptureQueriesContext(connection) as few:
        assert len(found(liaison, "林同")) == 3
    for _ in range(2 * MOST):
        make.person(campus.klass, "林同名")

    with CaptureQueriesContext(connection) as many:
        assert len(found(liaison, "林同")) == MOST

    assert len(many) == len(few) <= 10
    read = [query["sql"] for query in many if '"pinyin" >=' in query["sql"]]
    assert any(f"LIMIT {MOST}" in sql for sql in read)
    assert [sql for sql in read if "LIMIT" not in sql] == []


def test_nobody_pages_through_the_school_by_script(liaison, monkeypatch):
    monkeypatch.setattr(finding, "ASKED", 3)

    said = [liaison.get(FIND, {"q": "褚"}).status_code for _ in range(5)]

    assert said == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("role", ["student", "cadre", "auditor"])
def test_who_reads_nobody_by_name_is_suggested_nobody(client, campus, role):
    client.force_login(getattr(campus, role))

    assert client.get(FIND, {"q": "褚"}).status_code == 403


def appoint(client, campus, typed):
    return client.post(
        reverse("org:appoint", args=[campus.klass.pk]),
        {"kind": "answers", "person": typed, "starts_on": f"{day()}", "title": "", "note": ""},
    )


def test_a_field_takes_what_was_chosen(liaison, campus):
    page = liaison.get(reverse("org:appoint", args=[campus.klass.pk])).content.decode()
    assert f'data-find="{FIND}"' in page

    answer = appoint(liaison, campus, f"何老师 {campus.staff.number}")

    assert (answer.status_code, campus.staff.duties.count()) == (302, 1)


@pytest.mark.parametrize("typed", ["hls", "helaoshi", "何老"])
def test_without_a_script_what_was_typed_is_a_search_and_never_a_guess(liaison, campus, typed):
    page = appoint(liaison, campus, typed).content.decode()

    assert f"何老师 {campus.staff.number}（计算机学院 · 教职工）" in page
    assert campus.staff.duties.count() == 0


@pytest.mark.parametrize("typed", ["李四 {number}", "{number}9", "何老师 0000"])
def test_a_name_and_a_number_that_do_not_belong_together_mean_nobody(liaison, campus, typed):
    page = appoint(liaison, campus, typed.format(number=campus.staff.number))

    assert (page.status_code, campus.staff.duties.count()) == (200, 0)
    assert "没有找到这个人" in page.content.decode()


def test_a_holder_who_reads_nobody_by_name_is_told_nothing_of_others(client, campus):
    campus.staff.name = "朱老师"
    campus.staff.save()
    duty = campus.cadre.duties.get()
    client.force_login(campus.cadre)
    address = reverse("org:delegate", args=[duty.pk])

    assert "data-find" not in client.get(address).content.decode()
    said = client.post(address, {"person": "zls", "starts_on": f"{day()}", "ends_on": f"{day(3)}"})
    assert campus.staff.number not in said.content.decode()


# ---- who came to a meeting


def enter(client, campus, attendees):
    return client.post(f"/org/{campus.college.pk}/meetings/new/", asked(attendees=attendees))


def test_who_came_is_people_and_words(liaison, campus):
    enter(liaison, campus, f"冯书记 {campus.head.number}、 {campus.staff.number}，校外张律师、")

    meeting = Meeting.objects.get()
    assert meeting.attendees == "冯书记、何老师、校外张律师"
    assert set(meeting.people.all()) == {campus.head, campus.staff}
    page = liaison.get(f"/org/meetings/{meeting.pk}/").content.decode()
    assert "2 人：" in page and "何老师（教职工）" in page
    assert campus.staff.number not in page


def test_putting_it_right_shows_and_keeps_who_came(liaison, campus):
    enter(liaison, campus, f"冯书记 {campus.head.number}、校外张律师")
    meeting = Meeting.objects.get()
    edit = f"/org/meetings/{meeting.pk}/edit/"

    shown = liaison.get(edit).context["form"]["attendees"].value()
    assert shown == f"冯书记 {campus.head.number}、校外张律师"
    liaison.post(edit, asked(attendees=f"{shown}、何老师 {campus.staff.number}"))
    assert set(meeting.people.all()) == {campus.head, campus.staff}
    liaison.post(edit, asked(attendees="校外张律师"))
    assert not meeting.people.exists()


@pytest.mark.parametrize("attendees", ["全体2023级学生代表 30 人", "张三、李四", "全体成员"])
def test_words_stay_words(liaison, campus, attendees):
    enter(liaison, campus, attendees)

    meeting = Meeting.objects.get()
    assert (meeting.attendees, meeting.people.count()) == (attendees, 0)


def test_a_number_of_nobody_in_view_is_refused_by_name(liaison, campus):
    page = enter(liaison, campus, f"冯书记、蒋辅导 {campus.stranger.number}")

    assert f"没有找到“蒋辅导 {campus.stranger.number}”" in page.content.decode()
    assert not Meeting.objects.exists()


def test_a_service_that_names_nobody_leaves_who_came(campus, liaison):
    enter(liaison, campus, f"冯书记 {campus.head.number}")
    meeting = Meeting.objects.get()

    meetings.enter(
        campus.college, actor=campus.liaison, meeting=meeting, title="例会", held_on=day(),
        attendees="冯书记", minutes="略",
    )  # fmt: skip

    assert list(meeting.people.all()) == [campus.head]


def test_units_of_an_audience_are_found_by_their_spelling(client, campus):
    client.force_login(campus.office)

    page = client.get(make.new_url()).content.decode()

    assert 'data-spelled="jisuanjixueyuan jsjxy"' in page
    assert 'data-spelled="jike2301ban jk2301b"' in page
    assert 'data-filter="places"' in page
