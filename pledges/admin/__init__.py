"""The desk's pages of pledges: texts, signatures, charters, and the ways beside the phone."""

from pledges.admin import beside, charters, texts

__all__ = ["beside", "charters", "texts"]
