"""One person's standing on the roster, changed by hand and with a reason."""

from django.db import transaction

from accounts import changes
from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused
from accounts.paths import SCHOOL, cut


@transaction.atomic
def set_status(person: User, *, status: str, note: str, actor) -> User:
    """The person has this status and is no longer listed as missing from the roster.

    Open rounds count them, or no longer, at once; closed ones stay as they are.
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
    before = person.status
    person.status, person.status_note, person.absent_since = status, note.strip()[:60], None
    person.save(update_fields=["status", "status_note", "absent_since"])
    record(actor, "set_status", person, note=note, status=[before, status])
    if status in User.COUNTED and before not in User.COUNTED and person.unit_path:
        back = changes.Moved(person.pk, person.unit_path, person.unit_path)
        changes.tell(cut(person.unit_path, SCHOOL), [back])
    return person
