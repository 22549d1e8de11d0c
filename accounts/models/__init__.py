"""The organisation: units, people, roles, and the trail of what was done."""

from accounts.models.audit import AuditEntry
from accounts.models.files import StoredFile
from accounts.models.grants import Grant
from accounts.models.imports import ImportBatch, StagedRow
from accounts.models.jobs import Job
from accounts.models.people import ActivationCode, Identity, User
from accounts.models.units import School, Unit

__all__ = [
    "ActivationCode",
    "AuditEntry",
    "Grant",
    "Identity",
    "ImportBatch",
    "Job",
    "School",
    "StagedRow",
    "StoredFile",
    "Unit",
    "User",
]
