"""Sessions in the database, each found by a statement compiled once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.prepared import Prepared

BY_KEY = Prepared(lambda key: Session.objects.filter(session_key=key).order_by())


class SessionStore(db.SessionStore):
    """As Django's own; every request asks for its session."""

    def _get_session_from_db(self) -> Session | None:
        found = BY_KEY.get(self.session_key)
        if found and found.expire_date > timezone.now():
            return found
        self._session_key = None
        return None
