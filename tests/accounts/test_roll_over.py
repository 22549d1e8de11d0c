"""ORG-8: a school year begins; who has finished leaves, nobody is lost, closed figures stay."""

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts import jobs
from accounts.models import AuditEntry, Duty, Grant, ImportBatch, Job, StagedRow, Unit, User
from accounts.moves import move
from accounts.roster import cells
from accounts.services.roster import apply, rolling, stage
from accounts.services.roster.undoing import undo
from rounds import services as rounds
from rounds.figures import Census, figures
from rounds.models import Assignment, Tally
from tests import factories as make
from tests.accounts.rosters import HEADERS, as_rows, write_csv

State = ImportBatch.State


def work():
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


def run(*options, unit="TEST", year="2027-2028"):
    """`roll_over --json` and what it printed."""
    out = io.StringIO()
    call_command("roll_over", "--unit", unit, "--year", year, "--json", *options, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def old(campus):
    """A class of an older grade beside, one of it away, one who works here too."""
    campus.resting = make.person(campus.klass, "休学生", grade="2023", status="suspended")
    campus.working = make.person(campus.klass, "在职生", grade="2023")
    make.grant(campus.working, "KEEPER", campus.faculty)
    campus.younger = make.person(campus.second_class, "低年级", grade="2025")
    return campus


def test_without_apply_nothing_is_written(old):
    before = list(User.objects.order_by("pk").values_list("pk", "status", "is_active"))

    found = run()

    assert found["graduates"] == ["2023"]
    assert (found["leaving"], found["new_grade"], found["newcomers"]) == (5, "2027", 0)
    assert [(one["name"], one["reason"]) for one in found["kept"]] == [
        ("休学生", "休学中"),
        ("在职生", "仍担任职务，请先交接"),
    ]
    assert list(User.objects.order_by("pk").values_list("pk", "status", "is_active")) == before
    assert ImportBatch.objects.count() == StagedRow.objects.count() == 0


def test_the_graduating_grade_leaves_and_its_logins_end(client, old):
    client.force_login(old.student)
    assert client.get("/").status_code == 200

    run("--apply")

    old.student.refresh_from_db()
    assert (old.student.status, old.student.status_note) == ("graduated", "2027 届毕业")
    assert client.get("/").status_code == 302
    for person in (old.resting, old.working, old.younger, old.staff, old.cook):
        was = person.status
        person.refresh_from_db()
        assert (person.status, person.is_active) == (was, True)


def test_a_cadre_s_grant_ends_with_the_studies(old):
    User.objects.filter(pk=old.cadre.pk).update(grade="2023")

    run("--apply")

    assert Grant.objects.get(user=old.cadre).ends_on is not None


def test_open_rounds_expect_them_no_longer_and_closed_ones_never_change(old):
    closed, still = make.pledge_round(old, title="已结束"), make.pledge_round(old, title="进行中")
    for round_ in (closed, still):
        make.sign(round_, old.student)
    rounds.close(closed, actor=old.office, reason="到期")
    frozen = list(Tally.objects.order_by("pk").values())
    before, kept = figures(still, old.school.path), figures(closed, old.school.path)

    run("--apply")

    after = figures(still, old.school.path)
    closed.refresh_from_db()
    assert (before.expected - after.expected, after.submitted) == (5, before.submitted - 1)
    assert figures(closed, old.school.path) == kept
    assert list(Tally.objects.order_by("pk").values()) == frozen
    assert "张小明" not in Census(still).missing().values_list("name", flat=True)


def test_twice_is_once(old):
    run("--apply")
    second = run("--apply")

    assert (second["leaving"], "batch" in second) == (0, False)
    assert ImportBatch.objects.count() == 1


def test_a_college_with_three_years_of_study_names_its_grade(old):
    found = run("--graduates", "2024", unit="TEST/计算机学院")
    assert (found["graduates"], found["leaving"]) == (["2024"], 0)

    found = run("--graduates", "2023", "--apply", unit="TEST/外国语学院")
    assert found["leaving"] == 2
    old.student.refresh_from_db()
    assert old.student.status == "active"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"year": "2027"}, "学年应写成 2026-2027"),
        ({"year": "2027-2029"}, "学年应写成 2026-2027"),
        ({"unit": "TEST/计科2301班"}, "学年升级按全校或按学院办理"),
        ({"unit": "TEST/没有"}, "没有"),
        ({"year": "2023-2024", "graduates": "2023"}, "还不能毕业"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(old, capsys, options, sentence):
    more = ["--graduates", options.pop("graduates")] if "graduates" in options else []
    out = io.StringIO()
    given = {"unit": "TEST", "year": "2027-2028"} | options
    with pytest.raises(SystemExit) as stopped:
        call_command(
            "roll_over", "--unit", given["unit"], "--year", given["year"],
            "--json", "--apply", *more, stdout=out,
        )  # fmt: skip

    assert stopped.value.code == 2
    assert sentence in json.loads(out.getvalue())["refused"]
    assert ImportBatch.objects.count() == 0


@pytest.fixture
def office_client(client, old):
    client.force_login(old.office)
    return client


def form(campus, **more):
    from accounts.services.roster.comparing import school_year

    return {"unit": campus.school.pk, "year": school_year()} | more


def test_the_page_looks_ahead_stages_and_writes_after_the_second_tick(office_client, old):
    User.objects.filter(grade="2023").update(grade="2019")
    address = reverse("roster:roll_over")

    page = office_client.get(address, form(old))
    assert "2019 级" in page.content.decode()
    assert page.context["roll"].leaving == 5
    office_client.post(address, form(old, chosen="on", graduates=["2019"]))
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.counts["changed"]) == (State.READY, 5)
    shown = office_client.get(reverse("roster:batch", args=[batch.pk])).content.decode()
    assert "休学生" in shown

    office_client.post(reverse("roster:confirm", args=[batch.pk]))
    work()
    assert User.objects.filter(status="graduated").count() == 0
    office_client.post(reverse("roster:confirm", args=[batch.pk]), {"sure": "on"})
    work()
    assert User.objects.filter(status="graduated", is_active=False).count() == 5


