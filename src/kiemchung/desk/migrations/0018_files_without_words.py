"""A file without words has no statement: pages say so in the language of who reads, the database keeps no sentence."""

import re
import secrets
from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery

_SENTENCE = "Tệp không có chữ / a file without words: "


def forget_the_sentence(apps: Any, _editor: Any) -> None:
    """Take it from claims, their drafts and history, and from the shelf under which messages are grouped by words."""
    claim, event, shelved = (apps.get_model("desk", name) for name in ("Claim", "ClaimEvent", "Shelved"))
    claim.objects.filter(statement__startswith=_SENTENCE).update(statement="")
    for one in event.objects.filter(deed="restated"):
        if str(one.detail.get("from", "")).startswith(_SENTENCE):
            one.detail = {**one.detail, "from": ""}
            one.save(update_fields=("detail",))
    for one in apps.get_model("desk", "Draft").objects.filter(claim_reviewed__startswith=_SENTENCE):
        one.claim_reviewed = re.sub(rf"^{re.escape(_SENTENCE)}[0-9a-f]*\s*", "", one.claim_reviewed)
        one.state = "writing"  # what was handed in is not what is there now
        one.revision += 1  # who has it open is told so
        one.save()
    rows = list(shelved.objects.filter(shelf="claims", claim__startswith=_SENTENCE, is_removed=False).order_by("pk"))
    if rows:
        _take_off_the_shelf(apps, rows)


def _take_off_the_shelf(apps: Any, rows: list[Any]) -> None:
    state = apps.get_model("desk", "ShelfState").objects.select_for_update().get(shelf="claims")
    for row in rows:  # each is a change of its own, so that every index hears of it
        state.last_change += 1
        row.change, row.is_removed, row.claim, row.body = state.last_change, True, "", ""
        row.save()
    state.save()
    marks = apps.get_model("desk", "ShelfCommit")
    marks.objects.create(shelf="claims", change=state.last_change, mark=secrets.randbits(62) + 1)


def know_files_again(apps: Any, _editor: Any) -> None:
    """Give messages whose file has no words the key by which the same file is known when it is sent again."""
    message, file = apps.get_model("desk", "Message"), apps.get_model("desk", "MessageFile")
    without = message.objects.filter(content_key="", text="", file__words="").exclude(state__in=("waiting", "deleted"))
    digest = file.objects.filter(message=OuterRef("pk")).values("sha256")[:1]
    message.objects.filter(pk__in=without.values("pk")).update(content_key=Subquery(digest))


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0017_acts_on_members"),
    ]

    operations = [
        migrations.RunPython(forget_the_sentence, migrations.RunPython.noop),
        migrations.RunPython(know_files_again, migrations.RunPython.noop),
    ]
