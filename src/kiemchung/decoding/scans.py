"""Progressive JPEGs with the fewer scans that a much smaller picture needs; runs inside the child.

A progressive file holds each coefficient several times over, every time with one bit more (ITU-T T.81, annex G). Of a
picture that is decoded at a quarter of its size or less, the last bits of its finest detail cannot be seen, and reading
them takes most of the time.
"""

from __future__ import annotations

import re

# From so large a division on the scans that refine detail are left out (docs/measured/media.md, Adding).
LEAST_DIVISION = 4
# Encoders write 6 to 12 scans; a file with more is read as it is.
_MOST_SCANS = 40
_SCAN, _END, _PROGRESSIVE = 0xDA, 0xD9, 0xC2
# The next marker behind the bits of a scan: 0xFF is followed by 0 within them, by 0xD0-0xD7 between their intervals.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


def without_refinements(content: bytes) -> bytes | None:
    """Return a progressive JPEG without the scans that refine detail; `None` where the file is not whole, is not
    progressive, or has no such scan, and has to be read as it is.

    >>> without_refinements(b"\\xff\\xd8\\xff\\xd9") is None
    True
    """
    kept, at, left_out, scans = [content[:2]], 2, 0, 0
    is_progressive = False
    while True:
        marker, end = _segment(content, at)
        if marker == _END:
            break
        if marker is None or scans > _MOST_SCANS:
            return None
        is_progressive |= marker == _PROGRESSIVE
        if marker == _SCAN:
            scans += 1
            found = _MARKER.search(content, end)
            if found is None:
                return None
            refines, end = _refines_detail(content[at + 4 : end]), found.start()
            left_out += refines
            if refines:
                at = end
                continue
        kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at : at + 2]]) if is_progressive and left_out else None


def _segment(content: bytes, at: int) -> tuple[int | None, int]:
    """Return the marker at a place and where its segment ends, `None` where there is none."""
    if content[at : at + 1] != b"\xff" or len(content) < at + 2:
        return None, at
    marker = content[at + 1]
    if marker == _END:
        return marker, at + 2
    length = int.from_bytes(content[at + 2 : at + 4], "big")
    end = at + 2 + length
    return (marker, end) if length >= 2 and end <= len(content) else (None, at)


def _refines_detail(header: bytes) -> bool:
    """Whether a scan brings further bits (`Ah` is not 0) of coefficients other than the mean (`Ss` is not 0)."""
    components = header[0] if header else 0
    about = header[1 + 2 * components : 4 + 2 * components]
    return len(about) == 3 and about[0] != 0 and about[2] >> 4 != 0
