"""ORG-2: people of firms on the campus are here as long as the contract, to the end of its last day."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts import contract_queries, queues
from accounts.models import AuditEntry, Expiry, Login, Unit, User
from accounts.moves import Refused
from accounts.moves import move as advance
from accounts.services import contracts, people, regrouping
from accounts.services.roster import apply, stage
from accounts.services.roster.undoing import undo
from accounts.services.standing import take
from accounts.tasks import expire_contracts
from rounds import services as rounds
from rounds.figures import Census
from rounds.models import Assignment, Tally
from tests import factories as make
from tests.accounts.rosters import write_csv

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADERS = ["工号", "姓名", "部门", "所属企业", "人员类别", "合同到期", "企业合同截止"]


def at(campus_day, hour=12, minute=0):
    moment = timezone.datetime(
        campus_day.year, campus_day.month, campus_day.day, hour, minute, tzinfo=SHANGHAI
    )
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def last(campus):
    """The last day of the kitchen's contract, some time ahead; the cook stands in the kitchen."""
    day = timezone.localdate() + timedelta(days=5)
    contracts.set_contract(
        campus.kitchen, ends_on=day, reason="餐〔2026〕3 号", actor=campus.office
    )
    return day


def fresh(person):
    return User.objects.get(pk=person.pk)


def expired(campus, day):
    with at(day + timedelta(days=1), 0, 2):
        expire_contracts()
    return fresh(campus.cook)


def test_the_last_day_counts_to_midnight_in_shanghai(campus, last):
    with at(last, 23, 59):
        expire_contracts()
        assert fresh(campus.cook).status == "active"

    with at(last + timedelta(days=1), 0, 0):
        expire_contracts()
        cook = fresh(campus.cook)

    assert (cook.status, cook.is_active, cook.unit) == ("left", False, campus.kitchen)
    assert cook.status_note == f"{last} 合同到期"
    assert fresh(campus.staff).status == "active"


def test_twice_is_once_and_stands_in_the_trail(campus, last):
    expired(campus, last)
    expired(campus, last)

    rows = AuditEntry.objects.filter(verb="expire", object_id=str(campus.cook.pk))
    assert [(row.actor, row.detail["status"]) for row in rows] == [(None, ["active", "left"])]
    assert Expiry.objects.filter(person=campus.cook).count() == 1


def test_their_logins_end(client, campus, last):
    client.force_login(campus.keeper)
    Login.objects.create(
        user=campus.keeper,
        path=campus.keeper.unit_path,
        session_key=client.session.session_key,
    )

    expired(campus, last)

    assert client.get(reverse("oversight:home")).status_code == 302
    assert not Login.objects.open().filter(user=campus.keeper).exists()


def test_open_rounds_count_anew_and_closed_ones_never_change(campus, last):
    closed, open_ = make.pledge_round(campus), make.pledge_round(campus)
    rounds.close(closed, actor=campus.office, reason="期满")
    kept = list(Tally.objects.filter(round=closed).order_by("pk").values())
    before = Census(open_).at(campus.kitchen.path).expected

    expired(campus, last)

    assert before - Census(open_).at(campus.kitchen.path).expected == 2  # cook and keeper
    assert campus.cook not in Census(open_).missing()
    assert list(Tally.objects.filter(round=closed).order_by("pk").values()) == kept


def test_longer_brings_back_who_left_by_it_and_only_those(campus, last):
    other = make.person(campus.kitchen, "早已离职", category="service", status="left")
    switched = make.person(campus.kitchen, "另有去向", category="service")
    round_ = make.pledge_round(campus)
    expired(campus, last)
    people.set_status(
        fresh(switched), status="transferred_out", note="调往他校", actor=campus.office
    )
    later = last + timedelta(days=300)

    with at(last + timedelta(days=3)):
        back = contracts.set_contract(
            campus.kitchen, ends_on=later, reason="续签", actor=campus.logistics_liaison
        )
        expire_contracts()

    cook = fresh(campus.cook)
    assert (back, cook.status, cook.status_note, cook.is_active) == (2, "active", "", True)
    assert (fresh(other).status, fresh(switched).status) == ("left", "transferred_out")
    assert cook in Census(round_).missing()
    row = AuditEntry.objects.filter(verb="set_contract", object_id=str(campus.kitchen.pk)).last()
    first = AuditEntry.objects.filter(verb="come_back", object_id=str(cook.pk)).get()
    assert row.detail["contract"] in ([str(last), str(later)], ["", str(last)])
    assert (first.actor, first.detail["status"]) == (campus.logistics_liaison, ["left", "active"])


