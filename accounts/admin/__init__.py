"""The desk's pages of units, people, grants, rosters, jobs and the trail."""

from accounts.admin import audit, grants, people, running, units

__all__ = ["audit", "grants", "people", "running", "units"]
