"""The desk's pages beside the main line: each button calls the service that the portal calls."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Meeting, MeetingTask, RecordRequest, Transfer
from notices.models import Circular, Reminder
from notices.services import circulars
from pledges.models import Archive, Charter, Objection, Passing
from rounds.models import LockException, OutsideBatch
from tests import factories as make
from tests.desk_rows import list_url, row_url, rows_of, step_url

WHY = {"reason": "经核实有误", "note": "经核实有误"}


@pytest.fixture
def rows(campus, client):
    client.force_login(campus.office)
    return rows_of(campus)


def press(client, row, step, **body):
    answer = client.post(step_url(row, step), WHY | body)
    row.refresh_from_db()
    return answer


PRESSED = [
    (Transfer, "let_go", "confirmed"), (Transfer, "keep", "declined"),
    (RecordRequest, "grant", "granted"), (RecordRequest, "refuse", "refused"),
    (MeetingTask, "finish", "done"), (MeetingTask, "drop", "dropped"),
    (Reminder, "cancel", "cancelled"),
    (OutsideBatch, "drop", "dropped"), (LockException, "decline", "declined"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "step", "state"), PRESSED)
def test_a_button_does_what_it_says_once_and_it_is_written_down(client, rows, model, step, state):
    row = rows[model]

    assert press(client, row, step).status_code == 302
    assert row.state == state
    done = AuditEntry.objects.filter(model=model._meta.model_name, object_id=str(row.pk))
    before = done.count()
    assert before >= 1
    assert press(client, row, step).status_code == 200  # said in place, nothing done
    assert (row.state, done.count()) == (state, before)


REASONED = [row for row in PRESSED if row[1] not in {"let_go", "drop"} or row[0] is MeetingTask]


@pytest.mark.parametrize(("model", "step", "state"), REASONED)
def test_without_a_reason_nothing_is_done(client, rows, model, step, state):
    row = rows[model]
    before = row.state

    page = client.post(step_url(row, step), {"reason": " ", "note": " "})

    row.refresh_from_db()
    assert (page.status_code, row.state) == (200, before)
    assert "必填" in page.content.decode()


def test_a_unit_s_leave_is_allowed_until_a_day(client, rows):
    leave = rows[LockException]
    day = timezone.localdate() + timedelta(days=30)

    press(client, leave, "allow", until=day.isoformat())

    assert (leave.state, timezone.localtime(leave.until).date()) == ("allowed", day)


def test_a_running_phone_is_stopped_for_a_reason_once(client, rows):
    passing = rows[Passing]

    assert press(client, passing, "stop").status_code == 302

    assert not passing.open
    entry = AuditEntry.objects.get(verb="end_passing", object_id=str(passing.pk))
    assert entry.note == "经核实有误"
    assert client.get(row_url(passing)).context["steps"] == []


def test_a_published_circular_is_recalled_for_a_reason(client, campus, rows):
    circular = rows[Circular]
    circulars.deliver(circulars.publish(circular, actor=campus.office, at=timezone.now()))
    circular.refresh_from_db()

    press(client, circular, "recall")

    assert (circular.state, circular.note) == (Circular.State.RECALLED, "经核实有误")


def test_a_college_s_circular_is_looked_at_and_not_recalled(client, campus, rows):
    make.circulars(campus)
    theirs = Circular.objects.get(unit=campus.college)

    assert client.get(row_url(theirs)).status_code == 200
    assert client.post(step_url(theirs, "recall"), WHY).status_code == 403


def test_an_archive_of_a_whole_year_is_shown_too(client, rows):
    Archive.objects.filter(pk=rows[Archive].pk).update(round=None, year="2026")

    assert [client.get(url).status_code for url in (list_url(Archive), row_url(rows[Archive]))] == [
        200, 200,
    ]  # fmt: skip


def test_where_the_copies_lie_is_written_down_for_many_at_once(client, campus, rows):
    pairs = Charter.objects.filter(person=None)[:3]
    Charter.objects.filter(pk__in=[pair.pk for pair in pairs]).update(state="signed")
    where = {
        "copies": "2", "place": "保卫部档案室", "keeper": "孙处长",
        "kept_on": timezone.localdate().isoformat(),
    }  # fmt: skip
    chosen = {"action": "keep", "_selected_action": [pair.pk for pair in pairs]}

    client.post(list_url(Charter), chosen | where | {"confirmed": "1"})

    kept = Charter.objects.filter(place="保卫部档案室", kept_on__isnull=False)
    assert kept.count() == len(pairs)


def test_a_copy_is_not_kept_on_a_day_to_come(client, rows):
    pair = rows[Charter]
    Charter.objects.filter(pk=pair.pk).update(state="signed")
    tomorrow = timezone.localdate() + timedelta(days=1)

    page = press(client, pair, "keep", copies="2", place="档案室", keeper="孙", kept_on=tomorrow)

    assert "归档日期不能晚于今天" in page.content.decode()
    assert pair.kept_on is None


def test_the_desk_counts_objections_and_tells_neither_who_nor_why(client, campus, rows):
    objection = rows[Objection]

    for address in (list_url(Objection), row_url(objection)):
        page = client.get(address).content.decode()
        assert "计算机学院" in page
        for secret in (campus.staff.name, campus.staff.number, "担心个人信息用途"):
            assert secret not in page
    assert client.get(row_url(objection, "history")).status_code == 403
    assert client.get(reverse("pledges:objections")).status_code == 403
    narrowed = client.get(list_url(Objection), {"under": campus.faculty.path})
    assert narrowed.context["cl"].result_count == 0


@pytest.mark.parametrize("model", [Meeting, MeetingTask, Transfer, RecordRequest, Reminder])
def test_a_list_is_gone_through_by_year_month_and_day(client, rows, model):
    field = f"{model.__name__}"
    day = timezone.localdate()
    column = {"Meeting": "held_on", "MeetingTask": "due_on", "RecordRequest": "asked_at"}
    name = column.get(field, "created_at")

    now = client.get(list_url(model), {f"{name}__year": day.year, f"{name}__month": day.month})
    never = client.get(list_url(model), {f"{name}__year": 2001})
    wrong = client.get(list_url(model), {f"{name}__year": "去年"})

    assert now.context["cl"].result_count == 1
    assert never.context["cl"].result_count == 0
    assert wrong.status_code in {302, 400}


def test_what_is_overdue_is_listed_apart(client, rows):
    task = rows[MeetingTask]
    MeetingTask.objects.filter(pk=task.pk).update(due_on=timezone.localdate() - timedelta(days=1))

    late = client.get(list_url(MeetingTask), {"late": "1"})
    asked = client.get(list_url(RecordRequest), {"late": "1"})

    assert [late.context["cl"].result_count, asked.context["cl"].result_count] == [1, 0]


def test_people_are_found_by_pinyin_in_lists_about_people(client, campus, rows):
    transfer = rows[Transfer]
    transfer.person.name = "欧阳明"
    transfer.person.save()

    for typed, found in (("欧阳", 1), ("ouyang", 1), ("张", 0)):
        page = client.get(list_url(Transfer), {"q": typed})
        assert page.context["cl"].result_count == found, typed
