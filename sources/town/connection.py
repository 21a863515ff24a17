"""``[source.connection]``: how a system that is asked, or a folder on another machine, is reached. Never a secret."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from sources.town.mistakes import TownSection

LOCAL: Final = ("localhost", "127.0.0.1", "::1")
PROXY: Final = re.compile(r"http://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?/?")
# Databases and folders know their users by name; over HTTP what stands before @ is a secret, or half of one.
WITH_A_USER: Final = ("postgresql", "mssql", "oracle", "sftp")
SECRET_KEY: Final = re.compile(
    r"passw|token|secret|credential|api_?-?key|signature|^(key|auth|sig|pwd|pass)$", re.IGNORECASE
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
SCHEMES: Final = ("https", "http", "postgresql", "mssql", "oracle", "sftp")


def inside_the_folder(path: str) -> str:
    """A path as given.

    Raises:
        ValueError: when it leads out of the town's folder.
    """
    if ".." in Path(path).parts or Path(path).is_absolute():
        raise ValueError(f"'{path}' must lie inside the town's folder, such as inbox/portal/*.csv")
    return path


class Connection(TownSection):
    """Where a system is and how much is asked of it; the password comes from the environment.

    Attributes:
        url: such as ``postgresql://reader@db.example:5432/permits``; no password in it.
        query: what a database is asked; a table's or view's name, or a select.
        watermark: the column by which new and changed rows are told; without one everything is asked each time.
        overlap_hours: how far before the newest landed row the next question begins, for rows that came late.
        expected_minimum: a system that shows fewer records than this is broken or hides them; never a fact.
        known_hosts: file with the server's host key, as ``ssh-keyscan`` writes it (sftp).
        identity_file: private key (sftp); else the secret is the password.
        ca_file: certificate of the town's own certificate authority.
        proxy: the town's way to the internet, such as ``http://proxy.example:3128``; systems asked over HTTP only.
        case_ids: inbox files that name FIT-Connect cases, such as stored callbacks.
        patience_minutes: how long a system that does not answer is asked again for one answer.
    """

    url: str = Field(min_length=1)
    user: str | None = None
    query: str | None = None
    watermark: str | None = None
    overlap_hours: int = Field(24, ge=0, le=24 * 366)
    page_size: int | None = Field(None, ge=1, le=100_000)
    expected_minimum: int = Field(0, ge=0)
    known_hosts: str | None = None
    identity_file: str | None = None
    ca_file: str | None = None
    proxy: str | None = None
    plain_http: bool = False
    token_url: str | None = None
    client_id: str | None = None
    keys_url: str | None = None
    case_ids: Annotated[str, AfterValidator(inside_the_folder)] | None = None
    timeout_seconds: int = Field(30, ge=1, le=600)
    patience_minutes: int = Field(10, ge=0, le=24 * 60)

    @field_validator("url", "token_url", "keys_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if secret := _secret_in(url):
            raise ValueError(f"{secret} in the address; give it by the environment, not here")
        if "#" in url:
            # No system is sent what stands behind it: it can only be somebody's note.
            raise ValueError("something behind # stands in the address; take it out")
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or not parts.hostname or not _has_sound_port(url):
            raise ValueError(f"'{url}' is no address; write it such as https://paperless.example.org")
        return url

    @field_validator("proxy")
    @classmethod
    def _is_a_proxy(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if "@" not in url and (secret := _secret_in(url)):
            raise ValueError(f"{secret} in the address of the proxy; have it let this machine through without one")
        if "@" in url:
            raise ValueError("a user stands in the address of the proxy; have it let this machine through without one")
        if not PROXY.fullmatch(url) or not _has_sound_port(url):
            raise ValueError(f"'{url}' is no proxy; write it such as http://proxy.example.org:3128")
        return url

    @model_validator(mode="after")
    def _is_encrypted(self) -> Connection:
        for url in (self.url, self.token_url, self.keys_url):
            parts = urlsplit(url or "")
            if parts.scheme == "http" and parts.hostname not in LOCAL and not self.plain_http:
                raise ValueError(f"'{url}' is not encrypted; use https, or say plain_http = true for a closed network")
        return self

    @model_validator(mode="after")
    def _has_a_use_for_a_proxy(self) -> Connection:
        if self.proxy is not None and self.scheme not in ("https", "http"):
            raise ValueError(f"a proxy is for systems asked over HTTP; '{self.url}' is reached without one")
        return self

    @property
    def scheme(self) -> str:
        """How the machine is spoken to, such as https."""
        return urlsplit(self.url).scheme

    @property
    def host(self) -> str:
        """The machine that is reached."""
        return urlsplit(self.url).hostname or ""


def _secret_in(url: str) -> str | None:
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


def _has_sound_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
