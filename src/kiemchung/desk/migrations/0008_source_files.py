"""Files of sources, and the copies of them that are public (R5)."""

import django.db.models.deletion
from django.db import migrations, models

import kiemchung.jobs.clock


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0007_sealed"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stored_as", models.CharField(max_length=64, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("bytes", models.PositiveBigIntegerField()),
                ("media_type", models.CharField(max_length=60)),
                ("is_public", models.BooleanField(default=False)),
                ("stored_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
            ],
            options={"indexes": [models.Index(fields=["sha256"], name="files_of_sources")]},
        ),
        migrations.RemoveField(model_name="evidence", name="sha256"),
        migrations.RemoveField(model_name="evidence", name="stored_as"),
        migrations.RemoveField(model_name="evidence", name="media_type"),
        migrations.AddField(
            model_name="evidence",
            name="file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.sourcefile"
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="public_file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.sourcefile"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_withheld", False), ("public_file", None), _connector="OR"),
                name="a_withheld_file_is_not_public",
            ),
        ),
    ]
