"""The public log says when a backup was put back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0010_requests_end"),
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
                    ("key", "Key"),
                ],
                max_length=20,
            ),
        ),
    ]
