"""The desk's pages of rounds, their parts, excuses and requests to correct."""

from rounds.admin import facts, parts, rounds

__all__ = ["facts", "parts", "rounds"]
