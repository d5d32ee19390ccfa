"""The tables of the queue."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("every", models.DurationField()),
                ("queue", models.CharField(max_length=50)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("next_at", models.DateTimeField()),
                ("last_done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=100)),
                ("queue", models.CharField(max_length=50)),
                ("payload", models.TextField()),
                ("version", models.PositiveSmallIntegerField()),
                ("key", models.CharField(max_length=200, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("running", "Running"), ("quarantined", "Quarantined")],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("token", models.BigIntegerField(default=0)),
                ("enqueued_at", models.DateTimeField()),
                ("run_after", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("reason", models.TextField(default="")),
                (
                    "schedule",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="jobs.schedule"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=["queue", "id"],
                        name="unfinished_jobs",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("kind", "key"),
                        name="one_unfinished_job_a_key",
                    )
                ],
            },
        ),
    ]
