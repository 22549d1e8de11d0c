"""Tallies of open rounds; PostgreSQL itself notes what was touched, and vacuums what is written.

A completion is written in its tens of thousands in a day. Until vacuumed its pages are not known
to be visible to all, and the boards' index-only scans read the table after all; so it is vacuumed
after some thousand rows, not after a fifth of the table.
"""

import accounts.paths
from django.db import migrations, models

NOTE = """
CREATE FUNCTION rounds_note_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rounds_touch (round_key, path)
    SELECT DISTINCT round_id, left(unit_path, 18) FROM written;
    RETURN NULL;
END $$;
CREATE FUNCTION rounds_note_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rounds_touch (round_key, path)
    SELECT DISTINCT NULL::bigint, left(unit_path, 18) FROM written WHERE unit_path <> '';
    RETURN NULL;
END $$;
CREATE FUNCTION rounds_note_changed_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rounds_touch (round_key, path)
    SELECT DISTINCT NULL::bigint, left(place.path, 18)
    FROM written n JOIN former o ON o.id = n.id,
         LATERAL (VALUES (n.unit_path), (o.unit_path)) AS place (path)
    WHERE (n.unit_path, n.status, n.category, n.grade, n.cohort)
          IS DISTINCT FROM (o.unit_path, o.status, o.category, o.grade, o.cohort)
      AND place.path <> '';
    RETURN NULL;
END $$;
"""
TRIGGERS = {
    "rounds_completion": {
        "insert": "REFERENCING NEW TABLE AS written",
        "update": "REFERENCING NEW TABLE AS written",
        "delete": "REFERENCING OLD TABLE AS written",
    },
    "rounds_excuse": {
        "insert": "REFERENCING NEW TABLE AS written",
        "update": "REFERENCING NEW TABLE AS written",
    },
    "accounts_user": {
        "insert": "REFERENCING NEW TABLE AS written",
        "update": "REFERENCING NEW TABLE AS written OLD TABLE AS former",
        "delete": "REFERENCING OLD TABLE AS written",
    },
}
VACUUM = {
    "rounds_completion": """autovacuum_vacuum_scale_factor = 0.005,
        autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_scale_factor = 0.005,
        autovacuum_vacuum_insert_threshold = 2000, autovacuum_analyze_scale_factor = 0.02,
        autovacuum_vacuum_cost_delay = 0""",
    "rounds_touch": """autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0""",
}


def function_of(table, deed):
    if table != "accounts_user":
        return "rounds_note_part"
    return "rounds_note_changed_people" if deed == "update" else "rounds_note_people"


def tune(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(NOTE)
    for table, deeds in TRIGGERS.items():
        for deed, rows in deeds.items():
            schema_editor.execute(
                f"CREATE TRIGGER {table}_{deed}_noted AFTER {deed.upper()} ON {table} {rows} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function_of(table, deed)}()"
            )
    for table, storage in VACUUM.items():
        schema_editor.execute(f"ALTER TABLE {table} SET ({storage})")


def untune(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, deeds in TRIGGERS.items():
        for deed in deeds:
            schema_editor.execute(f"DROP TRIGGER {table}_{deed}_noted ON {table}")
    for name in ("part", "people", "changed_people"):
        schema_editor.execute(f"DROP FUNCTION rounds_note_{name}()")
    for table, storage in VACUUM.items():
        names = ", ".join(setting.split("=")[0].strip() for setting in storage.split(","))
        schema_editor.execute(f"ALTER TABLE {table} RESET ({names})")



class Migration(migrations.Migration):

    dependencies = [
        ("rounds", "0006_lock_exceptions_and_zero_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name='Touch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round_key', models.BigIntegerField(null=True)),
                ('path', accounts.paths.PathField(max_length=24)),
            ],
            options={
                'verbose_name': '待重算',
                'verbose_name_plural': '待重算',
            },
        ),
        migrations.AddField(
            model_name='tally',
            name='counted_at',
            field=models.DateTimeField(null=True, verbose_name='数据截至'),
        ),
        migrations.RunPython(tune, untune),
    ]
