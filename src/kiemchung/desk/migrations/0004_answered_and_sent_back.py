"""Claims that were answered with a review that existed already, and drafts that were sent back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0003_log"),
    ]

    operations = [
        migrations.AlterField(
            model_name="claim",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("published", "Published"),
                    ("declined", "Declined"),
                    ("dismissed", "Dismissed"),
                    ("merged", "Merged"),
                    ("answered", "Answered"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="claimevent",
            name="deed",
            field=models.CharField(
                choices=[
                    ("merged", "Merged"),
                    ("split", "Split"),
                    ("restated", "Restated"),
                    ("dismissed", "Dismissed"),
                    ("declined", "Declined"),
                    ("reopened", "Reopened"),
                    ("selected", "Selected"),
                    ("answered", "Answered"),
                    ("sent_back", "Sent Back"),
                ],
                max_length=12,
            ),
        ),
    ]
