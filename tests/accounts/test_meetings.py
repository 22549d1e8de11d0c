"""Meetings of a leading group and the tasks that follow until they are done (ORG-7)."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import AuditEntry, Meeting, MeetingTask, User
from accounts.moves import Refused
from accounts.queues import QUEUES
from accounts.services import handover, meetings
from tests import factories as make


def day(offset=0):
    return timezone.localdate() + timedelta(offset)


@pytest.fixture
def meeting(campus):
    return meetings.enter(
        campus.school, actor=campus.office, title="领导小组第一次会议", held_on=day(-20),
        attendees="全体成员", minutes="研究部署反诈工作。", decisions="开展宣传月\n落实责任制",
    )  # fmt: skip


@pytest.fixture
def task(campus, meeting):
    return meetings.give_task(
        meeting, text="布置宣传月", holder=campus.liaison, due_on=day(3), actor=campus.office
    )


def asked(**more):
    return {"title": "工作例会", "held_on": f"{day()}", "attendees": "冯书记、陈联络",
            "minutes": "通报情况。", "decisions": "", "place": "", "chair": ""} | more  # fmt: skip


def count(user, label):
    return next(q for q in QUEUES if q.label == label).rows(user).count()


def test_a_liaison_enters_a_meeting_and_gives_a_task(client, campus):
    client.force_login(campus.liaison)

    page = client.post(f"/org/{campus.college.pk}/meetings/new/", asked(decisions="一\n二"))
    made = Meeting.objects.get()
    client.post(f"/org/meetings/{made.pk}/tasks/",
                {"text": "张贴海报", "holder": campus.staff.number, "due_on": f"{day(5)}"})  # fmt: skip

    assert (page.url, made.path) == (f"/org/meetings/{made.pk}/", campus.college.path)
    task = made.tasks.get()
    assert (task.holder, task.due_on, task.state) == (campus.staff, day(5), "open")
    assert client.get(page.url).context["decisions"] == ["一", "二"]
    assert count(campus.staff, "会议交办的事项") == 1


def word(macro=False):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("word/document.xml", "<w/>")
        if macro:
            parts.writestr("word/vbaProject.bin", b"x")
    return made.getvalue()


def test_minutes_may_be_a_paper_read_by_those_who_may_see_the_meeting(client, campus):
    client.force_login(campus.liaison)
    paper = SimpleUploadedFile("纪要.docx", word())

    client.post(f"/org/{campus.college.pk}/meetings/new/", asked(minutes="", paper=paper))

    stored = Meeting.objects.get().file
    address = f"/files/{stored.uuid}/"
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/octet-stream")
    client.force_login(campus.foreign_liaison)
    assert client.get(address).status_code == 404


BAD = [
    ({"minutes": ""}, "请填写会议纪要，或上传纪要文件"),
    ({"held_on": "2028-01-01"}, "不能晚于今天"),
    ({"held_on": "2999-01-01"}, "请核对日期的年份"),
    ({"held_on": "昨天"}, "日期"),
    ({"paper": SimpleUploadedFile("a.docx", word(macro=True))}, "含有宏"),
    ({"paper": SimpleUploadedFile("a.docx", b"PK\x03\x04broken")}, "已损坏"),
    ({"paper": SimpleUploadedFile("a.exe", b"MZ\x90")}, "只接受 PDF"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_what_is_wrong_is_said_and_nothing_is_kept(client, campus, wrong, sentence):
    client.force_login(campus.liaison)
    for sent in wrong.values():
        if hasattr(sent, "seek"):
            sent.seek(0)

    page = client.post(f"/org/{campus.college.pk}/meetings/new/", asked(**wrong))

    assert sentence in page.content.decode()
    assert "冯书记、陈联络" in page.content.decode()
    assert not Meeting.objects.exists()


def test_a_task_waits_until_it_is_done_and_reads_how(client, campus, task):
    client.force_login(campus.liaison)
    assert [t.pk for t in client.get("/org/tasks/").context["page_obj"]] == [task.pk]

    client.post(f"/org/tasks/{task.pk}/finish/", {"note": " "})
    assert count(campus.liaison, "会议交办的事项") == 1
    client.post(f"/org/tasks/{task.pk}/finish/", {"note": "已布置 12 块展板"})
    again = client.post(f"/org/tasks/{task.pk}/finish/", {"note": "再办一次"})

    task.refresh_from_db()
    assert (task.state, task.note) == ("done", "已布置 12 块展板")
    assert "当前状态为“已办结”" in again.content.decode()
    assert AuditEntry.objects.filter(verb="finish_task").count() == 1
    meetings.send_back(task, actor=campus.office, note="照片未交")
    assert count(campus.liaison, "会议交办的事项") == 1


def test_what_is_overdue_is_a_queue_whose_count_is_its_list(client, campus, task):
    MeetingTask.objects.filter(pk=task.pk).update(due_on=day(-1))
    client.force_login(campus.office)
    card = next(c for c in client.get("/").context["cards"] if c.queue.label == "逾期的会议事项")

    page = client.get(card.url).context["page_obj"]

    assert (card.count, [t.pk for t in page]) == (1, [task.pk])
    MeetingTask.objects.filter(pk=task.pk).update(due_on=day())
    assert count(campus.office, "逾期的会议事项") == 0  # the last day itself still counts


REFUSED = [
    ("staff", 3, "left", "不在校"), ("staff", -30, "active", "不能早于会议日期"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "due", "status", "sentence"), REFUSED)
def test_a_task_that_nobody_can_do_is_refused(campus, meeting, who, due, status, sentence):
    person = getattr(campus, who)
    User.objects.filter(pk=person.pk).update(status=status)
    person.refresh_from_db()

    with pytest.raises(Refused, match=sentence):
        meetings.give_task(meeting, text="x", holder=person, due_on=day(due), actor=campus.office)


def test_another_school_s_person_is_given_nothing_and_twice_is_once(campus, meeting, task):
    with pytest.raises(Refused, match="不是本校人员"):
        meetings.give_task(meeting, text="x", holder=make.campus("B").staff, due_on=day(3),
                           actor=campus.office)  # fmt: skip
    again = meetings.give_task(meeting, text="布置宣传月", holder=campus.liaison, due_on=day(3),
                               actor=campus.office)  # fmt: skip
    assert again == task


@pytest.mark.parametrize(("who", "status"), [
    ("leader", 200), ("liaison", 404), ("counselor", 403), ("student", 403),
])  # fmt: skip
def test_who_reads_the_school_s_meetings(client, campus, meeting, who, status):
    client.force_login(getattr(campus, who))

    assert client.get(f"/org/meetings/{meeting.pk}/").status_code == status
    assert client.post(f"/org/meetings/{meeting.pk}/edit/", asked()).status_code in {403, 404}
    assert Meeting.objects.get().title == "领导小组第一次会议"


def test_only_the_holder_or_the_keeper_of_the_meetings_ends_a_task(client, campus, task):
    for who, status in [("staff", 404), ("leader", 200)]:
        client.force_login(getattr(campus, who))
        page = client.post(f"/org/tasks/{task.pk}/finish/", {"note": "办了"})
        assert page.status_code == status
    client.force_login(campus.liaison)
    assert client.post(f"/org/tasks/{task.pk}/drop/", {"note": "不办了"}).status_code == 403
    task.refresh_from_db()
    assert task.state == "open"


def test_open_tasks_go_with_a_handover(campus, task):
    handover.hand_over(campus.liaison, successor=campus.staff, expected=2, reason="调动",
                       actor=campus.office)  # fmt: skip

    task.refresh_from_db()
    assert task.holder == campus.staff
