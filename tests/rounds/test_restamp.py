"""A class that moves or merges in mid-round takes along all that is kept by its place (ORG-1)."""

from datetime import timedelta

from django.http import Http404
from django.utils import timezone

from accounts.paths import under
from accounts.scope import get_permitted
from accounts.services import regrouping
from rounds import services
from rounds.figures import figures
from rounds.models import (
    Answer,
    Assignment,
    Completion,
    Correction,
    Evidence,
    Excuse,
    Item,
    LockException,
    Round,
    Tally,
)
from rounds.tasks import recount_changed
from tests import factories as make
from tests.world import picture


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def part_of(round_, unit):
    return Assignment.objects.get(round=round_, unit=unit)


def in_a_month():
    return timezone.now() + timedelta(days=30)


def filled(campus, **more):
    """A round in which the class has one row of each table that carries a place."""
    round_ = make.pledge_round(campus, **more)
    make.sign(round_, campus.student)
    done = Completion.objects.get(round=round_, person=campus.student)
    part = part_of(round_, campus.klass)
    services.excuse_person(round_, campus.classmate, actor=campus.counselor, reason="病休")
    services.attach(part, picture(), name="签到表.png", actor=campus.counselor)
    item = Item.objects.create(round=round_, code="app", label="反诈中心")
    Answer.objects.create(
        round=round_, item=item, completion=done, person=campus.student, unit_path=done.unit_path
    )
    Correction.objects.create(completion=done, unit_path=done.unit_path, reason="姓名有误")
    services.allow_late(part, actor=campus.office, reason="集中实习", until=in_a_month())
    own = picture_of(done, campus.student)
    return round_, {
        "completion": done, "assignment": part, "excuse": Excuse.objects.get(round=round_),
        "evidence": Evidence.objects.get(assignment=part), "own": own,
        "answer": Answer.objects.get(round=round_),
        "correction": Correction.objects.get(completion=done),
        "leave": LockException.objects.get(assignment=part),
    }  # fmt: skip


def picture_of(done, actor):
    from accounts.services.files import keep

    image = picture()
    stored = keep("evidence", image.bytes, name="a.png", content_type="image/png", actor=actor)
    return Evidence.objects.create(
        completion=done, unit_path=done.unit_path, file=stored, sha256="0" * 64, added_by=actor
    )


def seen(user, row):
    try:
        return get_permitted(fresh(user), type(row), pk=row.pk) == row
    except Http404:
        return False


def test_the_new_college_sees_every_row_of_a_moved_class_and_the_old_one_none(campus):
    _, rows = filled(campus)
    assert {name for name, row in rows.items() if seen(campus.liaison, row)} == set(rows)
    assert not any(seen(campus.foreign_liaison, row) for row in rows.values())

    regrouping.move(
        campus.klass, parent=campus.other_college, actor=campus.office, reason="专业调整"
    )

    assert {name for name, row in rows.items() if seen(campus.foreign_liaison, row)} == set(rows)
    assert [name for name, row in rows.items() if seen(campus.liaison, row)] == []


def test_what_lies_below_the_old_college_in_a_closed_round_stays_there(campus):
    round_, rows = filled(campus)
    services.close(round_, actor=campus.office, reason="到期")
    paths = {name: fresh(row).unit_path for name, row in rows.items() if name != "leave"}

    regrouping.move(
        campus.klass, parent=campus.other_college, actor=campus.office, reason="专业调整"
    )

    now = {name: fresh(row).unit_path for name, row in rows.items() if name != "leave"}
    assert now == paths
    assert all(seen(campus.liaison, row) for row in rows.values())
    assert not any(seen(campus.foreign_liaison, row) for row in rows.values())


def test_a_merged_class_hands_its_files_and_its_leave_to_the_one_that_stands_for_both(campus):
    round_, rows = filled(campus)

    regrouping.merge(campus.klass, target=campus.other_class, actor=campus.office, reason="合班")

    other = part_of(round_, campus.other_class)
    assert (fresh(rows["evidence"]).assignment, fresh(rows["leave"]).assignment) == (other, other)
    mine = {name for name, row in rows.items() if seen(campus.foreign_liaison, row)}
    assert mine == set(rows) - {"assignment"}
    # the part that rests stays where its class was, with the reason
    assert [name for name, row in rows.items() if seen(campus.liaison, row)] == ["assignment"]
    resting = fresh(rows["assignment"])
    assert (resting.state, resting.note) == ("excused", "单位合并")


def test_of_two_leaves_the_longer_stands_and_a_file_that_both_have_is_there_once(campus):
    round_, rows = filled(campus)
    other = part_of(round_, campus.second_class)
    services.attach(other, picture(), name="签到表.png", actor=campus.second_counselor)
    services.allow_late(
        other, actor=campus.office, reason="实习", until=in_a_month() - timedelta(days=2)
    )
    services.ask_late(other, actor=campus.second_counselor, reason="再延")
    services.ask_late(rows["assignment"], actor=campus.counselor, reason="再延")

    regrouping.merge(campus.klass, target=campus.second_class, actor=campus.office, reason="合班")

    running = LockException.objects.filter(assignment__round=round_, state="allowed")
    assert [row.pk for row in running] == [rows["leave"].pk]
    asked = LockException.objects.filter(assignment__round=round_, state="asked")
    assert [row.assignment for row in asked] == [other]
    assert other.evidence.filter(voided_at=None).count() == 1
    assert other.evidence.count() == 2


def test_a_class_that_leaves_the_college_whose_round_it_is_is_asked_no_more(campus):
    round_ = make.pledge_round(campus, unit=campus.college, owner=campus.college)

    regrouping.move(
        campus.klass, parent=campus.other_college, actor=campus.office, reason="专业调整"
    )

    part = part_of(round_, campus.klass)
    assert (part.state, part.note) == ("excused", "单位已迁出本任务范围")
    assert not seen(campus.foreign_liaison, part)
    assert not Round.objects.permitted(fresh(campus.foreign_liaison)).exists()


def test_no_tally_is_left_where_a_moved_class_stood(campus):
    round_ = make.pledge_round(campus)
    make.sign(round_, campus.student)
    recount_changed()
    old = campus.klass.path

    new = regrouping.move(
        campus.klass, parent=campus.other_college, actor=campus.office, reason="专业调整"
    )

    assert not Tally.objects.filter(under(old), round=round_).exists()
    recount_changed()
    recount_changed()
    assert not Tally.objects.filter(under(old), round=round_).exists()
    kept = Tally.objects.get(round=round_, path=new.path)
    live = figures(round_, new.path)
    assert (kept.expected, kept.verified) == (live.expected, live.verified) == (4, 1)
    whole = Tally.objects.get(round=round_, path=campus.school.path)
    assert whole.expected == figures(round_, campus.school.path).expected
