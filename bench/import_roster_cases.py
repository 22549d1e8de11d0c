"""What each case of the roster benchmark does; run inside Django."""

import csv
import io
from itertools import islice

import python_calamine
from django.db import connection, transaction

from accounts.management.commands.import_roster import Accepted, written
from accounts.models import Unit, User
from accounts.paths import child
from accounts.services.schools import create_school
from bench import roster_file

OTHERS = 20_000  # people of the school who are there before a first import of students


def limit(path, prepared):
    """Parse the file and COPY its rows to a temporary table."""
    width = len(roster_file.HEADERS)
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    rows = iter(sheet.iter_rows())
    next(rows)
    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(f"c{n} text" for n in range(width))
        cursor.execute(f"CREATE TEMP TABLE roster ({columns}) ON COMMIT PRESERVE ROWS")
        while chunk := list(islice(rows, 5000)):
            lines = io.StringIO()
            csv.writer(lines).writerows(chunk)
            lines.seek(0)
            cursor.copy_expert("COPY roster FROM STDIN (FORMAT csv)", lines)


def _school() -> Unit:
    found = Unit.objects.schools().first()
    return found or create_school(code="BENCH", name="测试大学", office=None)[0]


def prepare_first_on_empty(path):
    return _school()


def first_on_empty(path, school):
    """Stage and write everything."""
    return _counts(written(path, school, None, Accepted(True, True)))


def prepare_first(path):
    """A school with 20,000 employees: the tables are filled, the file's people are new."""
    school = _school()
    top = Unit.objects.create(path=child(school.path, 900), kind="department", name="后勤处")
    group = Unit.objects.create(path=child(top.path, 1), kind="group", name="教职工")
    people = [
        User(school=school, unit=group, unit_path=group.path, name=f"职工{n}", number=f"G{n}",
             category="staff", password="!")
        for n in range(OTHERS)
    ]  # fmt: skip
    User.objects.bulk_create(people, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_identity (school_id, kind, value, user_id)"
            " SELECT school_id, 'staff', number, id FROM accounts_user"
        )
        cursor.execute("ANALYZE")
    return school


first = first_on_empty
prepare_again = prepare_first_on_empty


def again(path, school):
    """The same file a second time: nobody is written."""
    found = _counts(written(path, school, None, Accepted(True, True)))
    assert found["written"] == 0, found
    return found


def _counts(batch) -> dict:
    counts = batch.counts
    return {"written": counts["added"] + counts["changed"] + counts["moved"]}


def prepare_peer(path):
    from bench import import_roster_peer

    return import_roster_peer.prepare(path, _school())


def peer(path, prepared):
    """django-import-export in bulk mode, its units looked up by hand."""
    from bench import import_roster_peer

    return import_roster_peer.run(path, prepared)
