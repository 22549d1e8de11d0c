"""The home: a queue, not a menu."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.queues import QUEUES
from rounds import services
from rounds.figures import figures
from tests import factories as make

HOME = "/"


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def home(client, user):
    client.force_login(user)
    return client.get(HOME)


def test_a_student_sees_what_to_sign_and_afterwards_the_receipt(client, campus, round_):
    before = home(client, campus.student)
    make.sign(round_, campus.student)
    after = home(client, campus.student)

    assert [task.url for task in before.context["tasks"]] == [
        reverse("pledges:sign", args=[round_.pk])
    ]
    assert "去签署" in before.content.decode()
    assert "还剩 10 天" in before.content.decode()
    assert after.context["tasks"] == []
    assert "查看回执" in after.content.decode()
    assert "没有待办事项" in after.content.decode()


def test_only_rounds_that_ask_me_are_mine(client, campus):
    make.pledge_round(campus, unit=campus.other_college)
    make.pledge_round(campus, categories=["staff"])
    make.person(campus.klass, grade="2020")
    make.pledge_round(campus, grades=["2020"])
    make.pledge_round(campus, issued=False)
    make.pledge_round(make.campus("OTHER"))

    assert home(client, campus.student).context["tasks"] == []


def test_excused_alone_or_with_one_s_class_there_is_nothing_to_do(client, campus, round_):
    services.excuse_person(round_, campus.student, actor=campus.liaison, reason="病休")
    part = round_.assignments.get(unit=campus.second_class)
    services.excuse_unit(part, actor=campus.liaison, reason="校外实习")

    assert home(client, campus.student).context["tasks"] == []
    assert home(client, campus.second_student).context["tasks"] == []


@pytest.mark.parametrize(
    "role", ["office", "liaison", "counselor", "logistics_liaison", "department"]
)
def test_the_count_on_a_card_is_the_length_of_its_list(client, campus, round_, role):
    services.submit(round_.assignments.get(unit=campus.klass), actor=campus.counselor, note="未齐")
    back = round_.assignments.get(unit=campus.second_class)
    services.submit(back, actor=campus.second_counselor, note="未齐")
    services.send_back(back, actor=campus.liaison, reason="请补签")

    for card in home(client, getattr(campus, role)).context["cards"]:
        page = client.get(card.url).context
        if "lines" in page:
            assert len(page["lines"]) == card.count, card


def test_an_empty_queue_is_folded_and_a_foreign_one_absent(client, campus, round_):
    page = home(client, campus.liaison)
    student = home(client, campus.student)

    assert "待我审核" in [card.queue.label for card in page.context["empty_cards"]]
    assert "待交件" in [card.queue.label for card in page.context["cards"]]
    assert student.context["cards"] == student.context["empty_cards"] == []
    assert len(QUEUES) >= 4


@pytest.mark.parametrize(
    ("role", "unit"),
    [("office", "school"), ("leader", "school"), ("liaison", "college"), ("counselor", "klass")],
)
def test_progress_is_the_board_s(client, campus, round_, role, unit):
    make.sign(round_, campus.student)
    user = getattr(campus, role)

    rows = home(client, user).context["standing"].rows
    board = client.get(reverse("rounds:board", args=[round_.pk, getattr(campus, unit).pk]))

    assert [(row.unit, row.figures) for row in rows] == [
        (getattr(campus, unit), board.context["figures"])
    ]


def test_a_counselor_of_several_classes_sees_each(client, campus, round_):
    make.grant(campus.counselor, "COUNSELOR", campus.second_class)

    rows = home(client, campus.counselor).context["standing"].rows

    assert [(row.unit.name, row.figures.expected) for row in rows] == [
        ("计科2301班", 4),
        ("计科2302班", 1),
    ]


def test_a_leader_reads_one_sentence_and_no_names(client, campus, round_):
    make.sign(round_, campus.student)

    page = home(client, campus.leader).content.decode()

    people = figures(round_, campus.school.path).expected
    rate = f"{100 / people:.1f}%"
    assert f"应完成 {people} 人次，已完成 1 人次（{rate}），还有 {people - 1} 人次未完成。" in page
    assert "张小明" not in page


def test_an_office_without_a_roster_is_told_the_first_step(client, db):
    school = make.school("NEW", "新大学")
    department = make.unit(school, "department", "保卫处")
    group = make.unit(department, "group", "教职工")
    officer = make.holder(group, "某处长", "OFFICE", school)

    page = home(client, officer).content.decode()

    assert "第一步" in page
    assert "导入名册" in page


def test_after_the_roster_the_next_step_is_a_round(client, campus):
    page = home(client, campus.office).content.decode()

    assert "第一步" not in page
    assert f'href="{reverse("rounds:new")}"' in page


def test_a_home_costs_the_same_for_any_number_of_units(client, campus, round_):
    home(client, campus.counselor)
    with CaptureQueriesContext(connection) as one:
        client.get(HOME)
    for number in range(3):
        klass = make.unit(campus.college, "class", f"新班{number}")
        make.person(klass)
        make.grant(campus.counselor, "COUNSELOR", klass)
    services.issue(round_, actor=campus.office)
    with CaptureQueriesContext(connection) as four:
        client.get(HOME)

    assert len(one) == len(four)


NAMES = [
    {"office_name": "党委保卫工作部", "student_office_name": "学务处", "college_word": "二级学院"},
    {"office_name": "平安办", "student_office_name": "学工部", "college_word": "院部"},
]


@pytest.mark.parametrize("names", NAMES)
def test_the_office_is_called_as_the_school_calls_it(client, campus, names):
    type(campus.school.school).objects.update(**names)
    campus.school.refresh_from_db()
    round_ = make.pledge_round(campus)
    part = round_.assignments.get(unit=campus.klass)
    client.force_login(campus.office)
    urls = [HOME, reverse("rounds:list"), reverse("rounds:new"), reverse("pledges:texts")]
    urls += [
        reverse("rounds:board", args=[round_.pk]),
        reverse("rounds:assignment", args=[part.pk]),
    ]

    pages = "".join(client.get(url).content.decode() for url in urls)

    assert names["office_name"] in pages
    assert not re.search("保卫处|学生处", pages)


@pytest.mark.parametrize(
    ("role", "label"),
    [
        ("office", "交件与审核"),
        ("counselor", "交件与审核"),
        ("leader", "交件情况"),
        ("cadre", None),
        ("dormhead", None),
    ],
)
def test_the_menu_calls_the_parts_by_what_one_does_with_them(client, campus, role, label):
    client.force_login(getattr(campus, role))

    nav = client.get("/").context["nav"]

    assert [p["label"] for p in nav if p["url"] == reverse("rounds:assignments")] == (
        [label] if label else []
    )


def test_a_part_in_work_and_one_handed_in_are_told_apart_by_colour():
    from accounts.templatetags.portal import tone

    assert (tone("open"), tone("submitted")) == ("grey", "soon")


def test_a_department_finds_its_draft_and_the_button_to_draft(client, campus):
    make.pledge_round(campus, issued=False, owner=campus.student_affairs)

    page = home(client, campus.department)

    cards = [(c.queue.label, c.count, c.url) for c in page.context["cards"]]
    assert cards == [("草稿待发布", 1, reverse("rounds:list") + "?show=draft")]
    assert f'href="{reverse("rounds:new")}">起草任务</a>' in page.content.decode()
