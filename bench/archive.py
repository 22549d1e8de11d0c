"""The archive of 1,300 pledges, against the bare library drawing the same pages into a zip.

`python -m bench.archive [--pledges 1300]`: at most 1.3 times the bare drawing the first time, memory
no higher than for a quarter of them; and how long it takes when every document was drawn before.
Both sides lay out with `adapters.pdf`, one face known to the library once; the bare side draws
hands with the library's own paths, has its contents in memory already and keeps nothing but the
zip. What our drawing takes alone is said beside it.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
import zipfile
from itertools import pairwise
from pathlib import Path

from bench import measure

DATABASE = "bench_archive"
TIMES, FLAT_MB, TURNS = 1.3, 12, 3


def sign(count: int) -> None:
    """So many students of one school have signed; prints nothing."""
    from accounts.models import Unit, User
    from oversight.demo.deeds import Diary, sign_many
    from rounds.models import Round

    round_ = Round.objects.select_related("pledge__text").get()
    people = User.objects.filter(category="student", status="active", demo=False)
    some = list(people.order_by("unit_path", "number")[:count])
    names = dict(Unit.objects.values_list("path", "name"))
    diary = Diary()
    sign_many(round_, [(person, round_.opens_at) for person in some], names, diary)
    diary.save()


def archive(purpose: str) -> None:
    """Ask for the archive and make it, as a worker would; prints seconds and the peak of memory."""
    from accounts import jobs
    from accounts.models import Job
    from pledges.archives import services
    from rounds.models import Round

    round_ = Round.objects.select_related("unit", "created_by").get()
    office = round_.created_by
    before = peak()
    made = services.ask_archive(round_, round_.unit, purpose=purpose, actor=office)
    job = Job.objects.filter(key=services.key_of(made)).latest("pk")
    start = time.perf_counter()
    jobs.run(job.pk)
    spent = time.perf_counter() - start
    made.refresh_from_db()
    print(json.dumps({"s": spent, "n": made.documents, "mb": peak(), "grew": peak() - before}))


def path(canvas, strokes, left: float, bottom: float) -> None:
    """A hand drawn as the library has it."""
    from adapters.pdf import HAND

    points = [point for stroke in strokes for point in stroke]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    scale = min(HAND[0] / max(1, max(xs) - min(xs)), HAND[1] / max(1, max(ys) - min(ys)), 0.4)
    x0, y0 = min(xs), max(ys)
    drawn = canvas.beginPath()
    for stroke in strokes:
        at = [(left + (p[0] - x0) * scale, bottom + (y0 - p[1]) * scale) for p in stroke]
        drawn.moveTo(*at[0])
        for (x, y), (to_x, to_y) in pairwise(at):
            drawn.curveTo(x, y, (x + to_x) / 2, (y + to_y) / 2, to_x, to_y)
    canvas.setLineWidth(1.6)
    canvas.drawPath(drawn)


def bare(hand: str) -> None:
    """Draw the same pages with the library alone (or by our `hand`) into a zip on the disk."""
    from adapters import pdf
    from pledges.models import Signature
    from pledges.services import sheet_of

    if not hand:
        pdf._strokes = path
    rows = Signature.objects.filter(superseded_at=None).select_related("text", "person")
    sheets = [sheet_of(row) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with zipfile.ZipFile(Path(folder) / "bare.zip", "w") as whole:
            for number, sheet in enumerate(sheets):
                whole.writestr(f"{number}.pdf", pdf.draw(sheet))
        spent = time.perf_counter() - start
    print(json.dumps({"s": spent, "n": len(sheets), "mb": peak()}))


def peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget(env: dict[str, str]) -> None:
    """Nothing was ever drawn."""
    measure.python(
        env, DATABASE, "-c",
        "import django; django.setup(); from pledges.models import Archive, Document;"
        "Archive.objects.all().delete(); Document.objects.all().delete()",
    )  # fmt: skip


def child(env: dict[str, str], *arguments: str) -> dict:
    """What a process of its own says it took."""
    said = measure.python(env, DATABASE, "-m", "bench.archive", *arguments)
    return json.loads(said or "{}")


def run(env: dict[str, str], count: int) -> bool:
    """Two lines: the ratio, side by side in one run, and memory; whether both hold."""
    measure.create(DATABASE)
    measure.manage(env, DATABASE, "migrate", "-v0")
    measure.manage(env, DATABASE, "load_demo", "--size", "province", "--schools", "1")
    clear = "import django; django.setup(); from rounds.models import Completion;"
    clear += "from pledges.models import Signature; Signature.objects.all().delete();"
    clear += "Completion.objects.all().delete()"
    measure.python(env, DATABASE, "-c", clear)
    child(env, "--sign", str(count // 4))
    quarter = child(env, "--archive", "quarter")
    forget(env)
    measure.python(env, DATABASE, "-c", clear)
    child(env, "--sign", str(count))
    ours, theirs, alone = [], [], []
    for turn in range(TURNS):
        forget(env)
        ours.append(child(env, "--archive", f"first {turn}"))
        theirs.append(child(env, "--bare", ""))
        alone.append(child(env, "--bare", "ours"))
    again = child(env, "--archive", "again")
    first, drawn = min(o["s"] for o in ours), min(t["s"] for t in theirs)
    same = {one["n"] for one in [*ours, *theirs, again]} == {count}
    times = first / drawn
    ok = measure.say(
        "archive", ok=times <= TIMES and same, pledges=count, seconds=first, bare_seconds=drawn,
        times=times, limit=TIMES, again_seconds=again["s"], again_times=again["s"] / drawn,
        our_drawing_alone_seconds=min(a["s"] for a in alone),
    )  # fmt: skip
    grew = max(o["mb"] for o in ours) - quarter["mb"]
    flat = measure.say(
        "archive: memory", ok=grew <= FLAT_MB, mb=max(o["mb"] for o in ours),
        mb_at_a_quarter=quarter["mb"], grew_mb=grew, limit_mb=FLAT_MB,
    )  # fmt: skip
    return ok and flat


def main() -> int:
    """0 when the archive is fast and flat."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pledges", type=int, default=1300)
    for name in ("--sign", "--archive", "--bare"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    options = parser.parse_args()
    part = next((n for n in ("sign", "archive", "bare") if getattr(options, n) is not None), None)
    if part:
        import django

        django.setup()
        if part == "sign":
            sign(int(options.sign))
        else:
            {"archive": archive, "bare": bare}[part](getattr(options, part))
        return 0
    with measure.environment() as env:
        try:
            return 0 if run(env, options.pledges) else 1
        finally:
            measure.drop(DATABASE)


if __name__ == "__main__":
    sys.exit(main())
