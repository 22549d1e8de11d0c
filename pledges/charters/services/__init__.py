"""Writes of the charter: its pairs, its hands, its paper."""

from pledges.charters.services.drafting import draft, revise
from pledges.charters.services.hands import draw
from pledges.charters.services.pairing import expected, sync
from pledges.charters.services.papers import keep, record_paper, void_paper
from pledges.charters.services.signing import (
    page_of,
    pair_seal,
    sample_page,
    side_of,
    sign,
    sign_many,
    verify,
)

__all__ = [
    "draft",
    "draw",
    "expected",
    "keep",
    "page_of",
    "pair_seal",
    "record_paper",
    "revise",
    "sample_page",
    "side_of",
    "sign",
    "sign_many",
    "sync",
    "verify",
    "void_paper",
]
