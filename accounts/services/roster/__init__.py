"""Writes of the roster import: staged first, written when somebody confirms."""

from accounts.services.roster.applying import apply, confirm, discard
from accounts.services.roster.settling import settle_absent
from accounts.services.roster.staging import look, stage, upload

__all__ = ["apply", "confirm", "discard", "look", "settle_absent", "stage", "upload"]
