"""Which schools are invented: a row of the audit trail, which nobody can remove, says so."""

from accounts.audit import record
from accounts.models import AuditEntry, Unit, User
from pledges.models import Signature
from rounds.models import Assignment, Completion, Round

VERB = "load_demo"


def leave(school: Unit, **detail) -> None:
    """The school is known as invented from now on."""
    record(None, VERB, school, **detail)


def invented() -> list[int]:
    """The ids of the schools that were made for trying."""
    marks = AuditEntry.objects.filter(verb=VERB, model=Unit._meta.model_name)
    return [int(found) for found in marks.values_list("object_id", flat=True)]


def real_schools():
    """The schools that were not made for trying."""
    return Unit.objects.schools().exclude(pk__in=invented())


def counts() -> dict[str, int]:
    """How much there is of each thing."""
    return {
        "schools": Unit.objects.schools().count(),
        "units": Unit.objects.count(),
        "people": User.objects.count(),
        "students": User.objects.filter(category=User.Category.STUDENT).count(),
        "rounds": Round.objects.count(),
        "assignments": Assignment.objects.count(),
        "completions": Completion.objects.count(),
        "signatures": Signature.objects.count(),
    }
