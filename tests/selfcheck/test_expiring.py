"""It expires and must be renewed: the expiring ones listed ahead, renewal asked for in time (CHK-5)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice
from rounds import services
from rounds.figures import figures
from rounds.models import Answer, Standing
from selfcheck.models import Tool
from selfcheck.tasks import ask_renewals as task
from selfcheck.tools.expiring import Expiring
from selfcheck.tools.services import barriers, renewing
from tests import factories as make


@pytest.fixture
def catalogue(campus):
    make.catalogue.adopt(campus.school, actor=campus.office)
    return campus


def day(n):
    return timezone.localdate() + timedelta(days=n)


def holds(person, n, code="code.green"):
    return Standing.objects.create(
        person=person, code=code, since=day(-100), valid_until=day(n) if n is not None else None
    )


def told():
    rows = Notice.objects.filter(key__startswith="renew").order_by("pk")
    return list(rows.values_list("person__name", "day", "title"))


def test_renewal_is_asked_for_fourteen_and_three_days_before_and_each_once(catalogue):
    holds(catalogue.student, 14)
    end = day(14)
    for n in range(-1, 17):
        renewing.ask_renewals(day(n))
        renewing.ask_renewals(day(n))

    assert told() == [
        ("张小明", day(0), f"“反骗码 · 绿码”将于 {end} 到期"),
        ("张小明", day(11), f"“反骗码 · 绿码”将于 {end} 到期"),
    ]


def test_a_day_on_which_nothing_ran_is_made_up_for(catalogue):
    holds(catalogue.student, 14)
    renewing.ask_renewals(day(2))
    renewing.ask_renewals(day(12))

    assert [on for _, on, _ in told()] == [day(2), day(12)]


def test_the_timetable_s_task_does_it_once_a_day(catalogue):
    holds(catalogue.student, 3)
    task()
    task()

    notice = Notice.objects.get(key__startswith="renew")
    assert (notice.person, notice.kind, notice.link) == (catalogue.student, "own", "")
    assert notice.body == "还有 3 天，请重新办理并保留截图，有任务时上传。"


def test_it_leads_to_the_round_that_asks_for_it(catalogue):
    round_ = make.safeguard_round(catalogue, must=("code.green",))
    holds(catalogue.student, 3)
    renewing.ask_renewals()

    assert Notice.objects.get(key__startswith="renew").link == reverse(
        "tools:mine", args=[round_.pk]
    )


def test_who_needs_none_is_left_alone(catalogue):
    """For ever, far off, over, gone, of a tool no more in use, barred, or sent in already."""
    c = catalogue
    holds(c.student, None)
    holds(c.classmate, 15)
    holds(c.second_student, -1)
    holds(c.foreign_student, 3)
    type(c.foreign_student).objects.filter(pk=c.foreign_student.pk).update(status="graduated")
    holds(c.cadre, 3, "follow.followed")
    Tool.objects.filter(code="follow").update(retired_at=timezone.now())
    barriers.allow(make.barrier(c.dormhead, "code"), actor=c.counselor)
    holds(c.dormhead, 3)
    round_ = make.safeguard_round(c, must=("code.green",))
    make.show(round_, "code.green", c.foreign_classmate)
    holds(c.foreign_classmate, 3)

    assert renewing.ask_renewals() == 0


def test_the_forecast_says_who_until_when_and_how_many_a_week(catalogue):
    c = catalogue
    for person, n in [(c.student, 0), (c.classmate, 6), (c.second_student, 7), (c.staff, 29)]:
        holds(person, n)
    holds(c.foreign_student, 10)
    holds(c.cadre, 30)
    holds(c.dormhead, -1)
    found = Expiring(c.college)

    assert [(one.person.name, one.valid_until) for one in found.soon()] == [
        ("张小明", day(0)), ("李小红", day(6)), ("王小强", day(7)), ("何老师", day(29)),
    ]  # fmt: skip
    assert [week.count for week in found.weeks()] == [2, 1, 0, 0, 1]
    assert (found.weeks()[0].first, found.weeks()[-1].last) == (day(0), day(29))
    assert [one.person.name for one in found.over()] == ["秦室长"]
    assert [(unit.name, n, over) for unit, n, over in found.units()] == [
        ("计科2301班", 2, 1), ("计科2302班", 1, 0), ("教职工", 1, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "unit", "status", "sees"),
    [("counselor", "klass", 200, True), ("liaison", "klass", 200, True),
     ("office", "school", 200, True), ("counselor", "college", 404, False),
     ("stranger", "klass", 404, False), ("student", "klass", 403, False),
     ("cadre", "klass", 403, False), ("leader", "school", 403, False)],
)  # fmt: skip
def test_the_forecast_is_for_those_who_follow_people_by_name(
    client, catalogue, who, unit, status, sees
):
    holds(catalogue.student, 5)
    client.force_login(getattr(catalogue, who))

    page = client.get(reverse("tools:expiring_of", args=[getattr(catalogue, unit).pk]))

    assert page.status_code == status
    assert ("张小明" in page.content.decode()) == sees


def test_each_tab_opens_and_says_when_there_is_nothing(client, catalogue):
    client.force_login(catalogue.liaison)
    address = reverse("tools:expiring_of", args=[catalogue.college.pk])
    said = [client.get(f"{address}?tab={tab}").content.decode() for tab in ("", "over", "units")]

    assert "30 天内没有到期项目" in said[0]
    assert "没有过期未续的项目" in said[1]
    assert "下级单位没有到期项目" in said[2]
    assert client.get(reverse("tools:expiring")).url == address


def test_the_rate_falls_on_the_day_after_the_last(catalogue):
    round_ = make.safeguard_round(catalogue, must=("code.green",))
    answer = make.show(round_, "code.green", catalogue.student)
    services.judge(answer, actor=catalogue.counselor, accept=True, valid_until=day(0))
    before = figures(round_, catalogue.klass.path).verified
    for model in (Answer, type(answer.completion)):
        model.objects.filter(valid_until=day(0)).update(valid_until=day(-1))

    assert (before, figures(round_, catalogue.klass.path).verified) == (1, 0)
