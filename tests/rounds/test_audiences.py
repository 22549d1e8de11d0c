"""ORG-9: a round asks chosen categories, grades, cohorts and units; every figure follows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.moves import Refused
from oversight.queries import tasks
from pledges.models import Signature
from rounds import queries, services
from rounds.figures import Census, figures
from rounds.models import Round
from rounds.services.issuing import answering_units
from tests import factories as make


@pytest.fixture
def form(campus):
    today = timezone.localdate()
    text = make.pledge_text(campus.school, campus.office)
    return {
        "title": "新生反诈承诺书",
        "text": text.pk,
        "year": "2026",
        "owner": campus.school.pk,
        "unit": campus.school.pk,
        "level": 3,
        "categories": ["student"],
        "opens_on": today.isoformat(),
        "due_on": (today + timedelta(days=7)).isoformat(),
        "locks_on": (today + timedelta(days=14)).isoformat(),
    }


@pytest.fixture
def chosen(campus):
    """A round for one class of a college and one whole other college."""
    places = [campus.klass.path, campus.other_college.path]
    return make.pledge_round(campus, categories=["student"], places=places)


def names(people):
    return sorted(person.name for person in people)


def test_only_people_of_the_chosen_units_are_expected(campus, chosen):
    found = Census(chosen)

    assert names(found.people()) == ["张小明", "朱班长", "李小红", "秦室长", "赵小燕", "钱小军"]
    assert figures(chosen, campus.school.path).expected == 6
    assert figures(chosen, campus.college.path).expected == 4
    assert figures(chosen, campus.dorm.path).expected == 2
    assert figures(chosen, campus.second_class.path).expected == 0
    assert found.recipe(campus.school.path) == [("名册人数", 6), ("豁免", 0)]


def test_the_ladder_holds_the_chosen_units_and_those_above_them(campus, chosen):
    assert [unit.name for unit in answering_units(chosen)] == [
        "计算机学院",
        "计科2301班",
        "外国语学院",
        "英语2301班",
        "英语2302班",
    ]


def test_a_board_lists_only_units_that_are_asked(client, campus, chosen):
    client.force_login(campus.office)

    school = client.get(reverse("rounds:board", args=[chosen.pk]) + "?tab=units")
    college = reverse("rounds:board", args=[chosen.pk, campus.college.pk]) + "?tab=units"

    assert [row.name for row in school.context["rows"]] == ["计算机学院", "外国语学院"]
    assert [row.name for row in client.get(college).context["rows"]] == ["计科2301班"]


def test_somebody_of_another_class_neither_owes_nor_may_sign(campus, chosen):
    with pytest.raises(Refused, match="不在本任务的应完成人员之列"):
        make.sign(chosen, campus.second_student)

    assert tasks(campus.second_student) == []
    assert [task.round for task in tasks(campus.student)] == [chosen]
    assert Signature.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "listed"),
    [
        ("second_counselor", False),
        ("logistics_liaison", False),
        ("counselor", True),
        ("liaison", True),
        ("stranger", True),
        ("office", True),
        ("department", True),
    ],
)
def test_a_round_is_listed_only_for_units_it_asks(client, campus, chosen, who, listed):
    user = getattr(campus, who)
    client.force_login(user)

    assert list(queries.rounds_listed(user, "open")) == ([chosen] if listed else [])
    page = client.get(reverse("rounds:board", args=[chosen.pk]))
    assert page.status_code == (200 if listed else 404)


def test_a_closed_round_keeps_the_chosen_units_figures(campus, chosen):
    make.sign(chosen, campus.student)
    services.close(chosen, actor=campus.office)
    User.objects.filter(pk=campus.student.pk).update(status="left")

    assert figures(chosen, campus.school.path).as_dict() == {
        "expected": 6, "submitted": 1, "verified": 1, "on_time": 1, "excused": 0,
    }  # fmt: skip
    assert figures(chosen, campus.second_class.path).expected == 0


def test_grade_and_cohort_and_unit_narrow_together(campus):
    User.objects.filter(pk=campus.student.pk).update(cohort="2026")
    User.objects.filter(pk=campus.foreign_student.pk).update(cohort="2026")
    narrow = {"categories": ["student"], "grades": ["2023"], "cohorts": ["2026"]}
    both = make.pledge_round(campus, **narrow)
    one = make.pledge_round(campus, **narrow, places=[campus.college.path])

    assert names(Census(both).people()) == ["张小明", "赵小燕"]
    assert names(Census(one).people()) == ["张小明"]


def test_the_form_keeps_the_outermost_of_what_was_ticked(client, campus, form):
    client.force_login(campus.office)
    ticked = [campus.klass.pk, campus.college.pk, campus.other_class.pk]

    saved = client.post(make.new_url(), form | {"places": ticked})

    round_ = Round.objects.get()
    assert round_.places == [campus.college.path, campus.other_class.path]
    preview = client.get(saved.url).content.decode()
    assert "计算机学院、外国语学院 · 英语2301班" in preview
    edit = client.get(reverse("rounds:edit", args=[round_.pk]))
    assert edit.context["form"].ticked() == {campus.college.pk, campus.other_class.pk}


def test_the_count_on_the_page_is_the_count_that_is_issued(client, campus, form):
    client.force_login(campus.office)
    asked = form | {"places": [campus.college.pk]}

    said = client.post(reverse("rounds:audience"), asked).content.decode()
    client.post(make.new_url(), asked)
    round_ = Round.objects.get()
    services.issue(round_, actor=campus.office)

    assert "应完成 <b>5</b> 人" in said
    assert figures(round_, campus.school.path).expected == 5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"categories": []}, "选定面向单位和人员类别后"),
        ({"places": ["x"]}, "选定面向单位和人员类别后"),
        ({"categories": ["service"], "places": []}, "应完成 <b>2</b> 人"),
        ({"title": ""}, "应完成 <b>7</b> 人"),
    ],
)
def test_the_count_follows_what_is_chosen(client, campus, form, change, sentence):
    client.force_login(campus.office)

    assert sentence in client.post(reverse("rounds:audience"), form | change).content.decode()
    assert Round.objects.count() == 0


def test_a_unit_outside_the_one_asked_or_in_another_school_is_refused(client, campus, form):
    abroad = make.campus("B")
    client.force_login(campus.office)

    outside = {"unit": campus.other_college.pk, "places": [campus.klass.pk]}
    other = client.post(make.new_url(), form | outside)
    foreign = client.post(make.new_url(), form | {"places": [abroad.klass.pk]})

    assert "“计科2301班”不属于所选的面向单位，请取消勾选。" in other.content.decode()
    assert "选择一个有效的选项" in foreign.content.decode()
    assert "乙校" not in foreign.content.decode()
    assert Round.objects.count() == 0


def test_an_issued_round_keeps_its_audience(client, campus, chosen, form):
    client.force_login(campus.office)

    answer = client.post(reverse("rounds:edit", args=[chosen.pk]), form)

    before = chosen.places
    chosen.refresh_from_db()
    assert (answer.status_code, chosen.places) == (404, before)
