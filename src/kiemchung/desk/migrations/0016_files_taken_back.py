"""Public files of sources that were taken back: the digest stays, the bytes do not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0015_pages_and_files_in_the_log"),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcefile",
            name="taken_back_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("personal_data", "Personal Data"),
                    ("rights_of_others", "Rights Of Others"),
                    ("wrong_file", "Wrong File"),
                ],
                max_length=20,
            ),
        ),
    ]
