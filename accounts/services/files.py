"""Storing private files."""

import hashlib
import unicodedata

from django.core.files.base import ContentFile, File
from django.db import transaction

from accounts.models import StoredFile

UNFIT = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_") | dict.fromkeys(range(32)))


def clean_name(name: str) -> str:
    """The sender's file name as harmless text: no path, no control or direction marks, ≤ 100."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    stem, dot, ending = kept.strip().rpartition(".")
    if not dot or len(ending) > 10:
        return (kept.strip() or "未命名")[:100]
    return f"{stem[: 99 - len(ending)] or '未命名'}.{ending}"


def safe(name: str) -> str:
    """A name, for a file or folder in a zip, that no file system takes for anything else."""
    return name.translate(UNFIT).strip(" .")[:80] or "_"


def keep(kind: str, data: bytes, *, name: str, content_type: str, actor) -> StoredFile:
    """The bytes are on disk under a name of our own, and a row says whose they are.

    If the transaction is undone the bytes go with it.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    return _kept(kind, ContentFile(data), sha256, name, content_type, actor)


def keep_from(kind: str, handle, *, name: str, content_type: str, actor) -> StoredFile:
    """As `keep`, from an open file that is read in pieces."""
    sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    handle.seek(0)
    return _kept(kind, File(handle), sha256, name, content_type, actor)


def _kept(kind, content, sha256: str, name: str, content_type: str, actor) -> StoredFile:
    stored = StoredFile(
        kind=kind,
        name=clean_name(name),
        content_type=content_type,
        size=content.size,
        sha256=sha256,
        uploaded_by=actor,
    )
    stored.file.save("x", content, save=False)
    try:
        with transaction.atomic():
            stored.save(force_insert=True)
    except BaseException:
        stored.file.delete(save=False)
        raise
    return stored
