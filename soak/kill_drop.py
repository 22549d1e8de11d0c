"""A worker is killed (-9) while it takes a class's zip apart, again and again: each picture once.

A class hands in one zip of pictures, some named for their people, some for nobody. The worker and all
its processes are killed at random moments; each time another takes the work up. In the end every
picture is in exactly once, and nothing of the zip is left.
"""

import io
import os
import random
import sys
import time
import zipfile
from pathlib import Path

from PIL import Image

from soak.kill_worker import kill, until, worker
from soak.portal import asked, portal, told

ITEMS = {
    "real": "国家反诈中心App · 实名",
    "warn": "国家反诈中心App · 预警",
    "code": "浙江反骗码 · 绿码",
}
WORDS = "实名", "预警", "绿码"


def class_part(people: int):
    """A class with a round of pictures under way: its part, its people, who drops for it."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts.models import Identity, Unit, User
    from accounts.paths import child
    from accounts.services import schools
    from rounds import services
    from rounds.kinds import KINDS, Kind
    from rounds.models import Round

    school, office, _ = schools.create_school(code="SOAK", name="演练大学", office=("1", "甲"))
    college = Unit.objects.create(path=child(school.path, 90), kind=Unit.Kind.COLLEGE, name="学院")
    klass = Unit.objects.create(path=child(college.path, 1), kind=Unit.Kind.CLASS, name="一班")
    for number in range(people):
        person = User.objects.create(
            school=school, unit=klass, unit_path=klass.path, category="student",
            name=f"学生{number}", number=f"2026{number:06d}",
        )  # fmt: skip
        Identity.objects.create(school=school, kind="student", value=person.number, user=person)
    kind = Kind()
    kind.code, kind.label, kind.asks_items = "soak", "演练", True
    KINDS[kind.code] = kind
    now = timezone.now()
    round_ = Round.objects.create(
        kind=kind.code, title="演练", unit=school, owner=school, categories=["student"],
        opens_at=now - timedelta(days=1), due_at=now + timedelta(days=1),
        locks_at=now + timedelta(days=1), created_by=office,
    )  # fmt: skip
    lines = [{"code": code, "label": label} for code, label in ITEMS.items()]
    services.set_items(round_, lines, actor=office)
    services.issue(round_, actor=office)
    return round_.assignments.get(unit=klass), office


def zip_of(count: int, people: int) -> bytes:
    """So many pictures, no two alike; of three, two bear the number of somebody and an item."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(count):
            picture = io.BytesIO()
            shade = (number * 7 % 256, number * 7 // 256 * 20, number % 5 * 50)
            Image.new("RGB", (270, 585), shade).save(picture, "PNG")
            whose = f"2026{number % people:06d}{WORDS[number // people % 3]}"
            name = f"IMG_{number:04d}" if number % 3 == 2 else f"{whose}_{number}"
            made.writestr(f"一班/{name}.png", picture.getvalue())
    return out.getvalue()


def under_fire(job, kills: int, within: float, chance: random.Random) -> int:
    """The job is done in spite of so many kills; how many of them found it at work.

    It is begun anew by hand after each, as nobody has so many tries: so would its owner.
    """
    from django.utils import timezone

    from accounts import tasks
    from accounts.models import Job

    def state():
        return Job.objects.filter(pk=job.pk).values_list("state", flat=True).get()

    ended, caught, tried = {Job.State.DONE, Job.State.FAILED}, 0, 0
    while state() not in ended:
        with worker(dict(os.environ)) as process:
            tasks.sweep_jobs.delay()  # the timetable's part
            until(lambda: state() != Job.State.QUEUED, "a worker to take the job")
            if tried >= kills:
                until(lambda: state() in ended, "the job to end")
                break
            time.sleep(chance.uniform(0.02, within))
            kill(process)
            tried += 1
        dead = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
        caught += dead.update(lease_until=timezone.now(), attempts=0)
    return caught


def main() -> int:
    """0 when every picture is in once."""
    options = asked("a small zip")
    count, people, kills, within = (90, 8, 1, 0.3) if options.sample else (900, 60, 20, 1.4)
    chance, start = random.Random(options.seed), time.monotonic()
    with portal() as var:
        from django.core.files.uploadedfile import SimpleUploadedFile

        from accounts.models import Job, StoredFile
        from rounds.models import Answer, Evidence
        from selfcheck.models import DropFile, Shot
        from selfcheck.tools.services import dropping

        part, office = class_part(people)
        drop = dropping.start(part, actor=office)
        sent = SimpleUploadedFile("一班.zip", zip_of(count, people))
        planned_in = time.monotonic()
        dropping.add(drop, sent, key="one", name="一班.zip", actor=office)
        planned_in = time.monotonic() - planned_in
        caught = under_fire(Job.objects.get(kind="drop.unpack"), kills, within, chance)
        files = [path for path in Path(var).joinpath("media").rglob("*") if path.is_file()]
        known = {StoredFile.file.field.storage.path(name) for name in
                 StoredFile.objects.values_list("file", flat=True)}  # fmt: skip
        named = DropFile.objects.exclude(person=None).count()
        figures = {
            "pictures": Shot.objects.filter(evidence__voided_at=None).count(),
            "evidence": Evidence.objects.count(),
            "taken": DropFile.objects.filter(outcome="taken").count(),
            "digests": Evidence.objects.values("sha256").distinct().count(),
            "kept": len(known),
        }
        answers = Answer.objects.filter(evidence__voided_at=None).distinct().count()
        shown = Evidence.objects.exclude(answer=None).count()
        left_over = len({str(path) for path in files} - known)
        lost = len(known - {str(path) for path in files})
    whole = set(figures.values()) == {count} and shown == named and not lost
    # a kill between a file and its row leaves a file that nobody knows: never more than one each
    ok = whole and caught >= kills * 3 // 4 and left_over <= caught
    more = {"answers": answers, "killed_at_work": caught, "left_over": left_over}
    return told("kill_drop", start, ok, **figures, planned_seconds=round(planned_in, 2), **more)


if __name__ == "__main__":
    sys.exit(main())
