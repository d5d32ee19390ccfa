"""What an organisation is called in addresses and names: aliases made from its domains, names and known short forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kiemchung.engine.lookalikes.normalise import read, seen
from kiemchung.engine.lookalikes.suffixes import registered_domain, split_host
from kiemchung.engine.lookalikes.words import classes, english_words, is_common
from kiemchung.engine.text.normalise import fold, settled
from kiemchung.engine.types import Organisation

_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"\b[A-Z]{2,4}\b")
_LOWER_CASE = re.compile(r"\b[^\W\dA-ZĐ][^\WA-ZĐ]*\b")
_BRACKETS = re.compile(r"[(（\[]([^)）\]]*)[)）\]]")
_SLASH = re.compile(r"\s/\s")
# Words of corporate form and kind before or after the proper name, folded; the longest first.
_BEFORE = """
cong ty tai chinh co phan|cong ty tai chinh tnhh|cong ty tai chinh|cong ty co phan|cong ty tnhh|tong cong ty
|cong ty|tap doan|tnhh|mtv|ctcp|mot thanh vien|ngan hang thuong mai co phan|ngan hang lien doanh|ngan hang tmcp
|ngan hang tm|ngan hang tnhh mtv|ngan hang tnhh|ngan hang so|ngan hang|tmcp|he thong y te|benh vien da khoa|benh vien
|bv|truong dai hoc|dai hoc|hoc vien|bao dien tu|bao|tap chi|dai truyen hinh|vi dien tu|vi|ung dung|san giao dich
|cong thong tin dien tu|cong thong tin|nha thuoc|san xuat va kinh doanh|co phan|chung khoan"""
_AFTER = "viet nam|vietnam|vn|inc|ltd|corp|corporation|group|holdings|company|mobile vn"
# Everyday aliases that are also a kind of thing: never an alias by themselves.
_NEVER = frozenset(
    "bank shop post news online mobile group card pay office live outlook mail home store game games food air go"
    " may the vietnam viet nam ngan hang bao bo cuc cong benh vien dai hoc dich vu truong tap doan hoi"
    " nganhang benhvien daihoc dichvu tapdoan hocvien vientin congnghe".split()
)
SHORT = 4  # an alias of up to so many letters is only looked for as a whole part


@dataclass(frozen=True, slots=True)
class Alias:
    """One way to call an organisation: `text` are its letters and digits in one piece, `words` as written apart.

    `origin` is `label` (the label of an official domain), `name` (display or full name), `core` (that without
    words of form), `other`, or `nick`
    (a pet form, in names only).
    `shown` are the words with their marks. `organisation` is the place of the organisation in the registry.
    """

    text: str
    words: tuple[str, ...]
    organisation: int
    origin: str
    shown: tuple[str, ...] = ()

    @property
    def is_common(self) -> bool:
        """Whether it is an everyday word too. Worked out when asked for, which of most aliases nobody does."""
        return is_common(self.text)


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a name.

    >>> words_of("Bộ GD&ĐT"), words_of("J&T Express")
    (('bo', 'gd', 'dt'), ('j', 't', 'express'))
    """
    # Word by word, and each once: names of organisations are made of the same words.
    return tuple([word for piece in text.split(" ") for word in _words_in(piece)])


@lru_cache(maxsize=16384)
def _words_in(piece: str) -> list[str]:
    return _WORD.findall(read(piece))


def aliases_of(organisations: Sequence[Organisation]) -> list[Alias]:
    """Return the aliases of all organisations, in their order; no organisation has the same letters twice.

    What is the label of one organisation's own domain is no alias of another that only mentions it in its name.

    >>> [alias.text for alias in aliases_of([Organisation("x", "Ngân hàng X Y (XY)", domains=("xybank.vn",))])]
    ['xybank', 'nganhangxy', 'xy', 'nhxy']
    """
    owned = {domain: at for at, o in enumerate(organisations) for domain in o.domains}
    spelled = [list(_spellings(organisation, owned, at)) for at, organisation in enumerate(organisations)]
    owners: dict[str, set[int]] = {}
    for at, spellings in enumerate(spelled):
        for origin, words in spellings:
            if origin == "label":
                owners.setdefault("".join(words), set()).add(at)
    found = []
    for at, spellings in enumerate(spelled):
        shown = _shown(organisations[at])
        texts: dict[str, tuple[str, tuple[str, ...]]] = {}
        for origin, words in spellings:
            text = "".join(words)
            if len(text) >= 2 and text not in _NEVER and not text.isdigit() and at in owners.get(text, {at}):
                known, apart = texts.get(text, (origin, words))
                texts[text] = (known, max(apart, words, key=len))  # `fe credit` rather than `fecredit`
        for text, (origin, words) in texts.items():
            found.append(Alias(text, words, at, origin, shown.get(text, words)))
    return found


