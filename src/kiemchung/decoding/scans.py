"""Progressive JPEGs with the fewer scans that a much smaller picture needs; runs inside the child.

A progressive file holds each coefficient several times over, every time with one bit more (ITU-T T.81, annex G). Of a
picture that is decoded at half of its size or less the last bits of detail cannot be seen where pictures are compared,
at a quarter its finest detail neither, and reading them takes most of the time.
"""

from __future__ import annotations

import re

# From so large a division of the sides on the scans that refine detail are left out, and from the second on those that
# begin with so high a frequency, of 63 (docs/measured/media.md, Adding).
LEAST_DIVISION, _COARSE_DIVISION = 2, 4
_FINE, _ALL = 6, 64
# Encoders write 6 to 12 scans; a file with more is read as it is.
_MOST_SCANS = 40
_SCAN, _END, _PROGRESSIVE, _TABLE, _INTERVAL = 0xDA, 0xD9, 0xC2, 0xC4, 0xDD
# The next marker behind the bits of a scan: 0xFF is followed by 0 within them, by 0xD0-0xD7 between their intervals.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
# One code of one bit: so many blocks and those that 14 more bits count have nothing further (annex G.1.2.2).
_NOTHING, _BLOCKS, _COUNT_BITS = bytes([0x10, 1, *[0] * 15, 0xE0]), 1 << 14, 14


def with_fewer_scans(content: bytes, division: int) -> bytes | None:
    """Return a progressive JPEG without the scans that nothing is seen of when its sides are divided so, and with a
    word to the decoder that nothing is missing; `None` where the file is not whole, is not progressive, or has no such
    scan, and has to be read as it is.

    >>> with_fewer_scans(b"\\xff\\xd8\\xff\\xd9", 4) is None
    True
    """
    least_fine = _FINE if division >= _COARSE_DIVISION else _ALL
    kept, at, left_out, scans = [content[:2]], 2, 0, 0
    frame = b""
    while True:
        marker, end = _segment(content, at)
        if marker == _END:
            break
        if marker is None or scans > _MOST_SCANS:
            return None
        if marker == _PROGRESSIVE:
            frame = content[at + 4 : end]
        if marker == _SCAN:
            scans += 1
            found = _MARKER.search(content, end)
            if found is None:
                return None
            unseen, end = _is_unseen(content[at + 4 : end], least_fine), found.start()
            left_out += unseen
            if unseen:
                at = end
                continue
        kept.append(content[at:end])
        at = end
    ending = _nothing_more(frame) if left_out else None
    return b"".join([*kept, ending, content[at : at + 2]]) if ending else None


def _nothing_more(frame: bytes) -> bytes | None:
    """Return scans that say of every block that it has no further detail, `None` where the frame cannot be read.

    Without them the decoder takes what was left out for detail still to come, and guesses it from the blocks around:
    that takes as long as all the rest (docs/decisions/0035-less-work-for-each-reference.md).
    """
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    parts = [(name, sampling >> 4, sampling & 15) for name, sampling, _ in zip(*[iter(frame[6:])] * 3, strict=False)]
    if not parts or len(frame) != 6 + 3 * frame[5] or not all(across and down for _, across, down in parts):
        return None
    widest, highest = (max(part[which] for part in parts) for which in (1, 2))
    said = [_marked(_INTERVAL, bytes(2)), _marked(_TABLE, _NOTHING)]
    for name, across, down in parts:
        blocks = -(-width * across // (8 * widest)) * -(-height * down // (8 * highest))
        said += [_marked(_SCAN, bytes([1, name, 0, 1, 63, 0])), _counted(blocks)]
    return b"".join(said)


def _counted(blocks: int) -> bytes:
    """Return the bits that say of so many blocks, or of more than there are, that they have nothing further."""
    bits = ""
    while blocks > 0:
        run = min(max(blocks, _BLOCKS), 2 * _BLOCKS - 1)
        bits += "0" + format(run - _BLOCKS, f"0{_COUNT_BITS}b")
        blocks -= run
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def _marked(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


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


def _is_unseen(header: bytes, least_fine: int) -> bool:
    """Whether a scan brings coefficients from `least_fine` on alone (`Ss`), or further bits (`Ah` is not 0) of others
    than the mean (`Ss` is not 0)."""
    components = header[0] if header else 0
    about = header[1 + 2 * components : 4 + 2 * components]
    return len(about) == 3 and about[0] != 0 and (about[0] >= least_fine or about[2] >> 4 != 0)
