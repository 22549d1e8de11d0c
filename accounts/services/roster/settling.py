"""People whom the last roster no longer named: a person says what became of them."""

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused
from accounts.services import ending


@transaction.atomic
def settle_absent(person: User, *, actor, status: str = "", note: str = "") -> User:
    """The mark is gone: the person has left (`status` says how, `note` why) or is still here.

    Whoever has gone for good cannot log in; who holds a post is handed over first.
    """
    row = User.objects.select_for_update().get(pk=person.pk)
    if row.pk == actor.pk:
        raise Refused("不能核实本人的去向，请由同事办理。")
    if row.absent_since is None:
        raise Refused(f"{row.name}已处理，或已重新出现在名册中。")
    if status:
        if status in User.COUNTED or status not in User.Status.values:
            raise Refused("请选择离校情形。")
        if not note.strip():
            raise Refused("请填写依据，如“教务处 11 月退学名单”。")
        if status in ending.ENDS_LOGIN:
            ending.check_free(row)
    before = row.status
    if status:
        row.status, row.status_note = status, note.strip()[:60]
    row.absent_since = None
    row.save(update_fields=["status", "status_note", "absent_since"])
    record(actor, "settle_absent", row, note=note, status=[before, row.status])
    ending.follow(row, before)
    return row
