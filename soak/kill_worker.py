"""A worker is killed (-9) in the middle of its work, again and again: nothing lost, nothing twice.

Rosters are uploaded and confirmed one after another. During the reading and during the writing of
each the worker and all its processes are killed at a random moment; another is started, and the
sweep of the timetable picks up what was left lying. Five minutes' lease are not waited for: the
dead worker's lease is ended by hand, which is all that time would do.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from soak.portal import asked, portal, told

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 240


@contextmanager
def worker(environment):
    """A worker with its processes in a group of its own; whoever is left is killed at the end."""
    command = [sys.executable, "-m", "celery", "-A", "campus_antifraud", "worker"]
    command += ["--concurrency", "1", "--loglevel", "error"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process) -> None:
    """The whole group is gone at once, without a word."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(told, what: str) -> None:
    """Wait for something; an error when it does not come."""
    end = time.monotonic() + PATIENCE
    while not told():
        if time.monotonic() > end:
            raise SystemExit(f"waited {PATIENCE} s in vain for {what}")
        time.sleep(0.005)


def survive(job, environment, chance: random.Random, within: float) -> int:
    """The job is done in spite of two kills within so many seconds; how many found it at work."""
    from django.utils import timezone

    from accounts import tasks
    from accounts.models import Job

    def state():
        return Job.objects.filter(pk=job.pk).values_list("state", flat=True).get()

    tried = caught = 0
    while state() != Job.State.DONE:
        if state() == Job.State.FAILED:
            job.refresh_from_db()
            raise SystemExit(f"the job gave up: {job.message}")
        with worker(environment) as process:
            tasks.sweep_jobs.delay()  # the timetable's part
            until(lambda: state() != Job.State.QUEUED, "a worker to take the job")
            if tried < 2:
                time.sleep(chance.uniform(0.0, within))
                kill(process)
                tried += 1
                dead = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
                caught += dead.update(lease_until=timezone.now())
            else:
                until(lambda: state() in {Job.State.DONE, Job.State.FAILED}, "the job to end")
    return caught


def one_roster(number: int, rows: int, environment, chance: random.Random) -> list[int]:
    """A roster is read and written under fire; each of its people is there once."""
    from accounts.models import Identity, ImportBatch, Job, StagedRow, Unit, User
    from accounts.services import schools
    from accounts.services.roster import confirm, upload
    from bench import roster_file

    code = f"SOAK{number}"
    unit, office, _ = schools.create_school(code=code, name=f"演练大学{number}", office=("1", "甲"))
    before = User.objects.filter(school=unit).count()
    file = Path(environment["VAR_ROOT"]) / "roster.xlsx"
    roster_file.write(file, rows)
    batch = upload(unit, file.read_bytes(), name="roster.xlsx", actor=office)
    stage = Job.objects.get(kind="roster.stage", params__batch=batch.pk)
    caught = [survive(stage, environment, chance, within=0.6)]
    staged = StagedRow.objects.filter(batch=batch).count()
    confirm(ImportBatch.objects.get(pk=batch.pk), actor=office, sure=True)
    apply = Job.objects.get(kind="roster.apply", params__batch=batch.pk)
    caught.append(survive(apply, environment, chance, within=0.06))
    batch.refresh_from_db()
    people = User.objects.filter(school=unit).count() - before
    numbers = Identity.objects.filter(school=unit, kind=Identity.Kind.STUDENT).count()
    classes = Unit.objects.filter(path__startswith=unit.path, kind=Unit.Kind.CLASS)
    doubled = classes.count() - classes.values("name").distinct().count()
    found = (batch.state, staged, people, numbers, doubled)
    if found != (ImportBatch.State.APPLIED, rows, rows, rows, 0):
        raise SystemExit(f"roster {number}: state, staged, people, numbers, doubled = {found}")
    return caught


def main() -> int:
    """0 when every person of every roster is there exactly once."""
    options = asked("one small roster")
    rosters, rows, enough = (1, 5000, 1) if options.sample else (12, 5000, 20)
    chance, start = random.Random(options.seed), time.monotonic()
    with portal():
        caught = [one_roster(number, rows, dict(os.environ), chance) for number in range(rosters)]
    # a proof in which nobody died at work proves nothing
    ok = all(map(sum, caught)) and sum(map(sum, caught)) >= enough
    return told("kill_worker", start, ok, rosters=rosters, rows=rows, killed_at_work=caught)


if __name__ == "__main__":
    sys.exit(main())
