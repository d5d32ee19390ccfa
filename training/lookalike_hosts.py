"""Addresses made by rule, to fit on: innocent ones that look guilty, and imitations of organisations seen in no list.

All words are this project's own (CC0) or those of the shipped word lists; no evaluation data goes in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from kiemchung.engine.lookalikes.aliases import Alias
from kiemchung.engine.lookalikes.words import classes, english_words
from kiemchung.engine.types import Organisation

SUFFIXES: tuple[str, ...] = ("com",) * 12 + (
    "net",
    "org",
    "vn",
    "com.vn",
    "ru",
    "de",
    "se",
    "io",
    "co.uk",
    "fr",
    "nl",
    "it",
    "eu",
    "jp",
)
SUFFIXES += ("com.br", "pl", "cz", "us", "app", "me", "xyz", "shop", "online", "top", "site", "store", "info", "cn")
SCAM_SUFFIXES: tuple[str, ...] = ("com",) * 8 + (
    "top",
    "vip",
    "xyz",
    "cc",
    "online",
    "site",
    "shop",
    "club",
    "life",
    "live",
    "me",
    "click",
)
SCAM_SUFFIXES += (
    "info",
    "website",
    "vn",
    "com.vn",
    "net",
    "org",
    "asia",
    "store",
    "cn",
    "cn",
    "cn",
    "tk",
    "icu",
    "cyou",
)
VIETNAMESE = """
nha hang quan cafe tra sua banh mi pho bun bo cho thuoc sach vai may xe oto dien lanh nuoc rua tay da giay
dep toc nail spa gym yoga du lich khach san biet thu can ho dat nen nha xuong go noi that kinh sat thep son gach xi mang
in an quang cao hoa tuoi cay canh ca canh thu cung meo cho con tre em hoc tieng anh toan ly hoa van su dia trung tam
gia su lop mam non tieu hoc minh anh thanh huong lan phuong nam bac dong tay trung son hai long phat tai loc tho an binh
hung thinh vuong dai phu quy ngoc kim chi hoang gia viet tien duc tri tin nghia hoa hiep thuan loi cuong quoc bao
""".split()
BUSINESS = """solutions consulting studio design photo travel tours hotel garden kitchen coffee bakery motors cars parts
clinic dental yoga fitness books music guitar films school academy church law legal estate homes realty farm foods wines
fashion shoes toys pets dogs cats news blog wiki forum radio racing bikes golf tennis football club society museum
city valley river mountain lake forest island ocean star sun moon blue green red black white gold silver tech labs data
systems soft ware net works media press print paper steel wood glass stone power energy solar water air""".split()
OWN_PRODUCTS = """mobile music video games cloud labs research careers jobs education health fit home kids pro business
enterprise partners press newsroom investor foundation sport events awards studio store-locator academy developers ads
magazine stories energy electronics display semiconductors insurance ventures direct express plus prime fresh go works
conference summit rewardsclub community fonts maps drive photos assistant watch tv pad book pay wallet""".split()
LURES = [word for word, name in sorted(classes().items()) if name == "lure" and word.isalpha()]
SERVICES = [word for word, name in sorted(classes().items()) if name == "service" and word.isalpha()]
TECH = [word for word, name in sorted(classes().items()) if name == "tech" and word.isalpha()]
MENTIONS = [word for word, name in sorted(classes().items()) if name == "mention" and len(word) > 3]
_VOWELS, _CONSONANTS = "aeiou", "bcdfghklmnprstvz"

Maker = Callable[[random.Random, Alias, Organisation], str]
Filter = Callable[[Alias, Organisation], bool]


def coined(draw: random.Random, letters: int) -> str:
    """Return a run of letters that can be pronounced."""
    return "".join(draw.choice(_CONSONANTS if at % 2 else _VOWELS) for at in range(draw.randrange(2), letters + 1))


def noise(draw: random.Random, letters: int) -> str:
    """Return letters and digits as machines make them."""
    return "".join(draw.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(letters))


def mutated(draw: random.Random, text: str) -> str:
    """Return `text` with one letter added, dropped, doubled, changed, or two swapped."""
    at = draw.randrange(1, len(text))
    letter = draw.choice("abcdefghijklmnopqrstuvwxyz")
    return draw.choice(
        [
            text[:at] + letter + text[at:],
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + letter + text[at + 1 :],
            text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :],
            text[:at]
            + {"o": "0", "l": "1", "i": "l", "e": "3", "a": "4", "m": "rn"}.get(text[at], text[at])
            + text[at + 1 :],
        ]
    )


def innocent(draw: random.Random, count: int) -> Iterator[str]:
    """Return names that have nothing to do with any organisation: words, coined words, Vietnamese, other banks."""
    words = sorted(word for word in english_words() if 3 <= len(word) <= 9)
    for _ in range(count):
        kind = draw.randrange(10)
        suffix = draw.choice(SUFFIXES)
        if kind < 2:
            label = draw.choice(words) + draw.choice(["", "-", "", ""]) + draw.choice(words)
        elif kind < 4:
            label = draw.choice(
                [draw.choice(words), draw.choice(["my", "the", "go", "get", "all"]) + draw.choice(words)]
            )
        elif kind < 5:
            label = draw.choice(words) + draw.choice(["", "-"]) + draw.choice(BUSINESS + TECH)
        elif kind < 7:
            label = "".join(draw.choice(VIETNAMESE) for _ in range(draw.randrange(2, 5)))
        elif kind < 8:
            first = draw.choice(
                [coined(draw, draw.randrange(1, 5)), draw.choice(words)[:4], noise(draw, 2).strip("0123456789")]
            )
            label = (
                first
                + draw.choice(["", "-", ""])
                + draw.choice(["bank", "bank", "pay", "credit", "card", "post", "express"])
            )
        elif kind < 9:
            label = coined(draw, draw.randrange(3, 9)) + draw.choice([draw.choice(BUSINESS), draw.choice(words)])
        else:
            label = f"{draw.choice(words)}.{draw.choice(words)}"
        yield f"{label}.{suffix}"


def _glued(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    tail = coined(draw, draw.randrange(1, 6))
    return f"{draw.choice([alias.text + tail, tail + alias.text])}.{draw.choice(SUFFIXES)}"


def _own_machinery(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    word = draw.choice(TECH)
    label = draw.choice([alias.text + word, f"{alias.text}-{word}", word + alias.text, alias.text + word])
    return f"{label}.{draw.choice(['com', 'net', 'com', 'io', 'cn', 'tv', 'cloud'])}"


def _own_product(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    label = alias.text + draw.choice(OWN_PRODUCTS + BUSINESS)
    return f"{label}.{draw.choice(['com', 'com', 'com', 'net', 'org', 'io', 'de', 'jp'])}"


def _acronym_elsewhere(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    word = draw.choice(BUSINESS)
    made = [
        f"{alias.text}-{word}",
        f"{word}-{alias.text}",
        alias.text + word,
        f"{alias.text}.{word}",
        word + alias.text,
    ]
    return f"{draw.choice(made)}.{draw.choice(SUFFIXES)}"


def _elsewhere_below(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    firm = draw.choice(BUSINESS) + draw.choice(BUSINESS)
    return f"{alias.text}.{firm}.{draw.choice(['com', 'net', 'vn', 'io', 'co.uk', 'de'])}"


def _talked_about(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    word = draw.choice(MENTIONS)
    made = [f"{word}{alias.text}", f"{word}-{alias.text}", f"{alias.text}{word}", f"{alias.text}-{word}"]
    return f"{draw.choice(made)}.{draw.choice(['com', 'net', 'org', 'vn', 'info', 'blog'])}"


def _shop_of(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    return f"{alias.text}{draw.choice(VIETNAMESE)}{draw.choice(VIETNAMESE)}.{draw.choice(['vn', 'com', 'com.vn'])}"


def _path_news(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    words = "-".join(draw.choice(VIETNAMESE) for _ in range(5))
    host = f"{draw.choice(VIETNAMESE)}{draw.choice(VIETNAMESE)}.{draw.choice(SUFFIXES)}"
    made = [f"/{alias.text}-{words}.html", f"/tag/{alias.text}", f"/{words}-{alias.text}/", f"/{alias.text}/{words}"]
    made += [f"/search?q={alias.text}", f"/{draw.choice(BUSINESS)}/{alias.text}/about", f"/tin-tuc/{alias.text}"]
    made += [
        f"/{alias.text}",
        f"/review/{alias.text}",
        f"/company/{alias.text}",
        f"/{draw.choice(BUSINESS)}-{alias.text}",
    ]
    return f"https://{host}{draw.choice(made)}"


def _reported(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    domain = draw.choice(organisation.domains or (f"{alias.text}.com",))
    host = f"{draw.choice(BUSINESS)}{draw.choice(BUSINESS)}.{draw.choice(SUFFIXES)}"
    return f"https://{host}/{draw.choice(['review', 'website', 'domain', 'whois', 'site', 'gui/domain'])}/{domain}"


def _taken_in(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    host = f"{draw.choice(BUSINESS)}{draw.choice(BUSINESS)}.{draw.choice(SUFFIXES)}"
    name = alias.text
    made = [f"/login/{name}", f"/auth/{name}/login", f"/oauth/{name}/confirm", f"/payment/{name}/confirm"]
    made += [
        f"/signin/{name}",
        f"/{name}/login",
        f"/users/auth/{name}/verify",
        f"/{name}-login-tutorial",
        f"/{name}/update",
    ]
    return f"https://{host}{draw.choice(made)}"


def _integrated(alias: Alias, organisation: Organisation) -> bool:
    """Whose sign-in and payment other sites take into their own pages."""
    del alias
    return organisation.category in ("social", "tech", "ewallet", "game")


def _everyday(alias: Alias, organisation: Organisation) -> bool:
    """Names of which the letters turn up by accident."""
    del organisation
    return len(alias.text) <= 4 or alias.is_common


def _worldwide(alias: Alias, organisation: Organisation) -> bool:
    """Firms that register hundreds of names; those of Viet Nam hardly do."""
    del alias
    return organisation.country not in ("", "VN")


def _all(alias: Alias, organisation: Organisation) -> bool:
    del alias, organisation
    return True


GUILTLESS: tuple[tuple[Maker, int, Filter], ...] = (
    (_glued, 5, _everyday),
    (_own_machinery, 1, _all),
    (_own_machinery, 4, _worldwide),
    (_own_product, 4, _worldwide),
    (_acronym_elsewhere, 5, _everyday),
    (_elsewhere_below, 2, _everyday),
    (_talked_about, 3, _all),
    (_path_news, 3, _all),
    (_reported, 1, _all),
    (_taken_in, 8, _integrated),
)


def _beside(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    word = draw.choice(LURES + SERVICES + ["vn", "vn", "24h", "247", "vip", "app"])
    joint = draw.choice(["", "-", "-"])
    made = [alias.text + joint + word, word + joint + alias.text]
    made += [f"{draw.choice(LURES)}-{draw.choice(SERVICES)}{joint}{alias.text}"]
    return f"{draw.choice(made)}.{draw.choice(SCAM_SUFFIXES)}"


def _numbered(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    tail = draw.choice(
        [str(draw.randrange(1, 9999)), noise(draw, draw.randrange(1, 4)), "vn" + str(draw.randrange(1, 99))]
    )
    return f"{alias.text}{draw.choice(['', '-'])}{tail}.{draw.choice(SCAM_SUFFIXES)}"


def _other_suffix(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    return f"{alias.text}.{draw.choice([s for s in SCAM_SUFFIXES if s not in ('com', 'vn', 'com.vn', 'org', 'net')])}"


def _misspelt(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    label = mutated(draw, alias.text)
    if len(alias.text) >= 9 and draw.random() < 0.5:
        label = mutated(draw, label)
    extra = draw.choice(["", "", f"-{draw.choice(LURES + SERVICES)}", str(draw.randrange(1, 99))])
    host = f"{label}{extra}.{draw.choice(SCAM_SUFFIXES)}"
    return (
        host
        if draw.random() < 0.6
        else f"{draw.choice(['', 'www-', 'm.'])}{label}.{noise(draw, 7)}.{draw.choice(SCAM_SUFFIXES)}"
    )


_TWINS = {
    "a": "аạàá",
    "e": "еẹèé",
    "i": "іịìí",
    "o": "оọòó",
    "u": "ụùú",
    "c": "с",
    "p": "р",
    "x": "х",
    "y": "у",
    "s": "ѕ",
}


def _foreign(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    places = [at for at, letter in enumerate(alias.text) if letter in _TWINS]
    at = draw.choice(places) if places else 0
    twin = draw.choice(_TWINS.get(alias.text[at], "ä"))
    label = alias.text[:at] + twin + alias.text[at + 1 :]
    label += draw.choice(["", "", f"-{draw.choice(LURES)}"])
    if draw.random() < 0.5:
        label = "xn--" + label.encode("punycode").decode("ascii")
    return f"{label}.{draw.choice(SCAM_SUFFIXES)}"


def _in_front(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    domain = draw.choice(organisation.domains or (f"{alias.text}.com",))
    other = draw.choice([noise(draw, draw.randrange(4, 9)), draw.choice(BUSINESS) + draw.choice(BUSINESS)])
    made = [
        f"{domain}.{other}",
        f"{domain}-{noise(draw, 2)}",
        f"www.{domain}.{other}",
        f"{domain.replace('.', '-')}.{other}",
    ]
    return f"{draw.choice(made)}.{draw.choice(SCAM_SUFFIXES)}"


def _below(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    del organisation
    other = draw.choice([noise(draw, draw.randrange(5, 9)), draw.choice(BUSINESS) + draw.choice(BUSINESS)])
    word = draw.choice(LURES + SERVICES + ["www", "info", "my", "login", "vn", "jp", coined(draw, 5)])
    made = [alias.text, f"{alias.text}-{word}", f"{word}-{alias.text}", f"{word}.{alias.text}", f"{alias.text}.{word}"]
    return f"{draw.choice(made)}.{other}.{draw.choice(SCAM_SUFFIXES)}"


def _in_path(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    host = (
        f"{draw.choice([noise(draw, 7), draw.choice(BUSINESS) + draw.choice(BUSINESS)])}.{draw.choice(SCAM_SUFFIXES)}"
    )
    domain = draw.choice(organisation.domains or (f"{alias.text}.com",))
    made = [
        f"/{alias.text}/login",
        f"/wp-content/{alias.text}/",
        f"/login.{domain}/signin",
        f"/css/www.{domain}/index.html",
    ]
    made += [f"/{domain}/login.php", f"/image/{alias.text}/", f"/{alias.text}/client/index.php", f"/{domain}/"]
    return f"https://{host}{draw.choice(made)}"


def _as_user(draw: random.Random, alias: Alias, organisation: Organisation) -> str:
    domain = draw.choice(organisation.domains or (f"{alias.text}.com",))
    user = draw.choice([domain, f"www.{domain}", f"{domain}%2F"])
    return f"https://{user}@{noise(draw, 8)}.{draw.choice(SCAM_SUFFIXES)}/"


IMITATIONS: tuple[tuple[Maker, int, Filter], ...] = (
    (_beside, 3, _all),
    (_numbered, 2, _all),
    (_other_suffix, 1, _all),
    (_misspelt, 3, _all),
    (_foreign, 1, _all),
    (_in_front, 2, _all),
    (_below, 3, _all),
    (_in_path, 1, _all),
    (_as_user, 1, _all),
)


def made(
    makers: Sequence[tuple[Maker, int, Filter]],
    organisations: Sequence[Organisation],
    aliases: Sequence[Alias],
    seed: int,
) -> Iterator[tuple[str, int]]:
    """Return made names with the place of the organisation that each is made from: by the label of its own domain."""
    draw = random.Random(seed)
    for at, organisation in enumerate(organisations):
        labels = [alias for alias in aliases if alias.organisation == at and alias.origin in ("label", "name")]
        usable = [alias for alias in labels if 3 <= len(alias.text) <= 14 and alias.text.isascii()]
        for maker, count, is_fit in makers:
            fit = [alias for alias in usable if is_fit(alias, organisation)]
            for _ in range(count if fit else 0):
                yield maker(draw, draw.choice(fit), organisation), at
