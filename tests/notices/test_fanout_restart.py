"""A worker killed while it tells many: nothing lost, none told twice, when another takes it up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import jobs
from accounts.models import Job
from notices import services
from notices.models import Circular, Notice, Reminder
from notices.services import circulars, inbox
from tests import factories as make


class Killed(BaseException):
    """The worker is gone: nothing of it runs any more."""


def circular(campus):
    made = circulars.write(
        campus.school, actor=campus.office, title="通知", body="请阅读。", places=[campus.school.path],
        roles=["student"],
    )  # fmt: skip
    return circulars.publish(made, actor=campus.office)


def reminder(campus):
    round_ = make.pledge_round(campus, categories=["student"])
    made = Reminder.objects.create(
        round=round_, unit=campus.school, path=campus.school.path, whom="people",
        places=[campus.college.path, campus.other_college.path], send_at=timezone.now(),
        created_by=campus.office,
    )  # fmt: skip
    services.due()
    return made


@pytest.fixture
def killed_after(monkeypatch):
    """Have the worker die at the next sign of life after so many chunks of two."""

    def after(chunks: int):
        seen = []

        def progress(job, done, total):
            seen.append(done)
            if len(seen) == chunks:
                raise Killed

        monkeypatch.setattr(inbox, "CHUNK", 2)
        monkeypatch.setattr(inbox.jobs, "progress", progress)

    yield after
    monkeypatch.undo()


@pytest.mark.parametrize("chunks", [1, 2, 3])
@pytest.mark.parametrize("made_by", [circular, reminder])
def test_what_was_told_before_the_kill_is_not_told_again_and_the_rest_is(
    campus, monday, killed_after, monkeypatch, made_by, chunks
):
    made = made_by(campus)
    job = Job.objects.get()
    killed_after(chunks)
    with pytest.raises(Killed):
        jobs.run(job.pk)
    monkeypatch.undo()
    before = dict(Notice.objects.values_list("person", "pk"))
    assert len(before) == 2 * chunks
    jobs.run(job.pk)  # the dead worker's lease still holds
    assert Notice.objects.count() == 2 * chunks

    monday.move_to(timezone.now() + jobs.LEASE + timedelta(seconds=1))
    assert jobs.sweep() == 1
    jobs.run(job.pk)
    jobs.run(job.pk)

    told = dict(Notice.objects.values_list("person", "pk"))
    everybody = set(make.User.objects.filter(category="student").values_list("pk", flat=True))
    assert told.keys() == everybody
    assert before.items() <= told.items()
    made.refresh_from_db()
    assert (made.told, made.state) == (
        len(everybody), Circular.State.PUBLISHED if made_by is circular else Reminder.State.SENT,
    )  # fmt: skip
