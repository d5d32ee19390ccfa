"""Posts on social sites, named without the account that posted: what was said is kept, never who said it."""

from __future__ import annotations

import re

_X = r"/(?:[^/]+/)+status(?:es)?/(\d+)"
_NUMBER = r"(pfbid\w+|\d+)"

# Site -> (what the path and query look like, the same post without its account). What no line fits is an account or
# leads to one, and is not kept. YouTube has pages of neither kind: they stay as they are.
_POSTS: dict[str, tuple[tuple[str, str], ...]] = {
    "x.com": ((_X, "https://x.com/i/status/{}"),),
    "tiktok.com": ((r"/@[^/]*/(?:video|photo)/(\d+)", "https://www.tiktok.com/@/video/{}"),),
    "instagram.com": ((r"/(?:[^/]+/)?(?:p|reels?|tv)/([\w-]+)", "https://www.instagram.com/p/{}"),),
    "threads.net": ((r"/(?:@[^/]+/post|t)/([\w-]+)", "https://www.threads.net/t/{}"),),
    "facebook.com": (
        (r"/groups/([^/?]+)/(?:posts|permalink)/(\d+)", "https://www.facebook.com/groups/{}/posts/{}"),
        (r"/(?!groups/)[^/]+/(?:posts|permalink)/(?:[^/?]+/)??" + _NUMBER,
         "https://www.facebook.com/permalink.php?story_fbid={}"),
        (r"/(?:story|permalink)\.php\?(?:.*&)?story_fbid=" + _NUMBER,
         "https://www.facebook.com/permalink.php?story_fbid={}"),
        (r"/(?!groups/)[^/]+/videos/(?:[^/?]+/)??(\d+)", "https://www.facebook.com/watch/?v={}"),
        (r"/watch/?\?(?:.*&)?v=(\d+)(?:&.*)?", "https://www.facebook.com/watch/?v={}"),
        (r"/(?!groups/)[^/]+/photos/(?:[^/?]+/)??(\d+)", "https://www.facebook.com/photo.php?fbid={}"),
        (r"/photo(?:\.php)?/?\?(?:.*&)?fbid=(\d+)", "https://www.facebook.com/photo.php?fbid={}"),
        (r"/reel/(\d+)", "https://www.facebook.com/reel/{}"),
        (r"/share/([prv]/)?(\w+)", "https://www.facebook.com/share/{}{}"),
    ),
    "youtube.com": (
        (r"/watch/?\?(?:.*&)?v=([\w-]+)(?:&.*)?", "https://www.youtube.com/watch?v={}"),
        (r"/(?:shorts|live|embed|v)/([\w-]+)", "https://www.youtube.com/watch?v={}"),
    ),
    "youtu.be": ((r"/([\w-]+)", "https://www.youtube.com/watch?v={}"),),
}  # fmt: skip
_SAME = {"twitter.com": "x.com", "fb.com": "facebook.com", "threads.com": "threads.net"}
_PATTERNS = {
    host: tuple((re.compile(pattern + ("" if "watch" in pattern else r"(?:[/?&].*)?"), re.DOTALL), form)
                for pattern, form in forms)
    for host, forms in _POSTS.items()
}  # fmt: skip
_YOUTUBE_ACCOUNTS = re.compile(r"/(?:@|(?:channel|c|user)/)")


def post_of(host: str, path_and_query: str) -> str | None:
    """The address of a post without its account; "" for what names an account, `None` on other sites.

    `host` is without `www.` and `m.`.

    >>> post_of("twitter.com", "/ai_do/status/17?s=20"), post_of("x.com", "/ai_do"), post_of("vi.example", "/a")
    ('https://x.com/i/status/17', '', None)
    """
    host = _SAME.get(host, host)
    if host not in _PATTERNS:
        return None
    for pattern, form in _PATTERNS[host]:
        if found := pattern.fullmatch(path_and_query):
            return form.format(*(group or "" for group in found.groups()))
    if host.startswith("youtu"):
        return "" if _YOUTUBE_ACCOUNTS.match(path_and_query) else None
    return ""
