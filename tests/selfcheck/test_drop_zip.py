"""A class's pictures in a zip: known by name at once, worked by a job, each exactly once."""

from pathlib import Path

import pytest

from accounts import jobs
from accounts.models import Job, StoredFile
from accounts.moves import Refused
from rounds import services as rounds
from rounds.models import Answer, Evidence
from selfcheck.models import DropFile, Shot
from selfcheck.tools.services import dropping, unpacking
from tests.selfcheck import drops


@pytest.fixture
def stored(db):
    """Asked, the files that have come to lie in the store since the test began."""
    place = Path(StoredFile._meta.get_field("file").storage.location)

    def files():
        return {path for path in place.rglob("*") if path.is_file()}

    before = files()
    return lambda: files() - before


@pytest.fixture
def round_(campus, monkeypatch):
    drops.kind(monkeypatch)
    return drops.issued(campus)


@pytest.fixture
def drop(campus, round_):
    return dropping.start(round_.assignments.get(unit=campus.klass), actor=campus.counselor)


def of_class(count=0):
    """A zip of named pictures, one without a name, one that is none, a text, and more without names."""
    files = {
        "甲班/张小明实名.png": drops.picture(1),
        "甲班/李小红预警.jpg": drops.picture(2, "JPEG"),
        "甲班/IMG_0001.png": drops.picture(3),
        "甲班/秦室长绿码.png": b"not a picture",
        "甲班/说明.txt": b"text",
        "__MACOSX/甲班/._IMG_0001.png": b"-",
    }
    return files | {f"more/{n}.png": drops.picture(10 + n) for n in range(count)}


def test_what_the_names_say_is_there_before_any_picture_is_looked_at(campus, drop):
    """CHK-6."""
    drops.send(drop, "甲班.zip", data=drops.zipped(of_class()))

    planned = drop.files.exclude(outcome="opened").values_list(
        "name", "outcome", "person__name", "item__code"
    )
    assert list(planned) == [
        ("甲班/张小明实名.png", "waiting", "张小明", "real"),
        ("甲班/李小红预警.jpg", "waiting", "李小红", "warn"),
        ("甲班/IMG_0001.png", "waiting", None, None),
        ("甲班/秦室长绿码.png", "waiting", "秦室长", "code"),
        ("甲班/说明.txt", "refused", None, None),
    ]
    assert (Shot.objects.count(), Answer.objects.count()) == (0, 0)


def test_the_job_places_each_and_the_zip_goes(campus, drop, stored):
    """CHK-6, C09."""
    drops.send(drop, "甲班.zip", data=drops.zipped(of_class()))

    drops.work()

    assert drops.told(drop) == {
        "甲班.zip": ("opened", None),
        "甲班/张小明实名.png": ("taken", ("张小明", "real")),
        "甲班/李小红预警.jpg": ("taken", ("李小红", "warn")),
        "甲班/IMG_0001.png": ("taken", None),
        "甲班/秦室长绿码.png": ("refused", None),
        "甲班/说明.txt": ("refused", None),
    }
    job = Job.objects.get(kind="drop.unpack")
    assert (job.state, job.done, job.total) == ("done", 5, 5)
    assert job.message == "已处理 5 个文件，2 个未能接收"
    assert set(StoredFile.objects.values_list("kind", flat=True)) == {"evidence"}
    assert len(stored()) == StoredFile.objects.count() == 3


@pytest.mark.parametrize("after", [0, 1, 7])
def test_a_job_that_died_is_taken_up_where_it_stood(campus, drop, stored, monkeypatch, after):
    """C12."""
    drops.send(drop, "甲班.zip", data=drops.zipped(of_class(10)))
    work, seen = unpacking._work, []

    def dying(*args, **more):
        if len(seen) == after:
            raise MemoryError
        seen.append(work(*args, **more))

    monkeypatch.setattr(unpacking, "_work", dying)
    drops.work()
    between = Shot.objects.count()
    monkeypatch.setattr(unpacking, "_work", work)
    drops.work()
    jobs.run(Job.objects.get(kind="drop.unpack").pk)

    assert between < 13
    assert (Shot.objects.count(), Evidence.objects.count(), len(stored())) == (13, 13, 13)
    assert drop.files.filter(outcome="taken").count() == 13


def test_a_zip_sent_twice_is_one_and_its_pictures_too(campus, drop):
    """CHK-6."""
    data = drops.zipped(of_class())
    first = drops.send(drop, "甲班.zip", data=data, key="a")
    again = drops.send(drop, "甲班.zip", data=data, key="a")
    drops.send(drop, "甲班.zip", data=data, key="b")

    drops.work()

    assert again.pk == first.pk
    assert Shot.objects.count() == 3
    assert drop.files.filter(outcome="same").count() == 3


def test_a_hand_may_be_quicker_than_the_job(campus, round_, drop):
    drops.send(drop, "甲班.zip", data=drops.zipped(of_class()))
    lost, named = (DropFile.objects.get(name=f"甲班/{n}.png") for n in ("IMG_0001", "张小明实名"))

    dropping.direct(lost, campus.classmate, drops.item(round_, "code"), actor=campus.counselor)
    dropping.take_off(named, actor=campus.counselor)
    with pytest.raises(Refused, match="还有文件正在处理"):
        dropping.take(drop, actor=campus.counselor)
    drops.work()

    found = drops.told(drop)
    assert found["甲班/IMG_0001.png"] == ("taken", ("李小红", "code"))
    assert found["甲班/张小明实名.png"] == ("removed", None)
    assert dropping.take(drop, actor=campus.counselor).state == "taken"


def test_a_drop_undone_before_its_job_leaves_nothing(
    campus, drop, stored, django_capture_on_commit_callbacks
):
    drops.send(drop, "甲班.zip", data=drops.zipped(of_class()))

    with django_capture_on_commit_callbacks(execute=True):
        dropping.undo(drop, actor=campus.counselor)
    drops.work()

    assert (Shot.objects.count(), Answer.objects.count(), stored()) == (0, 0, set())
    assert StoredFile.objects.count() == 0


def test_a_class_that_hands_in_meanwhile_is_told_of_each(campus, round_, drop):
    """B14."""
    drops.send(drop, "甲班.zip", data=drops.zipped(of_class()))
    rounds.submit(drop.assignment, actor=campus.counselor, note="未完成")

    drops.work()

    row = drop.files.get(name="甲班/张小明实名.png")
    assert (row.outcome, Shot.objects.count()) == ("refused", 0)
    assert row.why.startswith("本单位已交件")


def test_a_zip_that_is_not_taken_leaves_nothing(campus, drop, stored):
    """C01."""
    before = drops.everything()

    with pytest.raises(Refused, match="路径不正常"):
        drops.send(drop, "甲班.zip", data=drops.zipped({"../张小明实名.png": drops.picture(1)}))
    with pytest.raises(Refused, match="没有图片"):
        drops.send(drop, "甲班.zip", data=drops.zipped({"__MACOSX/._a": b""}))
    assert (drops.everything(), stored(), Job.objects.count()) == (before, set(), 0)


@pytest.mark.parametrize("people", [1, 3])
def test_planning_a_zip_costs_the_same_for_any_number_of_files(
    campus, drop, people, django_assert_max_num_queries
):
    data = drops.zipped({f"张小明实名{n}.png": drops.picture(n) for n in range(people * 40)})

    with django_assert_max_num_queries(40):
        drops.send(drop, "甲班.zip", data=data)

    assert drop.files.count() == people * 40 + 1
