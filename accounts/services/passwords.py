"""A person's own password, changed by nobody else."""

from django.contrib.auth import update_session_auth_hash
from django.db import transaction

from accounts.audit import record
from accounts.backends import prove
from accounts.models import Login, User
from accounts.services import logins
from accounts.services.own_password import choose


def change(request, *, current: str, new: str) -> User | None:
    """The person of the request has the new password, and only this session of theirs goes on.

    None, counted towards the lockout, when the current password is not theirs.
    """
    person = request.user
    identity = person.identities.select_related("school").order_by("pk").first()
    if identity is None:
        return None
    proven = prove(request, school=identity.school, number=identity.value, password=current)
    if proven is None or proven.pk != person.pk:
        return None
    with transaction.atomic():
        choose(person, new)
        record(person, "change_password", person)
    old = request.session.session_key
    update_session_auth_hash(request, person)
    request.session.pop(logins.RENEW, None)
    logins.rebind(person, old, request.session.session_key)
    logins.end_all(person, why=Login.Why.PASSWORD, keep=request.session.session_key)
    return person
