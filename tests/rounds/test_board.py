"""The board: tile, list, sheet and command agree, and each role sees no more than it may."""

import io
import json
from html import unescape

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, User
from rounds import services
from rounds.models import Assignment
from tests import factories as make


@pytest.fixture
def round_(campus):
    made = make.pledge_round(campus)
    make.sign(made, campus.student)
    services.excuse_person(made, campus.classmate, actor=campus.liaison, reason="因病休养")
    return made


def board_url(round_, unit=None, tab=""):
    args = [round_.pk, unit.pk] if unit else [round_.pk]
    return reverse("rounds:board", args=args) + (f"?tab={tab}" if tab else "")


def listed(client, round_, unit, tab="missing"):
    page = client.get(board_url(round_, unit, tab))
    return [person.name for group in page.context["groups"] for person in group.people]


def sheet(client, round_, unit):
    answer = client.post(reverse("rounds:export", args=[round_.pk, unit.pk]))
    rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return list(rows)


def command(name, round_, unit):
    out = io.StringIO()
    code = "TEST" if unit.kind == "school" else f"TEST/{unit.name}"
    call_command(name, unit=code, round=round_.pk, json=True, stdout=out)
    return json.loads(out.getvalue())


UNITS = ["school", "college", "klass", "dorm", "kitchen", "logistics"]


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("closed", [False, True])
def test_tile_list_sheet_and_commands_agree(client, campus, round_, name, closed):
    if closed:
        services.close(round_, actor=campus.office)
    unit = getattr(campus, name)
    client.force_login(campus.office)

    tile = client.get(board_url(round_, unit)).context["figures"]
    names = listed(client, round_, unit)
    found = command("board", round_, unit)["rounds"][0]

    assert tile.missing == len(names) == found["missing"]
    assert {key: found[key] for key in tile.as_dict()} == tile.as_dict()
    assert [row[5] for row in sheet(client, round_, unit)[4:]] == names
    assert [p["name"] for p in command("missing", round_, unit)["people"]] == names
    assert len(listed(client, round_, unit, "done")) == tile.verified
    assert len(listed(client, round_, unit, "excused")) == tile.excused


def test_the_units_add_up_to_their_parent(client, campus, round_):
    client.force_login(campus.office)

    for unit in (campus.school, campus.college, campus.klass):
        page = client.get(board_url(round_, unit, "units"))
        rows = [row.figures for row in page.context["rows"]]
        assert page.context["figures"] == type(rows[0]).total(rows), unit


def test_the_people_of_a_class_without_a_dorm_have_a_line(client, campus, round_):
    client.force_login(campus.counselor)

    rows = client.get(board_url(round_, campus.klass, "units")).context["rows"]

    assert [(row.name, row.figures.expected) for row in rows] == [
        ("梅园3-412", 2),
        ("未安排宿舍", 1),
    ]


def test_the_recipe_of_the_denominator_is_printed(client, campus, round_):
    User.objects.filter(pk=campus.second_student.pk).update(status="suspended")
    client.force_login(campus.liaison)

    page = client.get(board_url(round_, campus.college)).content.decode()

    assert "应完成 8 = 名册人数 10 − 休学 1 − 豁免 1。" in page
    assert "实时统计，截至 " in page


STARTS = {
    "office": "测试大学",
    "leader": "测试大学",
    "department": "测试大学",
    "head": "计算机学院",
    "liaison": "计算机学院",
    "keeper": "第一食堂",
    "counselor": "计科2301班",
    "cadre": "计科2301班",
    "dormhead": "梅园3-412",
    "stranger": "英语2301班",
}


@pytest.mark.parametrize(("role", "start"), STARTS.items())
def test_a_board_begins_at_one_s_own_unit(client, campus, round_, role, start):
    client.force_login(getattr(campus, role))

    page = client.get(board_url(round_))

    assert page.status_code == 200
    assert page.context["unit"].name == start


def test_a_unit_out_of_view_does_not_exist(client, campus, round_):
    for role in ("liaison", "counselor", "cadre", "dormhead", "keeper"):
        client.force_login(getattr(campus, role))
        for unit in (campus.school, campus.other_college, campus.other_class):
            assert client.get(board_url(round_, unit)).status_code == 404, (role, unit)


@pytest.mark.parametrize("role", ["student", "staff", "auditor", "sysadmin"])
def test_whoever_follows_no_unit_has_no_board(client, campus, round_, role):
    client.force_login(getattr(campus, role))

    assert client.get(board_url(round_)).status_code == 403


@pytest.mark.parametrize("role", ["leader", "department"])
def test_numbers_only_for_those_who_see_no_names(client, campus, round_, role):
    client.force_login(getattr(campus, role))

    for tab in ("", "missing", "done", "excused", "units"):
        page = client.get(board_url(round_, campus.klass, tab)).content.decode()
        assert "您的角色查看各单位数据，不显示个人名单。" in page
        assert not [n for n in ("张小明", "李小红", "秦室长", "因病休养") if n in page], tab
    for name in ("rounds:export", "rounds:reminder"):
        url = reverse(name, args=[round_.pk, campus.klass.pk])
        answer = client.post(url) if name == "rounds:export" else client.get(url)
        assert answer.status_code == 403


