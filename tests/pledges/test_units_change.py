"""What hangs on a unit in open rounds goes with it to another college; closed rounds stay (ORG-1)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from accounts.services import regrouping
from accounts.verify import PARTS
from notices.models import Circular, Forward, Reminder
from notices.services import circulars
from pledges import services
from pledges.archives.services import ask_archive, ask_year
from pledges.charters.models import Charter
from pledges.models import Archive, Passing, Scan
from rounds import services as rounds
from tests import factories as make
from tests.world import picture


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def move(campus, unit=None):
    unit = unit or campus.klass
    return regrouping.move(
        unit, parent=campus.other_college, actor=campus.office, reason="专业调整"
    )


def scan(campus, round_):
    return services.add_scan(
        round_, campus.klass, picture(), name="签字表.png", signed_on=date(2026, 11, 1),
        actor=campus.counselor,
    )  # fmt: skip


def passing(campus, round_):
    return Passing.objects.create(
        round=round_, unit=campus.klass, unit_path=campus.klass.path, token_sha256="0" * 64,
        started_by=campus.counselor, until=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


def reminder(campus, round_):
    return Reminder.objects.create(
        round=round_, unit=campus.klass, path=campus.klass.path, places=[campus.klass.path],
        whom="people", send_at=timezone.now() + timedelta(days=3), created_by=campus.counselor,
    )  # fmt: skip


@pytest.fixture
def hung(campus):
    """An open and a closed round, each with all that may hang on a class."""
    made = []
    for title in ("今年", "去年"):
        round_ = make.pledge_round(campus, title=title)
        make.sign(round_, campus.student)
        rows = [scan(campus, round_), passing(campus, round_), reminder(campus, round_)]
        rows.append(ask_archive(round_, campus.klass, purpose="存档", actor=campus.counselor))
        made.append((round_, rows))
    rounds.close(made[1][0], actor=campus.office, reason="到期")
    return made


def path_of(row) -> str:
    return row.path if isinstance(row, Reminder) else row.unit_path


def test_open_rows_stand_at_the_new_place_and_closed_ones_where_they_were(campus, hung):
    old = campus.klass.path

    new = move(campus)

    (_, now), (_, past) = hung
    assert [(fresh(row).unit, path_of(fresh(row))) for row in now] == [(new, new.path)] * 4
    assert [(fresh(row).unit, path_of(fresh(row))) for row in past] == [(campus.klass, old)] * 4
    assert fresh(now[2]).places == [new.path]


def test_the_new_college_s_contact_sees_them_and_the_old_one_no_longer(campus, hung):
    (_, now), _ = hung
    ask_year(campus.klass, "2026", purpose="年度", actor=campus.counselor)
    before = [
        model.objects.permitted(campus.liaison).count() for model in (Scan, Archive, Reminder)
    ]
    assert before == [2, 3, 2]

    move(campus)

    assert list(Scan.objects.permitted(fresh(campus.foreign_liaison))) == [now[0]]
    assert [model.objects.permitted(campus.liaison).count() for model in (Scan, Archive, Reminder)] == [
        1, 1, 1,
    ]  # fmt: skip
    assert Archive.objects.permitted(campus.foreign_liaison).count() == 2
    assert Reminder.objects.permitted(campus.foreign_liaison).count() == 1


def test_a_class_merged_into_one_with_the_same_sheet_keeps_both_rows(campus):
    round_ = make.pledge_round(campus)
    scan(campus, round_)
    same = services.add_scan(
        round_, campus.second_class, picture(), name="签字表.png", signed_on=date(2026, 11, 1),
        actor=campus.second_counselor,
    )  # fmt: skip

    regrouping.merge(campus.klass, target=campus.second_class, actor=campus.office, reason="合班")

    assert {row.unit_path for row in Scan.objects.all()} == {campus.second_class.path}
    assert Scan.objects.filter(unit=campus.second_class).count() == 1
    assert Scan.objects.filter(pk=same.pk).exists()


def pairs(round_):
    rows = Charter.objects.filter(round=round_, person=None).select_related("upper", "unit")
    return {(row.upper.name, row.unit.name, row.state) for row in rows}


@pytest.fixture
def charter(campus):
    return make.charter_round(campus, cascade=False)


def test_a_class_s_own_people_keep_their_charters_and_the_new_college_is_asked_to_sign(
    client, campus, charter
):
    dorm = Charter.objects.get(round=charter, unit=campus.dorm)
    make.put_hand(dorm, campus.counselor)
    make.put_hand(dorm, campus.dormhead)
    lodger = Charter.objects.get(round=charter, person=campus.classmate)

    new = move(campus)

    dorm, lodger = fresh(dorm), fresh(lodger)
    assert (dorm.upper, dorm.unit_path[:18], dorm.state) == (new, new.path, "signed")
    assert (lodger.unit, lodger.upper_path) == (new, new.path)
    assert ("外国语学院", "计科2301班", "open") in pairs(charter)
    assert not [row for row in pairs(charter) if row[:2] == ("计算机学院", "计科2301班")]
    assert Charter.objects.filter(round=charter, tier="dorm").count() == 1
    address = reverse("charters:document", args=[dorm.pk])
    for who, status in ((campus.liaison, 404), (campus.foreign_liaison, 200)):
        client.force_login(fresh(who))
        assert client.get(address).status_code == status
    assert PARTS["pledges"]().sound


def test_what_was_signed_with_the_old_college_stays_and_a_half_signed_pair_rests(campus, charter):
    signed = Charter.objects.get(round=charter, unit=campus.klass, person=None)
    make.put_hand(signed, campus.counselor)
    make.put_hand(signed, campus.head)
    half = Charter.objects.get(round=charter, unit=campus.second_class, person=None)
    make.put_hand(half, campus.second_counselor)

    move(campus)
    move(campus, campus.second_class)

    assert {row for row in pairs(charter) if "计科" in row[1]} == {
        ("计算机学院", "计科2301班", "signed"), ("外国语学院", "计科2301班", "open"),
        ("计算机学院", "计科2302班", "gone"), ("外国语学院", "计科2302班", "open"),
    }  # fmt: skip
    assert PARTS["pledges"]().sound


def test_a_college_merged_into_another_keeps_no_pair_twice(campus, charter):
    regrouping.merge(
        campus.college, target=campus.other_college, actor=campus.office, reason="合并"
    )

    rows = pairs(charter)
    assert ("测试大学", "计算机学院", "gone") in rows
    assert ("外国语学院", "计科2301班", "open") in rows
    assert len([row for row in rows if row[1] == "外国语学院"]) == 1
    assert Unit.objects.open().filter(name="计算机学院").count() == 0


def test_circulars_not_recalled_go_with_their_unit_and_drafts_with_their_places(campus):
    kept = circulars.write(
        campus.college, actor=campus.liaison, title="通知", body="请落实",
        places=[campus.klass.path, campus.college.path], roles=["COUNSELOR"],
    )  # fmt: skip
    gone = circulars.write(
        campus.college, actor=campus.liaison, title="旧", body="旧", places=[], roles=[]
    )
    Circular.objects.filter(pk=gone.pk).update(state="recalled")
    Forward.objects.create(circular=kept, unit=campus.klass, created_by=campus.counselor)

    regrouping.merge(
        campus.college, target=campus.other_college, actor=campus.office, reason="合并"
    )

    kept, klass = fresh(kept), Unit.objects.open().get(name="计科2301班")
    assert (kept.unit, kept.path) == (campus.other_college, campus.other_college.path)
    assert kept.places == [klass.path, campus.other_college.path]
    assert Forward.objects.get().unit == klass
    assert fresh(gone).path == campus.college.path
    assert list(Circular.objects.permitted(campus.foreign_liaison, "edit")) == [kept]
