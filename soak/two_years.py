"""Two school years roll over the demo school: nobody is lost, every closed figure is unchanged.

Each year the graduating grades leave, newcomers arrive first by 考生号 and then with their 学号, some
rest, some come back, some change college, and an open round is closed in between. Whoever was there
is there still, once; what was closed reads as it did, to the last column of every row.
"""

import csv
import io
import json
import os
import sys
import time
from pathlib import Path

from soak.portal import asked, portal, told

HEADERS = ["考生号", "学号", "姓名", "学院", "班级", "年级", "身份证号"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def main() -> int:
    """0 when nobody is lost and nothing that was closed has changed."""
    options, start = asked("few newcomers", by_lot=False), time.monotonic()
    os.environ.setdefault("DEMO", "1")
    with portal() as var:
        run_quietly("load_demo", "--json")
        found = two_years(var, 40 if options.sample else 400)
    return told("two_years", start, **found)


def run_quietly(*arguments) -> dict:
    """A command and what it printed."""
    from django.core.management import call_command

    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return json.loads(out.getvalue())


def two_years(folder: Path, newcomers: int) -> dict:
    """What was found over two years."""
    from accounts.models import Identity, Unit, User
    from oversight.demo.school import newest_grade

    school = Unit.objects.schools().get()
    everybody = set(User.objects.values_list("pk", flat=True))
    first, lost, changed, wrong, left = newest_grade() + 1, 0, 0, 0, []
    for year in (first, first + 1):
        closed = what_is_closed()
        found = run_quietly(
            "roll_over", "--unit", school.code, "--year", f"{year}-{year + 1}", "--apply", "--json"
        )
        left.append(found["leaving"])
        arrive(folder, school, year, newcomers)
        take_turns(school, year)
        now = set(User.objects.values_list("pk", flat=True))
        lost += len(everybody - now) + (len(now - everybody) != newcomers)
        everybody = now
        after = what_is_closed()
        changed += sum(after[pk] != rows for pk, rows in closed.items())
        wrong += wrongly_expected()
        close_one(school)
    numbers = Identity.objects.values("kind", "value", "school").distinct().count()
    doubled = Identity.objects.count() - numbers
    ok = not (lost or changed or wrong or doubled) and all(left)
    return {
        "left": left, "people": len(everybody), "lost": lost, "doubled": doubled,
        "closed_changed": changed, "wrongly_expected": wrong, "closed": len(what_is_closed()), "ok": ok,
    }  # fmt: skip


def what_is_closed() -> dict:
    """Every row of every closed round."""
    from pledges.charters.models import Charter
    from pledges.models import Signature
    from rounds.models import Assignment, Completion, Round, Tally

    of_round = {Tally: "round", Completion: "round", Assignment: "round", Charter: "round"}
    of_round[Signature] = "completion__round"
    return {
        round_.pk: [
            list(model.objects.filter(**{field: round_}).order_by("pk").values())
            for model, field in of_round.items()
        ]
        for round_ in Round.objects.filter(state=Round.State.CLOSED)
    }


def wrongly_expected() -> int:
    """The open rounds whose denominator is not the people who stand there now, less the excused.

    Counted person by person, by nothing of what makes the figures.
    """
    from django.utils import timezone

    from accounts.models import User
    from rounds.figures import audience_holds, figures
    from rounds.models import Excuse, Round

    here, today = list(User.objects.filter(status__in=User.COUNTED)), timezone.localdate()
    wrong = 0
    for round_ in Round.objects.filter(state=Round.State.OPEN).select_related("unit"):
        given = Excuse.objects.filter(round=round_, voided_at=None)
        running = [one for one in given if one.until is None or one.until >= today]
        excused = {one.person_id for one in running if one.person_id}
        units = tuple(one.unit_path for one in running if not one.person_id)
        asked = [
            person
            for person in here
            if person.unit_path.startswith(round_.unit.path)
            and audience_holds(round_, person)
            and person.pk not in excused
            and not (units and person.unit_path.startswith(units))
        ]
        wrong += len(asked) != figures(round_, round_.unit.path).expected
    return wrong


def arrive(folder: Path, school, year: int, many: int) -> None:
    """Newcomers come by 考生号 and identity number, and again with their 学号 alone."""
    from accounts.models import Unit

    colleges = list(Unit.objects.filter(path__startswith=school.path, kind="college"))
    lines = []
    for n in range(many):
        college = colleges[n % len(colleges)].name
        klass = f"{college[:4]}{year % 100}01班"
        exam, number = f"{year}33{n:06d}", f"{year}88{n:05d}"
        name = f"新{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{'子丑寅卯辰巳午未'[n // 10 % 8]}"
        lines.append([exam, number, name, college, klass, str(year), identity(year - 18, n)])
    for exam, number in ((True, False), (False, True)):
        rows = [[e if exam else "", s if number else "", *rest] for e, s, *rest in lines]
        stream = io.StringIO()
        csv.writer(stream).writerows([HEADERS, *rows])
        path = folder / "newcomers.csv"
        path.write_text(stream.getvalue(), encoding="utf-8")
        flags = ["--apply", "--accept-large", "--accept-new-units", "--json"]
        found = run_quietly("import_roster", str(path), "--unit", school.code, *flags)
        if found["rejected"] or found["added"] != (many if exam else 0):
            raise SystemExit(
                f"newcomers of {year}: {found['added']} added, {found['rejected'][:2]}"
            )


def identity(born: int, n: int) -> str:
    """An identity number of nobody, with its check digit."""
    body = f"330102{born}0{1 + n % 9}{1 + n // 9 % 28:02d}{n % 1000:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def take_turns(school, year: int) -> None:
    """Some rest, those who rested come back, some change college, one repeats."""
    from django.utils import timezone

    from accounts.models import Unit, User
    from accounts.services import standing

    office = User.objects.get(grants__role="OFFICE", grants__unit=school)
    said = {"day": timezone.localdate(), "reason": "演练", "actor": office}
    here = User.objects.counted().filter(category="student", grade=str(year - 1))
    plain = here.filter(grants__isnull=True, duties__isnull=True).order_by("pk")
    for person in User.objects.filter(category="student", status="suspended")[:5]:
        standing.take(person, "resume", **said)
    for person in plain[:5]:
        standing.take(person, "suspend", **said)
    for person in plain[10:15]:
        others = Unit.objects.open().filter(path__startswith=school.path, kind="class")
        target = others.exclude(path__startswith=person.unit_path[:12]).first()
        standing.take(person, "switch", unit=target, **said)
    fresh = Unit.objects.filter(people__grade=str(year), kind=Unit.Kind.CLASS).first()
    standing.take(plain[20], "repeat", unit=fresh, **said)


def close_one(school) -> None:
    """One open round more is closed."""
    from accounts.models import User
    from rounds import services
    from rounds.models import Round

    round_ = Round.objects.filter(state=Round.State.OPEN).first()
    if round_:
        office = User.objects.get(grants__role="OFFICE", grants__unit=school)
        services.close(round_, actor=office, reason="学年结束")


if __name__ == "__main__":
    sys.exit(main())