@pytest.mark.parametrize("role", ["cadre", "dormhead"])
def test_a_cadre_sees_ticks_and_nothing_else(client, campus, round_, role):
    User.objects.update(number="CANARY-NUMBER")
    services.submit(
        round_.assignments.get(unit=campus.klass), actor=campus.counselor, note="CANARY-NOTE"
    )
    user = getattr(campus, role)
    client.force_login(user)
    unit = campus.klass if role == "cadre" else campus.dorm
    urls = [board_url(round_, unit, tab) for tab in ("", "missing", "done", "excused", "units")]
    urls += [reverse("oversight:home"), reverse("rounds:list")]
    if role == "cadre":
        part = round_.assignments.get(unit=campus.klass)
        urls += [reverse("rounds:assignments"), reverse("rounds:assignment", args=[part.pk])]

    pages = "".join(client.get(url).content.decode() for url in urls)

    assert "张小明" in pages
    assert "秦室长" in pages
    assert not [c for c in ("CANARY", "13800001111", "因病休养", "待核") if c in pages]
    assert client.post(reverse("rounds:export", args=[round_.pk, unit.pk])).status_code == 403


def test_a_department_sees_the_names_of_the_round_it_owns(client, campus):
    own = make.pledge_round(campus, owner=campus.student_affairs)
    client.force_login(campus.department)

    assert "张小明" in client.get(board_url(own, campus.klass)).content.decode()
    assert client.post(reverse("rounds:export", args=[own.pk, campus.klass.pk])).status_code == 200


def test_an_export_is_written_down_and_says_what_it_is(client, campus, round_):
    client.force_login(campus.counselor)

    rows = sheet(client, round_, campus.klass)

    entry = AuditEntry.objects.get(verb="export")
    assert (entry.actor, entry.path, entry.detail) == (
        campus.counselor,
        campus.klass.path,
        {"rows": 2},
    )
    assert rows[0][0] == "2026 年反诈承诺书 未完成名单（计科2301班）"
    assert "导出人 褚辅导" in rows[1][0]
    assert rows[4][1:] == (
        "计算机学院", "计科2301班", None, campus.cadre.number, "朱班长", "未办理", "褚辅导",
    )  # fmt: skip


def test_a_draft_has_no_board_and_a_withdrawn_round_says_so(client, campus, round_):
    draft = make.pledge_round(campus, issued=False)
    services.withdraw_round(round_, actor=campus.office, reason="文本有误")
    client.force_login(campus.liaison)

    assert client.get(board_url(draft)).status_code == 404
    assert (
        "任务已撤回，不再要求办理。原因：文本有误" in client.get(board_url(round_)).content.decode()
    )


def queries_of(client, url):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def add_people(campus, n):
    for k in range(n):
        klass = make.unit(campus.college, "class", f"新班{campus.college.pk}-{k}")
        make.holder(campus.faculty, "新辅导", "COUNSELOR", klass)
        dorm = make.unit(klass, "dorm", f"竹园{k}")
        make.person(dorm)
        make.person(klass)


@pytest.mark.parametrize("tab", ["missing", "units", "done", "excused"])
@pytest.mark.parametrize("role", ["office", "liaison"])
def test_a_board_costs_the_same_for_any_number_of_rows(client, campus, round_, tab, role):
    client.force_login(getattr(campus, role))
    url = board_url(round_, None, tab)
    client.get(url)
    few = queries_of(client, url)

    add_people(campus, 3)
    services.issue(round_, actor=campus.office)
    many = queries_of(client, url)

    assert few == many
    assert many <= 19  # one of them asks who said something that is counted apart


def test_a_long_list_has_pages_of_a_hundred(client, campus, round_):
    for _ in range(105):
        make.person(campus.klass)
    client.force_login(campus.counselor)

    first, second = (client.get(board_url(round_) + f"?page={n}") for n in (1, 2))

    assert [len(page.context["page"].object_list) for page in (first, second)] == [100, 7]


@pytest.mark.parametrize("junk", ["?tab=x", "?page=0", "?page=abc", "?page=99999999999"])
def test_nonsense_in_the_link_is_nothing_asked(client, campus, round_, junk):
    client.force_login(campus.office)

    page = client.get(board_url(round_) + junk)

    assert (page.status_code, page.context["tab"]) == (200, "missing")


def test_the_group_text_has_counts_and_the_link_but_no_names(client, campus, round_):
    client.force_login(campus.cadre)

    page = client.get(reverse("rounds:reminder", args=[round_.pk, campus.klass.pk]))

    text = page.context["text"]
    assert len(text) <= 300
    assert f"http://testserver/pledges/{round_.pk}/sign/" in text
    assert "还有 2 人未完成" in text
    assert "不收取任何费用，不索要密码、验证码" in text
    assert not [n for n in User.objects.values_list("name", flat=True) if n in text]
    assert text in unescape(page.content.decode())


def test_the_group_text_uses_the_school_s_own_address(client, campus, round_):
    school = campus.school.school
    school.host, school.site = "fanzha.example.edu.cn", "https://www.example.edu.cn/" + "a" * 150
    school.save()
    client.force_login(campus.cadre)

    page = client.get(reverse("rounds:reminder", args=[round_.pk, campus.klass.pk]))

    assert f"http://fanzha.example.edu.cn/pledges/{round_.pk}/sign/" in page.context["text"]
    assert len(page.context["text"]) <= 300


@pytest.mark.parametrize(
    ("role", "unit", "handed_in", "act"),
    [
        ("counselor", "klass", False, "去交件"),
        ("counselor", "klass", True, "查看交件"),
        ("liaison", "klass", True, "去审核"),
        ("liaison", "klass", False, "查看交件"),
        ("leader", "klass", True, "查看交件"),
    ],
)
def test_the_button_to_a_part_names_what_one_would_do_there(
    client, campus, round_, role, unit, handed_in, act
):
    part = Assignment.objects.get(round=round_, unit=getattr(campus, unit))
    if handed_in:
        services.submit(part, actor=campus.counselor, note="未齐")
    client.force_login(getattr(campus, role))

    page = client.get(reverse("rounds:board", args=[round_.pk, part.unit_id])).content.decode()

    assert f'href="{reverse("rounds:assignment", args=[part.pk])}">{act}</a>' in page
