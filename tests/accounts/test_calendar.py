"""The office keeps the school's calendar."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.calendar_queries import calendar_of
from accounts.models import AuditEntry, SchoolDay, Term
from tests import factories as make

TERM = {"year": 2026, "number": 1, "starts_on": "2026-09-07", "ends_on": "2027-01-22"}
PAGE = "/calendar/"


@pytest.fixture
def office(client, campus):
    client.force_login(campus.office)
    return client


def test_an_empty_calendar_says_by_which_rule_the_portal_counts(office):
    body = office.get(PAGE).content.decode()

    assert "还没有录入学期" in body and "1 月 31 日" in body


def test_the_office_keeps_a_term_and_week_one_is_found(office, campus):
    answer = office.post(reverse("accounts:new_term"), TERM | {"starts_on": "2026-09-09"})

    assert answer.url == PAGE
    kept = Term.objects.get()
    assert (kept.week_one, kept.ends_on) == (date(2026, 9, 7), date(2027, 1, 22))
    assert str(kept) == "2026-2027 学年第一学期"
    assert AuditEntry.objects.get(verb="keep_term").actor == campus.office
    assert "2026-2027 学年第一学期" in office.get(PAGE).content.decode()


BAD = [
    ({"ends_on": "2026-09-07"}, "结束日期应晚于开始日期"),
    ({"ends_on": "2027-06-01"}, "不超过八个月"),
    ({"year": 2027}, "2027-2028 学年应在"),
    ({"week_one": "2026-09-08"}, "星期一"),
    ({"week_one": "2026-08-03"}, "星期一"),
    ({"starts_on": ""}, "必填"),
    ({"starts_on": "9月7日"}, "有效"),
    ({"starts_on": "0001-01-01"}, "年份"),
    ({"number": 9}, "9"),
    ({"year": 1900}, "1900"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_a_wrong_term_is_refused_in_words_and_what_was_typed_stays(office, wrong, sentence):
    body = office.post(reverse("accounts:new_term"), TERM | wrong).content.decode()

    assert sentence in body and (TERM | wrong)["ends_on"] in body
    assert not Term.objects.exists()


MEETS = [
    ({}, "这一学期已在校历中"),
    ({"number": 2, "ends_on": "2027-01-10"}, "日期重叠"),
    ({"number": 2, "starts_on": "2026-07-10", "ends_on": "2026-08-30"}, "先后次序不符"),
]


@pytest.mark.parametrize(("second", "sentence"), MEETS)
def test_terms_neither_meet_nor_stand_in_the_wrong_order(office, campus, second, sentence):
    make.term(campus)

    body = office.post(reverse("accounts:new_term"), TERM | second).content.decode()

    assert sentence in body
    assert Term.objects.count() == 1


def test_a_term_is_corrected_and_taken_off(office, campus):
    kept = make.term(campus)

    office.post(reverse("accounts:term", args=[kept.pk]), TERM | {"ends_on": "2027-01-15"})
    kept.refresh_from_db()
    assert kept.ends_on == date(2027, 1, 15)

    office.post(reverse("accounts:drop_term", args=[kept.pk]))
    assert not Term.objects.exists()
    assert AuditEntry.objects.get(verb="drop_term").detail["days"] == [
        "2026-09-07 至 2027-01-15",
        "",
    ]


def test_days_are_set_over_the_country_s_and_given_back(office, campus):
    days = {"first": "2026-12-31", "last": "2027-01-02", "works": "work", "note": "补课"}

    office.post(reverse("accounts:days"), days)
    office.post(reverse("accounts:days"), days | {"works": "rest", "last": ""})

    ours = calendar_of(campus.klass.path)
    assert ours.own == {date(2026, 12, 31): False, date(2027, 1, 1): True, date(2027, 1, 2): True}
    row = SchoolDay.objects.get(day="2027-01-01")
    assert "本校设置" in office.get(PAGE, {"year": 2027}).content.decode()
    office.post(reverse("accounts:drop_day", args=[row.pk]))
    assert SchoolDay.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"last": "2026-01-01"}, "不能早于"), ({"last": "2027-12-31"}, "最多设置 92 天"),
     ({"works": "x"}, "x"), ({"first": ""}, "必填")],
)  # fmt: skip
def test_wrong_days_change_nothing(office, wrong, sentence):
    days = {"first": "2026-12-31", "last": "2027-01-02", "works": "work"} | wrong

    assert sentence in office.post(reverse("accounts:days"), days).content.decode()
    assert not SchoolDay.objects.exists()


def test_the_year_s_holidays_and_shifted_days_are_listed_and_what_is_not_known_is_said(office):
    body = office.get(PAGE, {"year": 2026}).content.decode()
    assert "2026-10-10 星期六" in body and "国庆节" in body and "暂按周一至周五" not in body

    assert "暂按周一至周五" in office.get(PAGE, {"year": 2031}).content.decode()
    assert office.get(PAGE, {"year": "9" * 40}).status_code == 200


@pytest.mark.parametrize("who", ["liaison", "counselor", "student", "sysadmin", "leader"])
def test_nobody_else_keeps_it(client, campus, who):
    client.force_login(getattr(campus, who))

    assert client.post(reverse("accounts:new_term"), TERM).status_code == 403
    assert client.get(PAGE).status_code == 403


def test_another_school_s_term_does_not_exist(office, campus):
    foreign = make.term(make.campus("B"), number=2)

    assert office.post(reverse("accounts:term", args=[foreign.pk]), TERM).status_code == 404
    assert office.post(reverse("accounts:drop_term", args=[foreign.pk])).status_code == 404
    assert str(foreign) not in office.get(PAGE).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_for_any_number(office, campus, many, django_assert_num_queries):
    for year in range(2026, 2026 + many):
        make.term(campus, year=year, starts_on=date(year, 9, 7), ends_on=date(year + 1, 1, 10))

    with django_assert_num_queries(9):
        office.get(PAGE)
