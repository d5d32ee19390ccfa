"""Official domains written where they decide nothing: in front of another's domain, in a path, in a user name."""

from __future__ import annotations

import re

from kiemchung.engine.lookalikes.addresses import Address
from kiemchung.engine.lookalikes.aliases import Alias
from kiemchung.engine.lookalikes.spots import Spot
from kiemchung.engine.lookalikes.suffixes import is_top_level
from kiemchung.engine.types import Organisation


def has_official(text: str, organisation: Organisation) -> bool:
    """Return whether an official domain is written in a text as one."""
    return any(re.search(rf"(?:^|[/.@=_-]){re.escape(domain)}(?![a-z0-9])", text) for domain in organisation.domains)


def official_before(address: Address, organisation: Organisation) -> bool:
    """Return whether an official domain is written in front of the domain that counts: `scb.com.vn-xx.life`."""
    left = f".{address.left}."
    dashed = left.replace("_", "-")
    for domain in organisation.domains:
        if domain.count(".") and (f".{domain}." in left or f".{domain}-" in left):
            return True
        if domain.count(".") and f"-{domain.replace('.', '-')}-" in dashed.replace(".", "-"):
            return True
    return False


def misspelt_before(address: Address, spot: Spot, alias: Alias, organisation: Organisation) -> bool:
    """Return whether that is an official domain but for a slip in its label: `aeno.co.jp.evil.top`."""
    if spot.how != "edit" or spot.place != 1 or spot.written != spot.label:
        return False
    suffixes = [suffix for label, _, suffix in (d.partition(".") for d in organisation.domains) if label == alias.text]
    return any(f".{spot.label}.{suffix}." in f".{address.left}." for suffix in suffixes)


def suffix_after(address: Address, spot: Spot) -> bool:
    """Return whether what follows the name looks like its suffix: `acb.vn-a.xyz`, `www-monex-co-jp.example`."""
    if spot.place == 0:
        after = re.split(r"[-_]", spot.label[spot.end :].lstrip("-_"))[0]
        return spot.label[spot.end : spot.end + 1] in ("-", "_") and after in ("com", "co", "vn", "jp", "gov", "net")
    after = address.left.partition(f"{spot.label}.")[2] if spot.end == len(spot.label) else spot.label[spot.end :]
    first = re.split(r"[-_.]", after.lstrip("-_."))[0]
    return first in ("com", "co", "gov", "edu", "net", "org", "ne", "or", "go") or (
        len(first) == 2 and is_top_level(first)
    )
