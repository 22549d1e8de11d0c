"""What `manage.py verify pledges` proves: every hand put under anything, and each round's root."""

from accounts.verify import Proof, part
from pledges.proofs.charters import charters
from pledges.proofs.heads import heads
from pledges.proofs.listed import listed
from pledges.proofs.posters import posters
from pledges.proofs.rounds import fixed
from pledges.proofs.signatures import signatures


@part("pledges")
def prove() -> Proof:
    """Every person's signature, every head's, every charter's, and every root ever fixed."""
    proof = Proof()
    signatures(proof)
    listed(proof)
    posters(proof)
    heads(proof)
    charters(proof)
    fixed(proof)
    return proof
