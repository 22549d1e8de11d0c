"""The chain of audit rows; the database itself refuses to change or remove a link."""

import django.utils.timezone
from django.db import migrations, models

SQLITE = [
    f"""CREATE TRIGGER audit_link_no_{verb} BEFORE {verb.upper()} ON accounts_auditlink
        BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END"""
    for verb in ("update", "delete")
]
POSTGRESQL = [
    """CREATE TRIGGER audit_link_no_change BEFORE UPDATE OR DELETE ON accounts_auditlink
       FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()""",
]
UNDO = {
    "sqlite": ["DROP TRIGGER audit_link_no_update", "DROP TRIGGER audit_link_no_delete"],
    "postgresql": ["DROP TRIGGER audit_link_no_change ON accounts_auditlink"],
}


def forbid(apps, schema_editor):
    for sql in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(sql)


def permit(apps, schema_editor):
    for sql in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(sql)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0005_grant_promised"),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('number', models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name='序号')),
                ('entry_id', models.BigIntegerField(unique=True, verbose_name='操作记录')),
                ('said', models.CharField(max_length=64, verbose_name='记录的校验码')),
                ('digest', models.CharField(max_length=64, verbose_name='校验码')),
                ('sealed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='封存时间')),
            ],
            options={
                'verbose_name': '操作记录封存链',
                'verbose_name_plural': '操作记录封存链',
                'ordering': ['number'],
            },
        ),
        migrations.RunPython(forbid, permit),
    ]
