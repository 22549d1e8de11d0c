"""A worker is killed (-9) while it makes an archive, again and again: nothing lost, nothing twice.

A school signs; its archive is asked for over and over, each time with its documents forgotten. The
worker and all its processes are killed at random moments; another takes the work up. The archive
must hold every document once, as the index lists it, and no file may be left over.
"""

import hashlib
import io
import os
import random
import sys
import time
import zipfile
from pathlib import Path

from soak.kill_worker import survive
from soak.portal import asked, portal, told


def school(count: int):
    """A school whose people have signed; its office and the round."""
    from accounts.models import User
    from accounts.services import schools
    from accounts.services.roster import confirm, upload
    from bench import roster_file

    unit, office, _ = schools.create_school(code="SOAK", name="演练大学", office=("1", "甲"))
    file = Path(os.environ["VAR_ROOT"]) / "roster.xlsx"
    roster_file.write(file, count)
    from accounts import jobs
    from accounts.models import ImportBatch, Job

    batch = upload(unit, file.read_bytes(), name="roster.xlsx", actor=office)
    jobs.run(Job.objects.get(kind="roster.stage").pk)
    confirm(ImportBatch.objects.get(pk=batch.pk), actor=office, sure=True)
    jobs.run(Job.objects.get(kind="roster.apply").pk)
    return unit, office, User.objects.filter(school=unit, category="student")


def signed(unit, office, people):
    """A round in which all these have signed."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts.models import Unit
    from oversight.demo.deeds import Diary, sign_many
    from pledges import services as pledges
    from rounds import services

    now = timezone.now()
    text = pledges.starter_texts(unit, actor=office)[0]
    round_ = pledges.draft(
        actor=office, text=text, year="2026", title="承诺书", unit=unit, owner=unit,
        categories=["student"], opens_at=now - timedelta(days=1),
        due_at=now + timedelta(days=1), locks_at=now + timedelta(days=1),
    )  # fmt: skip
    services.issue(round_, actor=office)
    names, diary = dict(Unit.objects.values_list("path", "name")), Diary()
    sign_many(round_, [(person, now) for person in people], names, diary)
    diary.save()
    return round_


def one_archive(number: int, round_, unit, office, chance) -> int:
    """An archive is made under fire; each pledge is in it once; how many kills found it at work."""
    from openpyxl import load_workbook

    from accounts.models import Job, StoredFile
    from pledges.archives import services
    from pledges.models import Document, Signature

    Document.objects.all().delete()
    made = services.ask_archive(round_, unit, purpose=f"演练{number}", actor=office)
    job = Job.objects.get(key=services.key_of(made))
    caught = survive(job, dict(os.environ), chance, within=2.5)
    made.refresh_from_db()
    wanted = Signature.objects.count()
    with zipfile.ZipFile(made.file.file.path) as whole:
        book = load_workbook(io.BytesIO(whole.read("目录.xlsx")), read_only=True)
        head, *rows = book.active.iter_rows(values_only=True)
        file, hashed = head.index("文件"), head.index("文件校验码（SHA-256）")
        files = {row[file]: row[hashed] for row in rows}
        good = [hashlib.sha256(whole.read(name)).hexdigest() for name in files]
        names = [name for name in whole.namelist() if name.endswith(".pdf")]
    folder = Path(made.file.file.path).parent
    found = (
        len(rows), len(files), len(names), len(set(names)), good == list(files.values()),
        Document.objects.count(), StoredFile.objects.filter(uuid=made.uuid).count(),
        [path.name for path in folder.glob(f"{made.uuid.hex}*")],
    )  # fmt: skip
    if found != (wanted, wanted, wanted, wanted, True, wanted, 1, [made.uuid.hex]):
        raise SystemExit(f"archive {number}: {found}, wanted {wanted}")
    return caught


def main() -> int:
    """0 when every archive is whole."""
    options = asked("one archive")
    archives, people, enough = (1, 600, 1) if options.sample else (10, 900, 20)
    chance, start = random.Random(options.seed), time.monotonic()
    with portal():
        unit, office, some = school(people)
        round_ = signed(unit, office, some)
        caught: list[int] = []
        # a proof in which nobody died at work proves nothing: on until enough did
        while len(caught) < archives or (sum(caught) < enough and len(caught) < 3 * archives):
            caught.append(one_archive(len(caught), round_, unit, office, chance))
    found = {"archives": len(caught), "killed_at_work": sum(caught)}
    return told("kill_archive", start, sum(caught) >= enough, **found)


if __name__ == "__main__":
    sys.exit(main())
