"""A unit's pictures as a zip with readable names, a list of them, and who lacks what (CHK-4, CHK-6)."""

import hashlib
import io
import zipfile

import openpyxl
import pytest
from django.urls import reverse

from accounts import jobs
from accounts.models import AuditEntry, Export
from selfcheck.tools.services import judging
from tests import factories as make


@pytest.fixture
def round_(campus):
    made = make.safeguard_round(campus)
    judging.settle(
        make.show(made, "app.named", campus.student), actor=campus.counselor, verdict="pass"
    )
    make.show(made, "app.installed", campus.student, "grey")
    make.show(made, "app.named", campus.second_student, "red")
    make.show(made, "app.named", campus.foreign_student, "blue")
    return made


def address(round_, unit):
    return reverse("review:pictures", args=[round_.pk, unit.pk])


def taken(client, round_, unit) -> zipfile.ZipFile:
    """The zip that the page's asker gets."""
    client.post(address(round_, unit), {"purpose": "迎检"})
    made = Export.objects.latest("pk")
    jobs.run(made.job_id)
    made.refresh_from_db()
    with made.file.file.open("rb") as kept:
        return zipfile.ZipFile(io.BytesIO(kept.read()))


def test_a_counselor_takes_the_class_out_under_readable_names(client, campus, round_):
    client.force_login(campus.counselor)

    found = taken(client, round_, campus.klass)

    folder = campus.klass.name
    who = f"{campus.student.number}_{campus.student.name}"
    named, installed = (
        i.label
        for i in round_.items.filter(code__in=["app.named", "app.installed"]).order_by("-code")
    )
    pictures = {f"{folder}/{who}_{named}.jpg", f"{folder}/{who}_{installed}.jpg"}
    assert set(found.namelist()) == {*pictures, "目录.xlsx", "未完成名单.xlsx"}
    sheet = openpyxl.load_workbook(io.BytesIO(found.read("目录.xlsx"))).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[-1] and len(row[-1]) == 64]
    assert {row[-2] for row in rows} == pictures
    for row in rows:
        assert hashlib.sha256(found.read(row[-2])).hexdigest() == row[-1]
    assert sorted(row[5:7] for row in rows) == [("已完成", "人工核验"), ("待核", None)]
    lacking = openpyxl.load_workbook(io.BytesIO(found.read("未完成名单.xlsx"))).active
    names = [cell for row in lacking.iter_rows(values_only=True) for cell in row]
    assert campus.classmate.name in names


def test_the_liaison_takes_both_classes_and_none_of_another_college(client, campus, round_):
    client.force_login(campus.liaison)

    names = taken(client, round_, campus.college).namelist()

    inside = f"{campus.college.name}/"
    assert sum(name.endswith(".jpg") and name.startswith(inside) for name in names) == 3
    assert not any(campus.foreign_student.number in name for name in names)


def test_it_asks_for_a_purpose_and_leaves_one_row_on_the_trail(client, campus, round_):
    client.force_login(campus.counselor)
    assert client.post(address(round_, campus.klass), {"purpose": ""}).status_code == 400
    assert Export.objects.count() == 0

    taken(client, round_, campus.klass)

    entry = AuditEntry.objects.get(verb="export")
    assert (entry.path, entry.note, entry.detail["rows"]) == (campus.klass.path, "迎检", 2)


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("head", 403), ("cadre", 403), ("leader", 403)]
)
def test_who_may_not(client, campus, round_, who, status):
    client.force_login(getattr(campus, who))

    assert client.get(address(round_, campus.klass)).status_code == status


def test_a_right_lost_in_between_is_a_right_lost(client, campus, round_):
    client.force_login(campus.counselor)
    client.post(address(round_, campus.klass), {"purpose": "迎检"})
    campus.counselor.grants.all().delete()

    jobs.run(Export.objects.get().job_id)

    assert Export.objects.get().file is None
