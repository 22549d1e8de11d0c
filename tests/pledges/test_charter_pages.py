"""The cascade, its lists and sheets, signing pages, paper and keeping. PLG-2."""

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from accounts.models import AuditEntry, Grant, User
from accounts.scope import Role
from pledges.charters import queries, services
from pledges.charters.models import Charter, CharterSignature, Hand
from pledges.models import PledgeText
from rounds.models import Round
from tests import factories as make


@pytest.fixture
def round_(campus):
    return make.charter_round(campus)


def pair(round_, unit, person=None) -> Charter:
    return Charter.objects.get(round=round_, unit=unit, person=person)


def signed(round_, unit, *people):
    for person in people:
        make.put_hand(pair(round_, unit), person)
    return pair(round_, unit)


def url(name, *args):
    return reverse(f"charters:{name}", args=args)


def hand(page_sha=None, **more):
    body = {"read_to_end": "on", "strokes": json.dumps(make.STROKES)}
    return body | ({"text_sha256": page_sha} if page_sha else {}) | more


def scan():
    made = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(made, "PNG")
    return SimpleUploadedFile("责任书.png", made.getvalue(), content_type="image/png")


def test_every_count_is_the_length_of_its_list(client, campus, round_):
    """OVS-6: the tile and the list are one query."""
    signed(round_, campus.college, campus.head, campus.office)
    signed(round_, campus.klass, campus.head)
    Grant.objects.filter(user=campus.second_counselor).delete()
    cascade = queries.cascade_of(campus.office, round_.pk)

    for line in cascade.lines():
        for part in queries.PARTS:
            rows = list(cascade.listed(part, line.tier))
            assert line.counts[part] == len(rows), (line.tier, part)
    by_tier = {line.tier: line.counts for line in cascade.lines()}
    assert by_tier["unit"] == {
        "all": 5, "open": 4, "half": 0, "vacant": 4, "signed": 1, "paper": 0, "unkept": 1,
    }  # fmt: skip
    assert by_tier["class"] == {
        "all": 4, "open": 4, "half": 1, "vacant": 3, "signed": 0, "paper": 0, "unkept": 0,
    }  # fmt: skip


def test_the_tree_says_who_holds_each_up(client, campus, round_):
    signed(round_, campus.college, campus.head)
    client.force_login(campus.office)

    page = client.get(url("cascade", round_.pk)).content.decode()

    assert "待上级 孙处长 签署" in page
    assert "待上级 孙处长；下级 院系党政负责人空缺 签署" in page
    assert client.get(url("cascade", round_.pk, campus.college.pk)).status_code == 200


def test_a_closed_account_is_a_vacancy_on_every_page(campus, round_):
    """OVS-6: the count, its list, the words and the reminder agree."""
    User.objects.filter(pk=campus.head.pk).update(is_active=False)
    cascade = queries.cascade_of(campus.office, round_.pk)
    own = pair(round_, campus.college)

    row = next(row for row in queries.told(cascade.listed("vacant", "unit")) if row.pk == own.pk)

    assert row.holds_up == "待上级 孙处长；下级 院系党政负责人空缺 签署"
    assert queries.waits(round_, campus.college.path)[own.unit_path] == {campus.office.pk: 1, 0: 1}


def test_sides_and_stand_ins_are_told_apart(campus, round_):
    make.grant(campus.staff, Role.COLLEGE_HEAD, campus.college, acting_for=campus.head)
    make.holder(campus.faculty, "金院长", Role.COLLEGE_HEAD, campus.college)
    rows = Charter.objects.filter(pk=pair(round_, campus.college).pk)

    assert queries.told(queries.with_units(rows))[0].holds_up == (
        "待上级 孙处长；下级 冯书记（何老师 代）或金院长 签署"
    )


def test_a_stand_in_whose_holder_is_gone_is_named_alone():
    assert queries.any_of([("何老师", "冯书记")]) == "何老师 代 冯书记"


def test_a_round_s_board_leads_to_the_cascade(client, campus, round_):
    client.force_login(campus.office)

    answer = client.get(reverse("rounds:board", args=[round_.pk]))

    assert answer.url == url("cascade", round_.pk)


def test_a_leader_reads_counts_and_no_names(client, campus, round_):
    signed(round_, campus.college, campus.head, campus.office)
    client.force_login(campus.leader)

    page = client.get(url("cascade", round_.pk)).content.decode()

    assert "已签订" in page
    assert "冯书记" not in page
    assert client.get(url("pairs", round_.pk, campus.school.pk)).status_code == 403
    assert client.get(url("document", pair(round_, campus.college).pk)).status_code == 404


def test_the_home_leads_to_what_waits_for_my_hand(client, campus, round_):
    client.force_login(campus.head)

    assert "待签责任书" in client.get("/").content.decode()
    page = client.get(url("mine")).content.decode()

    assert url("sign", pair(round_, campus.college).pk) in page
    assert "批量签署" not in page


