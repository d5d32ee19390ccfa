"""What members did to accounts of others; the database refuses to change or delete it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kiemchung.jobs.clock
from kiemchung.desk.append_only import protect, unprotect


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0016_files_taken_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="MemberAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("invited", "Invited"),
                            ("role", "Role"),
                            ("switched_off", "Switched Off"),
                            ("switched_on", "Switched On"),
                            ("password_taken", "Password Taken"),
                            ("factors_taken", "Factors Taken"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[("checker", "Checker"), ("editor", "Editor"), ("administrator", "Administrator")],
                        max_length=20,
                    ),
                ),
                ("happened_at", models.DateTimeField(default=kiemchung.jobs.clock.now)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acts_on", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["member", "happened_at"], name="acts_on_a_member")],
            },
        ),
        migrations.RunPython(protect("desk_memberact"), unprotect("desk_memberact")),
    ]
