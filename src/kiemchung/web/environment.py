"""Readers of the environment: each refuses nonsense by the name of the setting."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from kiemchung.engine.errors import SetupError

Networks = tuple[IPv4Network | IPv6Network, ...]
_SHORTEST_TOKEN = 20
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Address:
    """Where readers reach the site; without a public address only this machine does, over http."""

    host: str = ""
    port: int | None = None

    @property
    def is_public(self) -> bool:
        """Whether `KIEMCHUNG_SITE` is set."""
        return bool(self.host)

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a browser names it; empty where there is no public address."""
        return f"https://{self.host}{f':{self.port}' if self.port else ''}" if self.host else ""


def address_from(name: str) -> Address:
    """Return the public address in the setting `name`: `https://host[:port]` and nothing after it."""
    given = os.environ.get(name, "").strip().rstrip("/")
    if not given:
        return Address()
    try:
        parts = urlsplit(given)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:
        host, port = "", None
    rest = (parts.path, parts.query, parts.fragment, parts.username, parts.password) if host else ("",)
    if not host or parts.scheme != "https" or any(rest):
        raise SetupError(
            f"{name} is not a public address. Write https://kiemchung.example, without anything after the host.",
            f"{name} không phải địa chỉ công khai. Hãy viết https://kiemchung.example, không có gì sau tên máy chủ.",
        )
    return Address(host, port)


def name_from(name: str) -> str:
    """Return the name in the setting `name`, at most 80 characters; empty when there is none."""
    given = " ".join(os.environ.get(name, "").split())
    if len(given) > _LONGEST_NAME:
        raise SetupError(
            f"{name} is longer than {_LONGEST_NAME} characters. Give the name under which the desk publishes.",
            f"{name} dài hơn {_LONGEST_NAME} ký tự. Hãy ghi tên mà ban kiểm chứng dùng khi đăng bài.",
        )
    return given


def networks_from(name: str) -> Networks:
    """Return the addresses and networks in the setting `name`, separated by commas."""
    given = [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
    try:
        return tuple(ip_network(part) for part in given)
    except ValueError:
        raise SetupError(
            f"{name} holds something that is no address or network. Write for example 127.0.0.1,10.0.0.0/8.",
            f"{name} có chỗ không phải địa chỉ hay mạng. Hãy viết ví dụ 127.0.0.1,10.0.0.0/8.",
        ) from None


def secret_from(name: str) -> str:
    """Return the secret in the setting `name`, or in the file that `name`_FILE names; empty when there is none."""
    given, path = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if path:
        try:
            given = Path(path).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise SetupError(
                f"{name}_FILE: {path} cannot be read ({type(error).__name__}). Name a readable file of plain text.",
                f"{name}_FILE: không đọc được {path} ({type(error).__name__}). Hãy chỉ một tệp văn bản đọc được.",
            ) from None
    given = given.strip()
    if given and len(given) < _SHORTEST_TOKEN:
        raise SetupError(
            f"{name} is shorter than {_SHORTEST_TOKEN} characters. Choose a longer one, by chance.",
            f"{name} ngắn hơn {_SHORTEST_TOKEN} ký tự. Hãy chọn chuỗi ngẫu nhiên dài hơn.",
        )
    return given


def days_from(name: str, *, default: int, least: int, most: int) -> int:
    """Return the number of days in the setting `name`, `default` when there is none."""
    given = os.environ.get(name, "").strip()
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 10 and least <= int(given) <= most):
        raise SetupError(
            f"{name} is no number of days from {least} to {most}. Write for example {default}.",
            f"{name} không phải số ngày từ {least} đến {most}. Hãy viết ví dụ {default}.",
        )
    return int(given)


def contact_from(name: str) -> str:
    """Return the address in the setting `name`, `mailto:…` or `https://…`; empty when there is none."""
    given = os.environ.get(name, "").strip()
    parts = urlsplit(given)
    is_mail = parts.scheme == "mailto" and "@" in parts.path
    is_page = parts.scheme == "https" and bool(parts.hostname)
    if given and (not (is_mail or is_page) or any(character.isspace() for character in given)):
        raise SetupError(
            f"{name} is no contact. Write mailto:security@kiemchung.example or the https address of a form.",
            f"{name} không phải địa chỉ liên hệ. Hãy viết mailto:security@kiemchung.example hoặc địa chỉ https.",
        )
    return given
