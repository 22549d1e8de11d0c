"""Writes of telling people."""

from notices.services.inbox import read, read_all, tell
from notices.services.reminding import cancel, deliver, due, remind

__all__ = ["cancel", "deliver", "due", "read", "read_all", "remind", "tell"]
