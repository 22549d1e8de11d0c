"""Who may read the files that hang on pledges."""

from accounts.files import read_by
from pledges.models import Scan


@read_by("scan")
def reads_scan(user, stored) -> bool:
    """A scanned sheet is read by those who may see the signatures of its class."""
    return Scan.objects.permitted(user).filter(file=stored).exists()
