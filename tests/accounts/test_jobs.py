"""Long work: once whatever the broker does, leased, tried three times, picked up again."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts import jobs, tasks
from accounts.models import Job
from accounts.moves import Refused

State = Job.State


@pytest.fixture
def work(monkeypatch):
    """A kind of work that notes each time it is done."""
    done = []

    def handler(job):
        done.append(job.pk)
        return "写好了"

    monkeypatch.setitem(jobs.HANDLERS, "test", handler)
    return done


def failing(monkeypatch, error):
    def handler(job):
        raise error

    monkeypatch.setitem(jobs.HANDLERS, "test", handler)


def test_a_job_is_done_once_however_often_its_message_arrives(campus, work):
    job = jobs.start("test", "k", actor=campus.office)

    for _ in range(3):
        tasks.run_job(job.pk)

    job.refresh_from_db()
    assert (work, job.state, job.message, job.percent) == ([job.pk], State.DONE, "写好了", 100)


def test_a_message_about_a_job_that_is_gone_is_forgiven(db):
    tasks.run_job(4711)


def test_the_same_key_is_one_job_while_it_is_open_and_another_afterwards(campus, work):
    first = jobs.start("test", "k", actor=campus.office)
    again = jobs.start("test", "k", actor=campus.liaison)
    jobs.run(first.pk)

    assert again.pk == first.pk
    assert jobs.start("test", "k", actor=campus.office).pk != first.pk


def test_a_leased_job_is_left_to_its_worker_until_the_lease_ends(campus, work):
    job = jobs.start("test", "k", actor=campus.office)
    ends = timezone.now() + jobs.LEASE
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, lease_until=ends, attempts=1)

    jobs.run(job.pk)
    assert work == []

    with time_machine.travel(ends + timedelta(seconds=1)):
        jobs.run(job.pk)
    assert work == [job.pk]


def test_progress_is_shown_and_keeps_the_lease(campus):
    job = jobs.start("test", "k", actor=campus.office)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, lease_until=timezone.now())

    jobs.progress(job, 30, 120)
    jobs.progress(None, 1, 1)

    job.refresh_from_db()
    assert (job.percent, job.lease_until > timezone.now() + timedelta(minutes=4)) == (25, True)


def test_a_job_that_fails_is_tried_three_times_and_then_says_so(campus, monkeypatch):
    failing(monkeypatch, ValueError("boom"))
    job = jobs.start("test", "k", actor=campus.office)
    seen = []

    for _ in range(4):
        jobs.run(job.pk)
        job.refresh_from_db()
        seen.append((job.state, job.attempts))

    assert seen == [("queued", 1), ("queued", 2), ("failed", 3), ("failed", 3)]
    assert "boom" not in job.message and "请重试" in job.message


def test_a_job_whose_workers_died_three_times_is_not_tried_again(campus, work):
    job = jobs.start("test", "k", actor=campus.office)
    past = timezone.now() - timedelta(minutes=1)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, lease_until=past, attempts=3)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (work, job.state) == ([], State.FAILED)


def test_a_refusal_is_told_in_its_own_words_and_not_tried_again(campus, monkeypatch):
    failing(monkeypatch, Refused("名册中没有学号一列。"))
    job = jobs.start("test", "k", actor=campus.office)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.message, job.attempts) == (State.FAILED, "名册中没有学号一列。", 1)


def test_the_sweeper_announces_what_nobody_heard_and_whose_worker_fell_silent(campus, monkeypatch):
    told = []
    monkeypatch.setattr(jobs, "wake", lambda job_id, kind: told.append(job_id))
    now = timezone.now()

    def row(key, **more):
        return Job.objects.create(kind="test", key=key, requested_by=campus.office, **more).pk

    old = now - timedelta(minutes=2)
    unheard = row("a", created_at=old)
    silent = row("b", state=State.RUNNING, lease_until=now - timedelta(seconds=1))
    row("c", created_at=now)
    row("d", state=State.RUNNING, lease_until=now + timedelta(minutes=1))
    row("e", state=State.DONE, created_at=old)

    assert jobs.sweep() == 2
    assert sorted(told) == [unheard, silent]


def test_sweeping_twice_does_the_work_once(campus, work, monkeypatch):
    monkeypatch.setattr(jobs, "wake", lambda job_id, kind: jobs.run(job_id))
    Job.objects.create(
        kind="test", key="k", requested_by=campus.office,
        created_at=timezone.now() - timedelta(minutes=2),
    )  # fmt: skip

    tasks.sweep_jobs()
    tasks.sweep_jobs()

    assert len(work) == 1


def test_progress_is_a_part_that_stops_being_asked_for_when_the_work_ends(client, campus, work):
    job = jobs.start("test", "k", actor=campus.office)
    client.force_login(campus.office)
    url = reverse("accounts:job", args=[job.pk])

    Job.objects.filter(pk=job.pk).update(done=30, total=120)
    before = client.get(url)
    jobs.run(job.pk)
    after = client.get(url)

    assert (before.status_code, after.status_code) == (200, 286)
    assert "30 / 120" in before.content.decode() and "写好了" in after.content.decode()


@pytest.mark.parametrize("who", ["liaison", "counselor", "student", "stranger"])
def test_progress_is_shown_to_nobody_else(client, campus, who):
    job = jobs.start("test", "k", actor=campus.office)
    client.force_login(getattr(campus, who))

    assert client.get(reverse("accounts:job", args=[job.pk])).status_code == 404


def test_work_of_hours_goes_to_a_queue_of_its_own(
    office, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setitem(jobs.HANDLERS, "test.long", lambda job: "已完成。")
    monkeypatch.setitem(jobs.APART, "test.long", "reading")
    monkeypatch.setattr(
        tasks.run_job, "apply_async", lambda args, queue: sent.append((args, queue))
    )
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.start("test.long", "one", actor=office)

    assert sent == [([job.pk], "reading")]
