"""The head row, and triggers under which entries and blocks are only ever added to."""

from django.db import migrations

from bandung.ledger.guard import create_triggers, drop_triggers, open_door


def forwards(apps, schema_editor):
    with open_door():
        apps.get_model("ledger", "Head").objects.create(id=1)
    for statement in create_triggers(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in drop_triggers(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
