"""One digest over all that was signed in a round, fixed when it closes."""

from collections.abc import Iterator

from django.utils import timezone

from accounts.audit import record
from pledges.models import Charter, CharterRound, HeadSignature, PledgeRound, Signature
from pledges.roots import leaf, root
from rounds.models import Round

CHUNK = 1000
FIXED = "fix_root"


def kept_by(round_: Round) -> PledgeRound | CharterRound:
    """The row of a round that keeps its root."""
    return round_.charter if hasattr(round_, "charter") else round_.pledge


def root_of(round_: Round) -> tuple[str, int]:
    """The root over what is in force, in the order of its numbers, and how much that is."""
    leaves = [leaf(*row) for row in sealed_rows(round_)]
    return root(leaves), len(leaves)


def sealed_rows(round_: Round) -> Iterator[tuple[str, str]]:
    """Number and keyed digest of each: persons and heads by receipt, charters by their own."""
    if hasattr(round_, "charter"):
        signed = Charter.objects.filter(round=round_, state=Charter.State.SIGNED).order_by("pk")
        rows = signed.values_list("pk", "seal").iterator(chunk_size=CHUNK)
        return ((str(pk), seal) for pk, seal in rows)
    own = Signature.objects.filter(completion__round=round_, superseded_at__isnull=True)
    heads = HeadSignature.objects.filter(round=round_)
    found = [*own.values_list("receipt", "seal"), *heads.values_list("hand__receipt", "seal")]
    return iter(sorted(found))


def fix_root(round_: Round, *, actor) -> None:
    """The closed round keeps its root; called once, at its closing."""
    value, count = root_of(round_)
    row = kept_by(round_)
    type(row).objects.filter(pk=row.pk).update(root=value, rooted=count, rooted_at=timezone.now())
    record(actor, FIXED, round_, root=value, signatures=count)
