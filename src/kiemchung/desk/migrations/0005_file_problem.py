"""Why a file was not examined."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0004_answered_and_sent_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="messagefile",
            name="problem",
            field=models.CharField(blank=True, max_length=10),
        ),
    ]
