"""一人一页: open items, what was done, excuses; each look is on record (users.md, Ground)."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from rounds import services
from tests import factories as make


def look(client, who, person):
    client.force_login(who)
    return client.get(reverse("oversight:sheet", args=[person.pk]))


def test_the_page_holds_what_is_open_what_is_done_and_what_is_excused(client, campus):
    done = make.pledge_round(campus, title="已签承诺书")
    make.sign(done, campus.student)
    make.pledge_round(campus, title="未签承诺书")
    excused = make.pledge_round(campus, title="豁免承诺书")
    services.excuse_person(excused, campus.student, actor=campus.liaison, reason="交流在外")

    page = look(client, campus.counselor, campus.student)

    assert [task.round.title for task in page.context["tasks"]] == ["未签承诺书"]
    assert [task.round.title for task in page.context["done"]] == ["已签承诺书"]
    assert [excuse.reason for excuse in page.context["excuses"]] == ["交流在外"]
    assert "no-store" in page["Cache-Control"]


def test_each_look_is_written_down_with_who_and_whom(client, campus):
    look(client, campus.counselor, campus.student)
    look(client, campus.liaison, campus.student)

    entries = AuditEntry.objects.filter(verb="view_sheet").order_by("id")

    assert [(e.actor, e.model, e.object_id) for e in entries] == [
        (who, "user", str(campus.student.pk)) for who in (campus.counselor, campus.liaison)
    ]


@pytest.mark.parametrize(("who", "status"), [
    ("office", 200), ("counselor", 200), ("liaison", 200), ("stranger", 404),
    ("sysadmin", 403), ("leader", 403), ("cadre", 403), ("student", 403),
])  # fmt: skip
def test_only_who_answers_for_the_person_sees_the_page(client, campus, who, status):
    answer = look(client, getattr(campus, who), campus.student)

    assert answer.status_code == status
    assert AuditEntry.objects.filter(verb="view_sheet").count() == (1 if status == 200 else 0)


def test_the_person_s_page_leads_there(client, campus):
    client.force_login(campus.counselor)

    page = client.get(reverse("accounts:person", args=[campus.student.pk])).content.decode()

    assert reverse("oversight:sheet", args=[campus.student.pk]) in page
