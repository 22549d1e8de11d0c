"""Twenty at once: one succeeds, the others get a sentence. On PostgreSQL, where it is real."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.moves import Refused
from pledges.models import Signature
from rounds import services
from rounds.models import Assignment, Completion, Correction, Excuse, LockException, Round
from tests import factories as make

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]
TIMES = 20
State = Assignment.State


@pytest.fixture
def round_(campus):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    return make.pledge_round(campus)


def race(*deeds):
    """Run the deeds at once; how many succeeded, and the sentences of the rest."""

    def attempt(deed):
        try:
            return deed() and None
        except Refused as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        said = list(pool.map(attempt, deeds))
    return said.count(None), [sentence for sentence in said if sentence is not None]


def part(round_, unit):
    return Assignment.objects.get(round=round_, unit=unit)


def prepared(campus, round_, verb):
    """A part in the state from which the verb moves, and the call."""
    klass = part(round_, campus.klass)
    if verb in {"withdraw", "approve", "send_back", "undo"}:
        services.submit(klass, actor=campus.counselor, note="两人未签")
    if verb == "undo":
        services.approve(klass, actor=campus.liaison)
    calls = {
        "submit": lambda a: services.submit(a, actor=campus.counselor, note="两人未签"),
        "withdraw": lambda a: services.withdraw(a, actor=campus.counselor),
        "approve": lambda a: services.approve(a, actor=campus.liaison),
        "send_back": lambda a: services.send_back(a, actor=campus.liaison, reason="请补"),
        "undo": lambda a: services.undo(a, actor=campus.liaison, reason="误点"),
        "excuse": lambda a: services.excuse_unit(a, actor=campus.liaison, reason="外出实习"),
    }
    return klass, calls[verb]


@pytest.mark.parametrize("verb", ["submit", "withdraw", "approve", "send_back", "undo", "excuse"])
def test_one_of_twenty_moves_a_part_and_one_audit_row_says_so(campus, round_, verb):
    klass, call = prepared(campus, round_, verb)
    copies = [Assignment.objects.get(pk=klass.pk) for _ in range(TIMES)]

    won, sentences = race(*[lambda a=a: call(a) for a in copies])

    assert (won, len(sentences)) == (1, TIMES - 1)
    trail = AuditEntry.objects.filter(model="assignment", object_id=klass.pk, verb=verb)
    assert trail.count() == 1


def test_twenty_signings_of_one_person_leave_one_signature(campus, round_):
    won, sentences = race(*[lambda: make.sign(round_, campus.student)] * TIMES)

    assert (won, sentences) == (TIMES, [])
    assert Signature.objects.filter(person=campus.student).count() == 1
    assert Completion.objects.filter(person=campus.student).count() == 1


def test_approve_and_send_back_at_once_leave_one_of_both(campus, round_):
    klass, _ = prepared(campus, round_, "approve")
    approve = [lambda: services.approve(part(round_, campus.klass), actor=campus.liaison)] * 10
    back = [
        lambda: services.send_back(part(round_, campus.klass), actor=campus.head, reason="请补")
    ] * 10

    race(*approve, *back)

    klass.refresh_from_db()
    verbs = list(
        AuditEntry.objects.filter(model="assignment", object_id=klass.pk)
        .order_by("id")
        .values_list("verb", flat=True)
    )
    legal = {
        ("submit", "approve"): State.APPROVED,
        ("submit", "send_back"): State.SENT_BACK,
        ("submit", "approve", "send_back"): State.SENT_BACK,
    }
    assert legal[tuple(verbs)] == klass.state


def test_twenty_issues_open_a_round_once(campus, round_):
    draft = make.pledge_round(campus, issued=False)
    copies = [Round.objects.get(pk=draft.pk) for _ in range(TIMES)]

    won, sentences = race(*[lambda r=r: services.issue(r, actor=campus.office) + 1 for r in copies])

    assert (won, len(sentences)) == (1, TIMES - 1)
    assert draft.assignments.count() == 10


def test_twenty_closings_close_a_round_once(campus, round_):
    won, sentences = race(
        *[lambda: services.close(Round.objects.get(pk=round_.pk), actor=campus.office)] * TIMES
    )

    assert (won, len(sentences)) == (1, TIMES - 1)
    expected = set(Completion.objects.values_list("person", flat=True))
    assert len(expected) == Completion.objects.filter(round=round_).count()


def test_closing_while_people_sign_leaves_figures_that_agree_with_the_rows(campus, round_):
    people = [make.person(campus.second_class) for _ in range(15)]
    deeds = [lambda p=p: make.sign(round_, p) for p in people]
    deeds.insert(7, lambda: services.close(Round.objects.get(pk=round_.pk), actor=campus.office))

    race(*deeds)

    tally = round_.tallies.get(path=campus.school.path, level=1)
    rows = Completion.objects.filter(round=round_, counted=True)
    assert tally.expected == rows.count()
    assert tally.verified == rows.filter(state="accepted").count()
    assert tally.verified == Signature.objects.filter(completion__round=round_).count()


def test_twenty_excuses_of_one_person_leave_one(campus, round_):
    won, sentences = race(
        *[
            lambda: services.excuse_person(
                round_, campus.classmate, actor=campus.liaison, reason="病休"
            )
        ]
        * TIMES
    )

    assert (won, len(sentences)) == (1, TIMES - 1)
    assert Excuse.objects.count() == 1


def test_a_correction_is_decided_once(campus, round_):
    make.sign(round_, campus.student)
    services.submit(part(round_, campus.klass), actor=campus.counselor, note="其余未签")
    done = Completion.objects.get(person=campus.student)
    correction = services.ask_correction(done, actor=campus.student, reason="签错了")
    copies = [Correction.objects.get(pk=correction.pk) for _ in range(TIMES)]

    won, sentences = race(
        *[
            lambda c=c: services.decide_correction(c, actor=campus.counselor, grant=True)
            for c in copies
        ]
    )

    assert (won, len(sentences)) == (1, TIMES - 1)


def locked(round_):
    now = timezone.now()
    Round.objects.filter(pk=round_.pk).update(
        opens_at=now - timedelta(days=9),
        due_at=now - timedelta(days=2),
        locks_at=now - timedelta(days=1),
    )
    round_.refresh_from_db()
    return round_


def test_twenty_requests_for_leave_leave_one(campus, round_):
    klass = part(locked(round_), campus.klass)
    ask = [lambda: services.ask_late(klass, actor=campus.counselor, reason="实习")] * TIMES

    won, sentences = race(*ask)

    assert (won, len(sentences)) == (1, TIMES - 1)
    assert LockException.objects.count() == 1


def test_twenty_answers_to_a_request_leave_one(campus, round_):
    asked = services.ask_late(
        part(locked(round_), campus.klass), actor=campus.counselor, reason="实习"
    )
    until = timezone.now() + timedelta(days=3)
    yes = [
        lambda: services.decide_late(
            LockException.objects.get(pk=asked.pk), actor=campus.office, grant=True, until=until
        )
    ] * 10
    no = [
        lambda: services.decide_late(
            LockException.objects.get(pk=asked.pk), actor=campus.office, grant=False, note="不准"
        )
    ] * 10

    won, sentences = race(*yes, *no)

    assert (won, len(sentences)) == (1, TIMES - 1)
    asked.refresh_from_db()
    assert asked.state in {LockException.State.ALLOWED, LockException.State.DECLINED}


def test_twenty_who_allow_at_once_leave_one_leave_in_force(campus, round_):
    klass = part(locked(round_), campus.klass)
    until = timezone.now() + timedelta(days=3)
    allow = [
        lambda: services.allow_late(klass, actor=campus.office, reason="实习", until=until)
    ] * TIMES

    won, _ = race(*allow)

    assert won == TIMES
    assert LockException.objects.filter(state=LockException.State.ALLOWED).count() == 1


def test_twenty_ends_of_a_leave_end_it_once(campus, round_):
    klass = part(locked(round_), campus.klass)
    until = timezone.now() + timedelta(days=3)
    leave = services.allow_late(klass, actor=campus.office, reason="实习", until=until)
    end = [
        lambda: services.end_late(
            LockException.objects.get(pk=leave.pk), actor=campus.office, reason="误批"
        )
    ] * TIMES

    won, sentences = race(*end)

    assert (won, len(sentences)) == (1, TIMES - 1)
