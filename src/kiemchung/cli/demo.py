"""`kiemchung demo`: the starter collection, three answered messages, and the site with two sample accounts."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiemchung.checking import answers_with_reviews
from kiemchung.cli.managing import service_ready
from kiemchung.cli.parser import Options
from kiemchung.cli.terminal import Cards, wrapped
from kiemchung.cli.words import say
from kiemchung.collection.home import default_home
from kiemchung.collection.searchable import SearchableCollection
from kiemchung.engine.errors import IndexBusyError
from kiemchung.engine.types import Message, Review
from kiemchung.starter import starter_reviews

if TYPE_CHECKING:
    from kiemchung.web.demonstration import DemoAccount

# One that is answered, one on which a person should look, one that nobody has checked.
_MESSAGES = {
    "vi": (
        "Mn oi nghe ns cam sac dt qua dem la chai pin, co that hok vay?? 😥",
        "Bà nội bảo phỏng thì lấy kem đánh răng trát lên cho mát, khỏi sẹo, cả nhà tin răm rắp 🙏",
        "Nghe nói ăn me chua trước khi ngủ thì sáng dậy cao thêm 2 cm, thật không cả nhà?",
    ),
    "en": (
        "OMG a shark just swimming down the flooded highway in Houston 🦈😱 https://t.co/x1",
        "is that true about the free costco coupon going around facebook",
        "Grandma says eating tamarind before bed makes you two centimetres taller by morning, true?",
    ),
}


_WAIT_S = 15.0


def run(options: Options) -> int:
    """Load the starter collection into a folder of its own, answer three messages, and open the site."""
    lang, home = options.lang, default_home() / "demo"
    with SearchableCollection.open(home) as collection:
        starter = starter_reviews()
        _load(collection, starter)
        print(wrapped(say("demo_intro", lang, count=len(starter))))
        print(say("demo_other", lang))
        index = collection.index()
        cards = Cards(sys.stdout, lang)
        messages = [Message(text) for text in _MESSAGES[lang]]
        for message, (answer, shown) in zip(messages, answers_with_reviews(collection, index, messages), strict=True):
            cards.show(message.text, answer, shown)
    print(f'\n{say("demo_next", lang)}\n  kiemchung import starter\n  kiemchung check "…"')
    print(f"{say('demo_own', lang)}\n  kiemchung import reviews.jsonl page.html feed.json.gz")
    return 0 if options.no_site else _serve(home, options)


def _serve(home: Path, options: Options) -> int:
    os.environ["KIEMCHUNG_HOME"] = str(home)
    for name in ("KIEMCHUNG_DATABASE", "KIEMCHUNG_SITE"):  # a demo touches no desk that is there
        os.environ.pop(name, None)
    with service_ready():
        from kiemchung.web.demonstration import prepare
        from kiemchung.web.logs import write_log_to
        from kiemchung.web.serving import Serving

        serving = Serving("127.0.0.1", options.port, has_worker=True)
        serving.prepare()
        accounts = prepare(_MESSAGES[options.lang])
        write_log_to(sys.stderr)
        serving.run(on_listening=lambda address: _tell(address, accounts, home, options.lang))
    return 0


def _tell(address: str, accounts: Sequence[DemoAccount], home: Path, lang: str) -> None:
    print(f"\n{say('demo_site', lang, address=address)}")
    print(say("demo_accounts", lang, address=address) if accounts else say("demo_known", lang, folder=home))
    for one in accounts:
        shown = {"username": one.username, "role": say(one.role, lang), "password": one.password}
        print(say("demo_account", lang, **shown, codes=", ".join(one.codes)))
    print(say("demo_folder", lang, folder=home, quoted=shlex.quote(str(home))))
    sys.stdout.flush()


def _load(collection: SearchableCollection, reviews: Sequence[Review]) -> None:
    """Import the reviews, after another demo that is doing the same just now."""
    end = time.monotonic() + _WAIT_S
    while True:
        try:
            collection.import_reviews(reviews, now=datetime.now(UTC))
        except IndexBusyError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return
