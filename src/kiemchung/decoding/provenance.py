"""Reads what a file says about itself: notes of the camera, of the editing program, and of signed origin (C2PA).

Runs inside the child, without network; nothing is fetched, no name of a person is read.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

import c2pa
from PIL import ExifTags, Image

from kiemchung.decoding.facts import Known
from kiemchung.decoding.formats import Format

Facts = dict[str, object]

MAX_TEXT = 80
_OLDEST_YEAR = 1990
# Pieces that stay near the processor, and for which the process needs no new memory.
_MARK, _PIECE_BYTES = b"c2pa", 64 * 1024
# IPTC's words for how a picture came about: the two that mean an image generator.
_GENERATED = re.compile(r"/(?:trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia)$")
_ISO_6709 = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")


def of_picture(image: Image.Image, *, with_place: bool) -> Facts:
    """The notes of a camera or program in a picture (EXIF 2.32); broken ones count as none."""
    try:
        exif = image.getexif()
        taken = exif.get_ifd(ExifTags.IFD.Exif)
        made_at = taken.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        camera = _joined(exif.get(ExifTags.Base.Make), exif.get(ExifTags.Base.Model))
        facts: Facts = {
            "taken_at": _time(_text(made_at), _text(taken.get(ExifTags.Base.OffsetTimeOriginal))),
            "camera": camera,
            "software": _text(exif.get(ExifTags.Base.Software)),
        }
        if with_place:
            facts.update(_place(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    except Exception:  # whatever a hostile note does to its reader, the picture itself is still there
        return {}
    return {name: value for name, value in facts.items() if value is not None}


def of_stream(notes: Mapping[str, str], *, with_place: bool) -> Facts:
    """The notes of a container of sound or film, by the names that FFmpeg gives them."""
    made_by = _text(notes.get("com.apple.quicktime.software") or notes.get("encoder"))
    camera = _joined(notes.get("com.apple.quicktime.make"), notes.get("com.apple.quicktime.model"))
    facts: Facts = {
        "taken_at": _time(_text(notes.get("creation_time") or notes.get("com.apple.quicktime.creationdate"))),
        "camera": camera,
        "software": made_by,
    }
    place = _ISO_6709.match(notes.get("com.apple.quicktime.location.ISO6709") or notes.get("location") or "")
    if with_place and place:
        facts["latitude"], facts["longitude"] = float(place[1]), float(place[2])
    return {name: value for name, value in facts.items() if value is not None}


def of_note(file: BinaryIO, form: Format, trust_list: str) -> Facts:
    """The signed note of origin (C2PA 2): whether it is intact, whether its signer is on `trust_list` (PEM).

    A note that lies elsewhere is not fetched, and one that cannot be read at all counts as broken.
    """
    if not form.media_type or not _has_note(file):
        return {}
    file.seek(0)
    try:
        context = c2pa.Context.from_dict(_settings(trust_list))
        reader = c2pa.Reader.try_create(form.media_type, file, context=context)
        if reader is None:
            return {}
        state, manifest = reader.get_validation_state(), json.loads(reader.json())
    except c2pa.C2paError.NotSupported:
        return {}
    except c2pa.C2paError as error:
        # The library has a class for a note that lies elsewhere, and does not use it.
        return {} if str(error).startswith("Remote") else {"is_intact": Known.NO}
    is_intact = state in ("Valid", "Trusted")
    facts: Facts = {"is_intact": Known.YES if is_intact else Known.NO}
    if is_intact:
        facts.update(_of_manifest(manifest))
        if trust_list:
            facts["is_trusted"] = Known.YES if state == "Trusted" else Known.NO
    return facts


def _has_note(file: BinaryIO) -> bool:
    """Whether the mark of a note occurs at all: the type of its outermost box begins with it (C2PA 2, 11.1.4.2).

    Looking for it costs a tenth of having the note's reader look.
    """
    file.seek(0)
    before = b""
    while piece := file.read(_PIECE_BYTES):
        if _MARK in before + piece:
            return True
        before = piece[1 - len(_MARK) :]
    return False


def _settings(trust_list: str) -> dict[str, dict[str, object]]:
    return {
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": bool(trust_list)},
        "trust": {"user_anchors": trust_list} if trust_list else {},
    }


def _of_manifest(store: dict[str, Any]) -> Facts:
    manifest = store["manifests"][store["active_manifest"]]
    facts: Facts = {}
    if signer := _text((manifest.get("signature_info") or {}).get("issuer")):
        facts["signer"] = signer
    if any(_GENERATED.search(kind) for kind in _source_kinds(manifest.get("assertions"))):
        facts["is_generated"] = Known.YES
    return facts


def _source_kinds(assertions: object) -> list[str]:
    """All values of `digitalSourceType`, wherever they stand in the assertions."""
    if isinstance(assertions, dict):
        here = assertions.get("digitalSourceType")
        return [here] if isinstance(here, str) else [k for value in assertions.values() for k in _source_kinds(value)]
    return [k for value in assertions for k in _source_kinds(value)] if isinstance(assertions, list) else []


def _text(value: object) -> str | None:
    """What is printable of a note, as one line of at most `MAX_TEXT` characters."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    with contextlib.suppress(UnicodeError):  # Pillow reads a note as Latin-1; most programs write UTF-8
        value = value.encode("latin-1").decode("utf-8")
    line = "".join(letter for letter in value[: 4 * MAX_TEXT] if letter.isprintable())
    return line.strip()[:MAX_TEXT].strip() or None


def _joined(make: object, model: object) -> str | None:
    """Maker and model, the maker not twice: most write its name into both."""
    first, second = _text(make), _text(model)
    if first and second and not second.casefold().startswith(first.casefold()):
        return _text(f"{first} {second}")
    return second or first


def _time(text: str | None, zone: str | None = None) -> str | None:
    """A time as ISO 8601 with a blank, `None` for what cannot be one; a clock that was never set is none."""
    if not text:
        return None
    is_exif = re.match(r"\d{4}:\d\d:\d\d ", text)
    plain = text.replace(":", "-", 2) + (zone or "") if is_exif else text
    try:
        moment = datetime.fromisoformat(plain).replace(microsecond=0)
    except ValueError:
        return None
    return moment.isoformat(" ") if moment.year >= _OLDEST_YEAR else None


def _place(gps: Mapping[int, Any]) -> Facts:
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef) == "S")
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef) == "W")
    return {} if latitude is None or longitude is None else {"latitude": latitude, "longitude": longitude}


def _degrees(parts: Any, is_negative: bool) -> float | None:
    if parts is None:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if is_negative else value
