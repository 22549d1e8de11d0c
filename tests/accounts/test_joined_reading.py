"""What two joined records held is one person's to read: looks, receipts, objections, requests."""

import pytest
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, Identity, RecordRequest, User
from accounts.services import joining, requests, unmasking
from pledges import services as pledges
from pledges.charters.models import Charter
from pledges.models import Objection
from pledges.queues import objections
from rounds import services
from rounds.models import Completion
from tests import factories as make


@pytest.fixture
def twin(campus):
    """The same student once more, in another class."""
    made = make.person(campus.second_class, "张小明", number="")
    Identity.objects.filter(user=made).update(kind="exam", value="23330100001")
    return made


def join(campus, old, kept):
    return joining.join(old, kept, actor=campus.office, reason="考生号与学号为同一人")


def enter(client, person):
    client.force_login(User.objects.get(pk=person.pk))
    return client


def seen(client, person) -> str:
    return enter(client, person).get("/me/seen/").content.decode()


def rows():
    return list(AuditEntry.objects.order_by("id").values_list("id", "object_id", "digest"))


def test_who_looked_at_the_other_record_is_told_too_and_no_row_is_touched(client, campus, twin):
    enter(client, campus.second_counselor).get(f"/people/{twin.pk}/")
    unmasking.unmask(twin, actor=campus.office, reason="电话核实预警")
    before = rows()

    join(campus, twin, campus.student)
    told = seen(client, campus.student)

    assert campus.second_counselor.name in told
    assert "电话核实预警" in told
    assert ("您的另一条记录" in told, "并入本记录" in told) == (True, True)
    assert rows()[: len(before)] == before
    assert campus.second_counselor.name not in seen(client, campus.classmate)


def test_lists_of_the_other_record_s_units_are_told_until_the_day_of_joining(client, campus, twin):
    round_ = make.pledge_round(campus)
    second = campus.second_class.path
    audit.record(campus.head, "export", round_, path=second, rows=7, note="归档用")
    audit.record(campus.head, "export", round_, path=second, rows=1, people=[twin.pk], note="点名")
    audit.record(
        campus.head,
        "export",
        round_,
        path=second,
        rows=1,
        people=[campus.classmate.pk],
        note="与其无关",
    )

    join(campus, twin, campus.student)
    audit.record(campus.head, "export", round_, path=second, rows=6, note="并入之后")
    told = seen(client, campus.student)

    found = {word: word in told for word in ("归档用", "点名", "与其无关", "并入之后")}
    assert found == {"归档用": True, "点名": True, "与其无关": False, "并入之后": False}


def test_receipts_of_closed_rounds_stay_with_the_record_and_open_to_its_person(
    client, campus, twin
):
    past = make.pledge_round(campus)
    receipt = make.sign(past, twin).receipt
    services.close(past, actor=campus.office, reason="到期")
    join(campus, twin, campus.student)
    enter(client, campus.student)

    home = client.get("/").content.decode()
    address = reverse("pledges:receipt", args=[past.pk, twin.pk])
    assert (address in home, "我已完成的 1 项" in home) == (True, True)
    assert receipt in client.get(address).content.decode()
    for name in ("pledges:pledge", "pledges:drawing"):
        assert client.get(reverse(name, args=[past.pk, twin.pk])).status_code == 200
    assert client.get(f"/people/{twin.pk}/").status_code in {403, 404}
    me = client.get("/me/").content.decode()
    assert "那条记录的签署回执在" in me
    assert f'href="{reverse("charters:mine")}"' in me
    for stranger in (campus.classmate, campus.foreign_student):
        assert enter(client, stranger).get(address).status_code == 404
    assert Completion.objects.get(round=past, state="accepted").person == twin


def test_a_round_done_on_both_records_is_listed_once(client, campus, twin):
    round_ = make.pledge_round(campus)
    make.sign(round_, twin)
    make.sign(round_, campus.student)

    join(campus, twin, campus.student)

    assert "我已完成的 1 项" in enter(client, campus.student).get("/").content.decode()


def test_records_joined_one_after_the_other_all_lead_to_the_last(client, campus, twin):
    past = make.pledge_round(campus)
    make.sign(past, twin)
    services.close(past, actor=campus.office, reason="到期")
    between = make.person(campus.klass, "张小明")
    enter(client, campus.second_counselor).get(f"/people/{twin.pk}/")

    join(campus, twin, between)
    join(campus, between, campus.student)

    assert campus.second_counselor.name in seen(client, campus.student)
    assert User.objects.get(pk=twin.pk).merged_into == campus.student
    address = reverse("pledges:receipt", args=[past.pk, twin.pk])
    assert client.get(address).status_code == 200


def test_not_agreeing_goes_along_and_is_answered_to_the_person(client, campus, twin):
    round_ = make.pledge_round(campus)
    said = pledges.decline(round_, twin, reason="担心个人信息用途")

    join(campus, twin, campus.student)

    assert [one.person for one in objections(campus.liaison)] == [campus.student]
    page = enter(client, campus.student).get(reverse("pledges:decline", args=[round_.pk]))
    assert "担心个人信息用途" in page.content.decode()
    pledges.answer_objection(
        Objection.objects.get(pk=said.pk), actor=campus.liaison, note="已当面说明"
    )
    page = client.get(reverse("pledges:decline", args=[round_.pk])).content.decode()
    assert "已当面说明" in page


def test_said_on_both_records_it_is_answered_once(campus, twin):
    round_ = make.pledge_round(campus)
    for person in (twin, campus.student):
        pledges.decline(round_, person, reason="担心个人信息用途")

    join(campus, twin, campus.student)

    assert Objection.objects.filter(person=campus.student).count() == 2
    assert objections(campus.liaison).count() == 1


def test_what_was_said_in_a_closed_round_stays_and_is_still_read(client, campus, twin):
    round_ = make.pledge_round(campus)
    said = pledges.decline(round_, twin, reason="担心个人信息用途")
    services.close(round_, actor=campus.office, reason="到期")

    join(campus, twin, campus.student)

    assert Objection.objects.get(pk=said.pk).person == twin
    page = enter(client, campus.student).get(reverse("pledges:decline", args=[round_.pk]))
    assert "担心个人信息用途" in page.content.decode()


def test_requests_about_the_record_go_along(client, campus, twin):
    requests.ask(twin, kind="correct", text="姓名应为张晓明")
    requests.ask(twin, kind="ask", text="谁导出了名单")
    requests.ask(campus.student, kind="ask", text="谁看过我的信息")

    join(campus, twin, campus.student)

    page = enter(client, campus.student).get("/me/requests/").content.decode()
    assert ("姓名应为张晓明" in page, "谁导出了名单" in page) == (True, True)
    waiting = RecordRequest.objects.filter(state="asked")
    assert sorted(waiting.values_list("person", "path", "kind")) == [
        (campus.student.pk, campus.student.unit_path, kind) for kind in ("ask", "correct")
    ]


def test_a_charter_signed_on_the_other_record_is_listed_and_opens(client, campus, twin):
    round_ = make.charter_round(campus, cascade=False)
    charter = Charter.objects.get(round=round_, person=twin)
    Charter.objects.filter(pk=charter.pk).update(state="signed", method="paper")

    join(campus, twin, campus.student)

    address = reverse("charters:document", args=[charter.pk])
    assert address in enter(client, campus.student).get(reverse("charters:mine")).content.decode()
    assert client.get(address).status_code == 200
    assert enter(client, campus.classmate).get(address).status_code == 404
