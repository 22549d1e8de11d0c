"""A list of outside results belongs to a unit, and what it became has a digest."""

import accounts.paths
from django.db import migrations, models


def fill(apps, schema_editor):
    """Lists brought so far were the owner's, for everybody whom the round asks."""
    for batch in apps.get_model("rounds", "OutsideBatch").objects.select_related("round__unit"):
        batch.unit_path = batch.round.unit.path
        batch.save(update_fields=["unit_path"])


class Migration(migrations.Migration):
    dependencies = [("rounds", "0011_spare_indexes")]

    operations = [
        migrations.AddField(
            model_name="outsidebatch",
            name="sha256",
            field=models.CharField(blank=True, default="", editable=False, max_length=64, verbose_name="明细校验码"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="outsidebatch",
            name="unit_path",
            field=accounts.paths.PathField(default="", editable=False, max_length=24, verbose_name="单位路径"),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
