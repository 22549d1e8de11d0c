"""Writes of the pledge: drafting its round, signing it."""

from pledges.services.drafting import draft, new_text, revise
from pledges.services.signing import SAMPLE, Page, page_for, page_of, page_with, sign, verify
from pledges.services.starting import starter_texts

__all__ = [
    "SAMPLE",
    "Page",
    "draft",
    "new_text",
    "page_for",
    "page_of",
    "page_with",
    "revise",
    "sign",
    "starter_texts",
    "verify",
]
