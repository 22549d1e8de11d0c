"""The invented school: believable, whole, apart from anything real, and refused in earnest."""

import json
from collections import Counter
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from accounts.audit import digest
from accounts.models import (
    AuditEntry,
    Export,
    Grant,
    Identity,
    ImportBatch,
    RecordRequest,
    SavedView,
    Unit,
    User,
)
from accounts.scope import APART, ROLES, Role
from oversight.demo import marks
from oversight.demo.cast import ACCOUNTS
from pledges.forms import drawn
from pledges.heads.models import HeadSignature
from pledges.models import Objection, Passing, Scan, Signature
from pledges.services import verify
from rounds.figures import Census, Figures, below, figures
from rounds.models import (
    Answer,
    Assignment,
    Completion,
    Correction,
    Excuse,
    LockException,
    OutsideBatch,
    Round,
)
from selfcheck.cards.sums import Sheet
from selfcheck.models import Review, Shot
from selfcheck.tools.review_queries import all_waiting
from tests import factories as make
from tests.desk_rows import MODELS, SEES, list_url

# the first roster is for the newcomer to try; no round of the demo asks the heads to sign
EMPTY = {ImportBatch, HeadSignature}


def load(*arguments) -> dict:
    out = StringIO()
    call_command("load_demo", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """One small school for the reading tests of this file."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


@pytest.fixture
def school(demo, db):
    return Unit.objects.get(code="DEMO")


def round_in(state: str) -> Round:
    return Round.objects.get(state=state, kind="pledge")


def test_small_is_a_school_of_about_six_hundred_people(demo, school):
    assert demo == {"created": True, **marks.counts()}
    assert (demo["schools"], demo["rounds"]) == (1, 7)
    assert 580 <= demo["people"] <= 650


def test_one_round_is_half_done_one_closed_one_in_draft(school):
    now = figures(round_in("open"), school.path)
    past = figures(round_in("closed"), school.path)

    assert 0.5 < now.verified / now.expected < 0.7
    assert 0.95 < past.verified / past.expected < 1
    assert now.excused > 2
    assert round_in("draft").assignments.count() == 0


def test_figures_are_the_sum_of_their_parts_and_the_length_of_their_list(school):
    for round_ in [round_in("open"), round_in("closed")]:
        for unit in Unit.objects.exclude(kind="dorm"):
            found = figures(round_, unit.path)
            assert Figures.total(below(round_, unit).values()) == found
            assert Census(round_).missing(unit.path).count() == found.missing


def test_every_signature_is_whole_and_every_trail_row_fits_its_digest(school):
    signatures = list(Signature.objects.select_related("text"))

    assert all(verify(signature) for signature in signatures)
    assert all(drawn(s.strokes) for s in signatures if s.method != "paper")
    assert all(digest(entry) == entry.digest for entry in AuditEntry.objects.all())


def test_one_class_is_at_its_card_return_and_its_sums_come_from_what_was_declared(school):
    """CHK-1: figures and findings agree, and the cast's own declarations are theirs to try."""
    round_ = Round.objects.get(kind="cardcheck")
    total = Sheet(round_, school).total.numbers

    assert (total["people"], total["bank.pieces"], total["qq.pieces"]) == (2, 1, 1)
    assert (total["back"], total["told"], total["studies"]) == (1, 0, 1)
    assert total["done"] == round_.completions.count() > 10
    assert {one.state for one in round_.findings.all()} == {"open", "followed"}
    assert not round_.completions.filter(person__demo=True).exists()


def test_every_completion_of_this_year_has_its_signature_and_its_signer_has_activated(school):
    accepted = Completion.objects.filter(state="accepted").exclude(
        round__kind__in=["safeguard", "cardcheck"]
    )
    signed = Signature.objects.filter(superseded_at__isnull=True, completion__state="accepted")

    assert accepted.count() == signed.count()
    assert not accepted.filter(person__activated_at__isnull=True).exists()
    assert {c.state for c in Completion.objects.filter(round=round_in("open"))} == {
        "accepted",
        "sent_back",
    }


def test_parts_stand_in_every_state_and_their_trail_says_how(school):
    parts = Assignment.objects.filter(round=round_in("open"))

    assert set(parts.values_list("state", flat=True)) == {
        "open",
        "submitted",
        "sent_back",
        "approved",
        "excused",
    }
    for part in parts.exclude(state="open"):
        last = AuditEntry.objects.filter(model="assignment", object_id=part.pk).first()
        assert last.detail["state"][1] == part.state
        assert part.submitted_by_id != part.judged_by_id or part.state == "excused"
    assert not parts.filter(state="sent_back", note="").exists()


def test_no_approved_part_rests_on_one_that_waits(school):
    for part in Assignment.objects.filter(state__in=["submitted", "approved"]):
        below_ = Assignment.objects.filter(
            round=part.round, unit_path__startswith=part.unit_path
        ).exclude(pk=part.pk)
        assert not below_.exclude(state__in=Assignment.SETTLED).exists()


def test_the_awkward_cases_are_there(school):
    names = Counter(User.objects.values_list("unit_path", "name"))
    by_class = Counter()
    for (path, name), n in names.items():
        by_class[path[:18], name] += n
    statuses = set(User.objects.values_list("status", flat=True))
    moved = Completion.objects.filter(round=round_in("closed"), person__status_note="转专业")
    rooms = Counter(Unit.objects.filter(kind="dorm").values_list("name", flat=True))
    kinds = Counter(Identity.objects.values_list("user", flat=True))

    assert max(by_class.values()) >= 4
    assert statuses == set(User.Status.values)
    for mark in ["翀", "𠮷", "喆", "㛃", "·", "Okafor"]:
        assert User.objects.filter(name__contains=mark).exists()
    assert moved and all(row.unit_path != row.person.unit_path for row in moved)
    assert rooms.most_common(1)[0][1] > 1
    assert kinds.most_common(1)[0][1] == 2
    assert User.objects.filter(absent_since__isnull=False).count() == 3
    assert User.objects.filter(activated_at__isnull=True).exists()
    assert User.objects.filter(identities__kind="exam", unit__name="未分班新生").count() == 12
    assert Correction.objects.filter(state="open").count() == 1
    assert Excuse.objects.filter(person__isnull=False).count() == 3


def test_a_person_who_changed_class_counts_in_the_new_one_and_in_the_old_of_last_year(school):
    mover = User.objects.filter(status_note="转专业").first()
    past = Completion.objects.get(round=round_in("closed"), person=mover)

    assert past.unit_path != mover.unit_path
    assert (
        Completion.objects.filter(round=round_in("open"), person=mover)
        .exclude(unit_path=mover.unit_path)
        .count()
        == 0
    )


def test_each_account_holds_its_role_where_the_role_may_be_held(school):
    for number, _, _, _, _, role, where in ACCOUNTS:
        grants = Grant.objects.filter(user__number=number, user__demo=True)
        assert [grant.role for grant in grants] == [role] * len(where)
        assert all(grant.unit.level in ROLES[grant.role].tiers for grant in grants)
    assert set(Role) - {row[5] for row in ACCOUNTS} == {Role.PROVINCE}
    for person in User.objects.filter(grants__role__in=APART).distinct():
        assert person.grants.filter(role__in=APART).count() == 1


@pytest.mark.parametrize("number", [row[0] for row in ACCOUNTS])
def test_an_account_logs_in_where_demo_is_on_and_nowhere_else(school, number, rf):
    claim = {"username": number, "password": settings.DEMO_PASSWORD, "school": school}
    with override_settings(DEMO=True):
        person = authenticate(rf.post("/"), **claim)
    with override_settings(DEMO=False):
        nobody = authenticate(rf.post("/"), **claim)

    assert (person.number, person.demo, nobody) == (number, True, None)


def test_the_second_load_changes_nothing(demo, school):
    assert load() == {**demo, "created": False}


def test_a_real_school_beside_the_invented_one_is_refused_too(school):
    make.school("REAL", "另一所大学")

    with pytest.raises(CommandError):
        load()


def test_nothing_stands_before_its_own_time(school):
    past = round_in("closed")
    signatures = Signature.objects.select_related("text", "completion")

    assert all(row.text.created_at < row.signed_at for row in signatures)
    grade = max(User.objects.filter(category="student").values_list("grade", flat=True))
    fresh = {p.unit_path[:18] for p in User.objects.filter(grade=grade, category="student")}
    older = User.objects.filter(category="student").exclude(grade=grade)
    fresh -= {p.unit_path[:18] for p in older}
    assert fresh
    assert not past.assignments.filter(unit_path__in=fresh, unit__kind="class").exists()
    begun = Grant.objects.filter(role__in=[Role.OFFICE, Role.LIAISON, Role.COLLEGE_HEAD])
    assert begun.count() >= 3
    assert all(grant.starts_on < timezone.localdate() for grant in begun)


def test_what_happens_beside_the_main_line_is_there_to_look_at(school):
    def states(model):
        return sorted(model.objects.values_list("state", flat=True))

    by_method = Counter(Signature.objects.values_list("method", flat=True))
    assert (by_method["paper"], Signature.objects.exclude(passing=None).count()) == (2, 1)
    assert Scan.objects.get().file.content_type == "image/jpeg"
    assert not Passing.objects.get().open
    assert states(Objection) == ["answered", "open"]
    assert states(LockException) == ["allowed", "asked", "declined"]
    assert states(OutsideBatch) == ["dropped", "shown"]
    assert states(RecordRequest) == ["asked", "granted", "refused"]
    assert Assignment.objects.get(zero=True).state == "submitted"
    assert SavedView.objects.count() == 2
    made = Export.objects.get()
    assert made.readable and made.rows >= 1


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_newcomer_finds_something_on_each_page_of_the_desk(school, client, model):
    if model not in SEES["office"] - EMPTY:
        return
    client.force_login(User.objects.get(number="office", demo=True))

    page = client.get(list_url(model))

    assert (page.status_code, page.context["cl"].result_count > 0) == (200, True)


def test_a_class_has_sent_pictures_and_its_counselor_has_some_to_look_at(school):
    counselor = User.objects.get(number="counselor")
    waiting = all_waiting(counselor)

    assert 3 <= waiting.count() <= 30
    assert all(
        shot.doubts for answer in waiting for shot in Shot.objects.filter(evidence__answer=answer)
    )
    states = set(Answer.objects.values_list("state", flat=True))
    assert states == {"pending", "accepted", "sent_back"}
    assert Review.objects.filter(by=counselor, verdict="return").count() == 2
