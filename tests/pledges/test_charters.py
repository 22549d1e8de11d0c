"""责任书 between tiers: which pairs there are, who signs, in which order. PLG-2."""

from collections import Counter

import pytest
from django.utils import timezone

from accounts.models import Grant, User
from accounts.moves import Refused
from accounts.scope import Role
from pledges.charters import queries, services
from pledges.charters.models import Charter, CharterSignature, Hand
from pledges.proofs import prove
from rounds import services as rounds
from rounds.models import Assignment, Completion
from tests import factories as make
from tests.world import picture


def pair(round_, unit, person=None) -> Charter:
    return Charter.objects.get(round=round_, unit=unit, person=person)


def sentence(deed) -> str:
    with pytest.raises(Refused) as refusal:
        deed()
    return str(refusal.value)


@pytest.fixture
def round_(campus):
    return make.charter_round(campus)


def test_there_is_one_pair_for_each_unit_with_people_and_each_student_without_a_room(round_):
    found = Counter(Charter.objects.filter(round=round_).values_list("tier", flat=True))

    # 2 colleges, 2 departments with people; 4 classes; the kitchen, as only it answers for itself
    # (班干部 朱班长 and four more students have no room); one dorm
    assert found == {"unit": 5, "class": 4, "group": 1, "dorm": 1, "lodging": 5}


def test_a_charter_asks_no_person_for_a_completion_and_no_unit_to_hand_in(round_):
    assert Assignment.objects.filter(round=round_).count() == 0
    assert Completion.objects.filter(round=round_).count() == 0


def test_a_round_without_any_pair_is_not_issued(campus):
    empty = make.unit(campus.school, "college", "空学院")
    draft = make.charter_round(campus, issued=False, unit=empty, tiers=["class"])

    assert sentence(lambda: rounds.issue(draft, actor=campus.office)) == (
        "所选范围内没有需要签订责任书的单位，请检查面向单位和层级后再发布。"
    )
    assert Charter.objects.filter(round=draft).count() == 0


def test_both_sides_sign_the_same_text_and_then_it_is_signed(campus, round_):
    mine = pair(round_, campus.college)

    lower = make.put_hand(mine, campus.head)
    mine.refresh_from_db()
    assert mine.state == "lower"
    upper = make.put_hand(mine, campus.office)
    mine.refresh_from_db()

    assert (mine.state, mine.method) == ("signed", "self")
    assert lower.text_sha256 == upper.text_sha256 == mine.text_sha256
    assert (lower.role, upper.role) == (Role.COLLEGE_HEAD, Role.OFFICE)
    assert services.verify(mine)


def test_signing_twice_is_once(campus, round_):
    mine = pair(round_, campus.college)

    first, second = make.put_hand(mine, campus.head), make.put_hand(mine, campus.head)

    assert first.pk == second.pk
    assert (CharterSignature.objects.count(), Hand.objects.count()) == (1, 1)


def test_a_tier_opens_when_the_one_above_is_signed(campus, round_):
    klass = pair(round_, campus.klass)
    assert sentence(lambda: make.put_hand(klass, campus.counselor)) == (
        "上一级责任书尚未签订，签订后本级才能签署。"
    )
    assert list(queries.to_sign(campus.counselor)) == []

    make.put_hand(pair(round_, campus.college), campus.head)
    make.put_hand(pair(round_, campus.college), campus.office)

    assert list(queries.to_sign(campus.counselor)) == [klass]
    make.put_hand(klass, campus.counselor)


def test_all_tiers_are_open_at_once_where_the_round_says_so(campus):
    round_ = make.charter_round(campus, cascade=False)

    make.put_hand(pair(round_, campus.dorm), campus.dormhead)
    make.put_hand(pair(round_, campus.dorm), campus.counselor)

    assert pair(round_, campus.dorm).state == "signed"


def test_somebody_else_s_pair_is_not_signed(campus, round_):
    words = "您不是这份责任书的签署人。如有疑问请联系所在单位。"

    for person in (campus.liaison, campus.foreign_liaison, campus.student, campus.counselor):
        assert sentence(lambda p=person: make.put_hand(pair(round_, campus.college), p)) == words
    assert CharterSignature.objects.count() == 0


