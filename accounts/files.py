"""Private files: who may read one is answered by the app whose row it hangs on."""

from collections.abc import Callable

from django.http import Http404

from accounts.models import Export, ImportBatch, Meeting, StoredFile
from accounts.scope import holds

READERS: dict[str, Callable[..., bool]] = {}


def read_by(kind: str):
    """Register the function that says whether a user may read a stored file of this kind."""

    def keep(function):
        READERS[kind] = function
        return function

    return keep


def readable(user, uuid) -> StoredFile:
    """The file, when its owner is in the user's view; Http404 alike for foreign and for none."""
    stored = StoredFile.objects.filter(uuid=uuid).first()
    reads = READERS.get(stored.kind) if stored else None
    if reads is None or not reads(user, stored):
        raise Http404
    return stored


@read_by("roster")
def reads_roster(user, stored) -> bool:
    """A roster is read by those who may see its import."""
    return ImportBatch.objects.permitted(user).filter(file=stored).exists()


@read_by("export")
def reads_export(user, stored) -> bool:
    """An export is read by the one who asked for it, for a day, while they may take lists out."""
    mine = Export.objects.permitted(user).filter(file=stored, owner=user).first()
    return bool(mine and mine.readable and holds(user, "export.make")) and (
        not mine.full or holds(user, "person.unmask")
    )


@read_by("minutes")
def reads_minutes(user, stored) -> bool:
    """The paper of a meeting is read by those who may see the meeting."""
    return Meeting.objects.permitted(user).filter(file=stored).exists()
