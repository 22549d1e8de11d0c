"""All that the database holds, to compare before and after what must change nothing."""

from django.db import connection

from accounts.models import AuditEntry
from accounts.services.sight import LOOKS

# what a request may leave though it was refused: its session, a count of wrong passwords
KEPT = ("django_session", "axes_", "sqlite_")


def content() -> dict[str, list]:
    """Every row of every table but sessions, login counters and the moment a login was last used.

    A look at somebody's page is written down whoever looks (`LOOKS`): that is no change.
    """
    kept = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(KEPT):
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                kept[table] = cursor.fetchall()
    looks = set(AuditEntry.objects.filter(verb__in=LOOKS).values_list("pk", flat=True))
    entries = AuditEntry._meta.db_table
    kept[entries] = [row for row in kept[entries] if row[0] not in looks]
    return kept


class Unchanged:
    """`with Unchanged():` what is done in between changes nothing."""

    def __enter__(self):
        self.before = content()

    def __exit__(self, *failed):
        if not failed[0]:
            after = content()
            changed = [table for table in after if after[table] != self.before[table]]
            assert not changed, changed
