"""Pictures are read by a worker of its own; what leaves no doubt is accepted, nothing is refused
(CHK-4, CHK-6)."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import jobs
from accounts.models import Job, StoredFile
from adapters import ocr
from adapters.ocr import Engine, Line
from rounds import services as rounds
from rounds.models import Answer
from selfcheck.models import Shot
from selfcheck.tools import review_queries as queries
from selfcheck.tools.services import catalogue, dropping, pictures, queueing, reading
from tests import factories as make
from tests.selfcheck.test_review import KINDS, Asking, picture  # noqa: F401

State = Answer.State
ME = ["21:05", "国家反诈中心", "我的", "{name}", "{phone}", "已实名", "来电预警", "设置"]
SWITCHES = ["21:06", "国家反诈中心", "预警设置", "来电预警：已开启", "短信预警：已开启"]


def lines(*texts: str) -> list[Line]:
    """Text as an engine finds it, line below line."""
    made = []
    for row, text in enumerate(texts):
        top, right = 60.0 + row * 90, 80.0 + len(text) * 36
        box = ((80.0, top), (right, top), (right, top + 40), (80.0, top + 40))
        made.append(Line(text, box, 0.99))
    return made


def mine(person, **more) -> list[Line]:
    said = {"name": person.name, "phone": f"138****{person.phone[-4:]}"} | more
    return lines(*(text.format(**said) for text in ME))


@pytest.fixture
def campus(campus):
    for person, phone in ((campus.student, "13800001234"), (campus.classmate, "13900005678")):
        person.name = {campus.student: "张晓明", campus.classmate: "李思远"}[person]
        person.phone = phone
        person.save()
    return campus


@pytest.fixture
def says(monkeypatch, settings):
    """What the engine finds in the picture of each shade."""
    found: dict[str, list[Line]] = {}
    settings.OCR_ENGINE = ""
    monkeypatch.setattr(ocr, "engine_of", lambda name="": Engine("rapidocr", True, ""))
    monkeypatch.setattr(ocr, "read", lambda data, engine="": found.get(ocr_key(data), []))
    return found


def ocr_key(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


@pytest.fixture
def round_(campus):
    catalogue.adopt(campus.school, actor=campus.office)
    now = timezone.now()
    from selfcheck.tools.services import drafting

    made = drafting.draft(
        actor=campus.office, sample_percent=0, fresh_days=30,
        title="反诈 App 核查", unit=campus.school, owner=campus.school,
        categories=["student"], opens_at=now - timedelta(days=1),
        due_at=now + timedelta(days=5), locks_at=now + timedelta(days=9),
    )  # fmt: skip
    asked = [
        {"code": "app.installed", "label": "安装"},
        {"code": "app.named", "label": "实名注册"},
        {"code": "app.warning", "label": "预警开启"},
    ]
    rounds.set_items(made, asked, actor=campus.office)
    rounds.issue(made, actor=campus.office)
    made.refresh_from_db()
    return made


def sent(round_, person, code, shade, *, upload=None, actor=None) -> Shot:
    item = round_.items.get(code=f"app.{code}")
    answer = Answer.objects.filter(item=item, person=person).first()
    answer = answer or rounds.answer(item, person, actor=actor or person)
    return pictures.show(
        answer, picture(shade), name="截图.png", actor=actor or person,
        upload=upload or uuid.uuid4(),
    )  # fmt: skip


def put(says, shot: Shot, found: list[Line]) -> Shot:
    says[shot.evidence.sha256] = found
    return shot


def work() -> str:
    """What the worker does when it is told."""
    queueing.wake()
    job = Job.objects.filter(kind=queueing.KIND).latest("pk")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    return job.message


def state(shot: Shot) -> tuple[str, list[str], bool]:
    shot.refresh_from_db()
    return shot.evidence.answer.state, shot.doubts, shot.certain


def test_a_page_that_is_certain_and_the_persons_own_is_accepted(campus, round_, says):
    shot = put(says, sent(round_, campus.student, "named", "white"), mine(campus.student))

    assert work() == "已识别 1 张图片。"

    assert state(shot) == (State.ACCEPTED, [], True)
    assert (shot.page, shot.facts["realname"]["value"]) == ("app_mine", "yes")
    assert len(shot.identity) == 64
    assert campus.student.standings.get().code == "app.named"


def test_another_persons_page_goes_to_a_person_and_is_not_refused(campus, round_, says):
    shot = put(says, sent(round_, campus.student, "named", "white"), mine(campus.classmate))

    work()

    answer, doubts, certain = state(shot)
    assert (answer, certain) == (State.PENDING, False)
    assert "other_name" in doubts
    found = queries.waiting(campus.counselor, round_, campus.klass, "doubt")
    assert list(found) == [shot.evidence.answer]


def test_switches_are_accepted_with_an_identity_page_of_the_same_upload_alone_never(
    campus, round_, says
):
    together = uuid.uuid4()
    me = sent(round_, campus.student, "named", "white", upload=together)
    on = sent(round_, campus.student, "warning", "grey", upload=together)
    alone = sent(round_, campus.classmate, "warning", "blue")
    put(says, me, mine(campus.student))
    put(says, on, lines(*SWITCHES))
    put(says, alone, lines(*SWITCHES))

    work()

    assert state(me)[0] == State.ACCEPTED
    assert state(on) == (State.ACCEPTED, [], True)
    assert state(alone)[:2] == (State.PENDING, ["no_identity"])


def test_an_identity_page_that_comes_later_in_the_same_upload_settles_what_waited(
    campus, round_, says
):
    together = uuid.uuid4()
    on = sent(round_, campus.student, "warning", "grey", upload=together)
    put(says, on, lines(*SWITCHES))
    work()
    assert state(on)[0] == State.PENDING

    put(says, sent(round_, campus.student, "named", "white", upload=together), mine(campus.student))
    work()

    assert state(on) == (State.ACCEPTED, [], True)


def test_the_very_picture_of_somebody_else_is_flagged_for_both_to_be_looked_at(
    campus, round_, says
):
    first = put(says, sent(round_, campus.student, "named", "white"), mine(campus.student))
    second = sent(round_, campus.classmate, "named", "white")

    work()

    assert "same_as_other" in state(first)[1]
    assert "same_as_other" in state(second)[1]
    assert {state(first)[0], state(second)[0]} == {State.PENDING}


def test_ones_own_picture_of_a_former_round_is_told_by_what_was_read(campus, round_, says):
    former = put(says, sent(round_, campus.student, "named", "white"), mine(campus.student))
    work()
    Shot.objects.filter(pk=former.pk).update(round=make.pledge_round(campus))
    again = put(says, sent(round_, campus.student, "installed", "grey"), mine(campus.student))

    work()

    assert "recycled" in state(again)[1]


def test_without_an_engine_all_goes_to_people(campus, round_, settings):
    settings.OCR_ENGINE = "none"
    shot = sent(round_, campus.student, "named", "white")

    work()

    assert state(shot) == (State.PENDING, [], False)
    assert shot.state == Shot.State.UNREAD
    found = queries.waiting(campus.counselor, round_, campus.klass, "doubt")
    assert list(found) == [shot.evidence.answer]


def test_reading_twice_is_once(campus, round_, says):
    shot = put(says, sent(round_, campus.student, "named", "white"), mine(campus.student))
    work()
    shot.refresh_from_db()
    before = (shot.read_at, shot.evidence.answer.state_at)

    assert work() == "已识别 0 张图片。"
    assert reading.read_upload(shot.upload) == 0
    shot.refresh_from_db()
    assert (shot.read_at, shot.evidence.answer.state_at) == before


def test_a_worker_that_dies_between_leaves_the_upload_waiting_whole(
    campus, round_, says, monkeypatch
):
    shot = put(says, sent(round_, campus.student, "named", "white"), mine(campus.student))

    def dies(*given):
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(reading, "_judge", dies)
        with pytest.raises(MemoryError):
            reading.read_upload(shot.upload)
    shot.refresh_from_db()
    assert (shot.state, shot.facts) == (Shot.State.QUEUED, {})

    work()
    assert state(shot)[0] == State.ACCEPTED


def test_after_the_round_nothing_is_accepted_any_more(campus, round_, says):
    shot = put(says, sent(round_, campus.student, "named", "white"), mine(campus.student))
    rounds.close(round_, actor=campus.office, reason="到期")

    work()

    assert shot.evidence.answer.state == State.PENDING
    shot.refresh_from_db()
    assert (shot.state, shot.certain) == (Shot.State.READ, False)


def test_a_share_of_the_accepted_is_drawn_for_people(campus, round_, says):
    round_.safeguard.sample_percent = 100
    round_.safeguard.save()
    shot = put(says, sent(round_, campus.student, "named", "white"), mine(campus.student))

    work()

    shot.refresh_from_db()
    assert (shot.certain, shot.sampled) == (True, True)
    found = queries.waiting(campus.counselor, round_, campus.klass, "sample")
    assert list(found) == [shot.evidence.answer]


def test_an_unmatched_picture_finds_its_owner_by_what_stands_in_it(campus, round_, says):
    part = round_.assignments.get(unit=campus.klass)
    drop = dropping.start(part, actor=campus.counselor)
    shot = pictures.hold(
        drop, picture("white"), name="IMG_1.png", actor=campus.counselor, upload=uuid.uuid4()
    )
    put(says, shot, mine(campus.student))

    work()

    shot.refresh_from_db()
    assert (shot.person, shot.matched_by) == (campus.student, Shot.By.PICTURE)
    assert shot.evidence.answer.person == campus.student
    assert shot.evidence.answer.state == State.ACCEPTED


@pytest.mark.parametrize(
    ("whose", "owner", "by"), [("student", "student", "name"), ("classmate", None, "name")]
)
def test_whom_a_file_name_tells_is_shown_by_the_page_that_is_not_another_s(
    campus, round_, says, whose, owner, by
):
    """The name of a file says whose it is and not which item; the page says which."""
    drop = dropping.start(round_.assignments.get(unit=campus.klass), actor=campus.counselor)
    file = SimpleUploadedFile("x.png", make.photo("olive"))
    row = dropping.add(drop, file, key="1", name="张晓明.png", actor=campus.counselor)
    put(says, row.shot, mine(getattr(campus, whose)))

    work()

    row.shot.refresh_from_db()
    answer = row.shot.evidence.answer
    assert (answer and answer.person, row.shot.matched_by) == (owner and campus.student, by)


def test_an_unmatched_picture_that_fits_nobody_stays_with_the_class(campus, round_, says):
    part = round_.assignments.get(unit=campus.klass)
    drop = dropping.start(part, actor=campus.counselor)
    shot = pictures.hold(
        drop, picture("white"), name="IMG_1.png", actor=campus.counselor, upload=uuid.uuid4()
    )
    put(says, shot, mine(campus.student, name="王不在", phone="138****9999"))

    work()

    shot.refresh_from_db()
    assert (shot.person, shot.state) == (None, Shot.State.READ)
    assert shot.evidence.assignment == part


def test_what_covers_an_id_number_takes_the_place_of_the_picture(campus, round_, says, monkeypatch):
    shot = put(says, sent(round_, campus.student, "named", "white"), mine(campus.student))
    before = shot.evidence.file
    monkeypatch.setattr(reading.reading, "blanked", lambda data, lines: b"covered")

    work()

    shot.refresh_from_db()
    with shot.evidence.file.file.open("rb") as kept:
        assert kept.read() == b"covered"
    assert not StoredFile.objects.filter(pk=before.pk).exists()


def test_the_timetable_wakes_a_reader_only_where_something_waits(campus, round_, says):
    assert queueing.wake_if_any() is False
    sent(round_, campus.student, "named", "white")
    Job.objects.all().delete()

    assert queueing.wake_if_any() is True
    assert Job.objects.get().kind == queueing.KIND


def test_a_picture_that_comes_tells_the_reader(
    campus, round_, says, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        sent(round_, campus.student, "named", "white")

    assert Job.objects.filter(kind=queueing.KIND).count() == 1
