"""What a reader wrote in a request goes some time after the decision."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0009_speaker"),
    ]

    operations = [
        migrations.AddField(model_name="reviewrequest", name="entry", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="reviewrequest", name="erased_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="reviewrequest",
            index=models.Index(
                condition=models.Q(("erased_at", None)), fields=["decided_at"], name="requests_to_be_erased"
            ),
        ),
    ]
