"""Telling people: what each was told, and by which 催办."""

from notices.models.circulars import Attachment, Circular, Forward
from notices.models.inbox import Notice
from notices.models.reminders import Reminder

__all__ = ["Attachment", "Circular", "Forward", "Notice", "Reminder"]
