"""Entries about pages and files that are taken back. Pages from before get theirs when the next one is written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0014_writers_of_versions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="logentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("published", "Published"),
                    ("corrected", "Corrected"),
                    ("withdrawn", "Withdrawn"),
                    ("declined", "Declined"),
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
