"""One person's standing on the roster, changed by hand and with a reason."""

from typing import Any

from django.db import transaction

from accounts import changes
from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused
from accounts.paths import SCHOOL, cut
from accounts.services import ending


@transaction.atomic
def set_status(person: User, *, status: str, note: str, actor) -> User:
    """The person has this status and is no longer listed as missing from the roster.

    Open rounds count them, or no longer, at once; closed ones stay as they are. Whoever has gone
    cannot log in, whoever is back can, unless the account itself was closed.
    """
    if status not in User.Status.values:
        raise Refused("请选择状态。")
    if not note.strip():
        raise Refused("请填写变更依据，如“学籍异动通知”。")
    if person.pk == actor.pk:
        raise Refused("不能变更本人的状态，请由同事办理。")
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.status == status and person.absent_since is None:
        raise Refused(f"{person.name}已是“{person.get_status_display()}”，无需变更。")
    if person.merged_into_id:
        raise Refused("这条记录已并入另一条记录，不能再变更状态。")
    if status in ending.ENDS_LOGIN:
        ending.check_free(person)
    before = person.status
    person.status, person.status_note, person.absent_since = status, note.strip()[:60], None
    person.save(update_fields=["status", "status_note", "absent_since"])
    record(actor, "set_status", person, note=note, status=[before, status])
    ending.follow(person, before)
    if status in User.COUNTED and before not in User.COUNTED and person.unit_path:
        back = changes.Moved(person.pk, person.unit_path, person.unit_path)
        changes.tell(cut(person.unit_path, SCHOOL), [back])
    return person


AMENDED = {"grade": 8, "cohort": 8, "major": 60}


@transaction.atomic
def amend(person: User, *, changes: dict[str, str], actor) -> User:
    """The named facts are so ('' clears one); what is not named stays. Refused when nothing changes."""
    person = User.objects.select_for_update().get(pk=person.pk)
    said: dict[str, Any] = {}
    for field, value in changes.items():
        if field not in AMENDED or len(value) > AMENDED[field]:
            raise Refused("填写的内容过长或不能修改，请核对。")
        before = getattr(person, field)
        if before != value:
            setattr(person, field, value)
            said[field] = [before, value]
    if not said:
        raise Refused("与现有内容相同，无需修改。")
    person.save(update_fields=list(said))
    record(actor, "amend", person, **said)
    return person
