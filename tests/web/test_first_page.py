"""The first page works, in both languages."""

from __future__ import annotations

from django.test import Client


def test_the_first_page_asks_what_to_check(reader: Client) -> None:
    page = reader.get("/").content.decode()
    assert "Tin này có thật không?" in page
    assert 'action="/hoi"' in page


def test_a_reader_chooses_the_language_without_an_address_of_its_own(reader: Client) -> None:
    done = reader.post("/language", {"language": "en", "next": "/"})
    assert (done.status_code, done["Location"]) == (302, "/")
    assert "Is it true?" in reader.get("/").content.decode()
    assert reader.get("/")["Content-Language"] == "en"


def test_the_first_page_is_below_100_kb_with_all_it_loads(reader: Client) -> None:
    page = reader.get("/").content
    loaded = [reader.get("/static/" + part.split(b'"')[0].decode()).content for part in page.split(b'="/static/')[1:]]
    assert len(page) + sum(map(len, loaded)) < 100_000
