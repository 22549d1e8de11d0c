"""`verify audit` (OVS-7): every row is in the chain, and whatever is altered later is found."""

import importlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts import audit, tasks
from accounts.models import AuditEntry, AuditLink
from accounts.services import sealing
from tests import factories as make

chain = importlib.import_module("accounts.migrations.0006_audit_chain")


@pytest.fixture(autouse=True)
def anchor(settings, tmp_path):
    settings.AUDIT_ANCHOR = tmp_path / "away" / "audit.jsonl"
    return settings.AUDIT_ANCHOR


@pytest.fixture
def rows(campus):
    """Forty deeds, sealed."""
    people = [campus.student, campus.classmate, campus.second_student, campus.cook]
    made = [
        audit.record(campus.office, "unmask", people[n % 4], note=f"核实 {n}") for n in range(40)
    ]
    sealing.seal()
    return made


@pytest.fixture
def unguarded(rows):
    """Somebody with the database in their hands: no trigger stops them."""
    triggers = [
        "audit_no_update",
        "audit_no_delete",
        "audit_link_no_update",
        "audit_link_no_delete",
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for trigger in triggers:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")
    return rows


def verify(part="audit"):
    """The command's object and exit status."""
    out, status = StringIO(), 0
    try:
        call_command("verify", part, "--json", stdout=out)
    except SystemExit as ended:
        status = ended.code
    return json.loads(out.getvalue()), status


def found(said) -> set[tuple[str, str]]:
    return {(one["sort"], one["which"]) for one in said["findings"]}


def test_an_untouched_trail_is_sound(rows, anchor):
    everything = AuditEntry.objects.count()
    said, status = verify()

    assert (said["sound"], status, said["findings"], said["unsealed"]) == (True, 0, [], [])
    assert (said["checked"], said["sealed"], said["anchors"]) == (everything, everything, 1)
    head = AuditLink.objects.order_by("-number").first()
    line = json.loads(anchor.read_text())
    assert (line["number"], line["digest"]) == (everything, head.digest)


def test_the_command_seals_what_was_done_since(rows, campus):
    audit.record(campus.office, "unmask", campus.student, note="后来")

    said, _ = verify()

    assert (said["newly_sealed"], said["anchors"], said["unsealed"]) == (1, 2, [])


def test_sealing_twice_is_sealing_once(rows, anchor):
    before = list(AuditLink.objects.values_list("number", "digest")), anchor.read_text()

    tasks.seal_audit()

    assert (list(AuditLink.objects.values_list("number", "digest")), anchor.read_text()) == before


def test_a_row_that_commits_late_under_an_early_number_is_not_lost(unguarded, campus):
    """As when its transaction drew the number long before it ended."""
    late = audit.record(campus.office, "unmask", campus.cook, note="迟到")
    early = unguarded[0].pk - 1000
    AuditEntry.objects.filter(pk=late.pk).update(id=early)

    said, status = verify()

    assert (said["newly_sealed"], said["sound"], status) == (1, True, 0)
    assert AuditLink.objects.order_by("-number").first().entry_id == early


def copy_of(entry, **other):
    """A row put in by hand."""
    entry = AuditEntry.objects.get(pk=entry.pk)
    entry.pk = None
    for name, value in other.items():
        setattr(entry, name, value)
    entry.save(force_insert=True)
    return entry


def exchange(one, other) -> None:
    """Two rows change places."""
    spare = -1
    AuditEntry.objects.filter(pk=one.pk).update(id=spare)
    AuditEntry.objects.filter(pk=other.pk).update(id=one.pk)
    AuditEntry.objects.filter(pk=spare).update(id=other.pk)


def test_twenty_rows_tampered_with_in_different_ways_are_all_found(unguarded, campus):
    r, rows = unguarded, AuditEntry.objects
    changes = {
        0: {"note": "别的"}, 1: {"actor_name": "别人"}, 2: {"actor": campus.liaison},
        3: {"verb": "view"}, 4: {"subject": "别人"}, 5: {"path": "000009"},
        6: {"detail": {"x": 1}}, 7: {"object_id": "0"}, 8: {"address": "10.9.9.9"},
        9: {"at": r[9].at - timedelta(days=1)}, 10: {"digest": "f" * 64},
        11: {"note": r[12].note, "digest": r[12].digest},
    }  # fmt: skip
    for number, change in changes.items():
        rows.filter(pk=r[number].pk).update(**change)
    rows.filter(pk__in=[r[n].pk for n in (20, 21, 39)]).delete()
    exchange(r[24], r[25])
    inserted = [copy_of(r[30]), copy_of(r[31], note="伪造"), copy_of(r[32], verb="give")]

    said, status = verify()

    assert (said["sound"], status) == (False, 1)
    named = {int(which) for _, which in found(said)}
    touched = {r[n].pk for n in (*changes, 20, 21, 39, 24, 25)} | {e.pk for e in inserted}
    assert len(touched) == 20
    assert named == touched
    assert {("removed", str(r[n].pk)) for n in (20, 21, 39)} <= found(said)
    assert {("replaced", str(r[n].pk)) for n in (24, 25)} <= found(said)
    assert ("inserted", str(inserted[0].pk)) in found(said)


def test_a_link_taken_out_moved_or_rewritten_breaks_the_chain(unguarded):
    links = AuditLink.objects
    last = links.order_by("-number").first().number
    links.filter(number=5).update(number=last + 1)
    links.filter(number=9).update(said="0" * 64)

    said, _ = verify()

    assert {("chain", "5"), ("chain", str(last + 1)), ("chain", "9")} <= found(said)


def test_the_end_cut_off_with_its_rows_does_not_fit_the_anchor(unguarded):
    tail = AuditLink.objects.order_by("-number")[:3]
    last = tail[0].number
    AuditEntry.objects.filter(pk__in=[link.entry_id for link in tail]).delete()
    AuditLink.objects.filter(number__gt=last - 3).delete()

    said, status = verify()

    assert (found(said), status) == ({("anchor", str(last))}, 1)


def test_a_whole_chain_made_anew_does_not_fit_the_anchor(unguarded, campus):
    AuditLink.objects.all().delete()
    AuditEntry.objects.filter(pk=unguarded[7].pk).delete()

    said, _ = verify()

    assert {sort for sort, _ in found(said)} == {"anchor"}


def test_an_anchor_that_is_gone_or_unreadable_is_told(rows, anchor):
    anchor.write_text("…\n")
    assert found(verify()[0]) == {("anchor", "1")}

    anchor.unlink()
    assert found(verify()[0]) == {("anchor", "audit.jsonl")}


def test_the_sentences_are_told_without_json(unguarded):
    AuditEntry.objects.filter(pk=unguarded[3].pk).delete()
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command("verify", "audit", stdout=out)

    assert f"操作记录 {unguarded[3].pk} 已被删除。" in out.getvalue()
    assert "发现 1 处不一致" in out.getvalue()


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_no_link_can_be_changed_or_removed(rows, deed):
    if connection.vendor == "sqlite" and deed == "delete":
        with connection.cursor() as cursor:
            cursor.execute(chain.SQLITE[1])
    links = AuditLink.objects.filter(number=1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        links.update(said="0" * 64) if deed == "update" else links.delete()

    assert links.get().entry_id == AuditEntry.objects.order_by("pk").first().pk


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_twenty_sealers_at_once_make_one_chain(anchor):
    campus = make.campus()
    for number in range(200):
        audit.record(campus.office, "unmask", campus.student, note=str(number))

    def run(_):
        try:
            return sealing.seal()
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        counts = list(pool.map(run, range(20)))

    assert sum(counts) == AuditLink.objects.count() == AuditEntry.objects.count()
    assert verify()[0]["findings"] == []