def test_the_round_says_whether_the_liaison_signs_for_the_unit(campus):
    round_ = make.charter_round(campus, unit_role=Role.LIAISON)

    make.put_hand(pair(round_, campus.logistics), campus.logistics_liaison)

    assert pair(round_, campus.logistics).state == "lower"


def test_one_person_never_signs_for_both_sides(campus):
    round_ = make.charter_round(campus, cascade=False)
    make.grant(campus.head, Role.COUNSELOR, campus.klass)
    head = User.objects.get(pk=campus.head.pk)
    klass = pair(round_, campus.klass)
    make.put_hand(klass, head)

    # the upper side first; for the lower one the class's other counselor signs
    assert make.put_hand(klass, head).side == "upper"
    make.put_hand(klass, campus.counselor)
    klass.refresh_from_db()
    assert klass.state == "signed"


def test_a_successor_who_holds_the_other_side_is_refused(campus):
    round_ = make.charter_round(campus, cascade=False)
    klass = pair(round_, campus.klass)
    make.put_hand(klass, campus.counselor)
    Grant.objects.filter(user=campus.head).delete()
    make.grant(campus.counselor, Role.COLLEGE_HEAD, campus.college)
    risen = User.objects.get(pk=campus.counselor.pk)

    assert sentence(lambda: make.put_hand(klass, risen)) == (
        "同一人不能代表双方签署，请由对方责任人签署。"
    )


def test_another_text_than_the_one_shown_is_refused(campus, round_):
    mine = pair(round_, campus.college)

    assert (
        sentence(
            lambda: services.sign(mine, campus.head, text_sha256="0" * 64, strokes=make.STROKES)
        )
        == "责任书内容已更新，请重新阅读后签署。"
    )


def test_the_text_stays_as_first_signed_when_a_unit_is_renamed(campus, round_):
    mine = pair(round_, campus.college)
    make.put_hand(mine, campus.head)
    campus.college.name = "人工智能学院"
    campus.college.save()

    mine = pair(round_, campus.college)
    make.put_hand(mine, campus.office)

    assert "计算机学院" in services.page_of(pair(round_, campus.college)).body
    assert services.verify(pair(round_, campus.college))


def test_one_hand_stands_under_many_each_bound_to_its_own_text(campus, round_):
    rows = list(queries.upper_waiting(campus.office, round_))
    digests = {row.pk: services.page_of(row).sha256 for row in rows}
    digests[rows[0].pk] = "0" * 64

    done, refused = services.sign_many(digests, campus.office, strokes=make.STROKES)

    assert [pk for pk, _ in refused] == [rows[0].pk]
    assert len(done) == 4
    assert Hand.objects.count() == 1
    assert len({one.text_sha256 for one in done}) == 4
    assert all(services.verify(row) for row in Charter.objects.filter(state="upper"))


def test_many_refused_leave_no_hand_behind(campus, round_):
    mine = pair(round_, campus.college)

    done, refused = services.sign_many({mine.pk: "0" * 64}, campus.office, strokes=make.STROKES)

    assert (done, len(refused), Hand.objects.count()) == ([], 1, 0)


def test_any_later_change_is_found(campus, round_):
    mine = pair(round_, campus.college)
    made = make.put_hand(mine, campus.head)
    mine.refresh_from_db()
    assert services.verify(mine)

    Hand.objects.filter(pk=made.hand_id).update(person=campus.liaison)
    assert not services.verify(mine)
    Hand.objects.filter(pk=made.hand_id).update(person=campus.head)
    Charter.objects.filter(pk=mine.pk).update(blanks=mine.blanks | {"lower": "别的学院"})
    mine.refresh_from_db()
    assert not services.verify(mine)


def test_a_closed_round_takes_no_hand(campus, round_):
    rounds.close(round_, actor=campus.office, reason="学年结束")

    assert "已结束" in sentence(lambda: make.put_hand(pair(round_, campus.college), campus.head))


