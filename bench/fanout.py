"""One 通知 and one 催办 to 30,000 people, against a plain bulk insert of the same rows.

`python -m bench.fanout [--people 30000]`: each at most 2 times the bare insert, in a number of
statements that grows with the chunks and not with the people, memory no higher than for a
quarter of them; and the same job run again, as after a killed worker, tells nobody twice.
Each turn runs in a process of its own upon an empty inbox; the bare side inserts the very rows
that the 通知 left, in the same chunks, without looking for whom they are.
"""

import argparse
import json
import resource
import sys
import time

from bench import measure

DATABASE = "bench_fanout"
TIMES, FLAT_MB, TURNS, MOST_QUERIES = 2.0, 40, 3, 100
CLASS_OF = 1000
COLUMNS = ["person_id", "kind", "key", "day", "title", "body", "link", "reminder_id", "circular_id"]


def people(count: int) -> None:
    """One school with so many people who may be told, a round under way that asks them all."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts.models import Unit, User
    from accounts.services import schools, units
    from pledges import services as pledges
    from rounds import services as rounds

    school, office, _ = schools.create_school(code="FAN", name="演练大学", office=("1", "甲"))
    college = units.add(school, kind="college", name="学院", actor=office)
    for start in range(0, count, CLASS_OF):
        klass = units.add(college, kind="class", name=f"{start}班", actor=office)
        User.objects.bulk_create(
            User(
                school=school, unit=klass, unit_path=klass.path, name=f"学生{n}",
                number=f"{n:09d}", category="student", password="!",
            )
            for n in range(start, min(start + CLASS_OF, count))
        )  # fmt: skip
    now = timezone.now()
    text = pledges.starter_texts(school, actor=office)[0]
    round_ = pledges.draft(
        actor=office, text=text, year="2026", title="承诺书", unit=Unit.objects.get(pk=school.pk),
        owner=school, categories=["student"], opens_at=now - timedelta(days=1),
        due_at=now + timedelta(days=9), locks_at=now + timedelta(days=9),
    )  # fmt: skip
    rounds.issue(round_, actor=office)


def job_of(what: str):
    """The job that tells a quarter or all of the school, put off by nothing."""
    from django.utils import timezone

    from accounts.models import Job, Unit
    from notices import services
    from notices.models import Reminder
    from notices.services import circulars
    from rounds.models import Round

    round_ = Round.objects.select_related("unit", "created_by").get()
    classes = list(
        Unit.objects.filter(kind="class").order_by("path").values_list("path", flat=True)
    )
    sort, _, part = what.partition(":")
    places = classes[: max(1, len(classes) // 4)] if part else classes
    if sort == "circular":
        made = circulars.write(
            round_.unit, actor=round_.created_by, title="通知", body="请阅读。", places=places,
            roles=["student"],
        )  # fmt: skip
        circulars.publish(made, actor=round_.created_by)
    else:  # written down as one whose window has just opened, at whatever hour this runs
        made = Reminder.objects.create(
            round=round_, unit=round_.unit, path=round_.unit.path, places=places, whom="people",
            send_at=timezone.now(), created_by=round_.created_by,
        )  # fmt: skip
        services.due()
    return Job.objects.get(key=f"{'circular' if sort == 'circular' else 'reminder'}:{made.pk}")


def send(what: str) -> None:
    """The job is run as a worker would, then once more; prints what it took."""
    from accounts import jobs
    from accounts.models import Job
    from notices.models import Circular, Notice, Reminder

    empty()
    job, before = job_of(what), peak()
    spent, statements = clocked(lambda: jobs.run(job.pk))
    told, most = Notice.objects.count(), peak()
    for model, state in ((Circular, "scheduled"), (Reminder, "waiting")):
        model.objects.update(state=state)  # as a worker leaves it that dies before its last step
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(job.pk)
    again = Notice.objects.count() - told
    print(
        json.dumps(
            {"s": spent, "n": told, "queries": statements, "grew": most - before, "again": again}
        )
    )


def bare(_: str) -> None:
    """The rows that are there, taken out and put in again by the library alone."""
    from django.db import transaction

    from notices.models import Notice
    from notices.services.inbox import CHUNK

    said = list(Notice.objects.order_by("person").values(*COLUMNS))
    empty()

    def insert():
        for start in range(0, len(said), CHUNK):
            rows = [Notice(**one) for one in said[start : start + CHUNK]]
            with transaction.atomic():
                Notice.objects.bulk_create(rows)

    spent, statements = clocked(insert)
    print(json.dumps({"s": spent, "n": Notice.objects.count(), "queries": statements}))


def empty() -> None:
    """No message is in any inbox."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notices_notice")


def clocked(work) -> tuple[float, int]:
    """Seconds and statements of some work."""
    from django.db import connection

    count = 0

    def one_more(execute, sql, params, many, context):
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    start = time.perf_counter()
    with connection.execute_wrapper(one_more):
        work()
    return time.perf_counter() - start, count


def peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(env: dict[str, str], *arguments: str) -> dict:
    """What a process of its own says it took."""
    return json.loads(measure.python(env, DATABASE, "-m", "bench.fanout", *arguments) or "{}")


def run(env: dict[str, str], count: int) -> bool:
    """Two lines for each sort; whether all hold."""
    measure.create(DATABASE)
    measure.manage(env, DATABASE, "migrate", "-v0")
    child(env, "--make", str(count))
    holds = True
    for sort in ("circular", "reminder"):
        ours, theirs = [], []
        quarter = child(env, "--send", f"{sort}:quarter")
        for _ in range(TURNS):
            ours.append(child(env, "--send", sort))
            theirs.append(child(env, "--bare", ""))
        seconds, plain = min(o["s"] for o in ours), min(t["s"] for t in theirs)
        once = all(o["n"] == count and not o["again"] for o in ours)
        same = {t["n"] for t in theirs} == {count}
        queries, times = max(o["queries"] for o in ours), seconds / plain
        holds &= measure.say(
            f"fanout: {sort}", ok=once and same and times <= TIMES and queries <= MOST_QUERIES,
            people=count, seconds=seconds, bare_seconds=plain, times=times, limit=TIMES,
            queries=queries, bare_queries=theirs[0]["queries"], most_queries=MOST_QUERIES,
            told_twice=max(o["again"] for o in ours),
        )  # fmt: skip
        grew = max(o["grew"] for o in ours) - quarter["grew"]
        holds &= measure.say(
            f"fanout: {sort}: memory", ok=grew <= FLAT_MB, grew_mb=max(o["grew"] for o in ours),
            more_than_a_quarter_mb=grew, limit_mb=FLAT_MB,
        )  # fmt: skip
    return holds


def main() -> int:
    """0 when both are told fast, flat and once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=30_000)
    for name in ("--make", "--send", "--bare"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    options = parser.parse_args()
    part = next((n for n in ("make", "send", "bare") if getattr(options, n) is not None), None)
    if part:
        import django

        django.setup()
        if part == "make":
            people(int(options.make))
        else:
            {"send": send, "bare": bare}[part](getattr(options, part))
        return 0
    with measure.environment() as env:
        try:
            return 0 if run(env, options.people) else 1
        finally:
            measure.drop(DATABASE)


if __name__ == "__main__":
    sys.exit(main())
