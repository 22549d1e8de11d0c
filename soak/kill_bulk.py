"""A worker is killed (-9) while it takes a step of the desk on a whole list: no row is lost, none done twice.

More people than the desk does within a request stand with one college and are asked for by
another; the office lets all of them go at once, again and again there and back. The worker and all
its processes are killed at random moments; another takes the work up. Each person must stand with
the other side, each transfer must be on record once, and each who is told must have one letter.
"""

import os
import random
import sys
import time
import uuid
from collections import Counter

from soak.kill_worker import survive
from soak.portal import asked, portal, told

WITHIN = 2.5


def school(count: int):
    """Two colleges with a contact each, so many students in a class of the first; their office."""
    from accounts.models import Grant, Unit, User
    from accounts.services import schools, units

    unit, office, _ = schools.create_school(code="SOAK", name="演练大学", office=("1", "甲"))
    classes, contacts = [], []
    for n in (1, 2):
        college = units.add(unit, kind="college", name=f"学院{n}", actor=office)
        classes.append(units.add(college, kind="class", name=f"{n}班", actor=office))
        one = {"school": unit, "unit": college, "unit_path": college.path, "category": "staff"}
        contacts.append(User.objects.create(name=f"联络{n}", number=f"8{n}", **one))
        Grant.objects.create(user=contacts[-1], role="LIAISON", unit=college, path=college.path)
    here = Unit.objects.get(pk=classes[0].pk)
    one = {"school": unit, "unit": here, "unit_path": here.path, "category": "student"}
    User.objects.bulk_create(User(name=f"学生{n}", number=f"9{n:05d}", **one) for n in range(count))
    return office, classes, contacts


def one_list(number: int, office, classes, contacts, chance: random.Random) -> int:
    """Everybody is let go under fire, each once; how many kills found the worker at it."""
    from accounts.models import AuditEntry, BulkRow, Transfer, User
    from accounts.services import deeds
    from notices.models import Notice

    old, new = classes[number % 2], classes[1 - number % 2]
    people = list(User.objects.filter(unit=old).order_by("pk").values_list("pk", flat=True))
    Transfer.objects.bulk_create(
        Transfer(person_id=one, old_path=old.path, new_path=new.path) for one in people
    )
    asked_for = Transfer.objects.filter(state=Transfer.State.ASKED).order_by("pk")
    keys = list(asked_for.values_list("pk", flat=True))
    trail = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    deed = deeds.ask(
        keys, once=uuid.uuid4(), actor=office, model="accounts.transfer", step="let_go",
        asked={}, title=f"演练{number}",
    )  # fmt: skip
    caught = survive(deed.job, dict(os.environ), chance, within=WITHIN)
    since = AuditEntry.objects.filter(pk__gt=trail)
    written = [(verb, int(key)) for verb, key in since.values_list("verb", "object_id")]
    letters = Notice.objects.filter(key__in=[f"transfer:{key}:confirmed" for key in keys])
    readers = Counter(letters.values_list("person", flat=True))
    found = {
        "done": deed.rows.filter(state=BulkRow.State.DONE).count() == len(keys) == deed.total,
        "moved": list(User.objects.filter(unit=new, pk__in=people).order_by("pk")
                      .values_list("pk", flat=True)) == people,
        "decided": Transfer.objects.filter(pk__in=keys, state="confirmed").count() == len(keys),
        "on record": Counter(written) == Counter(
            [("let_go", key) for key in keys] + [("relocate", one) for one in people]
            + [("bulk", deed.pk)]
        ),
        "told": readers == Counter(people) + Counter(
            {contact.pk: len(keys) for contact in contacts}
        ),
    }  # fmt: skip
    if not all(found.values()):
        raise SystemExit(f"list {number}: {found}")
    return caught


def main() -> int:
    """0 when each row of every list was acted on exactly once."""
    options = asked("one list")
    lists, rows, enough = (1, 520, 1) if options.sample else (10, 1200, 20)
    chance, start = random.Random(options.seed), time.monotonic()
    with portal():
        office, classes, contacts = school(rows)
        caught: list[int] = []
        # a proof in which nobody died at work proves nothing: on until enough did
        while len(caught) < lists or (sum(caught) < enough and len(caught) < 3 * lists):
            caught.append(one_list(len(caught), office, classes, contacts, chance))
    found = {"lists": len(caught), "rows": rows, "killed_at_work": sum(caught)}
    return told("kill_bulk", start, sum(caught) >= enough, **found)


if __name__ == "__main__":
    sys.exit(main())
