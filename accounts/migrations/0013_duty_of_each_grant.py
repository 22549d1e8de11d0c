from django.db import migrations

KIND_OF_ROLE = {
    "LEADER": "direct",
    "COLLEGE_HEAD": "direct",
    "LIAISON": "contact",
    "KEEPER": "keeper",
    "COUNSELOR": "answers",
    "CADRE": "class_contact",
    "DORM_HEAD": "dorm_head",
    "VOLUNTEER": "volunteer",
}


def make(apps, schema_editor):
    """Each grant of a role that now comes with a duty has its duty, for the same days."""
    Grant, Duty = apps.get_model("accounts", "Grant"), apps.get_model("accounts", "Duty")
    open_ones = set()
    for grant in Grant.objects.filter(role__in=KIND_OF_ROLE, unit__isnull=False, duty=None):
        key = (grant.user_id, grant.role, grant.unit_id)
        if grant.ends_on is None and key in open_ones:
            continue
        if grant.ends_on is None:
            open_ones.add(key)
        grant.duty = Duty.objects.create(
            person_id=grant.user_id,
            kind=KIND_OF_ROLE[grant.role],
            unit_id=grant.unit_id,
            path=grant.path,
            starts_on=grant.starts_on,
            ends_on=grant.ends_on,
        )
        grant.save(update_fields=["duty"])


def unmake(apps, schema_editor):
    """The grants stay as grants by hand."""
    apps.get_model("accounts", "Grant").objects.filter(duty__isnull=False).update(duty=None)
    apps.get_model("accounts", "Duty").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_duty")]

    operations = [migrations.RunPython(make, unmake)]
