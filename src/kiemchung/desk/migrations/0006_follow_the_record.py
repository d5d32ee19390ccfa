"""Up to where open messages were matched, and what other publishers have changed in reviews that were answers."""

from django.db import migrations, models

import kiemchung.jobs.clock


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0005_file_problem"),
    ]

    operations = [
        migrations.AddField(
            model_name="shelfstate",
            name="matched",
            field=models.BigIntegerField(default=0),
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
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="ForeignChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.TextField()),
                ("number", models.PositiveIntegerField()),
                ("changed", models.JSONField(default=list)),
                ("is_gone", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ref", "number"), name="each_foreign_change_has_its_number")
                ],
            },
        ),
    ]
