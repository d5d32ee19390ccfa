"""A reader may refuse an answer, and a person confirms it; what is put aside is in the log; words are found fast."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0018_files_without_words"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["content_key"], name="claims_of_the_same_words"),
        ),
        migrations.AlterField(
            model_name="answer",
            name="kind",
            field=models.CharField(
                choices=[
                    ("matched", "Matched"),
                    ("later", "Later"),
                    ("checked", "Checked"),
                    ("corrected", "Corrected"),
                    ("confirmed", "Confirmed"),
                ],
                max_length=10,
            ),
        ),
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
