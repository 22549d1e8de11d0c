"""Whoever left before a status ended the login logs in no more, as whoever leaves today."""

from django.db import migrations
from django.utils import timezone

GONE = ["graduated", "withdrawn", "transferred_out", "left"]


def shut(apps, schema_editor):
    """Their codes are dead, their logins over, their accounts closed; nobody is told.

    What they hold stays to be handed over, listed among the vacancies. Who comes back logs in again.
    """
    User = apps.get_model("accounts", "User")
    Login = apps.get_model("accounts", "Login")
    Session = apps.get_model("sessions", "Session")
    leavers = User.objects.filter(status__in=GONE, is_active=True)
    codes = apps.get_model("accounts", "ActivationCode").objects
    codes = codes.filter(user__in=leavers, used_at=None, revoked_at=None)
    codes.update(revoked_at=timezone.now())
    logins = Login.objects.filter(user__in=leavers, ended_at=None)
    Session.objects.filter(session_key__in=logins.values("session_key")).delete()
    logins.update(ended_at=timezone.now(), ended_why="closed")
    leavers.update(is_active=False)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0031_merged_into"),
        ("sessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(shut, migrations.RunPython.noop)]
