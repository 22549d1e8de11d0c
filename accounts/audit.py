"""The trail: one row for each deed, in the deed's own transaction."""

import base64
import hmac
import json
from contextvars import ContextVar

from django.conf import settings

from accounts import bulk
from accounts.models import AuditEntry
from accounts.scope import principals

SYSTEM = "系统"
address: ContextVar[str | None] = ContextVar("address", default=None)


def record(actor, verb: str, obj, *, note: str = "", path: str | None = None, **detail):
    """Write down that the actor (None: the system) did this to the object.

    `detail` holds plain values; sensitive ones come in masked. A failure here undoes the deed.
    """
    path = path_of(obj) if path is None else path
    entry = AuditEntry(
        actor=actor,
        actor_name=called(actor, verb, obj, path) if actor else SYSTEM,
        verb=verb,
        model=obj._meta.model_name,
        object_id=str(obj.pk or ""),
        subject=str(obj)[:120],
        path=path,
        note=note[:500],
        detail=detail,
        address=address.get(),
    )
    entry.digest = digest(entry)
    bulk.insert_row(entry)
    return entry


def called(actor, verb: str, obj, path: str) -> str:
    """The actor's name for the trail; “A 代 B” where only a delegation lets A do this.

    What somebody does with rows of their own they do as themselves.
    """
    if own(actor, obj):
        return actor.name
    scope = getattr(obj, "scope_name", obj._meta.model_name)
    named = [grant.acting_for.name for grant in principals(actor, f"{scope}.{verb}", path)]
    return f"{actor.name} 代 {'、'.join(dict.fromkeys(named))}"[:60] if named else actor.name


def own(actor, obj) -> bool:
    """Whether the row is about the actor."""
    value = obj
    *steps, last = (getattr(obj, "scope_person", None) or "").split("__")
    for step in steps:
        value = getattr(value, step, None)
    return bool(last) and getattr(value, last if last == "pk" else f"{last}_id", None) == actor.pk


def stands_for(name: str, of: str | None) -> str:
    """A holder's name as it is shown: “A 代 B” for one who stands in for another."""
    return f"{name} 代 {of}" if of else name


def holder(grant) -> str:
    """Who holds a grant, read with `user` and `acting_for`, as it is shown."""
    return stands_for(grant.user.name, grant.acting_for and grant.acting_for.name)


def doers(model: str, ids, *verbs: str) -> dict[int, str]:
    """Who did this last to each of these, as the trail has it: “A 代 B” where A stood in for B."""
    said = AuditEntry.objects.filter(
        model=model, object_id__in=[str(pk) for pk in ids], verb__in=verbs
    )
    rows = said.order_by("pk").values_list("object_id", "actor_name")
    return {int(pk): name for pk, name in rows}


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
    return keyed(json.dumps(said, ensure_ascii=False, sort_keys=True, default=str))


def keyed(text: str) -> str:
    """What only the holder of the audit key can write under a text."""
    return hmac.digest(base64.b64decode(settings.AUDIT_KEY), text.encode(), "sha256").hex()
