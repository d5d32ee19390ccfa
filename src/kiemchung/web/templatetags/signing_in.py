"""How the pages of signing in show keys and pictures."""

from __future__ import annotations

import re

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def in_fours(key: str) -> str:
    """Return a key in groups that can be typed.

    >>> in_fours("ABCDEFGHIJ")
    'ABCD EFGH IJ'
    """
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


@register.filter
def drawing_alone(svg: str) -> SafeString:
    """Return an SVG file that we have drawn as an element of a page: without its head and its size in millimetres.

    >>> drawing_alone('<?xml version="1.0"?><svg width="49mm" height="49mm" viewBox="0 0 49 49"></svg>')
    '<svg viewBox="0 0 49 49"></svg>'
    """
    element = svg[svg.index("<svg") :]
    return SafeString(re.sub(r'\s(?:width|height|version)="[^"]*"', "", element, count=3))
