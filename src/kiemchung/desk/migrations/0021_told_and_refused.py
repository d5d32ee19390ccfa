"""What is told of a review that was only suggested is no answer; of a refusal it is known when it was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0020_withdrawn_addresses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="answer",
            name="kind",
            field=models.CharField(
                choices=[
                    ("matched", "Matched"),
                    ("later", "Later"),
                    ("checked", "Checked"),
                    ("corrected", "Corrected"),
                    ("told", "Told"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="refused_at",
            field=models.DateTimeField(null=True),
        ),
    ]
