"""Paths of units that went away with a roster taken back are never given again."""

from django.db import migrations, models


def count_what_was_taken_back(apps, schema_editor):
    """The numbers given by rosters that were already taken back."""
    Unit = apps.get_model("accounts", "Unit")
    undone = apps.get_model("accounts", "ImportBatch").objects.filter(state="undone")
    last = {}
    for report in undone.values_list("report", flat=True).iterator():
        for path, *_ in report.get("units", []):
            last[path[:-6]] = max(last.get(path[:-6], 0), int(path[-6:]))
    for parent, number in last.items():
        Unit.objects.filter(path=parent, spent__lt=number).update(spent=number)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0024_roll_over"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="spent",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunPython(count_what_was_taken_back, migrations.RunPython.noop),
    ]
