"""Outside results: shown first, marked, verified by another's sample, undone as a batch."""

import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.moves import Refused
from accounts.services import regrouping
from pledges.models import Signature
from rounds import services
from rounds.figures import Census, figures
from rounds.models import Completion, OutsideBatch, OutsideRow
from tests import factories as make

State = Completion.State
TODAY = timezone.localdate().isoformat()


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def sheet(*rows, head=("学号", "姓名", "班级", "完成日期", "结果")):
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def uploaded(client, round_, data, source="某平台导出", unit=None):
    file = SimpleUploadedFile("名单.xlsx", data)
    body = {"source": source, "file": file}
    place = [round_.pk, (unit or round_.unit).pk]
    return client.post(reverse("rounds:outside", args=place), body)


def shown(campus, round_, *rows, unit=None, actor=None):
    return services.show_outside(
        round_, sheet(*rows), unit=unit or campus.school, name="名单.xlsx", source="公安名单",
        actor=actor or campus.office,
    )  # fmt: skip


def both(campus):
    return (campus.student.number, "", "", TODAY, "是"), (
        "",
        "李小红",
        "计科2301班",
        TODAY,
        "已安装",
    )


def test_nothing_counts_before_it_is_confirmed_then_it_is_submitted(client, campus, round_):
    client.force_login(campus.office)
    answer = uploaded(client, round_, sheet(*both(campus)))
    before = figures(round_, campus.klass.path).submitted
    page = client.get(answer.url).content.decode()
    batch = OutsideBatch.objects.get()
    client.post(reverse("rounds:take_in", args=[batch.pk]))

    found = figures(round_, campus.klass.path)
    assert before == 0
    assert '可导入<span class="count">2</span>' in page
    assert "张小明" in page
    assert (found.submitted, found.verified, found.on_time) == (2, 0, 2)
    made = Completion.objects.values_list("method", "state", "note")
    assert set(made) == {("outside", "pending", "某平台导出")}
    assert batch.file.name == "名单.xlsx"


def test_each_line_that_is_not_taken_says_why(campus, round_):
    make.sign(round_, campus.second_student)
    abroad = make.campus("B")
    twin = make.person(campus.klass, "李小红")
    batch = shown(
        campus,
        round_,
        (campus.student.number, "", "", TODAY, "否"),
        ("20999999", "", "", TODAY, "是"),
        ("", twin.name, "计科2301班", TODAY, "是"),
        (campus.second_student.number, "", "", TODAY, "是"),
        (abroad.student.number, "", "", TODAY, "是"),
        (campus.cadre.number, "", "", "2099-13-45", "是"),
        (campus.cadre.number, "", "", "", "是"),
        (campus.dormhead.number, "", "", TODAY, "是"),
        (campus.dormhead.number, "", "", TODAY, "是"),
    )

    assert list(batch.rows.values_list("problem", flat=True)) == [
        "结果不是已完成，不导入",
        "本单位名册中没有此人，请核对学（工）号或姓名、班级",
        "有多人同名，请补充学（工）号",
        "已有办理记录，不重复导入",
        "本单位名册中没有此人，请核对学（工）号或姓名、班级",
        "没有这一天，请核对日期",
        "没有完成日期",
        "",
        "与前面的行是同一人",
    ]


def test_a_sample_found_true_by_somebody_else_verifies_the_batch(client, campus, round_):
    second = make.holder(campus.security_staff, "钱副处", "OFFICE", campus.school)
    batch = shown(campus, round_, *both(campus))
    services.take_in(batch, actor=campus.office)
    ids = {row.pk for row in services.sample_of(batch)}

    with pytest.raises(Refused, match="导入人以外的人员"):
        services.check_sample(batch, true=ids, actor=campus.office)
    with pytest.raises(Refused, match="逐一核对属实"):
        services.check_sample(batch, true=set(list(ids)[:1]), actor=second)
    assert figures(round_, campus.klass.path).verified == 0
    client.force_login(second)
    client.post(reverse("rounds:check_outside", args=[batch.pk]), {"true": list(ids)})

    batch.refresh_from_db()
    assert (batch.state, batch.checked_by) == ("checked", second)
    assert figures(round_, campus.klass.path).verified == 2
    assert OutsideRow.objects.filter(sampled=True).count() == 2


