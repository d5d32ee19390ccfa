"""Every route of the site, found in its URL configuration."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.web.routes import PARTS


def routes() -> dict[str, URLPattern]:
    """Return the routes by their names."""
    found = list(_below(get_resolver().url_patterns))
    unnamed = [str(one.pattern) for one in found if not one.name]
    assert unnamed == [], "a route without a name"
    return {str(one.name): one for one in found}


def _below(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _below(one.url_patterns)
        else:
            yield one


def path_of(name: str) -> str:
    """Return an address of the route, of an object that is there."""
    return reverse(name, kwargs=PARTS.get(name))
