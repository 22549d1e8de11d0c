"""Who may read the files that hang on 断卡 returns."""

from accounts.files import read_by
from selfcheck.models import Stamp


@read_by("cardstamp")
def reads_stamp(user, stored) -> bool:
    """A stamped sheet holds figures and is read by those who may see the unit's part."""
    return Stamp.objects.permitted(user).filter(file=stored).exists()
