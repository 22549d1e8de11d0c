"""A class's pictures in one drop: matched by name, held, assigned by hand, taken back."""

import pytest

from accounts.models import StoredFile
from accounts.moves import Refused
from rounds import services as rounds
from rounds.models import Answer, Completion, Evidence
from selfcheck.models import Drop, DropFile, Shot
from selfcheck.tools.services import dropping, pictures
from selfcheck.tools.services.placing import assign
from tests import factories as make
from tests.selfcheck import drops

PENDING, ACCEPTED = "pending", "accepted"


@pytest.fixture
def campus(db):
    return make.campus()


@pytest.fixture
def round_(campus, monkeypatch):
    drops.kind(monkeypatch)
    return drops.issued(campus)


@pytest.fixture
def part(campus, round_):
    return round_.assignments.get(unit=campus.klass)


@pytest.fixture
def drop(campus, part):
    return dropping.start(part, actor=campus.counselor)


def states(round_):
    found = Answer.objects.filter(round=round_).select_related("item", "person")
    return {(one.person.name, one.item.code): one.state for one in found}


def shot_of(row):
    return DropFile.objects.get(pk=row.pk).shot


def rows_now():
    parts = Completion.objects.order_by("pk").values("person", "state")
    return list(Answer.objects.order_by("pk").values()), list(parts)


def own(round_, campus, person, code, shade=0, **more):
    """What a person sends for themselves."""
    found = rounds.answer(drops.item(round_, code), person, actor=person, **more)
    image, _ = dropping.opened(drops.upload("own.png", drops.picture(shade)))
    upload = "00000000-0000-0000-0000-000000000001"
    return pictures.show(found, image, name="own.png", actor=person, upload=upload)


def test_named_files_show_their_people_and_the_others_wait_for_a_hand(campus, round_, drop):
    """CHK-6."""
    campus_number = campus.classmate.number
    drops.send(drop, "张小明实名.png", 1)
    drops.send(drop, f"预警/{campus_number}.png", 2)
    drops.send(drop, "李小红.png", 3)
    drops.send(drop, "IMG_0001.png", 4)
    drops.send(drop, "张小明预警.png", data=b"not a picture")

    assert drops.told(drop) == {
        "张小明实名.png": ("taken", ("张小明", "real")),
        f"预警/{campus_number}.png": ("taken", ("李小红", "warn")),
        "李小红.png": ("taken", None),
        "IMG_0001.png": ("taken", None),
        "张小明预警.png": ("refused", None),
    }
    assert states(round_) == {("张小明", "real"): PENDING, ("李小红", "warn"): PENDING}
    known = dict(drop.shots.values_list("evidence__file__name", "person__name"))
    assert known["李小红.png"] == "李小红"
    assert known["IMG_0001.png"] is None
    assert {one.assignment for one in Evidence.objects.filter(answer=None)} == {drop.assignment}


@pytest.mark.parametrize(
    "name",
    ["赵小燕实名.png", "FOREIGN实名.png", "王小强.png", "褚辅导实名.png"],
)
def test_people_of_other_classes_and_of_none_have_nothing_attached(campus, round_, drop, name):
    """C07."""
    drops.send(drop, name.replace("FOREIGN", campus.foreign_student.number), 1)

    assert Answer.objects.count() == 0
    assert list(drop.shots.values_list("person", flat=True)) == [None]


def test_two_of_a_name_wait_for_a_hand(campus, round_, drop):
    """C07."""
    make.person(campus.klass, "李小红", grade="2023")

    row = drops.send(drop, "李小红实名.png", 1)

    assert Answer.objects.count() == 0
    assert "同名" in row.why


