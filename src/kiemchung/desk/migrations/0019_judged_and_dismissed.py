"""A reader may refuse an answer, and a person confirms it; what is put aside is in the log; words are found fast."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def leave_as_they_are(apps: Any, _editor: Any) -> None:
    """Who said of an answer before that it is about something else has waited for nobody, and hears of corrections."""
    said = apps.get_model("desk", "Answer").objects.filter(unhelpful_reason="other_claim")
    said.update(confirmed_at=F("answered_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0018_files_without_words"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["content_key"], name="claims_of_the_same_words"),
        ),
        migrations.AddField(
            model_name="answer",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(leave_as_they_are, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="logentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("published", "Published"),
                    ("corrected", "Corrected"),
                    ("withdrawn", "Withdrawn"),
                    ("declined", "Declined"),
                    ("dismissed", "Dismissed"),
                    ("reopened", "Reopened"),
                    ("refused", "Refused"),
                    ("requested", "Requested"),
                    ("decided", "Decided"),
                    ("state_request", "State Request"),
                    ("restored", "Restored"),
                    ("page", "Page"),
                    ("file_taken_back", "File Taken Back"),
                    ("key", "Key"),
                ],
                max_length=20,
            ),
        ),
    ]