def test_they_leave_again_when_the_longer_contract_is_over(campus, last):
    expired(campus, last)
    with at(last + timedelta(days=3)):
        contracts.set_contract(
            campus.kitchen, ends_on=last + timedelta(days=4), reason="续签", actor=campus.office
        )

    assert expired(campus, last + timedelta(days=4)).status == "left"
    assert Expiry.objects.filter(person=campus.cook, back_at=None).count() == 1


def test_who_was_put_back_by_hand_after_the_end_is_left_alone(campus, last):
    expired(campus, last)
    people.set_status(
        fresh(campus.cook), status="active", note="已转为学校聘用", actor=campus.office
    )

    with at(last + timedelta(days=9)):
        expire_contracts()

    assert fresh(campus.cook).status == "active"


def test_of_a_persons_own_end_and_the_units_the_earlier_decides(campus, last):
    own = last - timedelta(days=3)
    contracts.set_own_contract(campus.cook, ends_on=own, reason="本人合同", actor=campus.office)

    assert expired(campus, own).status_note == f"{own} 合同到期"
    assert fresh(campus.keeper).status == "active"

    with at(own + timedelta(days=2)):
        longer = last + timedelta(days=90)
        back = contracts.set_contract(
            campus.kitchen, ends_on=longer, reason="续签", actor=campus.office
        )
    assert (back, fresh(campus.cook).status) == (0, "left")

    with at(own + timedelta(days=2)):
        back = contracts.set_own_contract(
            fresh(campus.cook), ends_on=longer, reason="续签", actor=campus.office
        )
    assert (back, fresh(campus.cook).status) == (1, "active")


def test_staff_and_students_of_such_a_unit_do_not_leave(campus, last):
    manager = make.person(campus.kitchen, "校方管理", category="staff")

    expired(campus, last)

    assert fresh(manager).status == "active"


def test_a_unit_that_moved_keeps_its_contract_and_brings_its_people_back(campus, last):
    expired(campus, last)
    with at(last + timedelta(days=2)):
        moved = regrouping.move(
            campus.kitchen, parent=campus.security, actor=campus.office, reason="调整归口"
        )
        back = contracts.set_contract(
            moved, ends_on=last + timedelta(days=99), reason="续签", actor=campus.office
        )

    assert (moved.contract_ends, back) == (last, 2)
    assert fresh(campus.cook).unit == moved


