"""Where the small pictures of a file lie."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0011_restored"),
    ]

    operations = [
        migrations.AddField(
            model_name="messagefile",
            name="preview_as",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="messagefile",
            name="preview_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
