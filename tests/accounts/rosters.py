"""Rosters for tests: the campus as a file, and rows to add to it."""

import csv
import io
import json

from django.core.management import call_command

from accounts.models import Identity, User

HEADERS = ["学号", "姓名", "学院", "班级", "年级", "寝室", "手机号", "身份证号", "备注"]


def row(number, name, college="计算机学院", klass="计科2301班", grade="2023", **more):
    """One line of a roster of students."""
    given = {"room": "", "phone": "", "id_number": "", "note": ""} | more
    return [number, name, college, klass, grade, *given.values()]


def as_rows(campus, *, without=()):
    """The school's students as they are."""
    people = User.objects.filter(school=campus.school, category="student").select_related("unit")
    lines = []
    for person in people.order_by("id"):
        units = [unit.name for unit in person.unit.lineage()]
        room = units[3] if len(units) > 3 else ""
        if person.name not in without:
            lines.append(
                row(person.number, person.name, units[1], units[2], person.grade, room=room)
            )
    return lines


def write_csv(path, rows, headers=HEADERS, encoding="utf-8"):
    """A csv file of the rows."""
    stream = io.StringIO()
    csv.writer(stream).writerows([headers, *rows])
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def run(path, *options, unit="TEST"):
    """`import_roster --json` and what it printed; what startles was looked at."""
    if "--apply" in options:
        options = (*options, "--accept-large", "--accept-new-units")
    out = io.StringIO()
    call_command("import_roster", str(path), "--unit", unit, "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def counts(found):
    """The figures of a result without its lists."""
    names = ["rows", "added", "changed", "moved", "unchanged", "left_suspected"]
    return {name: found[name] for name in names} | {"rejected": len(found["rejected"])}


def person(number, kind="student"):
    """The person of a number."""
    return Identity.objects.get(kind=kind, value=number).user
