"""Who may read the files that hang on rounds."""

from accounts.files import read_by
from rounds.models import Evidence


@read_by("evidence")
def reads_evidence(user, stored) -> bool:
    """Evidence is read by those who may see its row."""
    return Evidence.objects.permitted(user).filter(file=stored).exists()
