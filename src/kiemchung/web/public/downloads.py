"""Files of sources, and a review with all that it rests on, for whoever wants to check it again (R5)."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kiemchung.desk import bundling, reading, source_files
from kiemchung.desk.errors import FileDamagedError
from kiemchung.desk.models import ReviewVersion, SourceFile
from kiemchung.web.limits import Rate, limited
from kiemchung.web.public.markup import claim_review
from kiemchung.web.security.headers import policy

logger = logging.getLogger(__name__)
_PIECE = 1 << 16
_IN_MEMORY = 5_000_000  # bytes of a bundle; a larger one is written to the disk and deleted when it was sent


@require_safe
def review_file(request: HttpRequest, slug: str, sha256: str) -> HttpResponse:  # noqa: ARG001
    """Answer with a file that a version of the review names as public."""
    file = source_files.published(slug, sha256)
    if file is None:
        raise Http404
    return downloaded(file)


def downloaded(file: SourceFile) -> HttpResponse:
    """Answer with a file to be saved: no browser shows it as a page of this site; 410 when it is damaged (F21)."""
    try:
        content = source_files.read(file)
    except FileDamagedError as error:
        return _damaged(error)
    text = "; charset=utf-8" if file.media_type.startswith("text/") else ""
    response = HttpResponse(content, content_type=f"{file.media_type}{text}")
    name = f"{file.sha256[:12]}.{source_files.ENDINGS[file.media_type]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = f"{policy()}; sandbox"
    return response


@limited("bundle", Rate(burst=5, every_s=30), methods=("GET",))
@require_safe
def review_bundle(request: HttpRequest, slug: str) -> HttpResponseBase:  # noqa: ARG001
    """Answer with the review, its sources and their digests as one file, without what is withheld."""
    versions = reading.versions_of(slug)
    if not versions:
        raise Http404
    try:
        bundling.require_whole(versions)
    except FileDamagedError as error:
        return _damaged(error)
    response = StreamingHttpResponse(_bundle(versions), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    return response


def _bundle(versions: Sequence[ReviewVersion]) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as target:
        bundling.write(target, versions, claim_review(versions[0]))
        target.seek(0)
        while piece := target.read(_PIECE):
            yield piece


def _damaged(error: FileDamagedError) -> HttpResponse:
    logger.error(error.text("en"))
    return HttpResponse(error.text(get_language() or "vi"), status=410, content_type="text/plain; charset=utf-8")
