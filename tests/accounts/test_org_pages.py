"""The pages of 组织与责任 (ORG-3, ORG-4, ORG-6)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Duty, Filing
from accounts.services import duties
from tests import factories as make


@pytest.fixture
def as_liaison(client, campus):
    client.force_login(campus.liaison)
    return client


def asked(person, kind, **more):
    return {"kind": kind, "person": person, "starts_on": f"{timezone.localdate():%Y-%m-%d}", **more}


def test_one_s_own_unit_opens_at_once_and_shows_who_answers_and_what_is_vacant(as_liaison, campus):
    page = as_liaison.get("/org/", follow=True)
    text = page.content.decode()

    assert page.redirect_chain[-1][0] == f"/org/{campus.college.pk}/"
    held = {line.label: [d.person.name for d in line.duties]
            for section in page.context["sections"] for line in section.lines}  # fmt: skip
    assert (held["直接责任人"], held["联络人"], held["第一责任人"]) == (["冯书记"], ["陈联络"], [])
    assert [(row.unit.name, row.missing) for row in page.context["page_obj"].object_list] == [
        ("计科2301班", []), ("计科2302班", []), ("教职工", []),
    ]  # fmt: skip
    assert "空缺" in text


def test_a_liaison_appoints_by_number_and_ends_with_a_reason(as_liaison, campus):
    page = as_liaison.post(
        f"/org/{campus.second_class.pk}/appoint/",
        asked(campus.staff.number, "answers", title="班主任"),
    )
    duty = Duty.objects.get(person=campus.staff)
    as_liaison.post(f"/org/duties/{duty.pk}/end/", {"reason": "换届"})
    duty.refresh_from_db()

    assert (page.status_code, page.url) == (302, f"/org/{campus.second_class.pk}/")
    assert (duty.title, duty.standing, duty.end_note) == ("班主任", "已结束", "换届")
    history = as_liaison.get(f"/org/{campus.second_class.pk}/").context["history"]
    assert [row.pk for row in history] == [duty.pk]


def test_what_was_typed_stays_when_it_is_refused(as_liaison, campus):
    address = f"/org/{campus.klass.pk}/appoint/"
    make.person(campus.faculty, "何老师", category="staff")
    refusals = {
        "没有找到这个人": "查无此人",
        "有多人同名": "何老师",
        "在此期间已是": campus.counselor.number,
    }

    for sentence, person in refusals.items():
        page = as_liaison.post(address, asked(person, "answers", title="班主任")).content.decode()
        assert sentence in page
        assert 'value="班主任"' in page
    page = as_liaison.post(address, {"kind": "office_head", "person": "x", "starts_on": "明天"})
    assert page.status_code == 200
    assert Duty.objects.filter(person=campus.staff).count() == 0


def test_a_person_of_another_college_is_not_found_by_a_liaison(as_liaison, campus):
    page = as_liaison.post(
        f"/org/{campus.klass.pk}/appoint/", asked(campus.stranger.number, "answers")
    )

    assert "没有找到这个人" in page.content.decode()


@pytest.mark.parametrize(("who", "status"), [
    ("stranger", 404), ("foreign_liaison", 404), ("counselor", 404), ("student", 403), ("leader", 403),
])  # fmt: skip
def test_others_neither_see_nor_change_a_college(client, campus, who, status):
    client.force_login(getattr(campus, who))
    duty = Duty.objects.get(person=campus.liaison)

    for address in (f"/org/{campus.college.pk}/", f"/org/{campus.college.pk}/appoint/"):
        assert client.get(address).status_code == status
    assert client.post(f"/org/duties/{duty.pk}/end/", {"reason": "x"}).status_code == status
    assert client.post(f"/org/{campus.college.pk}/file/", {"which": "contact"}).status_code in {
        403,
        404,
    }
    duty.refresh_from_db()
    assert duty.standing == "在任"


def test_a_counselor_names_the_class_s_own_and_nobody_above(client, campus):
    client.force_login(campus.counselor)
    page = client.get(f"/org/{campus.klass.pk}/")

    assert page.context["appointable"] == ["class_contact", "chair", "vice", "member"]
    client.post(f"/org/{campus.klass.pk}/appoint/", asked("李小红", "class_contact"))
    client.post(f"/org/{campus.klass.pk}/appoint/", asked("何老师", "answers"))
    assert [d.kind for d in Duty.objects.filter(appointed_by=campus.counselor)] == ["class_contact"]


def test_the_office_sees_which_lists_are_missing_or_stale(client, campus):
    """ORG-3."""
    duties.appoint(campus.college, person=campus.head, kind="chair", actor=campus.liaison,
                   starts_on=timezone.localdate())  # fmt: skip
    for which in ("group", "contact"):
        duties.file_list(campus.college, which=which, actor=campus.liaison)
    client.force_login(campus.office)

    def shown():
        rows = client.get(f"/org/{campus.school.pk}/").context["page_obj"].object_list
        return {r.unit.name: (bool(r.filed), r.stale) for r in rows if r.unit.kind == "college"}

    assert shown() == {"计算机学院": (True, False), "外国语学院": (False, True)}
    Filing.objects.update(filed_at=timezone.now() - timedelta(days=200))
    assert shown() == {"计算机学院": (True, True), "外国语学院": (False, True)}


def test_a_college_files_for_itself_and_the_office_does_not(client, campus):
    address = f"/org/{campus.college.pk}/file/"
    client.force_login(campus.office)
    assert client.post(address, {"which": "contact"}).status_code == 403
    client.force_login(campus.liaison)
    client.post(address, {"which": "contact"})
    client.post(address, {"which": "nonsense"})

    assert [(f.which, f.filed_by) for f in Filing.objects.all()] == [("contact", campus.liaison)]


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_units(
    as_liaison, campus, more, django_assert_max_num_queries
):
    for number in range(more):
        klass = make.unit(campus.college, "class", f"增{number}班")
        make.holder(campus.faculty, f"辅导员{number}", "COUNSELOR", klass)

    with django_assert_max_num_queries(22):
        as_liaison.get(f"/org/{campus.college.pk}/")


def test_the_desk_appoints_and_ends_by_the_same_service(client, campus):
    client.force_login(campus.office)
    asked_ = {"person": campus.staff.pk, "unit": campus.second_class.pk, "kind": "answers",
              "starts_on": f"{timezone.localdate():%Y-%m-%d}"}  # fmt: skip

    client.post("/desk/accounts/duty/do/appoint/", asked_)
    duty = Duty.objects.get(person=campus.staff)
    client.post(f"/desk/accounts/duty/{duty.pk}/do/end/", {"reason": "调整"})

    duty.refresh_from_db()
    assert (duty.kind, duty.standing) == ("answers", "已结束")
