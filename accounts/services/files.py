"""Storing private files."""

import hashlib
import unicodedata

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import StoredFile


def clean_name(name: str) -> str:
    """The sender's file name as harmless text: no path, no control or direction marks, ≤ 100."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    stem, dot, ending = kept.strip().rpartition(".")
    if not dot or len(ending) > 10:
        return (kept.strip() or "未命名")[:100]
    return f"{stem[: 99 - len(ending)] or '未命名'}.{ending}"


def keep(kind: str, data: bytes, *, name: str, content_type: str, actor) -> StoredFile:
    """The bytes are on disk under a name of our own, and a row says whose they are.

    If the transaction is undone the bytes go with it.
    """
    stored = StoredFile(
        kind=kind,
        name=clean_name(name),
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=actor,
    )
    stored.file.save("x", ContentFile(data), save=False)
    try:
        with transaction.atomic():
            stored.save(force_insert=True)
    except BaseException:
        stored.file.delete(save=False)
        raise
    return stored