def test_undone_as_a_batch_what_somebody_redid_stays(client, campus, round_):
    batch = shown(campus, round_, *both(campus))
    services.take_in(batch, actor=campus.office)
    Completion.objects.filter(person=campus.classmate).update(method="self", state="accepted")
    client.force_login(campus.office)

    client.post(reverse("rounds:undo_outside", args=[batch.pk]), {"reason": "名单有误"})

    parts = dict(Completion.objects.values_list("person__name", "state"))
    assert parts == {"张小明": State.SENT_BACK, "李小红": State.ACCEPTED}
    assert figures(round_, campus.klass.path).submitted == 1
    with pytest.raises(Refused):
        services.undo_import(batch, actor=campus.office, reason="再次")
    verbs = AuditEntry.objects.filter(model="outsidebatch").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "show_outside", "take_in", "took_in", "undo_import",
    ]  # fmt: skip


def test_taken_in_twice_is_once_and_undone_it_may_be_taken_again(campus, round_):
    batch = shown(campus, round_, *both(campus))
    assert services.take_in(batch, actor=campus.office) == 2
    with pytest.raises(Refused):
        services.take_in(batch, actor=campus.office)
    services.undo_import(batch, actor=campus.office, reason="补日期")
    again = shown(campus, round_, *both(campus))

    assert services.take_in(again, actor=campus.office) == 2
    assert Completion.objects.count() == 2
    assert figures(round_, campus.klass.path).submitted == 2


def test_who_did_it_between_showing_and_confirming_keeps_their_own(campus, round_):
    batch = shown(campus, round_, *both(campus))
    make.sign(round_, campus.student)

    assert services.take_in(batch, actor=campus.office) == 1
    assert Completion.objects.get(person=campus.student).method == "self"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件为空"),
        (b"\xff\xd8\xff\xe0 jpeg", "不是表格文件"),
        (sheet(head=("甲", "乙")), "未找到表头"),
        (b"PK\x03\x04 broken", ""),
    ],
)
def test_a_file_that_is_no_list_is_refused_and_nothing_kept(client, campus, round_, data, sentence):
    client.force_login(campus.office)

    answer = uploaded(client, round_, data)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert OutsideBatch.objects.count() == 0


def test_a_kind_that_does_not_take_them_says_so(client, campus):
    made = make.joint_round(campus)
    client.force_login(campus.office)

    assert uploaded(client, made, sheet(*both(campus))).status_code == 403
    with pytest.raises(Refused, match="须本人办理，不接收外部导入的结果"):
        shown(campus, made, *both(campus))
    assert OutsideBatch.objects.count() == 0


@pytest.mark.parametrize("who", ["head", "counselor", "department", "foreign_liaison", "student"])
def test_others_than_the_owner_and_the_unit_s_liaison_bring_no_list(client, campus, round_, who):
    batch = shown(campus, round_, *both(campus))
    client.force_login(getattr(campus, who))

    assert uploaded(client, round_, sheet(), unit=campus.college).status_code in {403, 404}
    for name in ("take_in", "drop_outside", "check_outside", "undo_outside"):
        address = reverse(f"rounds:{name}", args=[batch.pk])
        assert client.post(address).status_code in {403, 404}
    assert Completion.objects.count() == 0
    assert User.objects.filter(pk=campus.student.pk).exists()