def test_the_same_sending_twice_is_one(campus, drop):
    """CHK-6: a retry makes no double."""
    first = drops.send(drop, "张小明实名.png", 1, key="a")
    second = drops.send(drop, "张小明实名.png", 1, key="a")
    third = drops.send(drop, "张小明实名.png", 1, key="b")

    assert second.pk == first.pk
    assert (third.outcome, third.shot) == ("same", shot_of(first))
    assert (Shot.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_what_was_accepted_is_not_replaced_by_a_name(campus, round_, drop):
    own(round_, campus, campus.student, "real", 9, accepted=True)

    row = drops.send(drop, "张小明实名.png", 1)
    sure = dropping.direct(row, campus.student, drops.item(round_, "real"), actor=campus.counselor)

    assert row.why.startswith("该项已审核通过")
    assert (states(round_), sure.outcome) == ({("张小明", "real"): PENDING}, "taken")


def test_a_hand_assigns_what_no_name_told(campus, round_, drop):
    row = drops.send(drop, "IMG_0001.png", 1)

    dropping.direct(row, campus.student, drops.item(round_, "code"), actor=campus.counselor)

    shot = shot_of(row)
    assert drops.told(drop)["IMG_0001.png"] == ("taken", ("张小明", "code"))
    assert (shot.matched_by, shot.person, shot.unit_path) == (
        "hand", campus.student, campus.student.unit_path,
    )  # fmt: skip


def test_a_picture_given_to_another_leaves_the_first_as_before(campus, round_, drop):
    own(round_, campus, campus.student, "warn", 8)
    row = drops.send(drop, "张小明实名.png", 1)

    dropping.direct(row, campus.classmate, drops.item(round_, "real"), actor=campus.counselor)

    assert states(round_) == {("张小明", "warn"): PENDING, ("李小红", "real"): PENDING}
    assert Completion.objects.get(person=campus.student).state == "started"


@pytest.mark.parametrize("who", ["foreign_student", "second_student", "cook"])
def test_a_hand_cannot_reach_beyond_the_class(campus, round_, drop, who):
    """B13."""
    row = drops.send(drop, "IMG_0001.png", 1)
    before = drops.everything()

    with pytest.raises(Refused, match="不在本班本任务之内"):
        dropping.direct(
            row, getattr(campus, who), drops.item(round_, "real"), actor=campus.counselor
        )
    assert drops.everything() == before


def test_what_is_read_in_a_picture_finds_its_person_later(campus, round_, drop):
    row = drops.send(drop, "IMG_0001.png", 1)

    assign(
        shot_of(row),
        campus.student,
        drops.item(round_, "real"),
        by=Shot.By.PICTURE,
        actor=campus.counselor,
    )

    assert states(round_) == {("张小明", "real"): PENDING}
    assert shot_of(row).matched_by == "picture"


def test_undoing_leaves_everything_as_it_was(campus, round_, drop):
    own(round_, campus, campus.student, "real", 7)
    waiting = Answer.objects.get()
    rounds.judge(waiting, actor=campus.counselor, accept=False, reason="看不清")
    own(round_, campus, campus.classmate, "real", 8)
    before = rows_now()
    for name, shade in (
        ("张小明实名", 1),
        ("张小明预警", 2),
        ("李小红实名", 3),
        ("IMG_1", 4),
        ("秦室长实名", 5),
    ):
        drops.send(drop, f"{name}.png", shade)

    kept = dropping.undo(drop, actor=campus.counselor)

    after = rows_now()
    assert (kept, after) == (0, before)
    assert drop.shots.filter(evidence__voided_at=None).count() == 0
    assert set(drop.files.values_list("outcome", flat=True)) == {"removed"}
    assert Drop.objects.get().state == Drop.State.UNDONE
    with pytest.raises(Refused, match="已撤销"):
        dropping.undo(drop, actor=campus.counselor)


def test_what_a_person_sent_later_stays_when_a_drop_is_undone(campus, round_, drop):
    drops.send(drop, "张小明实名.png", 1)
    mine = own(round_, campus, campus.student, "real", 2)

    dropping.undo(drop, actor=campus.counselor)

    live = Evidence.objects.filter(voided_at=None)
    assert (states(round_), list(live)) == ({("张小明", "real"): PENDING}, [mine.evidence])


def test_what_was_accepted_since_stays_when_a_drop_is_undone(campus, round_, drop):
    for name, shade in (("张小明实名", 1), ("李小红实名", 2)):
        drops.send(drop, f"{name}.png", shade)
    found = Answer.objects.get(person=campus.student)
    rounds.judge(found, actor=campus.counselor, accept=True)

    kept = dropping.undo(drop, actor=campus.counselor)

    assert (kept, states(round_)) == (1, {("张小明", "real"): ACCEPTED})


def test_taking_one_off_gives_its_answer_back(campus, round_, drop):
    row = drops.send(drop, "张小明实名.png", 1)
    other = drops.send(drop, "张小明实名2.png", 2)

    dropping.take_off(row, actor=campus.counselor)
    between = states(round_)
    dropping.take_off(other, actor=campus.counselor)

    assert (between, states(round_)) == ({("张小明", "real"): PENDING}, {})
    with pytest.raises(Refused, match="不能移除"):
        dropping.take_off(row, actor=campus.counselor)


def test_nothing_moves_once_the_class_has_handed_in(campus, round_, part, drop):
    """B14."""
    row = drops.send(drop, "张小明实名.png", 1)
    rounds.submit(part, actor=campus.counselor, note="其余未完成")
    before = drops.everything()

    for deed in (
        lambda: drops.send(drop, "李小红实名.png", 2),
        lambda: dropping.take_off(row, actor=campus.counselor),
        lambda: dropping.undo(drop, actor=campus.counselor),
        lambda: dropping.start(part, actor=campus.liaison),
        lambda: dropping.direct(
            row, campus.classmate, drops.item(round_, "real"), actor=campus.counselor
        ),
    ):
        with pytest.raises(Refused, match="已交件"):
            deed()
    assert drops.everything() == before
    assert StoredFile.objects.filter(kind="evidence").count() == 1


def test_a_drop_that_was_taken_over_takes_nothing_more_and_can_be_undone(campus, drop):
    drops.send(drop, "张小明实名.png", 1)

    dropping.take(drop, actor=campus.counselor)

    with pytest.raises(Refused, match="已采用"):
        drops.send(drop, "李小红实名.png", 2)
    assert dropping.undo(drop, actor=campus.counselor) == 0


def test_who_sends_nothing_has_one_empty_drop(campus, part, drop):
    assert dropping.start(part, actor=campus.counselor) == drop
    drops.send(drop, "张小明实名.png", 1)
    assert dropping.start(part, actor=campus.counselor) != drop


def test_a_drop_has_a_limit_of_its_own_and_the_day_has_none(campus, drop, monkeypatch):
    """B15."""
    monkeypatch.setattr("selfcheck.tools.services.receiving.MOST_FILES", 2)
    for shade in (1, 2):
        drops.send(drop, f"IMG_{shade}.png", shade)

    with pytest.raises(Refused, match="请分次上传"):
        drops.send(drop, "IMG_3.png", 3)
    assert (drop.files.count(), Shot.objects.count()) == (2, 2)


def test_a_seventh_picture_of_an_item_says_why_it_is_not_taken(campus, drop):
    for shade in range(7):
        row = drops.send(drop, f"张小明实名{shade}.png", shade)

    assert (row.outcome, row.why) == ("refused", "每项最多 6 张图片，请先移除不需要的。")
