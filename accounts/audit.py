"""The trail: one row for each deed, in the deed's own transaction."""

import base64
import hmac
import json
from contextvars import ContextVar

from django.conf import settings

from accounts.models import AuditEntry

SYSTEM = "系统"
address: ContextVar[str | None] = ContextVar("address", default=None)


def record(actor, verb: str, obj, *, note: str = "", path: str | None = None, **detail):
    """Write down that the actor (None: the system) did this to the object.

    `detail` holds plain values; sensitive ones come in masked. A failure here undoes the deed.
    """
    entry = AuditEntry(
        actor=actor,
        actor_name=actor.name if actor else SYSTEM,
        verb=verb,
        model=obj._meta.model_name,
        object_id=str(obj.pk or ""),
        subject=str(obj)[:120],
        path=path_of(obj) if path is None else path,
        note=note[:500],
        detail=detail,
        address=address.get(),
    )
    entry.digest = digest(entry)
    entry.save(force_insert=True)
    return entry


def trail(obj):
    """What was done to one object, newest first, for those who may see the object itself."""
    return AuditEntry.objects.filter(model=obj._meta.model_name, object_id=str(obj.pk))


def path_of(obj) -> str:
    """Where in the grid an object lies, by its own statement of scope; '' for none."""
    value = obj
    for step in (getattr(obj, "scope_path", None) or "").split("__"):
        value = getattr(value, step, "") if step else ""
    return value or ""


def digest(entry: AuditEntry) -> str:
    """The keyed digest of everything the row says; a row altered outside no longer fits it."""
    said = [
        entry.at.isoformat(),
        entry.actor_id,
        entry.actor_name,
        entry.verb,
        entry.model,
        entry.object_id,
        entry.subject,
        entry.path,
        entry.note,
        entry.detail,
        entry.address,
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hmac.digest(base64.b64decode(settings.AUDIT_KEY), text.encode(), "sha256").hex()
