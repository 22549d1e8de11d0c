"""The desk's pages of units, people, grants and the trail: each button calls its service."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts import masks
from accounts.models import AuditEntry, Grant, ImportBatch, Unit, User
from accounts.moves import Refused
from accounts.services import people, units
from accounts.words import DEEDS, DETAILS
from rounds.models import Assignment, Completion, Correction, Round
from tests import factories as make
from tests.desk_rows import list_url, row_url, step_url


@pytest.fixture
def desk(client, campus):
    client.force_login(campus.office)
    return client


def last_deed():
    entry = AuditEntry.objects.order_by("-id").first()
    return (entry.verb, entry.subject)


def refusals(page) -> list[str]:
    form = page.context["form"]
    return [str(e) for errors in form.errors.values() for e in errors]


def test_a_class_is_added_below_its_college_with_the_next_path(desk, campus):
    asked = {"kind": "class", "name": "计科2303班", "code": "JK2303"}

    response = desk.post(step_url(campus.college, "add"), asked)

    unit = Unit.objects.get(name="计科2303班")
    assert (response.status_code, response.url) == (302, row_url(campus.college))
    assert (unit.path, unit.kind, unit.code) == (campus.college.path + "000004", "class", "JK2303")
    assert last_deed() == ("add", "计科2303班")


def test_a_second_unit_of_the_same_name_is_refused_and_what_was_typed_stays(desk, campus):
    asked = {"kind": "class", "name": "计科2301班", "code": "X1"}

    page = desk.post(step_url(campus.college, "add"), asked)

    assert refusals(page) == ["同级已有名为“计科2301班”的单位，请换一个名称。"]
    assert 'value="X1"' in page.content.decode()


def test_a_kind_that_does_not_fit_below_is_refused(desk, campus):
    page = desk.post(step_url(campus.logistics, "add"), {"kind": "class", "name": "一班"})

    assert "选择一个有效的选项" in refusals(page)[0]
    with pytest.raises(Refused, match="部门下不能设置班级"):
        units.add(campus.logistics, kind="class", name="一班", actor=campus.office)


def test_renaming_keeps_the_path_and_is_written_down(desk, campus):
    path = campus.klass.path

    desk.post(step_url(campus.klass, "rename"), {"name": "软件2301班", "code": ""})

    campus.klass.refresh_from_db()
    assert (campus.klass.name, campus.klass.path) == ("软件2301班", path)
    assert AuditEntry.objects.latest("id").detail["name"] == ["计科2301班", "软件2301班"]


def test_a_group_that_hands_in_for_itself_gets_its_part_of_open_rounds(desk, campus):
    round_ = make.pledge_round(campus)

    desk.post(step_url(campus.faculty, "own"))

    part = Assignment.objects.get(round=round_, unit=campus.faculty)
    assert part.late_joiner
    assert last_deed() == ("set_files_own", "教职工")


def test_the_office_names_its_own_offices_only(desk, campus):
    other = make.campus("B")
    asked = {"office_name": "平安办", "student_office_name": "学工部", "college_word": "院部"}

    desk.post(step_url(campus.school.school, "names"), asked)
    foreign = desk.post(step_url(other.school.school, "names"), asked)

    campus.school.school.refresh_from_db()
    other.school.school.refresh_from_db()
    assert campus.school.school.office_name == "平安办"
    assert (foreign.status_code, other.school.school.office_name) == (404, "保卫处")
    assert last_deed() == ("name_offices", "测试大学")


def test_an_address_that_is_no_web_page_is_refused(desk, campus):
    asked = {"office_name": "a", "student_office_name": "b", "college_word": "c"}

    page = desk.post(
        step_url(campus.school.school, "names"), {**asked, "site": "javascript:alert(1)"}
    )

    assert refusals(page) == ["输入一个有效的 URL。"]


def test_a_status_is_changed_with_its_grounds_and_the_absence_ends(desk, campus):
    User.objects.filter(pk=campus.student.pk).update(absent_since="2026-11-01")

    desk.post(step_url(campus.student, "status"), {"status": "suspended", "note": "休学通知"})

    campus.student.refresh_from_db()
    student = campus.student
    assert (student.status, student.status_note) == ("suspended", "休学通知")
    assert student.absent_since is None
    assert last_deed() == ("set_status", "张小明")


def test_whoever_comes_back_to_a_class_nobody_was_asked_in_brings_it_into_the_round(desk, campus):
    alone = make.unit(campus.college, Unit.Kind.CLASS, "计科2399班")
    person = make.person(alone, status="suspended")
    round_ = make.pledge_round(campus)
    assert not round_.assignments.filter(unit=alone).exists()

    people.set_status(person, status="active", note="复学", actor=campus.office)

    assert round_.assignments.filter(unit=alone, late_joiner=True).exists()


def test_nobody_changes_their_own_status(desk, campus):
    page = desk.post(step_url(campus.office, "status"), {"status": "left", "note": "x"})

    assert refusals(page) == ["不能变更本人的状态，请由同事办理。"]


def test_a_code_is_shown_once_and_opens_the_account(desk, campus):
    User.objects.filter(pk=campus.student.pk).update(activated_at=None)

    page = desk.post(step_url(campus.student, "code"))

    code = page.context["result"]
    assert (len(code), code[5]) == (11, "-")
    assert page.headers["Cache-Control"].find("no-store") >= 0
    assert code not in desk.get(row_url(campus.student)).content.decode()
    assert last_deed() == ("issue_code", "张小明")


def test_looking_at_the_page_of_a_code_issues_none(desk, campus):
    User.objects.filter(pk=campus.student.pk).update(activated_at=None)

    desk.get(step_url(campus.student, "code"))

    assert campus.student.codes.count() == 0


def test_numbers_are_masked_for_the_office_and_absent_for_the_system_administrator(
    client, desk, campus
):
    office = desk.get(row_url(campus.student)).content.decode()
    client.force_login(campus.sysadmin)
    sysadmin = client.get(row_url(campus.student)).content.decode()

    assert ("138****1111" in office, "13800001111" in office) == (True, False)
    assert ("138" in sysadmin, "在册情况" in sysadmin) == (False, False)


def test_the_system_administrator_reads_no_reasons_about_a_person(client, campus):
    people.set_status(campus.student, status="suspended", note="病休", actor=campus.office)
    client.force_login(campus.sysadmin)

    page = client.get(row_url(campus.student)).content.decode()

    assert client.get(row_url(campus.student, "history")).status_code == 403
    assert ("办理记录" in page, "病休" in page) == (False, False)


def test_masks_keep_the_ends_and_hide_short_values_whole():
    assert masks.phone("13800001234") == "138****1234"
    assert masks.id_number("330102200101011234") == "330***********1234"
    assert [masks.phone("1234567"), masks.phone("")] == ["*******", ""]


def give_url():
    return reverse("admin:accounts_grant_do", args=["give"])


def asked_grant(user, unit, role="COUNSELOR", **more):
    return {"user": user.pk, "unit": unit.pk, "role": role, "starts_on": "2026-11-01", **more}


def test_a_grant_is_given_and_ended_with_a_reason(desk, campus):
    response = desk.post(give_url(), asked_grant(campus.staff, campus.klass))
    grant = Grant.objects.get(user=campus.staff)
    desk.post(step_url(grant, "end"), {"reason": "工作调整"})
    grant.refresh_from_db()

    assert response.status_code == 302
    assert (grant.role, grant.path) == ("COUNSELOR", campus.klass.path)
    assert not Grant.objects.in_force().filter(pk=grant.pk).exists()
    assert AuditEntry.objects.latest("id").note == "工作调整"


def test_a_forged_person_or_unit_of_another_school_is_refused_in_chinese(desk, campus):
    other = make.campus("B")
    forged = [
        asked_grant(other.staff, campus.klass),
        asked_grant(campus.staff, other.klass),
        asked_grant(campus.staff, campus.klass) | {"user": "x"},
    ]

    for asked in forged:
        page = desk.post(give_url(), asked)
        assert refusals(page) == ["选择一个有效的选项： 该选择不在可用的选项中。"]
    assert not Grant.objects.filter(user__in=[campus.staff, other.staff]).exists()


def test_the_office_cannot_give_the_powers_that_watch_it(desk, campus):
    page = desk.post(give_url(), asked_grant(campus.staff, campus.school, "AUDITOR"))

    assert "选择一个有效的选项" in refusals(page)[0]
    assert not Grant.objects.filter(user=campus.staff).exists()


def test_a_refusal_of_the_service_is_said_on_the_form(desk, campus):
    page = desk.post(give_url(), asked_grant(campus.staff, campus.college))

    assert refusals(page) == ["“辅导员、班主任”只能授予在班级或科室（小组）一级。"]


def test_the_list_of_people_is_found_by_name_unit_and_standing(desk, campus):
    User.objects.filter(pk=campus.classmate.pk).update(activated_at=None)

    def found(**asked):
        return [p.name for p in desk.get(list_url(User), asked).context["cl"].result_list]

    assert found(q="张小明") == ["张小明"]
    assert found(q=campus.student.number) == ["张小明"]
    assert found(under=campus.klass.path) == ["李小红", "朱班长", "张小明", "秦室长"]
    assert found(activated="0") == ["李小红"]
    assert found(under="000099") == []


def test_the_trail_is_searched_by_day_deed_and_kind(client, campus):
    client.force_login(campus.auditor)
    units.rename(campus.klass, name="软件2301班", actor=campus.office)

    def found(**asked):
        return [e.verb for e in client.get(list_url(AuditEntry), asked).context["cl"].result_list]

    assert found(verb="rename") == ["rename"]
    assert found(model="unit", since="2020-01-01") == ["rename"]
    assert found(until="2020-01-01") == []
    assert client.get(list_url(AuditEntry), {"since": "明天"}).status_code == 302


def test_the_trail_shows_whether_a_row_is_as_it_was_written(client, campus):
    client.force_login(campus.auditor)
    units.rename(campus.klass, name="软件2301班", actor=campus.office)

    page = client.get(row_url(AuditEntry.objects.latest("id"))).content.decode()

    assert "一致，未被改动" in page
    assert "名称：计科2301班 → 软件2301班" in page


def test_whatever_is_recorded_has_a_word():
    deeds, details = set(), set()
    for model in (Assignment, Completion, Correction, ImportBatch, Round):
        deeds |= set(model.MOVES)
    for app in ("accounts", "rounds", "pledges", "oversight"):
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            for call in calls_of_record(path):
                deeds |= {a.value for a in call.args[1:2] if isinstance(a, ast.Constant)}
                details |= {k.arg for k in call.keywords} - {"note", "path", None}

    assert (deeds - set(DEEDS), details - set(DETAILS)) == (set(), set())


def calls_of_record(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "record"
        ):
            yield node
