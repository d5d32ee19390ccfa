"""The public log of what the desk has published, corrected, withdrawn, declined, refused and decided.

It is only added to. Every entry is a leaf of a Merkle tree (`kiemchung.engine.merkle`); heads of the tree are signed
and kept by others, so that nobody can change, drop, swap or cut entries unnoticed, the desk itself included.
"""

from kiemchung.desk.log.entries import LogDamagedError, append, erase, is_sealed_text, lines

__all__ = ["LogDamagedError", "append", "erase", "is_sealed_text", "lines"]
