"""通知: written, published to chosen units and roles, acknowledged, passed on, recalled, corrected."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Job, StoredFile
from accounts.moves import Refused
from accounts.periods import SHANGHAI
from notices.models import Attachment, Circular, Forward, Notice
from notices.services import circulars as services
from notices.services import unread
from tests import factories as make
from tests.adapters.test_documents import PDF, WORD
from tests.notices.conftest import work

LIST = "/notices/circulars/"
State = Circular.State


def url(name, *args):
    return reverse(f"notices:{name}", args=[getattr(a, "pk", a) for a in args])


def written(campus, actor=None, unit=None, **more):
    words = {"title": "关于开展反诈宣传的通知", "number": "安保〔2026〕12号", "body": "请各单位落实。",
             "places": [campus.college.path, campus.other_college.path],
             "roles": ["LIAISON", "COUNSELOR"], "receipt": True, "pinned": False} | more  # fmt: skip
    return services.write(unit or campus.school, actor=actor or campus.office, **words)


def published(campus, **more):
    made = services.publish(written(campus, **more), actor=more.get("actor") or campus.office)
    work()
    made.refresh_from_db()
    return made


def told(circular) -> set[str]:
    return set(circular.notices.values_list("person__name", flat=True))


@pytest.fixture
def office(client, campus, monday):
    client.force_login(campus.office)
    return client


def test_the_office_publishes_from_the_page_with_a_file(office, campus):
    typed = {"unit": campus.school.pk, "title": "停课反诈教育", "body": "第一段\n第二段",
             "places": [campus.college.path], "roles": ["COUNSELOR", "student"], "receipt": "on"}  # fmt: skip
    page = office.post(url("new_circular"), typed).url
    made = Circular.objects.get()
    office.post(url("attach", made), {"document": SimpleUploadedFile("附件一.docx", WORD)})
    assert "确认发布给 7 人" in office.get(page).content.decode()

    office.post(url("publish", made))
    office.post(url("publish", made))
    work()

    made.refresh_from_db()
    assert (made.state, made.told, Job.objects.count()) == (State.PUBLISHED, 7, 1)
    assert told(made) == {
        "褚辅导", "卫辅导", "张小明", "李小红", "王小强", "朱班长", "秦室长"
    }  # fmt: skip


def test_receivers_are_told_once_however_often_it_is_sent(campus, monday):
    make.grant(campus.counselor, "COUNSELOR", campus.second_class)
    made = published(campus)

    Circular.objects.filter(pk=made.pk).update(state=State.SCHEDULED)
    made.refresh_from_db()
    services.deliver(made)

    assert made.notices.count() == len(told(made)) == 5


def test_it_waits_for_its_time(campus, monday):
    at = datetime(2026, 11, 24, 8, 30, tzinfo=SHANGHAI)
    made = services.publish(written(campus), actor=campus.office, at=at)
    services.due()
    work()
    assert not Notice.objects.exists()

    monday.move_to(at)
    assert services.due() == 1
    work()
    made.refresh_from_db()
    assert (made.state, made.told) == (State.PUBLISHED, 5)


def test_one_that_waits_is_taken_back_to_a_draft(office, campus, monday):
    at = datetime(2026, 11, 24, 8, 30, tzinfo=SHANGHAI)
    made = services.publish(written(campus), actor=campus.office, at=at)

    office.post(url("unschedule", made))
    monday.move_to(at + timedelta(hours=1))
    services.due()
    work()

    made.refresh_from_db()
    assert made.state == State.DRAFT and not Notice.objects.exists()


def test_a_contact_presses_read_and_who_has_not_is_listed(client, campus, monday):
    made = published(campus)
    client.force_login(campus.counselor)
    page = url("circular", made)
    assert "请各单位落实" in client.get(page).content.decode()

    client.post(url("acknowledge", made))
    first = made.notices.get(person=campus.counselor).receipt_at
    client.post(url("acknowledge", made))

    assert made.notices.get(person=campus.counselor).receipt_at == first
    client.force_login(campus.office)
    listed = client.get(url("unread", made)).content.decode()
    assert "卫辅导" in listed and "褚辅导" not in listed
    client.force_login(campus.cook)
    assert client.get(url("unread", made)).status_code == 403


def test_a_contact_sees_who_of_their_own_part_has_not_read_it(client, campus, monday):
    made = published(campus)
    client.force_login(campus.liaison)
    assert url("unread", made) in client.get(url("circular", made)).content.decode()

    page = client.get(url("unread", made)).content.decode()

    assert "卫辅导" in page and "褚辅导" in page
    assert "蒋辅导" not in page and "沈联络" not in page
    assert "remind" not in page
    client.force_login(campus.counselor)  # who sees the class alone, where nobody was written to
    assert "全部已阅" in client.get(url("unread", made)).content.decode()
    client.force_login(campus.head)  # to whom it did not come
    assert client.get(url("unread", made)).status_code == 404


def test_those_who_have_not_read_are_reminded_once_a_day(office, campus, monday):
    made = published(campus)
    services.acknowledge(made, actor=campus.counselor)

    office.post(url("remind_unread", made))
    again = office.post(url("remind_unread", made))

    reminded = Notice.objects.filter(key=f"unread:{made.pk}")
    assert set(reminded.values_list("person__name", flat=True)) == {
        "卫辅导", "陈联络", "蒋辅导", "沈联络"
    }  # fmt: skip
    assert again.status_code == 409 and "一天只发一次" in again.content.decode()


def test_outside_the_hours_it_is_held_and_goes_to_those_who_still_have_not_read(
    office, campus, monday
):
    made = published(campus)
    monday.move_to(datetime(2026, 11, 28, 10, tzinfo=SHANGHAI))
    office.force_login(campus.office)
    for _ in range(2):
        answer = office.post(url("remind_unread", made))
    assert "已安排在 2026-11-30 08:00 催办" in answer.content.decode()
    assert "2026-11-30 08:00" in office.get(url("unread", made)).content.decode()
    assert (unread.remind_due(), Notice.objects.filter(kind="remind").count()) == (0, 0)
    services.acknowledge(made, actor=campus.counselor)

    monday.move_to(datetime(2026, 11, 30, 8, tzinfo=SHANGHAI))
    assert (unread.remind_due(), unread.remind_due()) == (1, 0)

    told = Notice.objects.filter(key=f"unread:{made.pk}").values_list("person__name", flat=True)
    assert set(told) == {"卫辅导", "陈联络", "蒋辅导", "沈联络"}
    assert AuditEntry.objects.get(verb="remind_held").detail == {"people": 4}


def test_what_was_held_of_a_recalled_circular_is_not_sent(office, campus, monday):
    made = published(campus)
    monday.move_to(datetime(2026, 11, 28, 10, tzinfo=SHANGHAI))
    office.force_login(campus.office)
    office.post(url("remind_unread", made))
    services.recall(made, actor=campus.office, reason="有误")

    monday.move_to(datetime(2026, 11, 30, 9, tzinfo=SHANGHAI))
    unread.remind_due()

    assert Notice.objects.filter(kind="remind").count() == 0
    made.refresh_from_db()
    assert made.remind_at is None


def test_a_counselor_passes_it_on_to_the_class_with_a_line_once(client, campus, monday):
    made = published(campus)
    client.force_login(campus.counselor)
    typed = {"unit": campus.klass.pk, "line": "请大家周五前看完"}

    client.post(url("forward", made), typed)
    again = client.post(url("forward", made), typed)

    assert Forward.objects.get().told == 4 and again.status_code == 400
    got = made.notices.get(person=campus.student)
    assert got.body == "褚辅导：请大家周五前看完"
    client.force_login(campus.student)
    assert "请大家周五前看完" in client.get(got.link).content.decode()
    with pytest.raises(Refused, match="不由您负责"):
        services.forward(made, campus.other_class, line="", actor=campus.counselor)


def test_a_foreign_class_is_no_choice_for_passing_on(client, campus, monday):
    made = published(campus)
    client.force_login(campus.counselor)

    answer = client.post(url("forward", made), {"unit": campus.other_class.pk})

    assert answer.status_code == 400 and not Forward.objects.exists()


def test_what_one_did_not_receive_is_not_passed_on_nor_another_in_its_place(client, campus, monday):
    published(campus)
    foreign = published(campus, places=[campus.other_college.path])
    client.force_login(campus.counselor)

    answer = client.post(url("forward", foreign), {"unit": campus.klass.pk, "line": "请看"})

    assert answer.status_code == 404 and not Forward.objects.exists()


def test_recall_leaves_that_it_was_recalled_and_nothing_to_read(client, campus, monday):
    made = published(campus)
    stored = attached(made, campus)
    client.force_login(campus.office)
    assert client.post(url("recall", made), {"reason": " "}).status_code == 400
    client.post(url("recall", made), {"reason": "日期有误"})

    client.force_login(campus.counselor)
    body = client.get(url("circular", made)).content.decode()
    assert "已撤回。原因：日期有误" in body and "请各单位落实" not in body
    assert client.get(reverse("accounts:file", args=[stored.uuid])).status_code == 404
    assert client.post(url("forward", made), {"unit": campus.klass.pk}).status_code == 403


def attached(circular, campus) -> StoredFile:
    from accounts.services.files import keep

    stored = keep("circular", PDF, name="附件.pdf", content_type="application/pdf",
                  actor=campus.office)  # fmt: skip
    Attachment.objects.create(circular=circular, file=stored)
    return stored


def test_a_correction_goes_to_the_same_receivers(office, campus, monday):
    wrong = published(campus)
    services.forward(wrong, campus.klass, line="", actor=campus.counselor)
    make.holder(campus.faculty, "新来的", "COUNSELOR", campus.second_class)
    services.recall(wrong, actor=campus.office, reason="时间写错")

    page = office.post(url("correct", wrong)).url
    office.post(url("correct", wrong))
    right = Circular.objects.get(corrects=wrong)
    office.post(page, {"unit": campus.school.pk, "title": "改正后的通知", "body": "以此为准"})
    office.post(url("publish", right))
    work()

    right.refresh_from_db()
    assert told(right) == told(wrong) and right.told == 9
    assert right.notices.first().title == "更正：改正后的通知"


REFUSED = [
    ({"title": ""}, "必填"), ({"places": []}, "必填"), ({"roles": []}, "必填"),
    ({"places": ["000001000099"]}, "000001000099"), ({"roles": ["SYSADMIN"]}, "SYSADMIN"),
    ({"body": "字" * 5001}, "5000"), ({"unit": 0}, "0"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "sentence"), REFUSED)
def test_a_wrong_draft_is_refused_and_what_was_typed_stays(office, campus, wrong, sentence):
    typed = {"unit": campus.school.pk, "title": "标题", "body": "写了很久的正文",
             "places": [campus.college.path], "roles": ["COUNSELOR"]} | wrong  # fmt: skip

    body = office.post(url("new_circular"), typed).content.decode()

    assert sentence in body and not Circular.objects.exists()


def test_a_published_one_is_not_edited_and_nobody_to_tell_is_refused(office, campus, monday):
    made = published(campus)
    with pytest.raises(Refused, match="不能修改"):
        services.write(campus.school, actor=campus.office, circular=made, title="新标题")
    nobody = written(campus, places=[campus.logistics.path], roles=["DORM_HEAD"])

    assert "没有收件人" in office.post(url("publish", nobody)).content.decode()


def test_files_are_looked_into_and_at_most_five(office, campus):
    made = written(campus)

    bad = office.post(url("attach", made), {"document": SimpleUploadedFile("a.pdf", b"MZ")})
    assert bad.status_code == 400 and "只能是 Word" in bad.content.decode()
    for n in range(6):
        office.post(url("attach", made), {"document": SimpleUploadedFile(f"{n}.pdf", PDF)})
    assert made.attachments.count() == 5
    office.post(url("detach", made, made.attachments.first().file.uuid))
    assert made.attachments.count() == 4


@pytest.mark.parametrize(
    ("who", "status"),
    [("counselor", 200), ("liaison", 200), ("foreign_liaison", 404), ("student", 404),
     ("stranger", 404), ("leader", 404), ("head", 404)],
)  # fmt: skip
def test_it_is_read_by_its_receivers_alone(client, campus, monday, who, status):
    made = published(campus, places=[campus.college.path])
    stored = attached(made, campus)
    client.force_login(getattr(campus, who))

    assert client.get(url("circular", made)).status_code == status
    assert client.get(reverse("accounts:file", args=[stored.uuid])).status_code == status


def test_a_college_publishes_to_its_own_and_the_office_sees_it_published_only(
    client, campus, monday
):
    made = written(campus, actor=campus.liaison, unit=campus.college, places=[campus.college.path])
    client.force_login(campus.liaison)
    assert campus.other_college.path not in dict(
        client.get(url("new_circular")).context["form"].fields["places"].choices
    )

    client.force_login(campus.office)
    assert client.get(url("circular", made)).status_code == 404
    services.publish(made, actor=campus.liaison)
    work()
    assert client.get(url("circular", made)).status_code == 200
    assert client.post(url("recall", made), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("who", ["counselor", "student", "leader", "cadre", "sysadmin"])
def test_nobody_else_publishes(client, campus, who):
    client.force_login(getattr(campus, who))

    assert client.get(url("new_circular")).status_code == 403


def test_lists_are_filtered_and_empty_ones_say_why(office, campus, monday):
    assert "还没有收到通知" in office.get(LIST).content.decode()
    assert "还没有发布过通知" in office.get(LIST, {"tab": "own"}).content.decode()
    published(campus)
    written(campus, title="草稿一份")

    def titles(**asked):
        page = office.get(LIST, {"tab": "own"} | asked).context["page_obj"]
        return [one.title for one in page]

    assert titles() == ["草稿一份", "关于开展反诈宣传的通知"]
    assert titles(state="draft") == ["草稿一份"]
    assert titles(q="12号", state="published") == ["关于开展反诈宣传的通知"]
    assert titles(q="没有") == [] and titles(state="?", page="x")


def test_pinned_ones_stand_first_and_waiting_ones_can_be_listed_alone(client, campus, monday):
    published(campus, pinned=True, title="置顶的")
    read = published(campus, title="后来的")
    services.acknowledge(read, actor=campus.counselor)
    client.force_login(campus.counselor)

    assert [one.title for one in client.get(LIST).context["page_obj"]] == ["置顶的", "后来的"]
    waiting = client.get(LIST, {"tab": "unread"}).context["page_obj"]
    assert [one.title for one in waiting] == ["置顶的"]


def cost(client, page) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(page).status_code == 200
    return len(seen)


def test_lists_cost_the_same_for_any_number(client, campus, monday):
    first = published(campus)
    pages = [("counselor", LIST), ("office", f"{LIST}?tab=own"), ("office", url("unread", first)),
             ("office", url("circular", first))]  # fmt: skip

    def costs():
        found = []
        for who, page in pages:
            client.force_login(getattr(campus, who))
            client.get(page)
            found.append(cost(client, page))
        return found

    few = costs()
    for n in range(3):
        published(campus, title=f"通知{n}")
    assert costs() == few
