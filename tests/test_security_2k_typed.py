"""security.md 2K through HTTP: dates (K06), choices looked up (K13), forms that lay open (K16)."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from notices.services import circulars
from rounds.models import Assignment
from tests.desk_rows import list_url
from tests.test_walls import text_of
from tests.untouched import Unchanged

DAY = "2026-12-01"
NO_DAYS = ["0001-01-01", "9999-12-31", "1949-10-01", "2126-01-01", "2026-02-30", "46000", "九月",
           "２０２６-１２-０１"]  # fmt: skip
SAID = ("请核对日期的年份。", "输入一个有效的日期。", "日期不正确。", "输入一个有效的日期/时间。",
        "发布时间应在一年以内")  # fmt: skip
# who types a day where; the rest of the form, and the fields that are days
TYPED = {
    "rounds:excuse_person": (
        "liaison", lambda w: [w.round.pk, w.second_student.pk], {"reason": "病休"}, ["until"],
    ),
    "rounds:excuse": ("liaison", lambda w: [w.late_part.pk], {"reason": "实习"}, ["until"]),
    "rounds:allow_late": ("office", lambda w: [w.late_part.pk], {"reason": "实习"}, ["until"]),
    "rounds:decide_late": (
        "office", lambda w: [w.late.pk], {"reason": "准", "decision": "grant"}, ["until"],
    ),
    "rounds:edit": (
        "office", lambda w: [w.draft.pk], {"title": "任务"}, ["opens_on", "due_on", "locks_on"],
    ),
    "org:appoint": (
        "liaison", lambda w: [w.college.pk], {"kind": "contact"}, ["starts_on", "ends_on"],
    ),
    "org:delegate": ("liaison", lambda w: [w.duty.pk], {}, ["starts_on", "ends_on"]),
    "org:enter_meeting": ("liaison", lambda w: [w.college.pk], {"title": "例会"}, ["held_on"]),
    "org:give_task": ("liaison", lambda w: [w.meeting.pk], {"text": "布置"}, ["due_on"]),
    "accounts:new_term": (
        "office", lambda w: [], {"year": "2027", "number": "1"}, ["starts_on", "ends_on", "week_one"],
    ),
    "accounts:days": ("office", lambda w: [], {"works": "rest"}, ["first", "last"]),
    "pledges:add_scan": ("counselor", lambda w: [w.round.pk, w.klass.pk], {}, ["signed_on"]),
    "charters:paper": ("office", lambda w: [w.charter.pk], {}, ["signed_on"]),
    "notices:publish": ("liaison", lambda w: [w.written.pk], {}, ["at"]),
}  # fmt: skip


@pytest.fixture
def typed(world):
    """The world with a part that is late, a duty that can be lent and a 通知 being written."""
    world.late_part = Assignment.objects.get(round=world.round, unit=world.second_class)
    world.duty = world.liaison.duties.get()
    world.written = circulars.write(
        world.college, actor=world.liaison, title="通知", body="请落实。",
        places=[world.college.path], roles=["COUNSELOR"],
    )  # fmt: skip
    return world


@pytest.mark.parametrize("name", TYPED)
def test_k06_a_day_that_is_none_or_of_another_age_is_refused_in_words(client, typed, name):
    role, args, rest, fields = TYPED[name]
    client.force_login(getattr(typed, role))
    address = reverse(name, args=args(typed))
    with Unchanged():
        for field in fields:
            for bad in NO_DAYS:
                answer = client.post(address, rest | dict.fromkeys(fields, DAY) | {field: bad})
                said = text_of(answer)
                assert answer.status_code in {200, 400}, (field, bad)
                assert any(sentence in said for sentence in SAID), (field, bad)


def test_k06_the_same_form_with_days_of_this_age_goes_through(client, typed):
    client.force_login(typed.liaison)
    body = {"reason": "病休", "until": DAY}

    answer = client.post(reverse("rounds:excuse", args=[typed.late_part.pk]), body)

    assert answer.status_code == 302
    assert str(typed.late_part.excuses.get().until) == DAY


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "2026-12-02", "until": "2026-12-01"}, "结束日期不能早于开始日期。"),
        ({"since": "0001-01-01"}, "请核对日期的年份。"),
        ({"until": "9999-12-31"}, "请核对日期的年份。"),
        ({"since": "1926-01-01", "until": "2026-01-01"}, "请核对日期的年份。"),
        ({"since": "2026-02-30"}, "输入一个有效的日期。"),
    ],
)
def test_k06_a_list_is_not_narrowed_by_days_that_are_none_and_says_so(
    client, campus, asked, sentence
):
    client.force_login(campus.auditor)
    with Unchanged():
        answer = client.get(list_url(AuditEntry), asked, follow=True)
        assert answer.status_code == 200
        assert f"未按日期筛选：{sentence}" in answer.content.decode()


def look_up(client, **asked):
    field = {"app_label": "accounts", "model_name": "grant", "field_name": "user"}
    return client.get(reverse("admin:autocomplete"), field | asked)


@pytest.mark.parametrize("term", ["", "张", "%", "%%", "__", "\\", "'--", "😀😀", "a" * 1000])
def test_k13_a_term_too_short_or_of_wildcards_finds_nobody(client, campus, term):
    client.force_login(campus.office)
    with Unchanged():
        answer = look_up(client, term=term)
        assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.parametrize(
    "asked",
    [
        {"field_name": "password"}, {"field_name": "granted_by"}, {"model_name": "session"},
        {"model_name": "nothing"}, {"app_label": "axes"}, {"field_name": ""},
    ],
)  # fmt: skip
def test_k13_only_fields_that_offer_choices_are_looked_up(client, campus, asked):
    client.force_login(campus.office)
    with Unchanged():
        assert look_up(client, term="张小明", **asked).status_code in {400, 403, 404}


def test_k13_whoever_looks_up_without_end_is_asked_to_wait(client, campus):
    client.force_login(campus.office)
    codes = [look_up(client, term="张小").status_code for _ in range(130)]

    assert codes[:100] == [200] * 100
    assert codes[-1] == 429
    client.force_login(campus.sysadmin)
    assert look_up(client, term="张小").status_code == 200  # others go on


@pytest.mark.parametrize("term", ["%", "_", "%' OR 1=1--", "a" * 5000, "\\", "=", "😀"])
def test_k13_a_search_for_people_takes_every_sign_as_itself(client, campus, term):
    client.force_login(campus.liaison)
    with Unchanged():
        answer = client.get(reverse("accounts:people"), {"q": term})
        assert answer.status_code == 200
        assert len(term) > 40 or list(answer.context["page_obj"].object_list) == []


FORMS = {
    "org:enter_meeting": (
        "liaison", lambda w: [w.college.pk],
        {"title": "例会", "held_on": DAY, "attendees": "全体", "minutes": "长" * 3000},
    ),
    "rounds:submit": ("counselor", lambda w: [w.part.pk], {"reason": "其余未签"}),
    "pledges:answer": ("counselor", lambda w: [w.objections[0].pk], {"reason": "已当面解释"}),
    "notices:new_circular": ("liaison", lambda w: [], {"title": "通知", "body": "长" * 3000}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_k16_a_form_that_lay_open_too_long_says_so_leads_back_and_loses_nothing(world, name):
    """Without its cookie it is refused with a way back; after the idle time one logs in first."""
    from pledges.models import Objection

    world.objections = list(Objection.objects.filter(person=world.second_student))
    role, args, body = FORMS[name]
    client = Client(enforce_csrf_checks=True)
    client.force_login(getattr(world, role))
    address = reverse(name, args=args(world))
    with Unchanged():
        stale = client.post(address, body)
        said = stale.content.decode()
        assert (stale.status_code, "页面已失效" in said, "data-back" in said) == (403, True, True)
        away = Client().post(address, body)
        assert (away.status_code, away.url) == (302, f"/login/?next={address}")
