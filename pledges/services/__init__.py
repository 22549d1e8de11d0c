"""Writes of the pledge: drafting its round, signing it."""

from pledges.services.changing import change_text, difference
from pledges.services.declining import answer_objection, decline
from pledges.services.documents import documents, sheet_of
from pledges.services.drafting import draft, new_text, revise
from pledges.services.paper import add_scan, record_paper, undo_paper
from pledges.services.passing import end_passing, identify, passing_of, start_passing
from pledges.services.rebinding import rebind
from pledges.services.rooting import fix_root
from pledges.services.signing import (
    SAMPLE,
    Page,
    page_for,
    page_of,
    page_with,
    seal_of,
    sign,
    verify,
)
from pledges.services.starting import starter_texts

__all__ = [
    "SAMPLE",
    "Page",
    "add_scan",
    "answer_objection",
    "change_text",
    "decline",
    "difference",
    "documents",
    "draft",
    "end_passing",
    "fix_root",
    "identify",
    "new_text",
    "page_for",
    "page_of",
    "page_with",
    "passing_of",
    "rebind",
    "record_paper",
    "revise",
    "seal_of",
    "sheet_of",
    "sign",
    "start_passing",
    "starter_texts",
    "undo_paper",
    "verify",
]
