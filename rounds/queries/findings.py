"""What was found: lists for whoever follows it up, and a word for the person it is about."""

from django.db.models import QuerySet

from accounts.audit import trail
from accounts.models import AuditEntry
from rounds.models import Completion, Finding
from rounds.queries.people import unit_names

STATES = {"open": "待处理", "followed": "跟进中", "closed": "已办结"}
FINDING_DEEDS = {"put_down": "登记", "follow": "跟进", "decide": "处理", "reopen": "重新处理"}


def findings(user, show: str) -> QuerySet[Finding]:
    """The findings the user may read, in one state; `waiting` means all that are not closed."""
    rows = Finding.objects.permitted(user).select_related("person", "round", "decided_by")
    found = rows.exclude(state="closed") if show == "waiting" else rows.filter(state=show)
    return found.order_by("-found_at", "-pk")


def own_findings(completion: Completion) -> list[Finding]:
    """That there is something to follow up, for the person whose part it is."""
    return list(completion.findings.order_by("pk"))


def finding_trail(finding: Finding) -> list[AuditEntry]:
    """What was done about it, newest first, each with its word in `deed`."""
    rows = list(trail(finding).order_by("-id")[:100])
    for entry in rows:
        entry.deed = FINDING_DEEDS.get(entry.verb, "更新")
    return rows


def where(path: str) -> str:
    """The unit and class of a path in words."""
    names = unit_names({path})
    return " · ".join(names[step] for step in sorted(names) if len(step) > 6)
