"""班级一览: one row a person, one column a task, and the same as a file (users.md, Ground)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts import jobs
from accounts.models import Export, Grant, User
from rounds import services
from rounds.models import Round
from tests import factories as make


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus, title="学年承诺书")


def look(client, who, unit, **query):
    client.force_login(who)
    return client.get(reverse("rounds:overview", args=[unit.pk]), query)


def words(page) -> dict[str, list[str]]:
    return {p.name: [cell.word for cell in row] for p, row in page.context["rows"]}


def test_each_person_has_a_row_and_each_open_task_a_column(client, campus, round_):
    make.sign(round_, campus.student)
    services.excuse_person(round_, campus.classmate, actor=campus.liaison, reason="病休")
    make.pledge_round(campus, title="尚未发布", issued=False)

    page = look(client, campus.counselor, campus.klass)

    assert [r.title for r in page.context["rounds"]] == ["学年承诺书"]
    found = words(page)
    assert (found["张小明"], found[campus.classmate.name]) == (["已完成"], ["已豁免"])
    assert set(map(tuple, found.values())) == {("已完成",), ("已豁免",), ("未办理",)}
    assert len(found) == User.objects.filter(unit_path__startswith=campus.klass.path).count()


def test_whom_a_task_does_not_ask_owes_nothing(client, campus, round_):
    Round.objects.filter(pk=round_.pk).update(categories=["staff"])

    page = look(client, campus.counselor, campus.klass)

    assert set(map(tuple, words(page).values())) == {("无需",)}


def test_a_college_sees_all_its_people_and_goes_down_to_classes(client, campus, round_):
    page = look(client, campus.liaison, campus.college)

    assert campus.klass in page.context["below"]
    assert (
        page.context["page_obj"].paginator.count
        == User.objects.filter(unit_path__startswith=campus.college.path).count()
    )


@pytest.mark.parametrize(("who", "unit", "status"), [
    ("counselor", "klass", 200), ("counselor", "second_class", 404), ("counselor", "college", 404),
    ("liaison", "klass", 200), ("liaison", "other_class", 404), ("office", "school", 404),
    ("leader", "klass", 403), ("cadre", "klass", 403), ("student", "klass", 403),
])  # fmt: skip
def test_only_who_sees_the_people_sees_the_table(client, campus, round_, who, unit, status):
    assert look(client, getattr(campus, who), getattr(campus, unit)).status_code == status


def test_one_unit_is_gone_to_at_once_several_are_chosen_from(client, campus):
    client.force_login(campus.counselor)
    assert client.get(reverse("rounds:overviews")).url == reverse(
        "rounds:overview", args=[campus.klass.pk]
    )
    client.force_login(campus.office)
    page = client.get(reverse("rounds:overviews"))
    assert campus.college in page.context["units"]


def test_more_people_cost_no_more_queries(client, campus, round_):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            look(client, campus.counselor, campus.klass)
        return len(queries)

    cost()
    before = cost()
    for _ in range(3):
        make.person(campus.klass)

    assert cost() == before


def test_the_table_comes_out_as_a_file_with_the_same_words(client, campus, round_):
    make.sign(round_, campus.student)
    page = look(client, campus.counselor, campus.klass)
    address = reverse("rounds:overview_export", args=[campus.klass.pk])

    answer = client.post(address, {"purpose": "班会核对"})
    made = Export.objects.get()
    jobs.run(made.job_id)
    made.refresh_from_db()

    assert answer.url == reverse("accounts:export", args=[made.pk])
    with made.file.file.open("rb") as handle:
        rows = [list(r) for r in load_workbook(handle).active.iter_rows(values_only=True)]
    assert "用途 班会核对" in rows[0][0]
    assert rows[1][3:] == ["姓名", "学（工）号", "学年承诺书"]
    assert {row[3]: row[5:] for row in rows[2:]} == words(page)


def test_no_purpose_or_a_foreign_class_takes_nothing_out(client, campus, round_):
    client.force_login(campus.counselor)
    own, foreign = (
        reverse("rounds:overview_export", args=[unit.pk])
        for unit in (campus.klass, campus.other_class)
    )

    assert client.post(own, {"purpose": ""}).status_code == 400
    assert client.post(foreign, {"purpose": "核对"}).status_code == 404
    assert Export.objects.count() == 0


def test_a_class_lost_before_the_job_gives_nothing(client, campus, round_):
    client.force_login(campus.counselor)
    client.post(reverse("rounds:overview_export", args=[campus.klass.pk]), {"purpose": "核对"})
    Grant.objects.filter(user=campus.counselor).update(
        unit=campus.second_class, path=campus.second_class.path
    )
    made = Export.objects.get()

    jobs.run(made.job_id)

    made.refresh_from_db()
    assert (made.file, made.job.state) == (None, "failed")
