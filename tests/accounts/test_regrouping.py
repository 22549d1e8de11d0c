"""Units that move, merge, close and change their names; what is past stays as it was (ORG-1)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import AuditEntry, Duty, Grant, Unit, UnitAlias, User
from accounts.moves import Refused
from accounts.paths import under
from accounts.scope import grants_of
from accounts.services import regrouping, units
from pledges.models import Signature
from rounds import queries, services
from rounds.figures import Census
from rounds.models import Assignment, Completion, Evidence, Round
from tests import factories as make


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def move(campus, unit, parent, actor=None):
    return regrouping.move(unit, parent=parent, actor=actor or campus.office, reason="专业调整")


def merge(campus, unit, target):
    return regrouping.merge(unit, target=target, actor=campus.office, reason="合班")


@pytest.fixture
def round_(campus):
    made = make.pledge_round(campus)
    make.sign(made, campus.student)
    return made


def closed(campus):
    old = make.pledge_round(campus, title="去年的承诺")
    make.sign(old, campus.student)
    services.close(old, actor=campus.office, reason="到期")
    old.refresh_from_db()
    return old


def shown(round_, unit):
    board = queries.Board(round_, fresh(unit))
    return [(row.name, row.figures.expected) for row in board.rows()]


def test_a_class_moves_with_its_dorms_people_and_who_answers_for_it(campus):
    old_path = campus.klass.path
    new = move(campus, campus.klass, campus.other_college)

    assert new.path == f"{campus.other_college.path}000004"
    assert [u.name for u in Unit.objects.open().filter(under(new.path))] == [
        "计科2301班",
        "梅园3-412",
    ]
    assert fresh(campus.student).unit_path == f"{new.path}000001"
    assert fresh(campus.classmate).unit == new
    assert not User.objects.filter(under(old_path, "unit_path")).exists()
    assert [g.path for g in grants_of(fresh(campus.counselor))] == [new.path]
    assert Duty.objects.get(person=campus.cadre).path == new.path
    old = fresh(campus.klass)
    assert (old.path, old.moved_to, old.closed_on) == (old_path, new, timezone.localdate())
    entry = AuditEntry.objects.get(verb="move_unit")
    assert (entry.actor_name, entry.detail["where"]) == (
        "孙处长", ["计算机学院 › 计科2301班", "外国语学院 › 计科2301班"],
    )  # fmt: skip


def test_a_path_is_never_used_again(campus):
    last = make.unit(campus.college, "class", "最后一班")
    used = last.path
    move(campus, last, campus.other_college)

    assert units.add(campus.college, kind="class", name="最后一班", actor=campus.office).path > used


def test_open_rounds_follow_and_closed_ones_keep_their_places_and_figures(campus):
    past = closed(campus)
    running = make.pledge_round(campus)
    make.sign(running, campus.student)
    part = Assignment.objects.get(round=running, unit=campus.klass)
    services.submit(part, actor=campus.counselor, note="其余未签")
    before = [shown(past, campus.school), shown(past, campus.college), shown(past, campus.klass)]
    total = Census(running).at(campus.school.path).as_dict()

    new = move(campus, campus.klass, campus.other_college)

    after = [shown(past, campus.school), shown(past, campus.college), shown(past, campus.klass)]
    assert after == before
    assert Completion.objects.get(round=past, person=campus.student).unit_path == campus.dorm.path
    part.refresh_from_db()
    assert (part.unit, part.unit_path, part.state) == (new, new.path, "submitted")
    done = Completion.objects.get(round=running, person=campus.student)
    assert done.unit_path == fresh(campus.student).unit_path
    assert Census(fresh(running)).at(campus.school.path).as_dict() == total
    names = [name for name, _ in shown(running, campus.college)]
    assert names == ["计科2302班", "教职工"]
    assert "计科2301班" in [name for name, _ in shown(running, campus.other_college)]
    assert ("计科2301班", 0) not in shown(past, campus.other_college)


def test_files_of_a_part_go_with_it(campus, round_):
    from tests.world import picture

    part = Assignment.objects.get(round=round_, unit=campus.klass)
    services.attach(part, picture(), name="签到表.png", actor=campus.counselor)

    new = move(campus, campus.klass, campus.other_college)

    assert Evidence.objects.get(assignment=part).unit_path == new.path


def test_the_old_college_sees_the_moved_class_no_longer_and_the_new_one_does(
    client, campus, round_
):
    new = move(campus, campus.klass, campus.other_college)

    for who, status in [(campus.liaison, 404), (campus.foreign_liaison, 200)]:
        client.force_login(fresh(who))
        assert client.get(f"/people/{campus.student.pk}/").status_code == status
        assert client.get(f"/org/{new.pk}/").status_code == status


REFUSED = [
    ("klass", "college", "已在"), ("klass", "klass", "下不能设置"), ("college", "school", "不能迁移"),
    ("klass", "logistics", "下不能设置"), ("dorm", "college", "下不能设置"),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "parent", "sentence"), REFUSED)
def test_a_move_that_makes_no_sense_is_refused_in_words(campus, unit, parent, sentence):
    before = list(Unit.objects.order_by("pk").values())

    with pytest.raises(Refused, match=sentence):
        move(campus, getattr(campus, unit), getattr(campus, parent))

    assert list(Unit.objects.order_by("pk").values()) == before


def test_another_school_s_parent_and_a_second_move_are_refused(campus):
    with pytest.raises(Refused, match="不是本校单位"):
        move(campus, campus.klass, make.campus("B").college)
    stale = fresh(campus.klass)
    move(campus, campus.klass, campus.other_college)
    with pytest.raises(Refused, match="已撤销或迁移"):
        move(campus, stale, campus.other_college)


def test_a_merged_class_joins_room_by_room_and_its_part_rests(campus, round_):
    twin = make.unit(campus.second_class, "dorm", "梅园3-412")
    total = Census(round_).at(campus.school.path).as_dict()

    merge(campus, campus.klass, campus.second_class)

    assert fresh(campus.student).unit == twin
    assert fresh(campus.classmate).unit == campus.second_class
    assert fresh(campus.klass).moved_to == campus.second_class
    part = Assignment.objects.get(round=round_, unit=campus.klass)
    assert (part.state, part.note) == ("excused", "单位合并")
    assert Census(fresh(round_)).at(campus.school.path).as_dict() == total
    held = Duty.objects.running().filter(unit=campus.second_class, kind="answers")
    assert {duty.person.name for duty in held} == {"褚辅导", "卫辅导"}


def test_who_answers_for_both_answers_once_for_the_merged(campus):
    make.grant(campus.counselor, "COUNSELOR", campus.second_class)

    merge(campus, campus.klass, campus.second_class)

    running = Duty.objects.running().filter(person=campus.counselor)
    assert [duty.unit for duty in running] == [campus.second_class]
    assert Grant.objects.in_force().filter(user=campus.counselor).count() == 1


def test_a_college_merges_with_all_below_it(campus, round_):
    held = make_meeting(campus)
    merge(campus, campus.other_college, campus.college)

    assert fresh(campus.foreign_student).unit_path.startswith(campus.college.path)
    assert [g.path for g in grants_of(fresh(campus.foreign_liaison))] == [campus.college.path]
    assert [(a.name, a.unit) for a in UnitAlias.objects.all()] == [("外国语学院", campus.college)]
    names = {u.name for u in Unit.objects.children_of(campus.college.path).open()}
    assert names == {"计科2301班", "计科2302班", "教职工", "英语2301班", "英语2302班"}
    assert (fresh(held).unit, held.tasks.get().path) == (campus.college, campus.college.path)


def make_meeting(campus):
    from tests.world import meeting

    return meeting(campus.other_college, campus.foreign_liaison)


def test_a_unit_that_owns_an_open_round_is_not_merged_away(campus):
    make.pledge_round(campus, owner=campus.student_affairs)

    with pytest.raises(Refused, match="由该单位发布"):
        merge(campus, campus.student_affairs, campus.security)

    assert fresh(campus.student_affairs).closed_on is None


def test_only_an_empty_unit_is_closed_and_it_can_be_opened_again(campus):
    empty = units.add(campus.college, kind="class", name="空班", actor=campus.office)
    with pytest.raises(Refused, match="人员 4 人"):
        regrouping.close(campus.klass, actor=campus.office, reason="毕业")

    regrouping.close(empty, actor=campus.office, reason="停招")
    assert (empty.opened_on, fresh(empty).closed_on) == (timezone.localdate(),) * 2
    with pytest.raises(Refused, match="已经撤销"):
        regrouping.close(fresh(empty), actor=campus.office, reason="停招")
    with pytest.raises(Refused, match="已撤销"):
        units.add(fresh(empty), kind="dorm", name="1-101", actor=campus.office)
    regrouping.reopen(fresh(empty), actor=campus.office, reason="恢复招生")
    assert fresh(empty).closed_on is None
    move(campus, campus.klass, campus.other_college)
    with pytest.raises(Refused, match="不能恢复"):
        regrouping.reopen(fresh(campus.klass), actor=campus.office, reason="误办")


def test_a_renamed_unit_is_shown_in_closed_rounds_as_it_was_called(campus):
    past = closed(campus)
    running = make.pledge_round(campus)
    units.rename(campus.klass, name="软件2301班", actor=campus.office)
    units.rename(fresh(campus.klass), name="智能2301班", actor=campus.office)

    def names(round_):
        return [name for name, _ in shown(round_, campus.college)]

    assert names(past) == ["计科2301班", "计科2302班", "教职工"]
    assert names(running) == ["智能2301班", "计科2302班", "教职工"]
    assert queries.Board(past, fresh(campus.klass)).unit.name == "计科2301班"


def test_the_desk_tells_what_goes_along_before_it_is_done(client, campus):
    client.force_login(campus.office)
    address = f"/desk/accounts/unit/{campus.klass.pk}/do/move/"

    page = client.get(address).content.decode()
    assert "本单位及下级单位 2 个、人员 4 人、责任 3 项" in page
    client.post(address, {"to": campus.other_college.pk, "reason": ""})
    assert fresh(campus.klass).closed_on is None
    client.post(address, {"to": campus.other_college.pk, "reason": "专业调整"})
    client.post(address, {"to": campus.other_college.pk, "reason": "专业调整"})

    assert fresh(campus.klass).moved_to.path.startswith(campus.other_college.path)
    assert AuditEntry.objects.filter(verb="move_unit").count() == 1


def test_an_alias_names_one_unit_only(campus):
    units.add_alias(campus.klass, name="计算机一班", actor=campus.office)

    with pytest.raises(Refused, match="已是计科2301班的别名"):
        units.add_alias(campus.second_class, name="计算机一班", actor=campus.office)
    with pytest.raises(Refused, match="同级已有"):
        units.add_alias(campus.klass, name="计科2302班", actor=campus.office)
    units.drop_alias(campus.klass, name="计算机一班", actor=campus.office)
    with pytest.raises(Refused, match="没有这个别名"):
        units.drop_alias(campus.klass, name="计算机一班", actor=campus.office)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_signing_while_the_class_moves_leaves_every_fact_at_the_new_place(campus):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    people = [make.person(campus.klass) for _ in range(19)]
    round_ = make.pledge_round(campus)

    def attempt(deed):
        try:
            return deed() and None
        except Refused as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    signing = [lambda p=p: make.sign(Round.objects.get(pk=round_.pk), p) for p in people]
    moving = [lambda: move(campus, campus.klass, campus.other_college)]
    with ThreadPoolExecutor(20) as pool:
        said = list(pool.map(attempt, [*signing[:9], *moving, *signing[9:]]))

    new = fresh(campus.klass).moved_to
    signed = Completion.objects.filter(round=round_, person__in=people)
    assert said[9] is None
    assert {c.unit_path for c in signed} <= {new.path}
    assert Signature.objects.filter(person__in=people).count() == signed.count()
    assert {s for s in said if s} <= {
        "您所在的单位刚刚变动，请刷新页面后再办理。",
        "承诺书内容或您的单位、姓名信息已更新，请重新阅读后签署。",
    }


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twenty_moves_at_once_move_it_once(campus):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")

    def attempt(_):
        try:
            return bool(move(campus, fresh(campus.klass), campus.other_college))
        except Refused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(attempt, range(20)))

    assert won.count(True) == 1
    assert Unit.objects.filter(name="计科2301班").count() == 2
