"""What tests read in the desk's pages, and what they type into its forms."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from kiemchung.desk.models import Claim
from tests.desk.newsroom import TAMARIND


class Elements(HTMLParser):
    """Collects the elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def text_of(response: Any) -> str:
    """Return what a person reads."""
    return " ".join(Elements(response.content.decode()).text.split())


def elements_of(response: Any, tag: str) -> list[dict[str, str | None]]:
    """Return the attributes of all elements of a kind."""
    return [attributes for name, attributes in Elements(response.content.decode()).found if name == tag]


def fields_of(response: Any) -> set[str]:
    """Return the names of all fields of the page's forms."""
    kinds = ("input", "textarea", "select", "button")
    return {
        str(one["name"])
        for tag, one in Elements(response.content.decode()).found
        if tag in kinds and one.get("name") not in (None, "csrfmiddlewaretoken")
    }


def typed(revision: int, **changed: str) -> dict[str, str]:
    """Return the form of a complete review."""
    said = {
        "claim_reviewed": TAMARIND,
        "rating": "false",
        "title": "Ăn me không làm cao thêm",
        "summary": "Chưa có nghiên cứu nào cho thấy me chua làm người ta cao lên.",
        "body": "Chiều cao do di truyền, dinh dưỡng và giấc ngủ quyết định.",
        "lang": "vi",
        "appearance": "",
        "speaker": "",
        "said_in_office": "",
        "office": "",
        "search_described": "",
        "revision": str(revision),
    }
    return {**said, **changed}


def source(title: str = "Viện Dinh dưỡng", **changed: str) -> dict[str, str]:
    """Return the form of a source."""
    return {"title": title, "url": "https://vien.example/me", "quotation": "Không có tác dụng.", **changed}


def address(claim: Claim, rest: str = "") -> str:
    """Return the address of one of a claim's pages."""
    return f"/desk/claims/{claim.pk}{rest}"