def test_a_roll_over_is_taken_back_with_logins_and_grants(office_client, old):
    User.objects.filter(pk=old.cadre.pk).update(grade="2023")
    before = list(User.objects.order_by("pk").values_list("pk", "status", "is_active"))
    run("--apply")

    office_client.post(reverse("roster:undo", args=[ImportBatch.objects.get().pk]))
    work()

    assert list(User.objects.order_by("pk").values_list("pk", "status", "is_active")) == before
    assert Grant.objects.get(user=old.cadre).ends_on is None


def test_a_grade_nobody_ticked_stays(office_client, old):
    User.objects.filter(grade="2023").update(grade="2019")

    page = office_client.post(reverse("roster:roll_over"), form(old, chosen="on"), follow=True)

    assert "没有应毕业的学生" in page.content.decode()
    assert ImportBatch.objects.count() == 0


@pytest.mark.parametrize("role", ["liaison", "head", "counselor", "leader", "student", "sysadmin"])
def test_nobody_but_the_office_rolls_over(client, old, role):
    client.force_login(getattr(old, role))

    assert client.get(reverse("roster:roll_over")).status_code == 403
    assert client.post(reverse("roster:roll_over"), form(old)).status_code == 403


def test_it_is_written_down(old):
    run("--apply", "--as", old.office.number)

    trail = AuditEntry.objects.filter(model="importbatch").order_by("id")
    assert [entry.verb for entry in trail] == ["roll_over", "show", "confirm", "finish"]
    assert {entry.actor for entry in trail} == {old.office}


@pytest.fixture
def lengths(campus):
    """Three, four and five years of study side by side, one of whom the roster says nothing."""
    campus.three = make.person(campus.klass, "三年制", grade="2024", study_years="3")
    campus.four = make.person(campus.klass, "四年制", grade="2024", study_years="4")
    campus.five = make.person(campus.second_class, "五年制", grade="2023", study_years="5")
    campus.half = make.person(campus.second_class, "两年半", grade="2025", study_years="2.5")
    return campus


def who_left(campus):
    found = User.objects.filter(status="graduated").exclude(study_years="")
    return set(found.values_list("name", flat=True))


def test_who_has_a_length_of_study_leaves_by_it(lengths):
    found = run("--apply")

    assert found["graduates"] == ["2023", "2024/3"]
    assert who_left(lengths) == {"三年制"}
    run("--apply", year="2028-2029")
    assert who_left(lengths) == {"三年制", "四年制", "五年制", "两年半"}


def test_a_grade_told_by_name_keeps_those_whose_years_are_not_over(lengths):
    found = run("--graduates", "2023", "--apply")

    assert (found["graduates"], who_left(lengths)) == (["2023"], set())
    lengths.student.refresh_from_db()
    assert lengths.student.status == "graduated"


def test_the_page_lists_each_length_by_itself(client, lengths):
    client.force_login(lengths.office)
    now = ImportBatch.objects.count()
    address = reverse("roster:roll_over")
    asked = {"unit": lengths.school.pk, "year": "2027"}
    year = client.get(address).context["form"].fields["year"].choices[-1][0]
    page = client.get(address, asked | {"year": year})

    shown = [(one["key"], one["people"]) for one in page.context["roll"].grades]
    assert {("2024/3", 1), ("2024/4", 1), ("2023/5", 1), ("2025/2.5", 1)} <= set(shown)
    assert "2024 级（学制 3 年）" in page.content.decode()
    said = asked | {"year": year, "chosen": "on", "graduates": ["2024/3"]}
    answer = client.post(address, said)
    batch = ImportBatch.objects.latest("pk")
    assert (answer.status_code, ImportBatch.objects.count()) == (302, now + 1)
    assert [row.name for row in batch.rows.all()] == ["三年制"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [("4", "4"), ("四年", "4"), ("五年制", "5"), ("3+2", "5"), ("2.5年", "2.5"), (3.0, "3"),
     ("本科四年", "4"), ("", ""), ("—", "")],
)  # fmt: skip
def test_a_length_of_study_is_read_however_it_is_written(said, kept):
    assert cells.study_years(said) == kept