def test_a_student_who_gets_a_room_leaves_the_lodgers_and_a_signed_one_stays(campus):
    round_ = make.charter_round(campus, cascade=False)
    make.put_hand(pair(round_, campus.klass, campus.classmate), campus.classmate)
    make.put_hand(pair(round_, campus.klass, campus.classmate), campus.counselor)
    User.objects.filter(pk__in=[campus.classmate.pk, campus.cadre.pk]).update(
        unit=campus.dorm, unit_path=campus.dorm.path
    )

    services.sync(round_)

    assert pair(round_, campus.klass, campus.classmate).state == "signed"
    assert pair(round_, campus.klass, campus.cadre).state == "gone"
    User.objects.filter(pk=campus.cadre.pk).update(unit=campus.klass, unit_path=campus.klass.path)
    services.sync(round_)
    assert pair(round_, campus.klass, campus.cadre).state == "open"


def test_a_new_class_gets_its_pair_and_asking_twice_adds_nothing(campus, round_):
    make.person(make.unit(campus.college, "class", "计科2303班"))

    assert (services.sync(round_), services.sync(round_)) == (2, 0)


def test_the_dorm_head_s_text_asks_to_remind_and_to_report_and_nothing_else(campus, round_):
    body = services.page_of(pair(round_, campus.dorm)).body

    assert "不承担连带责任" in body
    assert "计算机学院计科2301班辅导员（甲方）与梅园3-412寝室长（乙方）" in body
    assert "{" not in body


def test_a_side_replaces_its_own_hand_until_the_other_has_signed(campus, round_):
    """PLG-2: the former stays on record and is proved; what counts is the new."""
    mine = pair(round_, campus.college)
    first = make.put_hand(mine, campus.head)
    strokes = [[[10, 10, 0], [90, 90, 20]]]

    second = make.put_hand(mine, campus.head, strokes, again=True)

    first.refresh_from_db()
    mine.refresh_from_db()
    assert (mine.state, first.superseded_at is None) == ("lower", False)
    assert (second.superseded_at, second.hand.strokes) == (None, strokes)
    make.put_hand(mine, campus.office)
    assert sentence(lambda: make.put_hand(mine, campus.head, again=True)) == (
        "对方已签署，责任书已签订，不能再更换签名。如有错误请联系发布单位。"
    )
    assert services.verify(pair(round_, campus.college))
    assert prove().sound
    CharterSignature.objects.filter(pk=second.pk).update(superseded_at=first.superseded_at)
    CharterSignature.objects.filter(pk=first.pk).update(superseded_at=None)
    assert [finding.which for finding in prove().findings] == [str(mine.pk)]


def test_nobody_replaces_another_s_hand(campus, round_):
    mine = pair(round_, campus.college)
    make.put_hand(mine, campus.head)
    make.grant(campus.staff, Role.COLLEGE_HEAD, campus.college)

    assert sentence(lambda: make.put_hand(mine, campus.staff, again=True)) == (
        "本方已由他人签署，无需重复签署。"
    )


def on_paper(charter, actor, upper_name):
    return services.record_paper(
        charter, actor=actor, image=picture(), name="责任书.png", upper_name=upper_name,
        lower_name="秦室长", signed_on=timezone.localdate(),
    )  # fmt: skip


def test_who_signed_the_paper_does_not_record_it_while_another_of_the_unit_may(campus):
    """PLG-7: nobody vouches for a paper of their own."""
    round_ = make.charter_round(campus, cascade=False)
    make.grant(campus.staff, Role.COUNSELOR, campus.klass)
    dorm = pair(round_, campus.dorm)

    assert sentence(lambda: on_paper(dorm, campus.counselor, "褚辅导")) == (
        "您是这份责任书的签署人，不能由本人代录，请由本单位其他经办人登记。"
    )
    assert pair(round_, campus.dorm).state == "open"
    on_paper(dorm, campus.staff, "褚辅导")
    assert pair(round_, campus.dorm).state == "signed"


def test_the_only_one_of_a_unit_records_the_paper_under_their_name(campus):
    round_ = make.charter_round(campus, cascade=False)

    on_paper(pair(round_, campus.dorm), campus.counselor, "褚辅导")

    assert pair(round_, campus.dorm).recorded_by == campus.counselor
