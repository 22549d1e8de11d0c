"""Who is there already is found by pinyin too; only then the indexes are built."""

from django.db import migrations, models

from accounts import spelling

CHUNK = 5000


def spell(apps, schema_editor):
    """Pinyin and initials of everybody, thousands a statement."""
    people = apps.get_model("accounts", "User").objects.order_by("pk").values_list("pk", "name")
    last = 0
    while chunk := list(people.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1][0]
        values = [part for pk, name in chunk for part in (pk, *spelling.of(name))]
        marks = ", ".join(["(%s, %s, %s)"] * len(chunk))
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_user SET pinyin = said.column2, initials = said.column3"
                f" FROM (VALUES {marks}) AS said WHERE accounts_user.id = said.column1",
                values,
            )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0007_people_spelled"),
    ]

    operations = [
        migrations.RunPython(spell, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["pinyin"], name="user_pinyin"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["initials"], name="user_initials"),
        ),
    ]
