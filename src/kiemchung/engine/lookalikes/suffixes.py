"""Under which suffix a name is registered: the public-suffix list as it was pinned, private suffixes included."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

_PRIVATE_BEGINS = "// ===BEGIN PRIVATE DOMAINS==="


@lru_cache(maxsize=1)
def _rules() -> dict[str, bool]:
    """Return rule -> whether it is private, in ASCII and as written (`data/public_suffix_list.dat`, MPL-2.0)."""
    rules: dict[str, bool] = {}
    is_private = False
    text = (files("kiemchung.engine") / "data" / "public_suffix_list.dat").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("//"):
            is_private = is_private or line == _PRIVATE_BEGINS
        elif line:
            rule = line.split()[0].lower()
            rules[rule] = is_private
            if not rule.isascii():
                rules[_ascii(rule)] = is_private
    return rules


def _ascii(rule: str) -> str:
    labels = (
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in rule.split(".")
    )
    return ".".join(labels)


def split_host(host: str) -> tuple[str, str, bool]:
    """Return what is left of the suffix, the suffix, and whether the suffix is a private one (`github.io`).

    The method is that of publicsuffix.org: the longest rule wins, `*` is one label, `!` an exception; a name under no
    rule has its last label as suffix. A host that is a suffix itself has an empty left part.

    >>> split_host("login.bank.com.vn"), split_host("me.github.io"), split_host("com.vn")
    (('login.bank', 'com.vn', False), ('me', 'github.io', True), ('', 'com.vn', False))
    """
    rules = _rules()
    labels = host.split(".")
    for at in range(len(labels)):
        tail = ".".join(labels[at:])
        above = ".".join(labels[at + 1 :])
        if f"!{tail}" in rules:
            return ".".join(labels[: at + 1]), above, rules[f"!{tail}"]
        if tail in rules:
            return ".".join(labels[:at]), tail, rules[tail]
        if above and f"*.{above}" in rules:
            return ".".join(labels[:at]), tail, rules[f"*.{above}"]
    return ".".join(labels[:-1]), labels[-1], False


def is_top_level(label: str) -> bool:
    """Return whether a label is a top-level domain.

    >>> is_top_level("vn"), is_top_level("hotro")
    (True, False)
    """
    return label in _rules() or f"*.{label}" in _rules()


def registered_domain(host: str) -> str:
    """Return the registered domain of a host; empty for a suffix.

    >>> registered_domain("login.bank.com.vn"), registered_domain("vn")
    ('bank.com.vn', '')
    """
    left, suffix, _ = split_host(host)
    return f"{left.rpartition('.')[2]}.{suffix}" if left else ""


@lru_cache(maxsize=16384)
def own_suffixes(domains: tuple[str, ...]) -> frozenset[str]:
    """Return the suffixes under which an organisation has its domains.

    >>> sorted(own_suffixes(("bank.com.vn", "bank.vn")))
    ['com.vn', 'vn']
    """
    return frozenset(split_host(domain)[1] for domain in domains)
