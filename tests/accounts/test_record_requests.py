"""申请更正、申请删除: asked of the unit with a day for the reply, answered once by somebody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, RecordRequest
from accounts.services import requests
from accounts.waiting import requests_asked

MINE = "/me/requests/"


@pytest.fixture
def asked(campus):
    return requests.ask(campus.student, kind="correct", text="姓名应为张晓明")


def decide(client, request, decision="grant", note="已在名册中改正"):
    prefix = str(request.pk)
    body = {f"{prefix}-decision": decision, f"{prefix}-note": note}
    return client.post(f"/requests/{request.pk}/decide/", body)


def test_a_person_asks_and_is_told_the_day_of_the_reply(client, student):
    client.force_login(student)

    answer = client.post(MINE, {"kind": "correct", "text": "手机号已更换"}, follow=True)

    due = timezone.localdate() + timedelta(days=15)
    assert f"{due:%Y-%m-%d} 前答复" in answer.content.decode()
    row = RecordRequest.objects.get()
    assert (row.person, row.path, row.due_on, row.state) == (
        student,
        student.unit_path,
        due,
        "asked",
    )


def test_asking_twice_is_one_request(client, student):
    client.force_login(student)
    said = [client.post(MINE, {"kind": "erase", "text": "x"}) for _ in range(2)]

    assert [answer.status_code for answer in said] == [302, 200]
    assert "请等待答复" in said[1].content.decode()
    assert RecordRequest.objects.count() == 1


BAD = [{"kind": "correct", "text": " "}, {"kind": "x", "text": "y"}, {"text": "y"},
       {"kind": "correct", "text": "长" * 501}]  # fmt: skip


@pytest.mark.parametrize("body", BAD)
def test_what_cannot_be_understood_changes_nothing(client, student, body):
    client.force_login(student)

    answer = client.post(MINE, body)

    assert (answer.status_code, RecordRequest.objects.count()) == (200, 0)


def test_the_unit_s_people_have_it_in_their_queue_and_a_stranger_has_not(campus, asked):
    has = {
        who: list(requests_asked(getattr(campus, who))) == [asked]
        for who in ("counselor", "liaison", "office", "stranger", "cadre", "leader", "student")
    }

    assert {who for who, there in has.items() if there} == {"counselor", "liaison", "office"}


def test_the_counselor_answers_and_the_person_reads_it(client, campus, asked):
    client.force_login(campus.counselor)
    assert "姓名应为张晓明" in client.get("/requests/").content.decode()

    assert decide(client, asked).url == "/requests/"

    client.force_login(campus.student)
    page = client.get(MINE).content.decode()
    assert ("已在名册中改正" in page, "褚辅导" in page, "已同意" in page) == (True, True, True)
    assert AuditEntry.objects.filter(model="recordrequest", verb="grant").count() == 1


def test_an_answer_needs_its_sentence(client, campus, asked):
    client.force_login(campus.counselor)

    answer = decide(client, asked, note=" ")

    asked.refresh_from_db()
    assert (answer.status_code, asked.state) == (200, "asked")


def test_answering_twice_is_answering_once(client, campus, asked):
    client.force_login(campus.counselor)

    said = [decide(client, asked, which).status_code for which in ("refuse", "grant")]

    asked.refresh_from_db()
    assert (said, asked.state) == ([302, 409], "refused")


def test_strangers_and_those_without_the_verb_cannot_answer(client, campus, asked):
    client.force_login(campus.stranger)
    assert decide(client, asked).status_code == 404
    client.force_login(campus.cadre)
    assert decide(client, asked).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_nobody_answers_their_own_request(client, campus):
    own = requests.ask(campus.liaison, kind="correct", text="x")
    client.force_login(campus.liaison)

    assert decide(client, own).status_code == 409
    assert own not in requests_asked(campus.liaison)


def test_the_person_takes_it_back_and_nobody_else_does(client, campus, asked):
    client.force_login(campus.classmate)
    assert client.post(f"{MINE}{asked.pk}/withdraw/").status_code == 404
    client.force_login(campus.counselor)
    assert client.post(f"{MINE}{asked.pk}/withdraw/").status_code == 404
    client.force_login(campus.student)
    client.post(f"{MINE}{asked.pk}/withdraw/")

    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_a_late_answer_is_marked(client, campus, asked):
    RecordRequest.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    client.force_login(campus.counselor)

    assert "已逾期" in client.get("/requests/").content.decode()
