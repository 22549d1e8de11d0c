"""Who may read the files that go with 通知."""

from accounts.files import read_by
from notices.models import Circular


@read_by("circular")
def reads_circular(user, stored) -> bool:
    """Whoever may see the 通知; of a recalled one only those who published it."""
    rows = Circular.objects.filter(attachments__file=stored)
    kept = rows.exclude(state=Circular.State.RECALLED).permitted(user)
    return kept.exists() or rows.permitted(user, "edit").exists()
