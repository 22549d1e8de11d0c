"""Whatever is altered behind the portal's back is found: rows, links and files, twenty at a time.

Again and again a trail is written and sealed, twenty rows are tampered with in sorts drawn by lot,
and `verify audit` must name each of them and no other; then twenty files, and `verify files`; then
twenty charters, heads' hands and names on posters, and `verify pledges`.
"""

import os
import random
import sys
import time
from pathlib import Path

from soak import hands
from soak.portal import asked, portal, told

TURN = 20
OTHER = {
    "note": "改", "actor_name": "别人", "verb": "view", "subject": "别人", "path": "000099",
    "object_id": "0", "model": "unit", "address": "10.9.9.9", "detail": {"x": 1},
    "digest": "f" * 64,
}  # fmt: skip


def disarm() -> None:
    """The database is in a stranger's hands: nothing in it refuses."""
    from django.db import connection

    with connection.cursor() as cursor:
        for trigger in ("audit_no_update", "audit_no_delete"):
            cursor.execute(f"DROP TRIGGER {trigger}")
        for trigger in ("audit_link_no_update", "audit_link_no_delete"):
            cursor.execute(f"DROP TRIGGER {trigger}")


def alter(entry, how: str, chance: random.Random) -> int:
    """The row is tampered with; the number of what was touched."""
    from accounts.models import AuditEntry

    rows = AuditEntry.objects.filter(pk=entry.pk)
    if how == "removed":
        rows.delete()
        return entry.pk
    if how == "copied":
        copy = AuditEntry.objects.get(pk=entry.pk)
        copy.pk = None
        if chance.random() < 0.5:
            copy.note = "伪造"
        copy.save(force_insert=True)
        return copy.pk
    column = chance.choice(sorted(OTHER))
    rows.update(**{column: OTHER[column]})
    return entry.pk


def rows_turn(actor, chance: random.Random) -> list[str]:
    """Twenty rows are tampered with: the sorts of those that were not named."""
    from django.conf import settings

    from accounts.audit import record
    from accounts.models import AuditEntry, AuditLink
    from accounts.services import sealing
    from accounts.verify import PARTS

    AuditEntry.objects.all().delete()
    AuditLink.objects.all().delete()
    settings.AUDIT_ANCHOR.unlink(missing_ok=True)
    for number in range(100):
        record(actor, "unmask", actor, note=f"核实 {number}")
    sealing.seal()
    if not PARTS["audit"]().sound:
        raise SystemExit("the trail was unsound before anything was done to it")
    chosen = chance.sample(list(AuditEntry.objects.all()), TURN)
    sorts = {}
    for entry in chosen:
        how = chance.choice(["changed", "removed", "copied"])
        sorts[str(alter(entry, how, chance))] = how
    named = {finding.which for finding in PARTS["audit"]().findings}
    if named - set(sorts):
        raise SystemExit(f"rows named that nobody touched: {sorted(named - set(sorts))}")
    return [how for which, how in sorts.items() if which not in named]


def files_turn(root: Path, chance: random.Random) -> list[str]:
    """Twenty files are altered by one bit, removed or put beside: those that were not named."""
    from accounts.models import StoredFile
    from accounts.services.files import keep
    from accounts.verify import PARTS

    for number in range(TURN):
        data = chance.randbytes(500 + number)
        keep("roster", data, name="甲.csv", content_type="text/csv", actor=None)
    touched = {}
    for stored in StoredFile.objects.order_by("?")[:TURN]:
        path = root / stored.file.name
        how = chance.choice(["changed", "missing", "orphan"])
        if how == "changed":
            held = bytearray(path.read_bytes())
            held[chance.randrange(len(held))] ^= 1
            path.write_bytes(held)
        elif how == "missing":
            path.unlink()
        else:
            path = root / "roster" / f"stray{stored.pk}"
            path.write_bytes(b"x")
            os.utime(path, (0, 0))
        which = path.relative_to(root).as_posix() if how == "orphan" else str(stored.pk)
        touched[which] = how
    named = {finding.which: finding.sort for finding in PARTS["files"]().findings}
    StoredFile.objects.all().delete()
    for path in root.rglob("*"):
        if path.is_file():
            path.unlink()
    if set(named) - set(touched):
        raise SystemExit(f"files named that nobody touched: {sorted(set(named) - set(touched))}")
    return [how for which, how in touched.items() if named.get(which) != how]


def hands_turn(chance: random.Random) -> list[str]:
    """Twenty rows that carry or bear hands are altered: the sorts of those that were not named."""
    from django.db import transaction

    from accounts.verify import PARTS

    with transaction.atomic():
        touched = hands.altered(chance, TURN)
        named = {(finding.sort, finding.which) for finding in PARTS["pledges"]().findings}
        transaction.set_rollback(True)
    if named - set(touched):
        raise SystemExit(f"hands named that nobody touched: {sorted(named - set(touched))}")
    return [how for which, how in touched.items() if which not in named]


def signed_school(office, chance: random.Random, turns: int) -> list[str]:
    """A school has signed and is sound; then turn by turn what was altered and not found."""
    from accounts.models import Unit
    from accounts.verify import PARTS

    hands.sign_all(Unit.objects.get(pk=office.school_id), office)
    if findings := PARTS["pledges"]().findings:
        raise SystemExit(f"the pledges were unsound before anything was done to them: {findings}")
    return [how for _ in range(turns) for how in hands_turn(chance)]


def main() -> int:
    """0 when every row, every file and every hand that was tampered with was found."""
    options = asked("one turn")
    turns = 1 if options.sample else 25
    chance, start = random.Random(options.seed), time.monotonic()
    with portal() as var:
        from accounts.services import schools

        _, office, _ = schools.create_school(code="SOAK", name="演练大学", office=("1", "甲"))
        disarm()
        missed = signed_school(office, chance, turns)
        for _turn in range(turns):
            missed += rows_turn(office, chance) + files_turn(var / "media", chance)
    found = {"turns": turns, "tampered": turns * TURN * 3, "missed": missed}
    return told("tamper", start, not missed, **found)


if __name__ == "__main__":
    sys.exit(main())
