"""Reads of the pledge."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.audit import doers
from accounts.models import User
from accounts.paths import ancestors, under
from accounts.prepared import Prepared
from accounts.scope import get_permitted, of_joined
from pledges.models import Objection, Passing, PledgeText, Scan, Signature
from rounds.models import Completion, Round


def latest_texts(user) -> QuerySet[PledgeText]:
    """The newest version of each text the user may use, the most recent first."""
    versions = PledgeText.objects.filter(unit=OuterRef("unit"), name=OuterRef("name"))
    newest = Subquery(versions.order_by("-version").values("pk")[:1])
    texts = PledgeText.objects.permitted(user).filter(pk=newest)
    return texts.order_by("-created_at")


def with_texts(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Those of the rounds that are pledges, with their texts."""
    return rounds.filter(pledge__isnull=False).select_related("unit", "pledge__text")


def rooted(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Those of the rounds that keep a root."""
    found = rounds.filter(Q(pledge__isnull=False) | Q(charter__isnull=False))
    return found.select_related("unit", "pledge__text", "charter")


def pledge_round(user, pk: int) -> Round:
    """The pledge round, if the user may look at it; else 404."""
    return get_object_or_404(with_texts(Round.objects.permitted(user)), pk=pk)


def signed_round(user, pk: int) -> Round:
    """The round in which people or units sign, if the user may look at it; else 404."""
    return get_object_or_404(rooted(Round.objects.permitted(user)), pk=pk)


def own_round(user, pk: int) -> Round:
    """The pledge round, if it is asked where the user stands; else 404.

    The same rows as `permitted(user, "complete")`, by a statement that is compiled once.
    """
    paths = ancestors(user.unit_path)  # none for police or inspectors, who stand nowhere
    found = OWN_ROUND.get(pk, *paths) if paths else None
    if found is None:
        raise Http404
    return found


OWN_ROUND = Prepared(
    lambda pk, *paths: with_texts(Round.objects.addressed(*paths)).filter(pk=pk).order_by()
)


def signature_of(user, round_id: int, person_id: int) -> Signature:
    """The person's signature in force, if the user may see it; else 404."""
    found = get_permitted(
        user,
        Signature,
        completion__round=round_id,
        person=person_id,
        superseded_at__isnull=True,
    )
    rows = Signature.objects.select_related(
        "completion__round__pledge__text", "person", "text", "scan__file", "recorded_by"
    )
    return with_recorders([rows.get(pk=found.pk)])[0]


def with_recorders(rows) -> list[Signature]:
    """Each from paper has the name of who entered it (`recorder`), “A 代 B” where A stood in."""
    listed: list = list(rows)
    paper = [row for row in listed if row.recorded_by_id]
    entered = doers("signature", [row.pk for row in paper], "record_paper") if paper else {}
    for row in paper:
        row.recorder = entered.get(row.pk) or row.recorded_by.name
    return listed


def outside_part(user, round_id: int, person_id: int) -> Completion | None:
    """The person's part that a list from elsewhere made, if the user may see it."""
    found = Completion.objects.permitted(user).filter(round=round_id, person=person_id)
    listed = found.filter(method=Completion.Method.OUTSIDE).exclude(
        state=Completion.State.SENT_BACK
    )
    part = listed.select_related("round", "person__unit").first()
    if part is None and person_id != user.pk:
        rows = Completion.objects.filter(round=round_id, person=person_id)
        part = of_joined(user, rows.filter(method=Completion.Method.OUTSIDE))
    return part


def scans_of(round_: Round, unit) -> QuerySet[Scan]:
    """The sheets scanned for a class."""
    return Scan.objects.filter(round=round_, unit=unit).select_related("file", "added_by")


def on_paper(round_: Round, unit) -> list[Signature]:
    """Who of a class is recorded from paper now."""
    found = Signature.objects.filter(
        under(unit.path, "completion__unit_path"),
        completion__round=round_,
        method="paper",
        superseded_at__isnull=True,
    )
    rows = found.select_related("person", "scan__file", "recorded_by")
    return with_recorders(rows.order_by("person__number"))


def passings_of(round_: Round, unit) -> QuerySet[Passing]:
    """The times a phone was passed round in a class, with how many signed."""
    found = Passing.objects.filter(round=round_, unit=unit).select_related("started_by")
    return found.annotate(signed=Count("signatures"))[:10]


def round_of(passing: Passing) -> Round:
    """The round in which a phone is passed round, with its text."""
    return with_texts(Round.objects).get(pk=passing.round_id)


def in_class(passing: Passing, pk: int) -> User | None:
    """The person, if they stand in the class in which the phone is passed round."""
    return User.objects.filter(under(passing.unit_path, "unit_path"), pk=pk).first()


def objections_shown(user) -> tuple[QuerySet[Objection], QuerySet[Objection]]:
    """Those that wait for the user's answer, and the latest answered ones."""
    from pledges.queues import objections

    rows = ("person__unit", "round")
    answered = Objection.objects.permitted(user, "answer").filter(state="answered")
    return objections(user).select_related(*rows), answered.select_related(*rows)[:20]


def objected(round_: Round) -> set[int]:
    """Who said, in a round, that they do not agree to sign."""
    return set(Objection.objects.filter(round=round_).values_list("person", flat=True))


def own_objection(user, round_: Round) -> Objection | None:
    """The person's own latest objection in a round."""
    records = User.objects.records_of(user).values("pk")
    return Objection.objects.filter(round=round_, person__in=records).first()
