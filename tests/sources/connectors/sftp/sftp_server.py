"""A real SFTP server on this machine, in a thread of its own; it can break off, and change files while they are read."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

USER, PASSWORD = "scan", "Paßwort 1"


@dataclass
class SftpServer:
    """A running server.

    Attributes:
        folder: what it shows as its root.
        known_hosts: a file with its key, as ``ssh-keyscan`` writes it.
        identity: a private key that opens it.
        asked: names of the calls a client made.
        before_read: called with a file's name and the offset each time a piece is read.
        cut_after: so many bytes are given, then every connection is cut; None never cuts.
    """

    folder: Path
    known_hosts: Path
    identity: Path
    port: int = 0
    asked: list[str] = field(default_factory=list)
    before_read: Callable[[str, int], None] | None = None
    cut_after: int | None = None
    given: int = 0

    @property
    def url(self) -> str:
        """The root as connection.url of a town."""
        return f"sftp://{USER}@127.0.0.1:{self.port}/"


class _Logins(asyncssh.SSHServer):
    def __init__(self, trusted: asyncssh.SSHKey) -> None:
        self._trusted = trusted

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self._trusted.public_data


class _Files(asyncssh.SFTPServer):
    def __init__(self, chan: asyncssh.SSHServerChannel, server: SftpServer) -> None:
        super().__init__(chan, chroot=os.fsencode(server.folder))
        self._connection, self._server = chan.get_connection(), server

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        self._server.asked.append("open" if pflags == asyncssh.FXF_READ else "open to write")
        return super().open(path, pflags, attrs)

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        server = self._server
        if server.before_read is not None:
            server.before_read(Path(os.fsdecode(file_obj.name)).name, offset)
        if server.cut_after is not None and server.given >= server.cut_after:
            self._connection.abort()
            return b""
        given = super().read(file_obj, offset, size)
        server.given += len(given)
        return given

    def remove(self, path: bytes) -> None:
        self._server.asked.append("remove")

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._server.asked.append("rename")

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        self._server.asked.append("setstat")


@contextmanager
def running_sftp(folder: Path) -> Iterator[SftpServer]:
    """A server that shows ``folder/there``; its keys lie beside."""
    host_key, user_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    (folder / "there").mkdir()
    user_key.write_private_key(folder / "identity")
    server = SftpServer(folder / "there", folder / "known_hosts", folder / "identity")
    started: Future[int] = Future()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        listener = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host_key],
            server_factory=lambda: _Logins(user_key),
            sftp_factory=lambda chan: _Files(chan, server),
        )
        started.set_result(listener.get_port())

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    running = asyncio.run_coroutine_threadsafe(serve(), loop)
    running.result(10)
    server.port = started.result(10)
    public = host_key.export_public_key().decode().split(None, 2)
    server.known_hosts.write_text(f"[127.0.0.1]:{server.port} {public[0]} {public[1]}\n", encoding="ascii")
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
