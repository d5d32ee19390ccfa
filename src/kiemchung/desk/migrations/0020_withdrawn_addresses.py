"""Which reviews of other publishers were withdrawn, so that an older copy does not bring them back."""

from django.db import migrations, models

import kiemchung.jobs.clock


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0019_judged_and_dismissed"),
    ]

    operations = [
        migrations.CreateModel(
            name="WithdrawnAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(unique=True)),
                ("withdrawn_at", models.CharField(max_length=64)),
                ("why", models.TextField(blank=True)),
                ("seen_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
            ],
        ),
    ]
