"""Secrets that stand where they must not: in an address, in what a database is asked, behind a user."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final
from urllib.parse import parse_qsl, unquote

# Databases and folders know their users by name; over HTTP what stands before @ is a secret, or half of one.
WITH_A_USER: Final = ("postgresql", "mssql", "oracle", "sftp")
SECRET_KEY: Final = re.compile(
    r"pass(w|phrase|file)|kennwort|token|secret|credential|api_?-?key|signature|^(key|auth|sig|pwd|pw|pass)$",
    re.IGNORECASE,
)
# Segments of a path behind which a secret would stand.
SECRET_PLACE: Final = re.compile(r"token|secret|key|api_?-?key|password", re.IGNORECASE)
SHORTEST_TOKEN: Final = 16
# Options behind a place, as drivers of databases take them: database;PWD=...
OPTION: Final = re.compile(r"([^;/&=]+)=")
# Words and years have none of these, what a machine made has many.
MIXED: Final = re.compile(r"(?=[A-Za-z]\d|\d[A-Za-z])")
MOST_MIXED: Final = 2
UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
PLACE: Final = re.compile(r"([^:@]*|\[[^\]]*\])(:\d*)?")
# What SQL writes as a text, and a key with its value in such a text: host=db password=…
LITERAL: Final = re.compile(r"'((?:[^']|'')*)'|\$(\w*)\$(.*?)\$\2\$", re.DOTALL)
SAID_BY_KEY: Final = re.compile(r"([\w-]+)\s*=")
WITH_A_LOGIN: Final = re.compile(r"://[^/@\s']*:[^/@\s']+@")
# A named argument; of comparisons only those with a password, as a column may well be called token.
NAMED: Final = re.compile(r"([\w-]+)\"?\s*(=>|:=|=)\s*[NEne]?['$]")
PASSWORD: Final = re.compile(r"pass(w|phrase|file)|kennwort|^(pwd|pw)$", re.IGNORECASE)
# openrowset('driver', 'server';'user';'password', …) and identified by "password".
LOGIN_OF_THREE: Final = re.compile(r"'\s*;\s*'[^']*'\s*;\s*'[^']")
IDENTIFIED: Final = re.compile(r"\bidentified\s+by\b", re.IGNORECASE)


def secret_in_query(query: str) -> bool:
    """Whether what a database is asked holds a secret of another one, or could, or names the file of one."""
    texts = [plain or quoted for plain, _, quoted in LITERAL.findall(query)]
    keys = [key for text in texts for key in SAID_BY_KEY.findall(text)]
    named = [key for key, sign in NAMED.findall(query) if sign != "=" or PASSWORD.search(key)]
    return (
        any(SECRET_KEY.search(key) for key in (*keys, *named) if key.lower() != "key")
        or any(WITH_A_LOGIN.search(text) for text in texts)
        or LOGIN_OF_THREE.search(query) is not None
        or IDENTIFIED.search(query) is not None
    )


def secret_in_user(user: str) -> bool:
    """Whether a password stands behind a user, as some programs take both in one."""
    return bool(re.search(r"[:/]", user))


def secret_in_address(url: str) -> str | None:
    """What of an address is a secret, or could be one; never its text."""
    # Not by the parts of a sound address: a mistyped one is shown, and must not show it either.
    before, _, asked = unquote(url).partition("?")
    scheme, mark, rest = before.partition("://")
    rest = rest if mark else before
    place, *path = rest.split("/")
    login = place.rpartition("@")[0]
    if not login and not PLACE.fullmatch(place):
        # A password may hold a slash.
        login = rest.rpartition("@")[0]
    is_in_question = any(
        SECRET_KEY.search(key) for key, _ in parse_qsl(asked.replace("#", "&"), keep_blank_values=True)
    )
    is_an_option = any(SECRET_KEY.search(key.strip()) for part in path for key in OPTION.findall(part))
    if ":" in login or (login and scheme not in WITH_A_USER) or is_in_question or is_an_option:
        return "a password or token stands"
    segments = [segment for part in path for segment in re.split("[;#=&]", part)]
    follows = (SECRET_PLACE.fullmatch(word) and re.search(r"\d", value) for word, value in pairwise(segments))
    if any(follows) or any(map(_is_like_a_token, segments)):
        return "what looks like a token stands"
    return None


def _is_like_a_token(segment: str) -> bool:
    """Long, and letters and digits mixed as no word is written; the number of a tenant is none."""
    is_mixed = len(MIXED.findall(segment)) > MOST_MIXED
    return len(segment) >= SHORTEST_TOKEN and is_mixed and not UUID.fullmatch(segment)
