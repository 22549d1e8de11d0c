"""Who may read the files that hang on rounds."""

from accounts.files import read_by
from rounds.models import Evidence, OutsideBatch


@read_by("evidence")
def reads_evidence(user, stored) -> bool:
    """Evidence is read by those who may see its row."""
    return Evidence.objects.permitted(user).filter(file=stored).exists()


@read_by("outside")
def reads_outside(user, stored) -> bool:
    """A list of outside results is read by those who may see what it became."""
    return OutsideBatch.objects.permitted(user).filter(file=stored).exists()
