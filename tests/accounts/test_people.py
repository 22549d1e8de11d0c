"""People: found, looked at, unmasked for a reason; a person's own page; private files."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, ImportBatch, StoredFile, User
from accounts.services import unmasking
from accounts.services.files import keep
from tests import factories as make

PEOPLE = "/people/"


@pytest.fixture
def known(campus):
    """The student has a phone and an ID on file; a foreign one too."""
    for person in (campus.student, campus.foreign_student):
        person.phone, person.id_number = "13812341111", "330102200501011234"
        person.save()
    return campus


def names(answer) -> list[str]:
    return [person.name for person in answer.context["page_obj"]]


def test_the_counselor_sees_the_own_class_and_self(client, campus):
    client.force_login(campus.counselor)

    answer = client.get(PEOPLE)

    assert set(names(answer)) == {"张小明", "李小红", "朱班长", "秦室长", "褚辅导"}


@pytest.mark.parametrize("who", ["student", "cadre", "dormhead", "leader", "department", "auditor"])
def test_the_list_is_closed_to_those_who_see_no_people(client, campus, who):
    client.force_login(getattr(campus, who))

    assert client.get(PEOPLE).status_code == 403


FINDS = [
    ({"q": "小明"}, ["张小明"]),
    ({"q": " 小明 "}, ["张小明"]),
    ({"q": "%"}, []),
    ({"category": "service"}, ["周师傅", "杨经理"]),
    ({"status": "graduated"}, []),
    ({"activated": "no"}, ["周师傅"]),
    ({"activated": "yes", "q": "周"}, []),
]


@pytest.mark.parametrize(("asked", "found"), FINDS)
def test_people_are_found_by_what_is_asked(client, campus, asked, found):
    User.objects.filter(pk=campus.cook.pk).update(activated_at=None)
    client.force_login(campus.office)

    assert names(client.get(PEOPLE, asked)) == found


def test_people_are_found_by_the_beginning_of_any_number_and_below_a_unit(client, campus):
    campus.student.identities.create(school=campus.school, kind="exam", value="33KS0001")
    client.force_login(campus.office)

    assert names(client.get(PEOPLE, {"q": campus.student.number})) == ["张小明"]
    assert names(client.get(PEOPLE, {"q": "33KS"})) == ["张小明"]
    assert names(client.get(PEOPLE, {"unit": campus.second_class.pk})) == ["王小强"]


BAD = [
    {"unit": "9" * 30}, {"unit": "x"}, {"unit": "１２"}, {"q": "x" * 5000},
    {"category": "boss"}, {"page": "0"}, {"page": "-1"}, {"page": "9" * 5000}, {"page": "abc"},
    {"status": "'; --"}, {"order_by": "password"},
]  # fmt: skip


@pytest.mark.parametrize("asked", BAD)
def test_what_is_not_understood_breaks_nothing(client, campus, asked):
    client.force_login(campus.office)

    assert client.get(PEOPLE, asked).status_code == 200


def test_a_foreign_unit_is_no_choice(client, campus):
    client.force_login(campus.counselor)

    answer = client.get(PEOPLE, {"unit": campus.other_class.pk})

    assert "unit" in answer.context["form"].errors
    assert "英语2301班" not in answer.content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, campus, many, django_assert_num_queries):
    for _ in range(many):
        make.person(campus.second_class)
    client.force_login(campus.second_counselor)

    with django_assert_num_queries(9):
        client.get(PEOPLE)


SEES = [("counselor", 200), ("office", 200), ("sysadmin", 200), ("stranger", 404),
        ("foreign_liaison", 404), ("cadre", 403), ("leader", 403), ("classmate", 403)]  # fmt: skip


@pytest.mark.parametrize(("who", "status"), SEES)
def test_a_person_is_looked_at_by_their_own(client, known, who, status):
    client.force_login(getattr(known, who))

    assert client.get(reverse("accounts:person", args=[known.student.pk])).status_code == status


@pytest.mark.parametrize("pk", ["0", "9" * 30, "9" * 5000, "-1", "１２"])
def test_a_number_that_is_no_person_is_not_found(client, campus, pk):
    client.force_login(campus.office)

    assert client.get(f"/people/{pk}/").status_code == 404


def test_sensitive_values_come_with_stars(client, known):
    client.force_login(known.office)

    body = client.get(reverse("accounts:person", args=[known.student.pk])).content.decode()

    assert "138****1111" in body and "330***********1234" in body
    assert "13812341111" not in body and "330102200501011234" not in body


def test_unmasking_takes_a_reason_and_leaves_a_row(client, known):
    client.force_login(known.office)
    url = reverse("accounts:unmask", args=[known.student.pk])

    silent = client.post(url, {"reason": " "}).content.decode()
    told = client.post(url, {"reason": "电话核实预警"}).content.decode()

    assert "13812341111" not in silent
    assert "13812341111" in told and "330102200501011234" in told
    entry = AuditEntry.objects.get(verb="unmask")
    assert (entry.actor, entry.note) == (known.office, "电话核实预警")
    assert "13812341111" not in str(entry.__dict__)


def test_htmx_gets_the_part_alone(client, known):
    client.force_login(known.office)
    url = reverse("accounts:unmask", args=[known.student.pk])

    body = client.post(url, {"reason": "核实"}, headers={"HX-Request": "true"}).content.decode()

    assert body.strip().startswith('<div id="sensitive">') and "13812341111" in body


def test_the_fifty_first_in_an_hour_is_refused(client, known):
    for _ in range(unmasking.MOST):
        unmasking.unmask(known.student, actor=known.office, reason="核实")
    client.force_login(known.office)

    answer = client.post(reverse("accounts:unmask", args=[known.student.pk]), {"reason": "核实"})

    assert "13812341111" not in answer.content.decode()
    assert "一小时内最多查看 50 人" in answer.content.decode()
    assert AuditEntry.objects.filter(verb="unmask").count() == unmasking.MOST


@pytest.mark.parametrize("who", ["counselor", "liaison", "sysadmin", "student", "stranger"])
def test_unmasking_is_the_office_s_alone(client, known, who):
    client.force_login(getattr(known, who))

    url = reverse("accounts:unmask", args=[known.student.pk])
    assert client.post(url, {"reason": "核实"}).status_code == 403
    assert client.get(url).status_code in {403, 405}


def test_my_own_page_shows_my_own_values_with_stars(client, known):
    client.force_login(known.student)

    body = client.get(reverse("accounts:me")).content.decode()

    assert "张小明" in body and "138****1111" in body and "13812341111" not in body
    assert "计科2301班" in body


def roster(campus, kind="roster", name='名册\r\n"2026".xlsx', content_type="text/html"):
    stored = keep(kind, b"<script>1</script>", name=name, content_type=content_type,
                  actor=campus.office)  # fmt: skip
    ImportBatch.objects.create(unit=campus.school, path=campus.school.path, file=stored)
    return reverse("accounts:file", args=[stored.uuid])


def test_a_file_is_served_to_those_who_see_its_owner(client, campus):
    url = roster(campus)
    client.force_login(campus.office)

    answer = client.get(url)

    assert b"".join(answer.streaming_content) == b"<script>1</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%90%8D%E5%86%8C%222026%22.xlsx"
    )


@pytest.mark.parametrize("who", ["liaison", "counselor", "student", "sysadmin", "leader"])
def test_a_file_is_not_found_by_others(client, campus, who):
    url = roster(campus)
    client.force_login(getattr(campus, who))

    foreign, none = client.get(url), client.get("/files/00000000-0000-4000-8000-000000000000/")

    assert (foreign.status_code, none.status_code) == (404, 404)


def test_a_file_of_an_unknown_kind_or_without_bytes_is_not_found(client, campus):
    unknown, gone = roster(campus, kind="mystery"), roster(campus)
    stored = StoredFile.objects.get(kind="roster")
    stored.file.storage.delete(stored.file.name)
    client.force_login(campus.office)

    assert client.get(unknown).status_code == 404
    assert client.get(gone).status_code == 404


def test_only_a_picture_made_by_us_is_shown_in_place(client, campus):
    url = roster(campus, name="签字.jpg", content_type="image/jpeg")
    client.force_login(campus.office)

    answer = client.get(url)
    answer.close()

    assert answer["Content-Disposition"].startswith("inline;")
    assert answer["Content-Type"] == "image/jpeg"


def test_nginx_serves_the_bytes_when_it_stands_in_front(client, campus, settings):
    settings.X_ACCEL = True
    url = roster(campus)
    client.force_login(campus.office)

    answer = client.get(url)

    stored = StoredFile.objects.get()
    assert answer["X-Accel-Redirect"] == f"/private/{stored.file.name}"
    assert answer.content == b""


def test_the_list_shows_college_and_class_with_the_dorm_apart_in_as_many_queries(
    client, campus, django_assert_max_num_queries
):
    client.force_login(campus.office)
    with CaptureQueriesContext(connection) as few:
        client.get(PEOPLE, {"q": "张小明"})
    with django_assert_max_num_queries(len(few)):
        page = client.get(PEOPLE).content.decode()

    home = '<td data-label="单位">计算机学院 · 计科2301班 <span class="muted small">'
    assert home in page