def test_whoever_never_signs_has_no_such_queue(client, campus, round_):
    client.force_login(campus.student)

    assert "待签责任书" not in client.get("/").content.decode()
    assert "没有待签的责任书" in client.get(url("mine")).content.decode()


def test_one_reads_the_text_and_signs_on_the_page(client, campus, round_):
    mine = pair(round_, campus.college)
    client.force_login(campus.head)
    page = client.get(url("sign", mine.pk))

    answer = client.post(url("sign", mine.pk), hand(page.context["page"].sha256), follow=True)

    assert "计算机学院" in page.content.decode()
    assert "的手写签名" in answer.content.decode()
    assert client.get(url("drawing", mine.pk, "lower"))["Content-Type"] == "image/svg+xml"
    assert client.get(url("drawing", mine.pk, "upper")).status_code == 404
    again = client.post(url("sign", mine.pk), hand(page.context["page"].sha256))
    assert (again.status_code, CharterSignature.objects.count()) == (302, 1)
    assert client.get(url("sign", mine.pk)).url == url("document", mine.pk)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"strokes": "[]"}, "签名没有完整收到"),
        ({"strokes": "<script>"}, "签名没有完整收到"),
        ({"read_to_end": ""}, "请先把承诺书阅读到最后"),
        ({"text_sha256": "0" * 64}, "责任书内容已更新"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_signed(client, campus, round_, change, sentence):
    mine = pair(round_, campus.college)
    client.force_login(campus.head)

    answer = client.post(url("sign", mine.pk), hand(services.page_of(mine).sha256) | change)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert (Hand.objects.count(), pair(round_, campus.college).state) == (0, "open")


def test_a_stranger_finds_nothing_and_a_reader_signs_nothing(client, campus, round_):
    mine = pair(round_, campus.klass)
    client.force_login(campus.stranger)
    assert client.get(url("document", mine.pk)).status_code == 404
    assert client.post(url("sign", mine.pk), hand("0" * 64)).status_code == 404

    client.force_login(campus.liaison)
    assert client.get(url("document", mine.pk)).status_code == 200
    assert client.post(url("sign", mine.pk), hand("0" * 64)).status_code == 403


def test_the_office_signs_all_units_with_one_hand(client, campus, round_):
    client.force_login(campus.office)
    page = client.get(url("sign_many", round_.pk))
    ticked = [f"{row.pk}:{row.page.sha256}" for row in page.context["rows"]]

    client.post(url("sign_many", round_.pk), hand(pairs=ticked[:3]))
    client.post(url("sign_many", round_.pk), hand(pairs=ticked[:3]))

    assert len(ticked) == 5
    assert (Hand.objects.count(), CharterSignature.objects.count()) == (1, 3)


def test_another_s_pairs_cannot_be_slipped_among_many(client, campus, round_):
    foreign = pair(round_, campus.klass)
    client.force_login(campus.office)

    answer = client.post(
        url("sign_many", round_.pk),
        hand(pairs=[f"{foreign.pk}:{services.page_of(foreign).sha256}"]),
    )

    assert answer.status_code == 400
    assert "所选责任书已有变化" in answer.content.decode()
    assert CharterSignature.objects.count() == 0


def test_a_student_without_a_room_signs_with_the_counselor(client, campus):
    round_ = make.charter_round(campus, cascade=False)
    mine = pair(round_, campus.klass, campus.classmate)
    client.force_login(campus.classmate)
    assert "待签责任书" in client.get("/").content.decode()
    page = client.get(url("sign", mine.pk))
    client.post(url("sign", mine.pk), hand(page.context["page"].sha256))

    client.force_login(campus.counselor)
    tree = client.get(url("cascade", round_.pk, campus.klass.pk)).content.decode()

    assert "校外住宿组" in tree
    assert "李小红" in tree
    assert pair(round_, campus.klass, campus.classmate).state == "lower"


def test_paper_is_recorded_with_its_scan_and_counted_apart(client, campus, round_):
    mine = pair(round_, campus.college)
    client.force_login(campus.office)
    today = timezone.localdate()
    body = {"upper_name": "孙处长", "lower_name": "冯书记", "signed_on": str(today)}

    client.post(url("paper", mine.pk), body | {"picture": scan()})

    mine = pair(round_, campus.college)
    assert (mine.state, mine.method, mine.signed_on) == ("signed", "paper", today)
    assert mine.recorded_by == campus.office
    counts = queries.cascade_of(campus.office, round_.pk).lines()[0].counts
    assert (counts["signed"], counts["paper"]) == (1, 1)
    page = client.get(url("document", mine.pk)).content.decode()
    assert "由 孙处长 代录" in page
    file_url = reverse("accounts:file", args=[mine.scan.uuid])
    assert client.get(file_url).status_code == 200
    client.force_login(campus.foreign_liaison)
    assert client.get(file_url).status_code == 404


def test_a_unit_does_not_record_its_own_paper_with_the_school(client, campus, round_):
    client.force_login(campus.head)

    assert client.get(url("paper", pair(round_, campus.college).pk)).status_code == 403
    assert client.get(url("paper", pair(round_, campus.klass).pk)).status_code == 200


@pytest.mark.parametrize("bad", [{"signed_on": "2999-01-01"}, {"upper_name": ""}, {"picture": ""}])
def test_bad_paper_is_refused_in_words(client, campus, round_, bad):
    mine = pair(round_, campus.college)
    client.force_login(campus.office)
    body = {"upper_name": "孙处长", "lower_name": "冯书记", "signed_on": str(timezone.localdate())}

    answer = client.post(url("paper", mine.pk), body | {"picture": scan()} | bad)

    assert answer.status_code == 400
    assert pair(round_, campus.college).state == "open"


def test_a_paper_recorded_by_mistake_is_voided_with_a_reason(client, campus, round_):
    mine = pair(round_, campus.college)
    client.force_login(campus.office)
    body = {"upper_name": "甲", "lower_name": "乙", "signed_on": str(timezone.localdate())}
    client.post(url("paper", mine.pk), body | {"picture": scan()})

    client.post(url("void", mine.pk), {"reason": ""})
    assert pair(round_, campus.college).state == "signed"
    said = client.post(url("void", mine.pk), {"reason": "传错了文件"}, follow=True).content.decode()
    assert said.count("代录已作废，这份责任书恢复为待签。") == 1

    mine = pair(round_, campus.college)
    assert (mine.state, mine.method, mine.note) == ("open", "self", "传错了文件")
    signed(round_, campus.college, campus.head, campus.office)
    client.post(url("void", mine.pk), {"reason": "手签的不能这样作废"})
    assert pair(round_, campus.college).state == "signed"


def test_a_voided_paper_lies_nowhere_and_its_scan_stays_open(client, campus, round_):
    """PLG-2: what is signed anew is not kept yet; the first scan is read beside the second."""
    body = {"upper_name": "甲", "lower_name": "乙", "signed_on": str(timezone.localdate())}
    mine, today = pair(round_, campus.college), timezone.localdate()
    client.force_login(campus.office)
    client.post(url("paper", mine.pk), body | {"picture": scan()})
    where = {"copies": 2, "place": "档案柜3", "keeper": "孙处长", "kept_on": today}
    services.keep([pair(round_, campus.college)], actor=campus.office, **where)
    first = reverse("accounts:file", args=[pair(round_, campus.college).scan.uuid])

    client.post(url("void", mine.pk), {"reason": "传错了文件"})
    client.post(url("paper", mine.pk), body | {"picture": scan()})

    again = pair(round_, campus.college)
    assert (again.kept_on, again.copies, again.place, again.keeper) == (None, None, "", "")
    assert queries.cascade_of(campus.office, round_.pk).lines()[0].counts["unkept"] == 1
    detail = AuditEntry.objects.get(verb="void_paper").detail
    assert {name: detail[name] for name in where} == where | {"kept_on": str(today)}
    second = reverse("accounts:file", args=[again.scan.uuid])
    for who in (campus.office, campus.head):
        client.force_login(who)
        page = client.get(url("document", mine.pk)).content.decode()
        assert [found in page for found in (first, second)] == [True, True]
        assert client.get(first).status_code == 200
    client.force_login(campus.foreign_liaison)
    assert client.get(first).status_code == 404


def test_the_office_keeps_the_school_s_copies_and_the_unit_its_own(client, campus):
    round_ = make.charter_round(campus, cascade=False)
    top = signed(round_, campus.college, campus.head, campus.office)
    low = signed(round_, campus.klass, campus.head, campus.counselor)
    today = str(timezone.localdate())
    body = {"copies": 2, "place": "档案柜3", "keeper": "孙处长", "kept_on": today}
    client.force_login(campus.office)

    client.post(url("keep", round_.pk, campus.school.pk), body | {"pairs": [top.pk]})
    wrong = client.post(url("keep", round_.pk, campus.school.pk), body | {"pairs": [low.pk]})

    assert wrong.status_code == 400
    client.force_login(campus.head)
    page = client.get(url("keep", round_.pk, campus.college.pk)).content.decode()
    assert 'value="计算机学院"' in page
    client.post(url("keep", round_.pk, campus.college.pk), body | {"pairs": [low.pk], "copies": 3})
    assert (pair(round_, campus.college).copies, pair(round_, campus.klass).copies) == (2, 3)
    assert client.get(url("keep", round_.pk, campus.school.pk)).status_code == 404


def test_the_list_leaves_as_a_workbook(client, campus, round_):
    client.force_login(campus.office)

    answer = client.post(
        url("export", round_.pk, campus.school.pk), {"part": "open", "tier": "unit"}
    )

    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    said = [row for row in rows if row[1] == "学校与二级单位"]
    assert len(said) == 5
    assert "待上级 孙处长；下级 冯书记 签署" in {row[8] for row in said}


def test_a_charter_is_drafted_previewed_and_issued(client, campus):
    names = ["unit", "class", "group", "dorm", "lodging"]
    starters = make.pledges.starter_texts(campus.school, actor=campus.office)[3:8]
    texts = dict(zip(names, starters, strict=True))
    today = timezone.localdate()
    form = {
        "title": "2026 年度反诈责任书", "year": "2026", "cascade": "True",
        "school_role": "OFFICE", "unit_role": "COLLEGE_HEAD",
        "text_unit": texts["unit"].pk, "text_class": texts["class"].pk,
        "owner": campus.school.pk, "unit": campus.school.pk,
        "opens_on": today, "due_on": today + timedelta(days=9), "locks_on": today + timedelta(days=9),
    }  # fmt: skip
    client.force_login(campus.office)

    empty = client.post(make.new_url("charter"), form | {"text_unit": "", "text_class": ""})
    page = client.post(make.new_url("charter"), form, follow=True).content.decode()
    made = Round.objects.get()
    edit = client.get(reverse("rounds:edit", args=[made.pk])).content.decode()
    changed = client.post(
        reverse("rounds:edit", args=[made.pk]), form | {"text_class": "", "cascade": "False"}
    )
    client.post(reverse("rounds:issue", args=[made.pk]))

    assert "请至少为一个层级选择责任书文本" in empty.content.decode()
    assert "学校与二级单位 <b>5</b> 份" in page
    assert f'value="{texts["class"].pk}" selected' in edit
    assert changed.status_code == 302
    assert (made.charters.count(), Round.objects.get().charter.cascade) == (5, False)


def test_a_pledge_does_not_offer_charter_texts_nor_the_other_way_round(client, campus):
    make.pledges.starter_texts(campus.school, actor=campus.office)
    client.force_login(campus.office)

    pledge = client.get(make.new_url()).context["details"].fields["text"].queryset
    charter = client.get(make.new_url("charter")).context["details"].fields["text_unit"].queryset

    assert {text.use for text in pledge} == {"person"}
    assert {text.use for text in charter} == {"charter"}


def test_a_charter_s_text_names_both_units_and_no_pledge_text_does(client, campus):
    client.force_login(campus.office)
    body = {"unit": campus.school.pk, "name": "状", "heading": "书", "body": "{上级}与{下级}"}

    wrong = client.post(reverse("pledges:new_text"), body | {"use": "person"})
    client.post(reverse("pledges:new_text"), body | {"use": "charter"})

    assert "“{上级}”不是可填入的内容" in wrong.content.decode()
    assert [t.use for t in PledgeText.objects.all()] == ["charter"]


def test_a_list_asks_as_often_for_three_rows_as_for_one(
    client, campus, round_, django_assert_max_num_queries
):
    client.force_login(campus.office)
    with django_assert_max_num_queries(30):
        client.get(url("cascade", round_.pk))
    with django_assert_max_num_queries(24):
        client.get(url("pairs", round_.pk, campus.school.pk) + "?part=all")


def test_a_role_that_left_cannot_sign(client, campus, round_):
    Grant.objects.filter(user=campus.head, role=Role.COLLEGE_HEAD).update(
        starts_on=timezone.localdate() - timedelta(days=9),
        ends_on=timezone.localdate() - timedelta(days=1),
    )
    client.force_login(campus.head)

    assert client.get(url("sign", pair(round_, campus.college).pk)).status_code == 404


def test_one_s_own_hand_is_replaced_from_the_document(client, campus, round_):
    mine = Charter.objects.get(round=round_, unit=campus.college)
    make.put_hand(mine, campus.head)
    client.force_login(campus.head)
    document = reverse("charters:document", args=[mine.pk])
    address = reverse("charters:sign", args=[mine.pk])
    assert f"{address}?again=1" in client.get(document).content.decode()
    assert client.get(address).url == document
    page = client.get(f"{address}?again=1")
    assert "不同意签署" not in page.content.decode()
    body = {"text_sha256": page.context["page"].sha256, "read_to_end": "on"}

    done = client.post(f"{address}?again=1", body | {"strokes": json.dumps(make.STROKES)})

    assert done.url == document
    assert mine.signatures.count() == 2
    make.put_hand(mine, campus.office)
    assert "again=1" not in client.get(document).content.decode()
    late = client.post(f"{address}?again=1", body | {"strokes": json.dumps(make.STROKES)})
    assert "不能再更换签名" in late.content.decode()