def _shown(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Return the letters of a name in one piece -> its words with their marks, for every stretch of the full names."""
    found: dict[str, tuple[str, ...]] = {}
    for name in (organisation.display, organisation.name, *organisation.aliases):
        words = () if name.isascii() else shown_words(name)
        folded = [fold(word) for word in words]
        for begin in range(len(words)):
            letters = ""
            for end in range(begin + 1, len(words) + 1):
                letters += folded[end - 1]
                found.setdefault(letters, words[begin:end])
    return found


def shown_words(text: str) -> tuple[str, ...]:
    """Return the words of a name in lower case with their marks.

    >>> shown_words("Điện máy XANH")
    ('điện', 'máy', 'xanh')
    """
    return tuple([word for piece in text.split(" ") for word in _shown_in(piece)])


@lru_cache(maxsize=16384)
def _shown_in(piece: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", settled(seen(piece))))


def _spellings(organisation: Organisation, owned: dict[str, int], at: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    labels = list(_labels(organisation, owned, at))
    names = list(_names(organisation))
    for label in labels:
        yield "label", words_of(label)
    for words in names:
        yield "name", words
        if len(words) > 2 and "va" in words:
            yield "name", tuple(word for word in words if word != "va")  # written with `&` or without
    cores = [without_form(words) for words in names]
    for words, stripped in zip(names, cores, strict=True):
        if len(stripped) < len(words):
            yield "core", stripped
        if len(words) == 2 and words[1] in classes() and 2 <= len(words[0]) < SHORT:
            yield "core", words[:1]  # `Ngân hàng MB`
    for words in names:
        yield from (("other", short) for short in _shortened(words))
    joined = [label.replace("-", "").replace("_", "") for label in labels]
    for words in dict.fromkeys(cores):
        yield from (("other", piece) for piece in _pieces(words, joined))
    yield from (("other", words_of(text)) for text in organisation.aliases)
    # The acronym of a university is that of many others too.
    known = [words for words in names if organisation.category != "university" or len("".join(words)) > SHORT + 1]
    for text in known_short_forms(known):
        yield ("other" if text.isupper() or " " in text else "nick"), words_of(text)


_SHORTENED = {
    ("dich", "vu", "cong"): "dvc",
    ("ngan", "hang"): "nh",
    ("bao", "hiem", "xa", "hoi"): "bhxh",
    ("benh", "vien"): "bv",
    ("dai", "hoc"): "dh",
}

_SHORTENED_FIRST = frozenset(long[0] for long in _SHORTENED)


def _shortened(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Return a name with one of its usual words written short, as people do: `Cổng DVC Quốc gia`."""
    if _SHORTENED_FIRST.isdisjoint(words):
        return
    for long, short in _SHORTENED.items():
        for at in range(len(words) - len(long)):
            if words[at : at + len(long)] == long and len(words) > len(long) + 1 - (at > 0):
                yield (*words[:at], short, *words[at + len(long) :])


def _pieces(words: tuple[str, ...], labels: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Return the beginnings of a name that stand alone in a label: `yamato` of Yamato Transport in kuronekoyamato."""
    first = words[0]
    if (
        len(words) == 2
        and words[1] in classes()
        and len(first) >= SHORT
        and not (first in classes() or is_common(first))
    ):
        yield words[:1]
    whole = "".join(words)
    if len(whole) >= SHORT and any(whole in label for label in labels):
        yield words
        return
    for end in range(len(words) - 1, 0, -1):
        piece = "".join(words[:end])
        rests = [label.replace(piece, " ", 1).strip() for label in labels if piece in label]
        known = any(rest in classes() or (len(rest) > 2 and rest in english_words()) for rest in rests)
        if len(piece) >= SHORT and rests and piece not in classes() and (known or not is_common(piece)):
            yield words[:end]
            return


def _names(organisation: Organisation) -> Iterator[tuple[str, ...]]:
    for text in dict.fromkeys((organisation.display, organisation.name)):
        for part in (*_SLASH.split(_BRACKETS.sub(" ", text)), *_BRACKETS.findall(text)):
            words = words_of(part)
            if words:
                yield words


def _labels(organisation: Organisation, owned: dict[str, int], at: int) -> Iterator[str]:
    """Return the labels that stand for the organisation: of its domains, and of names below another's domain."""
    for domain in organisation.domains:
        left, _, _ = split_host(domain)
        below, _, label = left.rpartition(".")
        registered = registered_domain(domain)
        if below and registered not in organisation.domains:
            yield below.rpartition(".")[2]
        if label and owned.get(registered, at) == at:
            yield label


def without_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name without the words of corporate form at both ends.

    >>> without_form(("ngan", "hang", "tmcp", "a", "chau")), without_form(("bhxh", "viet", "nam"))
    (('a', 'chau'), ('bhxh',))
    """
    for form in _FORMS_BEFORE.get(words[0], ()):
        if len(form) < len(words) and words[: len(form)] == form and words[:2] != ("bao", "hiem"):
            return without_form(words[len(form) :])
    for form in _FORMS_AFTER.get(words[-1], ()):
        if len(form) < len(words) and words[-len(form) :] == form:
            return without_form(words[: -len(form)])
    return words


def _forms(table: str, at: int) -> dict[str, list[tuple[str, ...]]]:
    """Return the forms by their first (`at` 0) or last (-1) word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for form in sorted((tuple(form.split()) for form in table.replace("\n", "").split("|")), key=len, reverse=True):
        found.setdefault(form[at], []).append(form)
    return found


_FORMS_BEFORE, _FORMS_AFTER = _forms(_BEFORE, 0), _forms(_AFTER, -1)


@lru_cache(maxsize=1)
def _short_forms() -> dict[str, tuple[str, ...]]:
    """Return joined folded name -> all names of the same organisation (`data/organisations.tsv`)."""
    table: dict[str, tuple[str, ...]] = {}
    text = (files("kiemchung.engine") / "data" / "organisations.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#") and line.count("\t") == 2:
            names = tuple(line.split("\t")[2].split("|"))
            for name in names:
                table.setdefault("".join(words_of(name)), names)
    return table


def known_short_forms(names: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Return the other names of an organisation that the project's list of organisations knows by one of `names`.

    >>> "VCB" in set(known_short_forms([("vietcombank",)]))
    True
    """
    for words in names:
        if "".join(words) not in english_words():
            for name in _short_forms().get("".join(words), ()):
                if not (_ACRONYM.search(name) and _LOWER_CASE.search(name)):  # not `WHO cảnh báo`
                    yield name
