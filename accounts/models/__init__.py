"""The organisation: units, people, roles, and the trail of what was done."""

from accounts.models.audit import AuditEntry, AuditLink
from accounts.models.calendar import SchoolDay, Term
from accounts.models.deeds import BulkDeed, BulkRow
from accounts.models.duties import Duty, Filing
from accounts.models.exports import Export
from accounts.models.files import StoredFile
from accounts.models.grants import Grant
from accounts.models.imports import ColumnMap, FormerRecord, ImportBatch, RowFix, StagedRow
from accounts.models.jobs import Job
from accounts.models.leaving import Departure, Expiry
from accounts.models.logins import Login
from accounts.models.meetings import Meeting, MeetingTask
from accounts.models.people import ActivationCode, Identity, User
from accounts.models.retention import Deletion, RetentionRule
from accounts.models.rights import NoticeRead, PrivacyNotice, RecordRequest
from accounts.models.saved import SavedView
from accounts.models.secrets import PastPassword, RecoveryCode, SecondFactor
from accounts.models.transfers import Transfer
from accounts.models.units import School, Unit, UnitAlias, UnitName

__all__ = [
    "ActivationCode",
    "AuditEntry",
    "AuditLink",
    "BulkDeed",
    "BulkRow",
    "ColumnMap",
    "Deletion",
    "Departure",
    "Duty",
    "Expiry",
    "Export",
    "Filing",
    "FormerRecord",
    "Grant",
    "Identity",
    "ImportBatch",
    "Job",
    "Login",
    "Meeting",
    "MeetingTask",
    "NoticeRead",
    "PastPassword",
    "PrivacyNotice",
    "RecordRequest",
    "RecoveryCode",
    "RetentionRule",
    "RowFix",
    "SavedView",
    "School",
    "SchoolDay",
    "SecondFactor",
    "StagedRow",
    "StoredFile",
    "Term",
    "Transfer",
    "Unit",
    "UnitAlias",
    "UnitName",
    "User",
]
