"""Decodes pictures, sound and video in a locked child process: the one door through which files come in.

>>> from kiemchung.decoding import Decoder, DecodeError
>>> with Decoder() as decoder:
...     try:
...         decoder.decode(b"#EXTM3U")
...     except DecodeError as error:
...         error.code
'unknown_format'
"""

from __future__ import annotations

from kiemchung.decoding.checks import SandboxReport, is_safe
from kiemchung.decoding.door import Decoded, Decoder, decode, sha256_of
from kiemchung.decoding.errors import DecodeError, SandboxError, reader_missing
from kiemchung.decoding.facts import FileFacts, Known, Place, describe
from kiemchung.decoding.limits import Limits

__all__ = [
    "DecodeError",
    "Decoded",
    "Decoder",
    "FileFacts",
    "Known",
    "Limits",
    "Place",
    "SandboxError",
    "SandboxReport",
    "decode",
    "describe",
    "is_safe",
    "reader_missing",
    "sha256_of",
]
