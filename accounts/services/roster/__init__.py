"""Writes of the roster import: staged first, written when somebody confirms."""

from accounts.services.roster.applying import apply, confirm, discard, startling, writes
from accounts.services.roster.correcting import merge, recheck, save_fixes
from accounts.services.roster.mapping import map_columns
from accounts.services.roster.settling import settle_absent
from accounts.services.roster.staging import look, stage, upload
from accounts.services.roster.undoing import depends, revoke

__all__ = [
    "apply",
    "confirm",
    "depends",
    "discard",
    "look",
    "map_columns",
    "merge",
    "recheck",
    "revoke",
    "save_fixes",
    "settle_absent",
    "stage",
    "startling",
    "upload",
    "writes",
]
