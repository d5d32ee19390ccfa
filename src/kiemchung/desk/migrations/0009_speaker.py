"""Who said a claim: a public body, or an officeholder in an office (R13)."""

from django.db import migrations, models
from django.db.models import Q

from kiemchung.desk.append_only import protect, unprotect

_CHOICES = [("public_body", "Public Body"), ("officeholder", "Officeholder")]


def _fields(model: str) -> list[migrations.AddField]:
    return [
        migrations.AddField(
            model_name=model,
            name="speaker",
            field=models.CharField(blank=True, choices=_CHOICES, max_length=12),
        ),
        migrations.AddField(model_name=model, name="office", field=models.CharField(blank=True, max_length=200)),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0008_source_files"),
    ]

    operations = [
        # SQLite makes the table anew and loses its triggers on the way.
        migrations.RunPython(unprotect("desk_reviewversion"), protect("desk_reviewversion")),
        *_fields("draft"),
        *_fields("reviewversion"),
        migrations.AddConstraint(
            model_name="reviewversion",
            constraint=models.CheckConstraint(
                condition=Q(Q(speaker="officeholder"), ~Q(office="")) | Q(~Q(speaker="officeholder"), office=""),
                name="an_officeholder_has_an_office",
            ),
        ),
        migrations.RunPython(protect("desk_reviewversion"), unprotect("desk_reviewversion")),
    ]
