"""The desk's pages of rounds, their parts, excuses, requests, and results from elsewhere."""

from rounds.admin import facts, findings, outside, parts, rounds

__all__ = ["facts", "findings", "outside", "parts", "rounds"]