@pytest.mark.parametrize("said", ["弹性", "0", "12", "2023", "4.3"])
def test_a_length_of_study_that_cannot_be_is_told(said):
    with pytest.raises(cells.Bad, match="学制应写成"):
        cells.study_years(said)


def test_the_roster_brings_it_and_undoing_takes_it_back(campus, tmp_path):
    rows = [[*line[:5], "三年"] for line in as_rows(campus)]
    path = write_csv(tmp_path / "名册.csv", rows, [*HEADERS[:5], "学制"])
    batch = ImportBatch.objects.create(
        unit=campus.school, path=campus.school.path, created_by=campus.office
    )
    stage(batch, path)
    assert ["学制（年）", "", "3"] in batch.rows.get(person=campus.student).reasons
    move(batch, "confirm", actor=campus.office)
    apply(batch, actor=campus.office)
    assert User.objects.get(pk=campus.student.pk).study_years == "3"

    move(batch, "revoke", actor=campus.office)
    undo(batch, actor=campus.office)
    assert User.objects.get(pk=campus.student.pk).study_years == ""


@pytest.fixture
def emptying(campus):
    """The class of 张小明 empties but for a younger one; 计科2302班 and both of 外国语学院 wholly."""
    make.person(campus.klass, "低年级", grade="2025")
    campus.room = make.unit(campus.second_class, "dorm", "兰园1-101")
    User.objects.filter(pk=campus.second_student.pk).update(
        unit=campus.room, unit_path=campus.room.path
    )
    return campus


def closed(campus):
    found = Unit.objects.exclude(closed_on=None).order_by("path")
    return list(found.values_list("name", flat=True))


def test_a_dry_run_names_the_classes_nobody_is_left_in_and_closes_none(emptying):
    assert run()["closing"] == [
        "计算机学院 计科2302班", "外国语学院 英语2301班", "外国语学院 英语2302班",
    ]  # fmt: skip
    assert closed(emptying) == []


def test_emptied_classes_close_with_their_dorms_and_what_was_held_at_them(emptying):
    round_ = make.pledge_round(emptying)
    part = Assignment.objects.get(round=round_, unit=emptying.second_class)

    run("--apply")

    assert closed(emptying) == ["计科2302班", "兰园1-101", "英语2301班", "英语2302班"]
    part.refresh_from_db()
    assert part.state == "excused"
    assert Grant.objects.get(user=emptying.second_counselor).ends_on is not None
    assert Grant.objects.get(user=emptying.counselor).ends_on is None
    row = AuditEntry.objects.get(verb="close_unit", object_id=str(emptying.second_class.pk))
    assert row.note.endswith("升级：学生已全部毕业")


def test_undoing_lets_them_stand_again(emptying):
    round_ = make.pledge_round(emptying)
    batch = ImportBatch.objects.get(pk=run("--apply")["batch"])

    move(batch, "revoke", actor=emptying.office)
    undo(batch, actor=emptying.office)

    assert closed(emptying) == []
    parts = Assignment.objects.filter(round=round_, unit__kind="class")
    assert set(parts.values_list("state", flat=True)) == {"open"}
    assert Grant.objects.get(user=emptying.second_counselor).ends_on is None
    assert Duty.objects.get(person=emptying.second_counselor).ends_on is None


def test_somebody_who_came_between_looking_and_writing_keeps_the_class(emptying):
    batch = rolling.stage_roll(emptying.school, 2027, ["2023"], actor=emptying.office)
    make.person(emptying.second_class, "刚到的", grade="2026")

    move(batch, "confirm", actor=emptying.office)
    apply(batch, actor=emptying.office)

    assert closed(emptying) == ["英语2301班", "英语2302班"]


def test_another_year_s_class_may_bear_the_name_and_graduates_stay_where_they_were(
    emptying, tmp_path
):
    graduate = emptying.second_student
    run("--apply")
    rows = [
        [graduate.number, graduate.name, "计算机学院", "计科2302班", "2023", "", "", "", "毕业"],
        ["2027000001", "新同学", "计算机学院", "计科2302班", "2027", "", "13812345678", "", ""],
    ]
    batch = ImportBatch.objects.create(
        unit=emptying.school, path=emptying.school.path, created_by=emptying.office
    )
    stage(batch, write_csv(tmp_path / "名册.csv", rows))
    move(batch, "confirm", actor=emptying.office)
    apply(batch, actor=emptying.office)

    graduate.refresh_from_db()
    new = User.objects.get(number="2027000001").unit
    assert (graduate.unit, batch.counts["rejected"]) == (emptying.room, 0)
    assert (new.name, new.closed_on, new == emptying.second_class) == ("计科2302班", None, False)
