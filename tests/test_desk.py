"""The desk: who enters, what they see, and that another school does not exist there."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Login, School, Unit, User
from accounts.queues import QUEUES
from pledges.models import Objection
from rounds.models import Assignment
from tests import factories as make
from tests.desk_rows import MODELS, SEES, english, list_url, row_url, rows_of, step_url, steps_of

DATA = {"https", "TEST"}  # the code of the school, the start of an address
OUTSIDE = ["leader", "department", "head", "liaison", "keeper", "counselor", "cadre", "student"]


@pytest.fixture
def world(campus):
    """A row of each model in the own school, and in a foreign one whose names are canaries."""
    campus.rows = rows_of(campus)
    campus.b = make.campus("B")
    Unit.objects.filter(path__startswith=campus.b.school.path).update(name="乙校单位")
    User.objects.filter(school=campus.b.school).update(name="乙校人员")
    School.objects.filter(unit=campus.b.school).update(office_name="乙校处室")
    for unit in vars(campus.b).values():
        if isinstance(unit, Unit | User):
            unit.refresh_from_db()
    campus.b.rows = rows_of(campus.b)
    return campus


def enter(client, world, role):
    client.force_login(getattr(world, role))
    return client


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_else_enters_the_desk(client, campus, role):
    enter(client, campus, role)

    assert client.get(reverse("admin:index")).status_code == 403
    assert client.get(list_url(User)).status_code == 403


def test_who_is_not_logged_in_is_sent_to_the_portal_s_own_page(client, db):
    for name in ["admin:index", "admin:login", "admin:jsi18n", "admin:autocomplete"]:
        address = reverse(name)
        assert client.get(address).url == f"{reverse('accounts:login')}?next={address}"


def test_logging_out_goes_through_the_portal_with_what_was_posted(client, campus):
    response = enter(client, campus, "office").post(reverse("admin:logout"))

    assert (response.status_code, response.url) == (307, reverse("accounts:logout"))


@pytest.mark.parametrize("role", SEES)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_role_sees_its_own_models_and_rows_and_no_foreign_ones(client, world, role, model):
    enter(client, world, role)
    seen = 200 if model in SEES[role] else 403
    own, foreign = world.rows[model], world.b.rows[model]

    assert client.get(list_url(model)).status_code == seen
    assert client.get(row_url(own)).status_code == (200 if seen == 200 else row_status(own, role))
    assert client.get(row_url(foreign)).status_code == 404
    assert client.get(row_url(foreign, "history")).status_code == 404
    for step in steps_of(model):
        if not step.on_list:
            assert client.get(step_url(foreign, step.name)).status_code == 404
            assert client.post(step_url(foreign, step.name)).status_code == 404


# whoever sees a model that the office does not
READER = {AuditEntry: "auditor", Login: "sysadmin"}


def row_status(row, role) -> int:
    """A model closed to the role: 403 for a row in view all the same, else 404."""
    return 404 if row._meta.model_name in NEVER_IN_VIEW[role] else 403


BESIDE = {
    "outsidebatch", "finding", "headsignature", "charter", "objection", "scan", "passing", "archive",
    "circular", "reminder", "transfer", "recordrequest", "meeting", "meetingtask", "tool",
}  # fmt: skip
NEVER_IN_VIEW = {
    "office": {"auditentry", "login"},
    "sysadmin": {
        "duty", "school", "retentionrule", "importbatch", "auditentry", "assignment", "excuse", "correction",
        "completion", "lockexception", "pledgetext", "signature", *BESIDE,
    },
    "auditor": {
        "user", "duty", "grant", "school", "importbatch", "job", "login", "retentionrule",
        "assignment", "excuse",
        "correction", "completion", "lockexception", "pledgetext", "signature", *BESIDE,
    },
}  # fmt: skip


def told(role) -> set:
    """The models whose rows tell the role what was done to them."""
    return SEES[role] - ({User} if role == "sysadmin" else set()) - {Objection}


@pytest.mark.parametrize("role", SEES)
def test_no_list_of_the_desk_shows_a_word_of_another_school(client, world, role):
    enter(client, world, role)
    pages = [client.get(reverse("admin:index"))]
    pages += [client.get(list_url(model)) for model in SEES[role]]
    pages += [client.get(row_url(world.rows[model])) for model in SEES[role]]
    pages += [client.get(row_url(world.rows[m], "history")) for m in told(role)]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [page.request["PATH_INFO"] for page in pages if "乙校" in page.content.decode()] == []


@pytest.mark.parametrize("role", SEES)
def test_no_english_is_left_on_any_page(client, world, role):
    enter(client, world, role)
    pages = [client.get(reverse("admin:index"))]
    pages += [client.get(list_url(model)) for model in SEES[role]]
    pages += [client.get(row_url(world.rows[model])) for model in SEES[role]]
    pages += [client.get(row_url(world.rows[m], "history")) for m in told(role)]
    for model in SEES[role]:
        for step in steps_of(model):
            pages.append(step_page(client, world.rows[model], step))

    left = {page.request["PATH_INFO"]: english(page.content.decode()) for page in pages}
    assert {address: words for address, words in left.items() if words - DATA} == {}


def step_page(client, row, step):
    if not step.on_list:
        return client.get(step_url(row, step.name))
    return client.get(reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_do",
                              args=[step.name]))  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nothing_is_added_changed_or_deleted_by_the_stock_pages(client, world, model):
    role = READER.get(model, "office")
    enter(client, world, role)
    row = world.rows[model]
    add = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")

    assert client.post(add, {"name": "强加"}).status_code == 403
    assert client.post(row_url(row), {"name": "强加", "state": "approved"}).status_code == 403
    assert client.post(row_url(row, "delete"), {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    assert client.post(list_url(model), bulk).status_code in {200, 302}
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("lookup", [
    "password__startswith", "phone_sealed__contains", "phone_index", "id_number_index",
    "unit__people__password__startswith", "school__code", "is_active__exact",
])  # fmt: skip
def test_a_list_answers_no_guess_at_a_column_it_does_not_offer(client, campus, lookup):
    response = enter(client, campus, "office").get(list_url(User), {lookup: "argon2"})

    assert response.status_code == 400


def test_choices_are_the_own_school_s_at_most_twenty_and_only_for_two_letters(client, world):
    for number in range(25):
        make.person(world.klass, f"张同学{number}")
        make.person(world.b.klass, f"张乙校{number}")
    enter(client, world, "office")
    field = {"app_label": "accounts", "model_name": "grant", "field_name": "user"}

    def ask(term):
        answer = client.get(reverse("admin:autocomplete"), {**field, "term": term})
        return [choice["text"] for choice in answer.json()["results"]]

    assert len(ask("张同学")) == 20
    assert ask("张同") != []
    assert [ask(""), ask("张"), ask("张乙"), ask("乙校")] == [[], [], [], []]


def test_choices_of_units_name_the_units_above(client, world):
    enter(client, world, "office")
    asked = {"app_label": "accounts", "model_name": "grant", "field_name": "unit", "term": "教职"}

    answer = client.get(reverse("admin:autocomplete"), asked).json()["results"]

    assert [choice["text"] for choice in answer] == [
        "计算机学院 › 教职工", "外国语学院 › 教职工", "保卫部 › 教职工", "学工部 › 教职工",
    ]  # fmt: skip


def test_the_auditor_may_not_look_people_up(client, campus):
    enter(client, campus, "auditor")
    asked = {"app_label": "accounts", "model_name": "grant", "field_name": "user", "term": "张小"}

    assert client.get(reverse("admin:autocomplete"), asked).status_code == 403


def test_the_index_shows_what_waits_with_its_count(client, world):
    college = Assignment.objects.get(round=world.rows[Assignment].round, unit=world.logistics)
    Assignment.objects.filter(pk=college.pk).update(
        state="submitted", submitted_by=world.logistics_liaison
    )

    page = enter(client, world, "office").get(reverse("admin:index"))

    shown = {e["queue"].label: e["count"] for e in page.context["queues"]}
    waiting = {q.label: q.rows(world.office).count() for q in QUEUES}
    assert shown == {label: count for label, count in waiting.items() if count}
    assert shown["待我审核"] == 1


def test_models_are_grouped_by_work(client, world):
    page = enter(client, world, "office").get(reverse("admin:index"))

    assert [
        (group["name"], [str(model["name"]) for model in group["models"]])
        for group in page.context["app_list"]
    ] == [
        ("任务办理", ["单位任务", "任务", "个人完成", "更正申请", "豁免", "延期办理", "外部导入", "线索"]),
        (
            "承诺书与责任书",
            [
                "承诺书文本", "签署", "单位负责人签署", "责任书", "联名倡议任务", "不同意签署",
                "签字表扫描件", "现场传签", "归档下载",
            ],
        ),
        ("自查与防护", ["反诈工具"]),
        ("通知与催办", ["通知", "催办"]),
        (
            "组织与人员",
            [
                "单位", "人员", "责任", "名册导入", "转入申请", "个人信息申请", "会议",
                "会议事项",
            ],
        ),
        ("审计与安全", ["授权", "保存期限"]),
        ("系统", ["学校称谓", "后台工作"]),
    ]  # fmt: skip


def test_an_app_s_own_page_leads_to_the_index(client, campus):
    response = enter(client, campus, "office").get("/desk/accounts/")

    assert (response.status_code, response.url) == (302, reverse("admin:index"))


def test_only_models_with_a_scope_are_registered():
    assert set(admin.site._registry) == set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_list_costs_the_same_for_one_row_and_for_three(client, campus, model):
    rows_of(campus)
    client.force_login(getattr(campus, READER.get(model, "office")))
    client.get(list_url(model))
    with CaptureQueriesContext(connection) as before:
        client.get(list_url(model))
    for _ in range(2):
        copy_of(campus, model)
    with CaptureQueriesContext(connection) as after:
        page = client.get(list_url(model))

    assert page.status_code == 200
    assert len(after) == len(before)


def copy_of(campus, model):
    """More rows of the model in the school."""
    if model is School:
        return
    if model is Unit:
        make.unit(campus.college, Unit.Kind.CLASS, f"新班{Unit.objects.count()}")
    elif model is User:
        make.person(campus.second_class)
    else:
        new = make.person(campus.klass)
        make.grant(new, "CADRE", campus.klass)
        campus.student, campus.klass = new, campus.klass
        round_rows(campus)


def round_rows(campus):
    campus.classmate = make.person(campus.klass)
    rows_of(campus)


def test_a_page_number_or_order_out_of_nowhere_does_no_harm(client, campus):
    enter(client, campus, "office")

    for asked in [{"p": "99999"}, {"p": "x"}, {"o": "99.x"}, {"q": "a" * 5000}, {"e": "1"}]:
        assert client.get(list_url(User), asked).status_code in {200, 302}
    for asked in [{"q": "\x00"}, {"under": "\x00"}, {"under": "9" * 80}, {"activated": "x"}]:
        assert client.get(list_url(User), asked).status_code in {200, 302, 400}