@pytest.mark.parametrize(
    ("unit", "days", "reason", "sentence"),
    [
        ("kitchen", -1, "续签", "不能早于今天"),
        ("kitchen", 5, "续签", "无需修改"),
        ("kitchen", 9, " ", "请填写依据"),
        ("klass", 9, "续签", "只有在用的科室"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(campus, last, unit, days, reason, sentence):
    day = timezone.localdate() + timedelta(days=days)

    with pytest.raises(Refused, match=sentence):
        contracts.set_contract(
            getattr(campus, unit), ends_on=day, reason=reason, actor=campus.office
        )

    assert Unit.objects.get(pk=campus.kitchen.pk).contract_ends == last


# the roster


def line(number, name, own="", firm="", company="第一食堂", category="社会服务人员"):
    return [number, name, "后勤处", company, category, own, firm]


def read(campus, tmp_path, *rows, at=None):
    batch = campus_batch(campus, at or campus.school)
    path = write_csv(tmp_path / "名册.csv", rows, headers=HEADERS)
    return stage(batch, path)


def campus_batch(campus, unit):
    from accounts.models import ImportBatch

    return ImportBatch.objects.create(unit=unit, path=unit.path, created_by=campus.office)


def write(campus, batch):
    advance(batch, "confirm", actor=campus.office)
    return apply(batch, actor=campus.office)


def everybody(campus, own="", firm=""):
    return [line(p.number, p.name, own, firm) for p in (campus.cook, campus.keeper)]


def test_a_roster_says_both_ends(campus, tmp_path):
    firm, own = "2030-12-31", "2030年6月"
    batch = read(campus, tmp_path, *everybody(campus, firm=firm), line("S900", "新师傅", own, firm))
    shown = batch.report["notices"]
    write(campus, batch)

    assert "“第一食堂”合同截止：未登记 → 2030-12-31。" in shown
    assert Unit.objects.get(pk=campus.kitchen.pk).contract_ends == date(2030, 12, 31)
    assert User.objects.get(number="S900").contract_ends == date(2030, 6, 30)
    assert fresh(campus.cook).contract_ends is None
    row = AuditEntry.objects.get(verb="set_contract")
    assert (row.object_id, row.detail["contract"]) == (str(campus.kitchen.pk), ["", "2030-12-31"])


def test_a_new_firm_comes_with_its_contract(campus, tmp_path):
    batch = read(campus, tmp_path, line("S900", "新师傅", "", "2030-12-31", company="阳光物业"))
    write(campus, batch)

    assert Unit.objects.get(name="阳光物业").contract_ends == date(2030, 12, 31)


def test_an_own_end_is_seen_as_a_change_before_it_is_written(campus, tmp_path):
    batch = read(campus, tmp_path, *everybody(campus, own="2030-05-01"))

    row = batch.rows.get(person=campus.cook)
    assert (row.verdict, row.reasons) == ("changed", [["本人合同截止", "", "2030-05-01"]])
    write(campus, batch)
    again = read(campus, tmp_path, *everybody(campus, own="2030-05-01"))
    assert again.counts["unchanged"] == 2


def test_an_employee_s_own_contract_is_not_taken(campus, tmp_path):
    """A 聘用合同 of staff ends by the personnel office, not here."""
    batch = read(campus, tmp_path, line("T900", "新老师", "2030-05-01", category="教职工"))
    write(campus, batch)

    assert User.objects.get(number="T900").contract_ends is None


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([line("S900", "甲", "", "2030-12-31"), line("S901", "乙", "", "2031-12-31")], "不一致"),
        ([line("S901", "乙", "", "2030-12-31", company="")], "请同时填写所属企业"),
        ([line("S901", "乙", "2020-01-01")], "合同已到期，请核对；已离岗"),
        ([line("S901", "乙", "", "2020-01-01")], "企业合同已到期，请核对后填写新的截止日期"),
        ([line("S901", "乙", "不详")], "日期应写成"),
        ([line("S901", "乙", "2030-02-30")], "没有这一天"),
        ([line("S901", "乙", "1990-02-03")], "超出合理范围"),
    ],
)
def test_what_a_roster_says_wrongly_is_refused_with_the_cure(campus, tmp_path, rows, sentence):
    batch = read(campus, tmp_path, *rows)

    refused = batch.rows.get(verdict="rejected")
    assert sentence in refused.reasons[0][2]
    assert batch.report["contracts"] in ([], [[campus.kitchen.path, "", "2030-12-31"]])


def test_replacements_fall_into_open_rounds_and_wait_for_a_new_contract(campus, last, tmp_path):
    round_ = make.pledge_round(campus)
    expired(campus, last)
    with at(last + timedelta(days=2)):
        early = read(campus, tmp_path, line("S900", "新师傅"))
        assert early.counts["rejected"] == 1

        batch = read(campus, tmp_path, line("S900", "新师傅", "", "2031-12-31"))
        write(campus, batch)
        expire_contracts()

    new = User.objects.get(number="S900")
    assert new in Census(round_).missing()
    assert Assignment.objects.filter(round=round_, unit=campus.kitchen).exists()


def test_a_roster_that_makes_the_contract_longer_brings_back_and_undoing_it_takes_away(
    campus, last, tmp_path
):
    expired(campus, last)
    with at(last + timedelta(days=2)):
        batch = write(campus, read(campus, tmp_path, *everybody(campus, firm="2031-12-31")))
        assert fresh(campus.cook).status == "active"

        advance(batch, "revoke", actor=campus.office)
        undo(batch, actor=campus.office)

    cook = fresh(campus.cook)
    assert (cook.status, cook.is_active) == ("left", False)
    assert cook.status_note == f"{last} 合同到期"
    assert Unit.objects.get(pk=campus.kitchen.pk).contract_ends == last
    assert Expiry.objects.get(person=cook).back_at is None


# where it is seen and entered


def waiting(user):
    found = {q.label: q.rows(user).count() for q in queues.QUEUES if "合同" in q.label}
    return found["即将到期的合同"], found["即将到期的个人合同"]


def test_what_ends_within_thirty_days_waits_for_those_who_answer(campus, last):
    contracts.set_own_contract(campus.cook, ends_on=last, reason="本人", actor=campus.office)

    seen = {
        who: waiting(getattr(campus, who))
        for who in ("office", "logistics_liaison", "keeper", "liaison", "counselor", "student")
    }

    assert seen == {
        "office": (1, 1),
        "logistics_liaison": (1, 1),
        "keeper": (1, 1),
        "liaison": (0, 0),
        "counselor": (0, 0),
        "student": (0, 0),
    }


@pytest.mark.parametrize(("days", "listed"), [(-1, 0), (0, 1), (30, 1), (31, 0)])
def test_thirty_days_ahead_and_today(campus, days, listed):
    Unit.objects.filter(pk=campus.kitchen.pk).update(
        contract_ends=timezone.localdate() + timedelta(days=days)
    )

    assert contract_queries.soon(campus.office).count() == listed


def test_the_home_of_the_keeper_leads_to_the_list(client, campus, last):
    client.force_login(campus.keeper)

    home = client.get(reverse("oversight:home")).content.decode()
    page = client.get(reverse("org:contracts")).content.decode()

    assert ("即将到期的合同" in home, "第一食堂" in page, "还有 5 天" in page) == (True,) * 3


def test_the_liaison_of_the_unit_enters_it_and_others_do_not(client, campus, last):
    day = timezone.localdate() + timedelta(days=400)
    address = reverse("org:contract", args=[campus.kitchen.pk])
    said = {"ends_on": day.isoformat(), "reason": "续签一年"}

    answers = {}
    for who in ("keeper", "liaison", "counselor", "student"):
        client.force_login(getattr(campus, who))
        answers[who] = client.post(address, said).status_code
    client.force_login(campus.logistics_liaison)
    page = client.post(address, said, follow=True).content.decode()

    assert answers == {"keeper": 403, "liaison": 404, "counselor": 403, "student": 403}
    assert Unit.objects.get(pk=campus.kitchen.pk).contract_ends == day
    assert (f"合同截止 {day}" in page, "已登记" in page) == (True, True)


@pytest.mark.parametrize("day", ["2020-01-01", "昨天", "99999-01-01"])
def test_a_day_that_cannot_be_is_told_on_the_form(client, campus, last, day):
    client.force_login(campus.logistics_liaison)
    address = reverse("org:contract", args=[campus.kitchen.pk])

    page = client.post(address, {"ends_on": day, "reason": "续签"})

    assert page.status_code == 200
    assert Unit.objects.get(pk=campus.kitchen.pk).contract_ends == last


def test_the_own_contract_of_a_person_has_its_page(client, campus):
    client.force_login(campus.logistics_liaison)
    address = reverse("org:own_contract", args=[campus.cook.pk])
    day = timezone.localdate() + timedelta(days=40)

    page = client.get(reverse("accounts:person", args=[campus.cook.pk])).content.decode()
    client.post(address, {"ends_on": day.isoformat(), "reason": "本人合同"})

    assert address in page
    assert fresh(campus.cook).contract_ends == day


def test_the_desk_enters_both(client, campus):
    client.force_login(campus.office)
    day = timezone.localdate() + timedelta(days=40)
    said = {"ends_on": day.isoformat(), "reason": "合同"}
    for row, model in ((campus.kitchen, "unit"), (campus.cook, "user")):
        address = reverse(f"admin:accounts_{model}_step", args=[row.pk, "contract"])
        client.post(address, said)

    kitchen = Unit.objects.get(pk=campus.kitchen.pk)
    assert (kitchen.contract_ends, fresh(campus.cook).contract_ends) == (day, day)


def test_the_lists_cost_the_same_for_one_and_for_three(
    client, campus, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    day, costs = timezone.localdate() + timedelta(days=9), []
    client.force_login(campus.office)
    for many in (1, 2):
        for _ in range(many):
            make.unit(
                campus.logistics, "group", f"企业{make.Unit.objects.count()}", contract_ends=day
            )
        client.get(reverse("org:contracts"))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(reverse("org:contracts"))
        costs.append(len(seen))

    assert costs[0] == costs[1]


def test_a_turn_taken_after_the_end_stays(campus, last):
    """Somebody whose leaving was entered with a reason is not brought back by the contract."""
    helper = make.person(campus.kitchen, "帮厨", category="service")
    take(helper, "leave", day=timezone.localdate(), reason="辞职", actor=campus.office)
    expired(campus, last)

    with at(last + timedelta(days=1)):
        contracts.set_contract(
            campus.kitchen, ends_on=last + timedelta(days=60), reason="续签", actor=campus.office
        )

    assert fresh(helper).status == "left"
