"""The small pictures of what readers sent, for members of the desk alone: never the file itself (R27)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kiemchung.desk import previews
from kiemchung.desk.errors import FileDamagedError
from kiemchung.desk.models import MessageFile
from kiemchung.web.staff.deeds import at_the_desk


@require_safe
@at_the_desk
def file_preview(_request: HttpRequest, message_id: int, *, is_sharp: bool) -> HttpResponse:
    """Answer with the preview of a message's file, blurred or sharp; 404 where none could be made."""
    file = MessageFile.objects.get(message_id=message_id)
    try:
        preview = previews.preview_of(file)
    except (LookupError, FileDamagedError):
        raise Http404 from None
    return HttpResponse(preview.sharp if is_sharp else preview.blurred, content_type="image/jpeg")
