"""``[source.connection]``: how a system that is asked, or a folder on another machine, is reached. Never a secret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from sources.town.mistakes import TownSection
from sources.town.written_secrets import secret_in_address, secret_in_query, secret_in_user

LOCAL: Final = ("localhost", "127.0.0.1", "::1")
PROXY: Final = re.compile(r"http://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?/?")
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
        if secret := secret_in_address(url):
            raise ValueError(f"{secret} in the address; give it by the environment, not here")
        if "#" in url:
            # No system is sent what stands behind it: it can only be somebody's note.
            raise ValueError("something behind # stands in the address; take it out")
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or not parts.hostname or not _has_sound_port(url):
            raise ValueError(f"'{url}' is no address; write it such as https://paperless.example.org")
        return url

    @field_validator("query")
    @classmethod
    def _gives_nothing_away(cls, query: str | None) -> str | None:
        if query is not None and secret_in_query(query):
            raise ValueError(
                "a password or token stands in the query, or where one lies; have the database log in by itself, such "
                "as by a view or a user mapping, and ask that"
            )
        return query

    @field_validator("user")
    @classmethod
    def _is_a_user_alone(cls, user: str | None) -> str | None:
        if user is not None and secret_in_user(user):
            raise ValueError("a password stands behind the user; give it by the environment, not here")
        return user

    @field_validator("proxy")
    @classmethod
    def _is_a_proxy(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if "@" not in url and (secret := secret_in_address(url)):
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


def _has_sound_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
