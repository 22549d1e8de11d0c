"""The desk's pages of safeguards."""

from selfcheck.admin import tools

__all__ = ["tools"]
