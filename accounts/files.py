"""Private files: who may read one is answered by the app whose row it hangs on."""

from collections.abc import Callable

from django.http import Http404

from accounts.models import ImportBatch, StoredFile

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
