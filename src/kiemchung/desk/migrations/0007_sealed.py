"""Withheld sources and the secrets of second factors are encrypted at rest (R6)."""

import json
from typing import Any

from django.db import migrations, models
from django.db.models import Q

from kiemchung.desk import sealing

_CONTENT = ("title", "url", "archived_at_url", "quotation")


def seal(apps: Any, _editor: Any) -> None:
    """Encrypt what is there."""
    for one in apps.get_model("desk", "Evidence").objects.filter(is_withheld=True, sealed=""):
        content = {name: getattr(one, name) for name in _CONTENT}
        one.sealed = sealing.seal(json.dumps(content), f"source of claim {one.claim_id}")
        for name in _CONTENT:
            setattr(one, name, "")
        one.save()
    for factor in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn"):
        factor.data = {name: _sealed(name, value) for name, value in factor.data.items()}
        factor.save()


def _sealed(name: str, value: Any) -> Any:
    if name == "migrated_codes":
        return [_sealed("seed", one) for one in value]
    is_plain = name in ("secret", "seed") and not value.startswith(sealing.FORM)
    return sealing.seal(value, "second factor") if is_plain else value


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0006_follow_the_record"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.AddField(model_name="evidence", name="sealed", field=models.TextField(blank=True)),
        migrations.AlterField(model_name="evidence", name="title", field=models.CharField(blank=True, max_length=300)),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=Q(is_withheld=False, sealed="")
                | Q(
                    is_withheld=True,
                    title="",
                    url="",
                    archived_at_url="",
                    quotation="",
                    sealed__startswith="sealed1:",
                ),
                name="withheld_evidence_is_sealed",
            ),
        ),
    ]
