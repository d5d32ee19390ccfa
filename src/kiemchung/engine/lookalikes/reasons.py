"""Why a name is taken for an imitation or not, as published codes with sentences in Vietnamese and English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from kiemchung.engine.lookalikes.addresses import Address
from kiemchung.engine.lookalikes.aliases import Alias
from kiemchung.engine.lookalikes.features import FEATURES, Evidence
from kiemchung.engine.lookalikes.fronts import official_before
from kiemchung.engine.lookalikes.names import NAME_FEATURES, NameEvidence
from kiemchung.engine.lookalikes.normalise import decode_punycode, read, seen
from kiemchung.engine.lookalikes.words import pieces_of
from kiemchung.engine.types import Organisation, Reason

# The published codes; `{0}`, `{1}`, `{2}` are the reason's values. docs/library.md lists them.
LOOKALIKE_SENTENCES: dict[str, tuple[str, str]] = {
    "uses_name": ("dùng tên “{0}”", "uses the name “{0}”"),
    "other_suffix": (
        "tên “{0}” dưới đuôi .{1}; tên miền chính thức là {2}",
        "the name “{0}” under the suffix .{1}; the official domain is {2}",
    ),
    "official_domain_in_front": (
        "viết tên miền chính thức {0} ở phía trước, nhưng địa chỉ thật thuộc về {1}",
        "writes the official domain {0} in front, but the address really belongs to {1}",
    ),
    "name_in_subdomain": (
        "tên “{0}” chỉ nằm ở phần trước; địa chỉ thật thuộc về {1}",
        "the name “{0}” is only in front; the address really belongs to {1}",
    ),
    "name_in_path": (
        "tên “{0}” nằm trong đường dẫn của một trang thuộc về {1}",
        "the name “{0}” is in the path of a page that belongs to {1}",
    ),
    "name_before_at": (
        "“{0}” đứng trước dấu @ chỉ để đánh lừa; địa chỉ thật là {1}",
        "“{0}” before the @ is there to deceive; the real address is {1}",
    ),
    "name_after_at": (
        "“{0}” đứng sau dấu / và @ chỉ để đánh lừa; địa chỉ thật là {1}",
        "“{0}” after the slash and the @ is there to deceive; the real address is {1}",
    ),
    "opens_nothing": (
        "viết như tên miền chính thức, nhưng có “{0}”: không trình duyệt nào mở được",
        "written like an official domain, but with “{0}”: no browser opens it",
    ),
    "other_letter": ("chữ “{0}”{1} không phải là “{2}”", "the letter “{0}”{1} is not “{2}”"),
    "look_alike_letters": ("viết “{0}” trông như “{1}”", "writes “{0}”, which looks like “{1}”"),
    "misspelt": ("viết “{0}” gần giống “{1}”", "writes “{0}”, close to “{1}”"),
    "split_name": ("chen dấu giữa các chữ của tên: “{0}”", "puts separators into the name: “{0}”"),
    "marks_changed": ("đổi dấu của tên: “{0}”, tên thật là “{1}”", "changes the marks: “{0}”; the name is “{1}”"),
    "foreign_letters": ("dùng chữ của hệ chữ khác trông như Latinh", "uses letters of another script that look Latin"),
    "hidden_characters": ("chứa ký tự không nhìn thấy", "holds characters that cannot be seen"),
    "fancy_letters": ("dùng chữ kiểu lạ (toán học, toàn chiều rộng)", "uses styled letters (mathematical, full-width)"),
    "other_letters": ("“{0}” không phải là {1}", "“{0}” is not {1}"),
    "scam_words": ("kèm từ hay gặp trong lừa đảo: {0}", "together with words common in scams: {0}"),
    "service_words": ("tự xưng là bộ phận hoặc dịch vụ: {0}", "presents itself as a desk or service: {0}"),
    "digits_beside": ("thêm chữ số vào tên", "adds digits to the name"),
    "cheap_suffix": ("đuôi .{0} hay bị lạm dụng", "the suffix .{0} is often abused"),
    "claims_official": ("tự nhận là chính thức (dấu tích)", "claims to be official (a tick)"),
    "talks_about": ("nói về tổ chức, không giả làm tổ chức: {0}", "speaks of it, does not pose as it: {0}"),
    "other_words": ("phần còn lại là từ khác: {0}", "the rest are other words: {0}"),
    "everyday_name": ("tên này cũng là từ thông thường", "the name is also an everyday word"),
    "own_machinery": ("giống tên miền kỹ thuật của chính tổ chức: {0}", "like its own technical domains: {0}"),
    "official": ("là tên chính thức của tổ chức này", "belongs to the organisation itself"),
    "affiliated": ("thuộc bên được tổ chức liên kết", "belongs to an affiliate of the organisation"),
}  # fmt: skip
_TRICKS = {
    "invisible": "hidden_characters",
    "bidi": "hidden_characters",
    "styled": "fancy_letters",
    "mixed_script": "foreign_letters",
}
_AT = {name: at for at, name in enumerate(FEATURES)}
_NAME_AT = {name: at for at, name in enumerate(NAME_FEATURES)}


def lookalike_sentence(reason: Reason, lang: str) -> str:
    """Return a reason as a sentence part in Vietnamese (`lang` starts with "vi") or English.

    >>> lookalike_sentence(Reason("misspelt", ("vietconbank", "vietcombank")), "en")
    'writes “vietconbank”, close to “vietcombank”'
    """
    at = 0 if lang.startswith("vi") else 1
    values = list(reason.values)
    if reason.code == "other_letter":
        script = _SCRIPTS.get(values[1], ("", ""))[at]
        values[1] = f" ({script})" if script else ""
    return LOOKALIKE_SENTENCES[reason.code][at].format(*values, "", "", "")


# The scripts whose letters look Latin: in Vietnamese and in English.
_SCRIPTS = {
    "CYRILLIC": ("chữ Kirin", "Cyrillic"),
    "GREEK": ("chữ Hy Lạp", "Greek"),
    "ARMENIAN": ("chữ Armenia", "Armenian"),
    "CHEROKEE": ("chữ Cherokee", "Cherokee"),
    "GEORGIAN": ("chữ Gruzia", "Georgian"),
    "HEBREW": ("chữ Do Thái", "Hebrew"),
    "COPTIC": ("chữ Copt", "Coptic"),
}
_MOST_LETTERS = 3


def _letters(shown: str, *, foreign_only: bool) -> Iterator[Reason]:
    """Return which letters are not the Latin ones they are taken for; in names, where marks are right, other scripts'.

    >>> [reason.values for reason in _letters("vietcọmbаnk", foreign_only=False)]
    [('ọ', 'LATIN', 'o'), ('а', 'CYRILLIC', 'a')]
    """
    found = dict.fromkeys(c for c in unicodedata.normalize("NFC", shown) if not c.isascii() and c.isalpha())
    count = 0
    for letter in found:
        script, latin = unicodedata.name(letter, "").split(" ")[0], read(letter)
        is_other = script in _SCRIPTS or (script == "LATIN" and not foreign_only)
        if is_other and latin.isascii() and latin.isalpha() and count < _MOST_LETTERS:
            count += 1
            yield Reason("other_letter", (letter, script, latin))


def address_reasons(
    name: str,
    address: Address,
    alias: Alias,
    organisation: Organisation,
    evidence: Evidence,
    place: str,
    tricks: tuple[str, ...],
) -> tuple[Reason, ...]:
    """Return the reasons of an address, the one that decides first."""
    if place == "user":
        return (Reason("name_before_at", (address.user, address.host)),)
    if place == "at":
        return (Reason("name_after_at", (address.after_at, address.host)),)
    if place == "path":
        return (Reason("name_in_path", (alias.text, address.registered)), *_beside(address, evidence))
    found = list(_of_place(address, alias, organisation, evidence))
    shown = seen(decode_punycode(name))
    if not shown.isascii():
        found[:0] = [Reason("other_letters", (shown[:253], address.host)), *_letters(shown, foreign_only=False)]
    found += [Reason(_TRICKS[trick]) for trick in tricks if trick in _TRICKS]
    found += _beside(address, evidence)
    if evidence.values[_AT["everyday_alias"]]:
        found.append(Reason("everyday_name"))
    return tuple(dict.fromkeys(found))


def _of_place(address: Address, alias: Alias, organisation: Organisation, evidence: Evidence) -> Iterator[Reason]:
    values, spot = evidence.values, evidence.spot
    is_in_front = bool(values[_AT["official_before"]]) and official_before(address, organisation)  # letter by letter
    if is_in_front:
        yield Reason("official_domain_in_front", (_spelled_out(address, organisation), address.registered))
    if spot is None:
        return
    if spot.how == "edit":
        yield Reason("misspelt", (spot.written, alias.text))
    elif spot.how == "shape":
        yield Reason("look_alike_letters", (spot.written, alias.text))
    elif values[_AT["whole_label"]]:
        yield Reason(
            "other_suffix", (spot.written, address.suffix, organisation.domains[0] if organisation.domains else "")
        )
    elif not is_in_front and spot.place == 0:
        yield Reason("uses_name", (spot.written,))
    if spot.is_split:
        yield Reason("split_name", (spot.written,))
    if spot.place and not is_in_front:
        yield Reason("name_in_subdomain", (spot.written, address.registered))


def _spelled_out(address: Address, organisation: Organisation) -> str:
    dashed = f".{address.left}".replace("_", ".").replace("-", ".")
    return next((d for d in organisation.domains if d.replace("-", ".") in dashed), organisation.domains[0])


def _beside(address: Address, evidence: Evidence) -> Iterator[Reason]:
    spot = evidence.spot
    if spot is not None:
        rest = [piece for letters in spot.rest for piece in pieces_of(letters)]
        for name, code in (("lure", "scam_words"), ("service", "service_words"), ("mention", "talks_about")):
            words = tuple(dict.fromkeys(piece for piece, kind in rest if kind == name))
            if words:
                yield Reason(code, (", ".join(words),))
        tech = tuple(dict.fromkeys(piece for piece, kind in rest if kind == "tech"))
        if tech:
            yield Reason("own_machinery", (", ".join(tech),))
        if evidence.values[_AT["digits_only"]]:
            yield Reason("digits_beside")
    if evidence.values[_AT["cheap_suffix"]]:
        yield Reason("cheap_suffix", (address.suffix,))


def name_reasons(name: str, alias: Alias, evidence: NameEvidence) -> tuple[Reason, ...]:
    """Return the reasons of a display name, handle, sender or title, the one that decides first."""
    values, named = evidence.values, evidence.named
    shown = " ".join(alias.shown)
    found = []
    if named.how == "edit":
        found.append(Reason("misspelt", (named.written, shown)))
    elif named.how == "shape":
        found.append(Reason("look_alike_letters", (named.written, shown)))
    elif named.how == "spaced":
        found.append(Reason("split_name", (shown,)))
    elif "mixed_script" not in evidence.tricks and (
        values[_NAME_AT["marks_changed"]] or values[_NAME_AT["marks_dropped"]]
    ):
        found.append(Reason("marks_changed", (named.written, shown)))
    else:
        found.append(Reason("uses_name", (shown,)))
    found += [Reason(_TRICKS[trick]) for trick in evidence.tricks if trick in _TRICKS]
    if "mixed_script" in evidence.tricks:
        found += _letters(name, foreign_only=True)
    if evidence.around.said:
        found.append(Reason("service_words", (", ".join(dict.fromkeys(evidence.around.said)),)))
    if values[_NAME_AT["tick"]]:
        found.append(Reason("claims_official"))
    if evidence.around.talked:
        found.append(Reason("talks_about", (", ".join(dict.fromkeys(evidence.around.talked)),)))
    if values[_NAME_AT["everyday"]]:
        found.append(Reason("everyday_name"))
    return tuple(dict.fromkeys(found))
