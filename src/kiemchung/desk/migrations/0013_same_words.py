"""What tells that two messages have the same words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0012_previews"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="content_key",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=~models.Q(content_key=""), fields=["content_key"], name="messages_of_the_same_words"
            ),
        ),
    ]
