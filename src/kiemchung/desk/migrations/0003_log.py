"""The public log, to which the database itself lets nobody do anything but add.

Refused are changes, deletions, emptying, an entry that is not the next one, and a head that is not longer than the last
or longer than the log. Triggers belong to their table: SQLite drops them when Django builds a table anew for a later
migration, which then has to call `guard` again (tests/desk/test_log_tables.py notices).
"""

from collections.abc import Iterator

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

APPEND_ONLY = "the public log is only added to"
NEXT = "the next entry of the public log has the next index"
LONGER = "a head of the public log is longer than the last, and not longer than the log"
_LAST = 'SELECT COALESCE(MAX("index"), -1) FROM desk_logentry'
# What has to be true of a new row, by table.
_NEXT = f'NEW."index" = ({_LAST}) + 1'
_LONGER = f"NEW.size > (SELECT COALESCE(MAX(size), 0) FROM desk_loghead) AND NEW.size <= ({_LAST}) + 1"  # noqa: S608
_GUARDED = (("desk_logentry", _NEXT, NEXT), ("desk_loghead", _LONGER, LONGER))


def guard(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers."""
    write = _sqlite if schema_editor.connection.vendor == "sqlite" else _postgresql
    for table, condition, words in _GUARDED:
        for statement in write(table, condition, words):
            schema_editor.execute(statement)


def unguard(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let the tables be dropped; SQLite drops their triggers with them."""
    if schema_editor.connection.vendor == "postgresql":
        for table, _, _ in _GUARDED:
            for name in ("keep", "next"):
                schema_editor.execute(f"DROP FUNCTION {table}_{name}() CASCADE")


def _sqlite(table: str, condition: str, words: str) -> Iterator[str]:
    for event in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        )
    # Also against INSERT OR REPLACE, which deletes a row without asking the trigger on DELETE.
    yield (
        f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} WHEN NOT ({condition}) "
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )


def _postgresql(table: str, condition: str, words: str) -> Iterator[str]:
    for name, body in (
        ("keep", f"RAISE EXCEPTION '{APPEND_ONLY}';"),
        ("next", f"IF NOT ({condition}) THEN RAISE EXCEPTION '{words}'; END IF; RETURN NEW;"),
    ):
        yield f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    yield (
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_keep()"
    )
    yield (
        f"CREATE TRIGGER {table}_no_emptying BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep()"
    )
    yield f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_next()"


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_messages_claims_reviews"),
    ]

    operations = [
        migrations.CreateModel(
            name="LogHead",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first", models.BigIntegerField()),
                ("note", models.TextField()),
                ("hashes", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("published", "Published"),
                            ("corrected", "Corrected"),
                            ("withdrawn", "Withdrawn"),
                            ("declined", "Declined"),
                            ("refused", "Refused"),
                            ("requested", "Requested"),
                            ("decided", "Decided"),
                            ("state_request", "State Request"),
                            ("key", "Key"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("leaf", models.TextField()),
                ("peaks", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "index"], name="log_entries_of_a_kind")],
            },
        ),
        migrations.CreateModel(
            name="LogSalt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("salt", models.BinaryField(max_length=32)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="salts", to="desk.logentry"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("entry", "name"), name="one_salt_a_sealed_part")],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
