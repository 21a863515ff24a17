"""A folder on an SFTP server: its key is known beforehand, it is only read, and what an error means."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import asyncssh

from sources.batches.protocol import Access, Refused, Unreachable, connection_of
from sources.town.source import Source

PORT: Final = 22
HOME: Final = "/~/"
ALIVE_SECONDS, ALIVE_COUNT = 15, 3
PIECE_BYTES: Final = 2**20
UNREACHABLE: Final = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.DisconnectError, TimeoutError)

# It would tell the user's name with every connection.
logging.getLogger("asyncssh").setLevel(logging.WARNING)


@dataclass(frozen=True, order=True)
class Remote:
    """A file as the server lists it; ``mtime`` in whole seconds since 1970."""

    name: str
    size: int
    mtime: int


class Folder:
    """What can be asked of the folder while the session lasts.

    Names travel as bytes, so that one that is no UTF-8 does not end the listing.
    """

    def __init__(self, client: asyncssh.SFTPClient, sftp: Sftp) -> None:
        """Look from the folder of a server."""
        self._client, self._sftp = client, sftp

    async def entries(self) -> list[tuple[bytes, asyncssh.SFTPAttrs]]:
        """Every name in the folder and what it is; a link is a link.

        Raises:
            Refused: the folder is not there or may not be listed.
        """
        sftp = self._sftp
        try:
            async with asyncio.timeout(sftp.timeout_seconds):
                found = [(entry.filename, entry.attrs) async for entry in self._client.scandir(sftp.folder.encode())]
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory):
            raise Refused(
                "folder_missing",
                f"{sftp.name}: {sftp.place} has no folder {sftp.folder}; correct the end of connection.url.",
            ) from None
        except asyncssh.SFTPPermissionDenied:
            raise Refused(
                "no_rights", f"{sftp.name}: the user may not list {sftp.folder}; give the user the right to."
            ) from None
        return [(name if isinstance(name, bytes) else name.encode(), attributes) for name, attributes in found]

    async def look(self, name: str) -> Remote:
        """One file as it is now."""
        async with asyncio.timeout(self._sftp.timeout_seconds):
            return remote(name, await self._client.lstat(self._path(name)))

    async def download(self, file: Remote, part: Path) -> None:
        """Append to a part what it lacks of the file, in pieces; on the disk when this ends."""
        async with asyncio.timeout(self._sftp.timeout_seconds):
            opened = await self._client.open(self._path(file.name), "rb", encoding=None)
        async with opened as there:
            with part.open("ab") as here:
                at = here.tell()
                while at < file.size:
                    async with asyncio.timeout(self._sftp.timeout_seconds):
                        piece = await there.read(min(PIECE_BYTES, file.size - at), at)
                    if not piece:
                        break
                    at += here.write(piece)
                here.flush()
                os.fsync(here.fileno())

    def _path(self, name: str) -> bytes:
        return f"{self._sftp.folder.rstrip('/')}/{name}".encode()


def remote(name: str, attributes: asyncssh.SFTPAttrs) -> Remote:
    """A file by what the server says of it."""
    return Remote(name, attributes.size or 0, attributes.mtime or 0)


@dataclass(frozen=True)
class Sftp:
    """A folder on another machine and the user it is asked as.

    Attributes:
        name: of the source, where every sentence begins.
        folder: as the server knows it; relative to the user's home where the address says ``/~/``.
        secret: the password, or what opens the private key.
    """

    name: str
    host: str
    port: int
    user: str | None
    folder: str
    known_hosts: Path
    identity: Path | None
    secret: str | None = field(repr=False)
    timeout_seconds: int

    @property
    def place(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[Folder]:
        """The folder, to read from.

        Raises:
            Refused, Unreachable: one sentence, also for a connection that ends while the session lasts.
        """
        try:
            async with await self._connected() as connection, await self._client(connection) as client:
                yield Folder(client, self)
        except UNREACHABLE:
            raise Unreachable(
                f"{self.name}: {self.place} broke off; what was fetched stays, the rest follows when asked again."
            ) from None

    async def _connected(self) -> asyncssh.SSHClientConnection:
        try:
            return await asyncssh.connect(
                self.host,
                self.port,
                username=self.user or (),
                password=None if self.identity else self.secret,
                client_keys=[str(self.identity)] if self.identity else None,
                passphrase=self.secret if self.identity else None,
                known_hosts=str(self.known_hosts),
                config=None,
                agent_path=None,
                connect_timeout=self.timeout_seconds,
                login_timeout=self.timeout_seconds,
                keepalive_interval=ALIVE_SECONDS,
                keepalive_count_max=ALIVE_COUNT,
            )
        except asyncssh.HostKeyNotVerifiable:
            raise Refused(
                "host_key",
                f"{self.name}: the key that {self.place} shows is not in {self.known_hosts.name}; ask its keeper for "
                f"the right one, then add it by: ssh-keyscan -p {self.port} {self.host}.",
            ) from None
        except asyncssh.PermissionDenied:
            given = "the key" if self.identity else "the password"
            raise Refused(
                "no_rights", f"{self.name}: {self.place} does not let the user in; check the user and {given}."
            ) from None
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            raise Refused(
                "identity_file",
                f"{self.name}: connection.identity_file cannot be opened; give a private key, with a passphrase only "
                "in PKCS8 form (ssh-keygen -p -m PKCS8) and the passphrase as the secret.",
            ) from None
        except (OSError, asyncssh.Error):
            raise Unreachable(
                f"{self.name}: {self.place} gives no answer as an SSH server; "
                "check that it runs and that this machine may connect to it."
            ) from None

    async def _client(self, connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await connection.start_sftp_client(path_encoding=None)
        except asyncssh.ChannelOpenError:
            raise Refused(
                "no_sftp", f"{self.name}: {self.place} lets the user in, but not to SFTP; allow it."
            ) from None


def sftp_of(source: Source, access: Access) -> Sftp:
    """The folder a source's files lie in.

    Raises:
        Refused: without a file of known host keys, or with neither key nor password.
    """
    connection = connection_of(source)
    parts = urlsplit(connection.url)
    host, port = connection.host, parts.port or PORT
    known = access.town_folder / (connection.known_hosts or "known_hosts")
    if connection.known_hosts is None or not known.is_file():
        raise Refused(
            "host_key_unknown",
            f"{source.name}: connection.known_hosts names no file; make it by: ssh-keyscan -p {port} {host}, "
            "and compare the key with what the server's keeper says.",
        )
    identity = access.town_folder / connection.identity_file if connection.identity_file else None
    if identity is not None and not identity.is_file():
        raise Refused("identity_file", f"{source.name}: connection.identity_file names no file; correct the path.")
    if identity is None and access.secret is None:
        raise Refused(
            "no_rights",
            f"{source.name}: {host}:{port} needs a key or a password; name connection.identity_file, "
            "or give the password by the environment.",
        )
    path = unquote(parts.path)
    return Sftp(
        name=source.name,
        host=host,
        port=port,
        user=connection.user or (unquote(parts.username) if parts.username else None),
        folder=path.removeprefix(HOME) or "." if path.startswith(HOME) else path or ".",
        known_hosts=known,
        identity=identity,
        secret=access.secret,
        timeout_seconds=connection.timeout_seconds,
    )