def test_a_liaison_brings_a_list_of_the_own_college_and_its_head_checks_it(client, campus, round_):
    client.force_login(campus.liaison)
    board = client.get(reverse("rounds:board", args=[round_.pk, campus.college.pk]))
    address = reverse("rounds:outside", args=[round_.pk, campus.college.pk])
    assert address in board.content.decode()
    foreign = (campus.foreign_student.number, "", "", TODAY, "是")
    answer = uploaded(client, round_, sheet(*both(campus), foreign), unit=campus.college)
    batch = OutsideBatch.objects.get()
    page = client.get(f"{answer.url}?show=bad").content.decode()
    client.post(reverse("rounds:take_in", args=[batch.pk]))
    client.force_login(campus.head)
    sample = [row.pk for row in services.sample_of(batch)]
    client.post(reverse("rounds:check_outside", args=[batch.pk]), {"true": sample})

    assert "本单位名册中没有此人" in page
    assert "赵小燕" not in page
    assert figures(round_, campus.school.path).verified == 2
    batch.refresh_from_db()
    assert (batch.unit_path, batch.checked_by) == (campus.college.path, campus.head)
    for who in (campus.foreign_liaison, campus.counselor, campus.stranger):
        client.force_login(who)
        assert client.get(answer.url).status_code in {403, 404}
        assert client.get(address).status_code in {403, 404}


def test_a_liaison_sees_no_list_of_the_whole_school(client, campus, round_):
    batch = shown(campus, round_, *both(campus))
    client.force_login(campus.liaison)

    assert client.get(reverse("rounds:outside_batch", args=[batch.pk])).status_code == 404
    page = client.get(reverse("rounds:outside", args=[round_.pk, campus.college.pk]))
    assert "还没有上传名单" in page.content.decode()


def test_a_list_goes_with_the_class_it_was_brought_for(campus, round_):
    batch = shown(campus, round_, *both(campus), unit=campus.klass, actor=campus.liaison)

    new = regrouping.move(
        campus.klass, parent=campus.other_college, actor=campus.office, reason="专业调整"
    )

    batch.refresh_from_db()
    assert batch.unit_path == new.path
    mine = OutsideBatch.objects.permitted(User.objects.get(pk=campus.foreign_liaison.pk), "make")
    assert list(mine) == [batch]
    assert not OutsideBatch.objects.permitted(User.objects.get(pk=campus.liaison.pk)).exists()


def test_who_was_sent_back_by_a_person_is_not_done_by_a_list(campus, round_):
    make.sign(round_, campus.student)
    Completion.objects.filter(person=campus.student).update(state=State.SENT_BACK)

    batch = shown(campus, round_, both(campus)[0])

    assert batch.rows.get().problem == "已退回，须本人重新办理"


def test_own_hand_takes_the_place_of_a_list_and_stays_when_it_is_undone(campus, round_):
    batch = shown(campus, round_, *both(campus))
    services.take_in(batch, actor=campus.office)

    make.sign(round_, campus.student)
    services.undo_import(batch, actor=campus.office, reason="名单有误")

    mine = Completion.objects.get(person=campus.student)
    assert (mine.method, mine.state) == ("self", State.ACCEPTED)
    assert Census(round_).methods() == {}
    assert figures(round_, campus.klass.path).verified == 1


def test_listed_people_are_counted_apart_from_those_who_signed(client, campus, round_):
    services.take_in(shown(campus, round_, *both(campus)), actor=campus.office)
    make.sign(round_, campus.cadre)
    client.force_login(campus.counselor)

    page = client.get(reverse("rounds:board", args=[round_.pk, campus.klass.pk]))

    assert page.context["methods"] == [("本人办理", 1), ("外部导入", 2)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twenty_who_sign_while_the_list_is_undone_keep_their_own(campus, round_):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    people = [make.person(campus.klass) for _ in range(19)]
    batch = shown(campus, round_, *((one.number, "", "", TODAY, "是") for one in people))
    services.take_in(batch, actor=campus.office)

    def attempt(deed):
        try:
            return deed()
        finally:
            connections.close_all()

    deeds = [lambda one=one: make.sign(round_, one) for one in people]
    deeds.insert(9, lambda: services.undo_import(batch, actor=campus.office, reason="名单有误"))
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(attempt, deeds))

    parts = Completion.objects.filter(round=round_)
    assert set(parts.values_list("method", "state")) == {("self", "accepted")}
    assert Signature.objects.filter(superseded_at=None).count() == len(people)
