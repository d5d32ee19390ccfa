"""Everybody who had a hand in a version (R20). Of older versions it is known who handed them in."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

from kiemchung.desk.append_only import protect, unprotect

_TABLE = "desk_reviewversion_writers"


def keep_who_is_known(apps: Any, _editor: Any) -> None:
    """Put down who handed each version in."""
    version = apps.get_model("desk", "ReviewVersion")
    row = version.writers.through
    known = version.objects.values_list("pk", "written_by_id").order_by("pk").iterator()
    row.objects.bulk_create((row(reviewversion_id=pk, member_id=member) for pk, member in known), batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0013_same_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewversion",
            name="writers",
            field=models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(keep_who_is_known, migrations.RunPython.noop),
        migrations.RunPython(protect(_TABLE), unprotect(_TABLE)),
    ]
