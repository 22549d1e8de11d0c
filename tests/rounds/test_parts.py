"""A unit's part on screen: handing in, judging one and many, excusing, attachments."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import User
from rounds import queues, services
from rounds.models import Assignment, Correction, Excuse, Round
from tests import factories as make

State = Assignment.State


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def part(round_, unit):
    return Assignment.objects.get(round=round_, unit=unit)


def url(verb, row):
    return reverse(f"rounds:{verb}", args=[row.pk])


def sign_all(round_, unit):
    for person in User.objects.filter(unit_path__startswith=unit.path):
        make.sign(round_, person)


def test_handing_in_with_people_missing_asks_for_a_note_and_keeps_the_page(client, campus, round_):
    klass = part(round_, campus.klass)
    client.force_login(campus.counselor)

    refused = client.post(url("submit", klass), {"reason": ""})
    done = client.post(url("submit", klass), {"reason": "两人在外实习"})

    assert "还有 4 人未完成，请填写情况说明后再交件。" in refused.content.decode()
    assert done.url == url("assignment", klass)
    klass.refresh_from_db()
    assert (klass.state, klass.note) == (State.SUBMITTED, "两人在外实习")


def test_a_part_is_withdrawn_until_the_one_above_has_looked(client, campus, round_):
    klass = part(round_, campus.klass)
    services.submit(klass, actor=campus.counselor, note="未齐")
    client.force_login(campus.liaison)
    page = client.get(url("assignment", klass)).content.decode()
    klass.refresh_from_db()
    before = klass.opened_at
    client.post(url("opened", klass))

    client.force_login(campus.counselor)
    client.post(url("withdraw_part", klass))
    klass.refresh_from_db()

    assert url("opened", klass) in page
    assert before is None, "looking by GET changes nothing"
    assert klass.state == State.SUBMITTED


def test_sent_back_with_a_reason_and_approved_the_second_time(client, campus, round_):
    klass = part(round_, campus.klass)
    services.submit(klass, actor=campus.counselor, note="未齐")
    client.force_login(campus.liaison)
    without = client.post(url("send_back", klass), {"reason": " "})
    client.post(url("send_back", klass), {"reason": "请补签"})
    client.force_login(campus.counselor)
    told = client.get(url("assignment", klass)).content.decode()
    client.post(url("submit", klass), {"reason": "已补"})
    client.force_login(campus.liaison)
    client.post(url("approve", klass))
    klass.refresh_from_db()

    assert without.status_code == 400
    assert "退回原因：请补签" in told
    assert (klass.state, klass.judged_by) == (State.APPROVED, campus.liaison)
    deeds = [entry.deed for entry in client.get(url("assignment", klass)).context["timeline"]]
    assert deeds == ["审核通过", "交件", "退回", "交件"]


def test_who_may_do_what_with_a_part(client, campus, round_):
    klass, college = part(round_, campus.klass), part(round_, campus.college)
    services.submit(klass, actor=campus.counselor, note="未齐")
    answers = {}
    for role in (
        "office",
        "liaison",
        "counselor",
        "stranger",
        "foreign_liaison",
        "cadre",
        "leader",
    ):
        client.force_login(getattr(campus, role))
        seen = client.get(url("assignment", klass)).status_code
        judged = client.post(url("send_back", klass), {"reason": ""}).status_code
        handed = client.post(url("submit", college), {"reason": ""}).status_code
        answers[role] = (seen, judged, handed)

    assert answers == {
        "office": (200, 400, 403),
        "liaison": (200, 400, 400),
        "counselor": (200, 403, 404),
        "stranger": (404, 403, 404),
        "foreign_liaison": (404, 404, 404),
        "cadre": (200, 403, 403),
        "leader": (200, 403, 403),
    }


def test_numbers_readers_do_not_read_the_notes(client, campus, round_):
    klass = part(round_, campus.klass)
    services.submit(klass, actor=campus.counselor, note="张小明在外实习")

    for role in ("leader", "cadre"):
        client.force_login(getattr(campus, role))
        pages = client.get(url("assignment", klass)).content.decode()
        pages += client.get(reverse("rounds:assignments")).content.decode()
        assert "张小明" not in pages, role


def test_an_approval_by_mistake_is_undone_with_a_reason(client, campus, round_):
    klass = part(round_, campus.klass)
    services.submit(klass, actor=campus.counselor, note="未齐")
    services.approve(klass, actor=campus.liaison)
    client.force_login(campus.liaison)

    client.post(url("undo", klass), {"reason": "点错了"})

    klass.refresh_from_db()
    assert klass.state == State.SUBMITTED


def ready(campus, round_):
    """One clean part and one with a note, both waiting for the college."""
    sign_all(round_, campus.second_class)
    clean, noted = part(round_, campus.second_class), part(round_, campus.klass)
    services.submit(clean, actor=campus.second_counselor)
    services.submit(noted, actor=campus.counselor, note="两人在外实习")
    return clean, noted


def test_exceptions_come_first_and_the_clean_ones_are_ticked(client, campus, round_):
    clean, noted = ready(campus, round_)
    client.force_login(campus.liaison)

    page = client.get(reverse("rounds:assignments") + "?show=judge")

    lines = [(line.part, line.clean) for line in page.context["lines"]]
    assert lines == [(noted, False), (clean, True)]
    assert queues.to_judge(campus.liaison).count() == len(lines)
    assert f'value="{clean.pk}" checked' in page.content.decode()
    assert f'value="{noted.pk}" checked' not in page.content.decode()


def test_many_are_approved_after_the_count_is_confirmed(client, campus, round_):
    clean, noted = ready(campus, round_)
    client.force_login(campus.liaison)
    many, ids = reverse("rounds:approve_many"), [clean.pk, noted.pk]

    asked = client.post(many, {"parts": ids})
    before = clean.__class__.objects.filter(state=State.APPROVED).count()
    result = client.post(many, {"parts": ids, "confirmed": "1"})

    assert "确认通过 2 个单位" in asked.content.decode()
    assert before == 0
    assert "已通过 <b>2</b> 个单位" in result.content.decode()
    assert Assignment.objects.filter(state=State.APPROVED).count() == 2


def test_of_many_each_refusal_is_named_and_stops_no_other(client, campus, round_):
    clean, noted = ready(campus, round_)
    services.approve(clean, actor=campus.liaison)
    college, other = part(round_, campus.college), part(round_, campus.other_college)
    Assignment.objects.filter(pk__in=[college.pk, other.pk]).update(state=State.SUBMITTED)
    below = Assignment.objects.filter(unit_path__startswith=campus.other_college.path)
    below.exclude(pk=other.pk).update(state=State.APPROVED)
    client.force_login(campus.office)

    result = client.post(
        reverse("rounds:approve_many"), {"parts": [college.pk, other.pk], "confirmed": "1"}
    )

    done, refused = result.context["done"], result.context["refused"]
    assert done == [other]
    assert [(one.unit, why) for one, why in refused] == [
        (campus.college, "下属的计科2301班尚未通过审核，请先处理后再办理。")
    ]
    noted.refresh_from_db()
    assert noted.state == State.SUBMITTED


def test_one_s_own_and_foreign_parts_cannot_be_slipped_in(client, campus, round_):
    ready(campus, round_)
    foreign = part(round_, campus.other_class)
    own = part(round_, campus.college)
    Assignment.objects.filter(pk__in=[foreign.pk, own.pk]).update(state=State.SUBMITTED)
    client.force_login(campus.liaison)

    for row in (foreign, own):
        data = {"parts": [row.pk], "confirmed": "1"}
        assert client.post(reverse("rounds:approve_many"), data).status_code == 400

    assert not Assignment.objects.filter(state=State.APPROVED).exists()


def test_a_department_judges_the_top_rung_of_its_round_but_not_its_own_part(client, campus):
    own = make.pledge_round(campus, owner=campus.student_affairs)
    college, affairs = part(own, campus.college), part(own, campus.student_affairs)
    Assignment.objects.filter(pk__in=[college.pk, affairs.pk]).update(state=State.SUBMITTED)
    client.force_login(campus.department)

    answers = [
        client.post(url("send_back", row), {"reason": "请补齐"}).status_code
        for row in (college, affairs)
    ]

    assert answers == [302, 403]


def test_a_unit_is_excused_and_its_people_leave_the_figures(client, campus, round_):
    kitchen = part(round_, campus.kitchen)
    client.force_login(campus.logistics_liaison)

    client.post(url("excuse", kitchen), {"reason": "停业装修", "until": ""})

    board = client.get(
        reverse("rounds:board", args=[round_.pk, campus.kitchen.pk]) + "?tab=excused"
    )
    assert board.context["figures"].as_dict() == {
        "expected": 0, "submitted": 0, "verified": 0, "on_time": 0, "excused": 2,
    }  # fmt: skip
    assert "所在单位整体豁免：停业装修" in board.content.decode()
    approver = campus.logistics_liaison.name
    assert board.content.decode().count(f"批准人 {approver} · 截止 本任务结束") == 2


def test_a_person_is_excused_and_the_excuse_voided(client, campus, round_):
    client.force_login(campus.liaison)
    target = reverse("rounds:excuse_person", args=[round_.pk, campus.student.pk])

    client.post(target, {"reason": "因病休养", "until": "2020-01-01"})
    refused = Excuse.objects.count()
    client.post(target, {"reason": "因病休养", "until": ""})
    excuse = Excuse.objects.get()
    client.post(url("void_excuse", excuse), {"reason": "登记错人"})
    excuse.refresh_from_db()

    assert refused == 0
    assert (excuse.void_reason, excuse.voided_by) == ("登记错人", campus.liaison)


def test_who_may_excuse_whom(client, campus, round_):
    target = reverse("rounds:excuse_person", args=[round_.pk, campus.student.pk])
    codes = {}
    for role in ("office", "liaison", "counselor", "foreign_liaison", "cadre", "leader"):
        client.force_login(getattr(campus, role))
        codes[role] = client.get(target).status_code

    assert codes == {
        "office": 200, "liaison": 200, "counselor": 403, "foreign_liaison": 404, "cadre": 403,
        "leader": 403,
    }  # fmt: skip


def picture(**more):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return SimpleUploadedFile("盖章.png", out.getvalue(), **more)


def test_a_photo_goes_with_the_part_and_is_read_by_those_who_may(client, campus, round_):
    klass = part(round_, campus.klass)
    client.force_login(campus.counselor)
    client.post(url("attach", klass), {"picture": picture()})
    page = client.get(url("assignment", klass))
    address = page.context["evidence"][0].url

    codes = {}
    for role in ("counselor", "liaison", "cadre", "stranger", "leader", "student"):
        client.force_login(getattr(campus, role))
        codes[role] = client.get(address).status_code

    assert "盖章.png" in page.content.decode()
    assert codes == {
        "counselor": 200, "liaison": 200, "cadre": 404, "stranger": 404, "leader": 404,
        "student": 404,
    }  # fmt: skip


def test_a_cadre_drops_a_photo_in_and_reads_only_that_it_was_received(client, campus, round_):
    klass, college = part(round_, campus.klass), part(round_, campus.college)
    client.force_login(campus.cadre)

    board = client.get(reverse("rounds:board", args=[round_.pk, campus.klass.pk]))
    answer = client.post(url("attach", klass), {"picture": picture()}, follow=True)
    codes = [
        client.post(url("detach", klass.evidence.get())).status_code,
        client.get(reverse("accounts:file", args=[klass.evidence.get().file.uuid])).status_code,
        client.post(url("submit", klass), {"reason": "代交"}).status_code,
        client.post(url("attach", college), {"picture": picture()}).status_code,
    ]
    services.submit(klass, actor=campus.counselor, note="未齐")
    after = client.get(url("assignment", klass)).content.decode()

    assert "交材料" in board.content.decode()
    page = answer.content.decode()
    assert "您上传的 1 个文件已收到。" in page
    assert "盖章.png" not in page
    assert codes == [403, 404, 403, 404]
    assert "上传材料" not in after


def test_what_is_no_picture_is_refused_in_words(client, campus, round_):
    klass = part(round_, campus.klass)
    client.force_login(campus.counselor)

    answer = client.post(
        url("attach", klass), {"picture": SimpleUploadedFile("x.jpg", b"<svg onload=1>")}
    )

    assert "图片无法识别" in answer.content.decode()
    assert not klass.evidence.exists()


def test_a_file_is_taken_off_before_handing_in_and_never_after(client, campus, round_):
    klass = part(round_, campus.klass)
    client.force_login(campus.counselor)
    client.post(url("attach", klass), {"picture": picture()})
    evidence = klass.evidence.get()
    services.submit(klass, actor=campus.counselor, note="未齐")
    client.post(url("detach", evidence))
    evidence.refresh_from_db()
    kept = evidence.voided_at
    services.withdraw(klass, actor=campus.counselor)
    client.post(url("detach", evidence))
    evidence.refresh_from_db()

    assert kept is None
    assert evidence.voided_at is not None


def test_corrections_are_decided_by_the_person_s_own_unit(client, campus, round_):
    make.sign(round_, campus.student)
    klass = part(round_, campus.klass)
    services.submit(klass, actor=campus.counselor, note="未齐")
    done = campus.student.completions.get()
    asked = services.ask_correction(done, actor=campus.student, reason="签错了")
    decide = url("decide", asked)
    codes = {}
    for role in ("stranger", "cadre", "leader"):
        client.force_login(getattr(campus, role))
        codes[role] = client.post(decide, {"decision": "grant"}).status_code
    client.force_login(campus.counselor)
    silent = client.post(decide, {"decision": "refuse", "reason": ""})
    client.post(decide, {"decision": "refuse", "reason": "签名清楚，无需更正"})

    assert codes == {"stranger": 404, "cadre": 403, "leader": 403}
    assert "不同意时请填写理由。" in silent.content.decode()
    assert Correction.objects.get().state == Correction.State.REFUSED


def test_a_closed_round_is_only_looked_at(client, campus, round_):
    make.sign(round_, campus.student)
    klass = part(round_, campus.klass)
    services.close(round_, actor=campus.office)
    client.force_login(campus.counselor)

    page = client.get(url("assignment", klass))
    answer = client.post(url("submit", klass), {"reason": "补交"})

    assert page.context["verbs"] == []
    assert "不能办理" in answer.content.decode()
    klass.refresh_from_db()
    assert klass.state == State.LOCKED
    assert Round.objects.get(pk=round_.pk).state == Round.State.CLOSED


def test_the_newest_round_comes_first_and_only_judging_puts_exceptions_on_top(client, campus):
    old = make.pledge_round(campus, title="旧任务")
    new = make.pledge_round(campus, title="新任务")
    sign_all(new, campus.klass)
    client.force_login(campus.office)

    shown = client.get(reverse("rounds:assignments")).context["lines"]
    desk = client.get(reverse("admin:rounds_assignment_changelist")).context["cl"].result_list

    places = [(line.part.round_id, line.part.unit_path) for line in shown]
    assert {round_id for round_id, _path in places} == {old.pk, new.pk}
    assert places == sorted(places, key=lambda place: (-place[0], place[1]))
    assert [(part.round_id, part.unit_path) for part in desk] == places


def test_a_college_waits_for_its_classes_with_the_button_off_and_each_of_them_linked(
    client, campus, round_
):
    college = part(round_, campus.college)
    below = Assignment.objects.filter(round=round_, unit_path__startswith=campus.college.path)
    client.force_login(campus.liaison)
    before = client.get(url("assignment", college)).content.decode()
    below.exclude(pk=college.pk).update(state=State.APPROVED)
    after = client.get(url("assignment", college)).content.decode()

    off = '<button class="btn btn-primary" type="submit" disabled>交件</button>'
    assert off in before
    assert "以上下属单位全部通过或豁免后才能交件。" in before
    assert all(f'href="{url("assignment", one)}"' in before for one in below.exclude(pk=college.pk))
    assert off not in after
    assert '<button class="btn btn-primary" type="submit">交件</button>' in after


def test_who_decides_a_correction_sees_the_class_and_the_way_to_the_receipt(client, campus, round_):
    make.sign(round_, campus.student)
    services.submit(part(round_, campus.klass), actor=campus.counselor, note="未齐")
    done = campus.student.completions.get()
    services.ask_correction(done, actor=campus.student, reason="签错了")
    client.force_login(campus.counselor)

    page = client.get(reverse("rounds:corrections")).content.decode()

    assert "计算机学院 · 计科2301班" in page
    receipt = reverse("pledges:receipt", args=[round_.pk, campus.student.pk])
    assert f'href="{receipt}"' in page
    assert client.get(receipt).status_code == 200
