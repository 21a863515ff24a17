"""A folder on another machine, against a real SFTP server: what comes, what waits, what is left alone."""

import datetime as dt
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from sources.batches.protocol import Access, Refused, Unreachable
from sources.connectors.sftp import mirror
from sources.connectors.sftp.mirror import Mirrored
from sources.town.source import Source
from tests.sources.connectors.sftp.sftp_server import PASSWORD, SftpServer, running_sftp
from tests.towns import make_source

NOW = dt.datetime(2026, 6, 15, 3)
OLD = int(NOW.replace(tzinfo=dt.UTC).timestamp()) - 3600


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    with running_sftp(tmp_path) as running:
        yield running


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def reaching(server: SftpServer, path: str = "inbox/scan/*.csv", marker: str | None = None, **more: Any) -> Source:
    asked = {"url": server.url, "known_hosts": "known_hosts", "patience_minutes": 0, "timeout_seconds": 5, **more}
    return make_source(path=path, marker=marker, connection=asked)


def access(server: SftpServer, secret: str | None = PASSWORD) -> Access:
    return Access(secret, server.folder.parent / "memory", server.folder.parent, NOW)


def put(server: SftpServer, name: str, content: bytes = b"a;b\n", mtime: int = OLD) -> Path:
    path = server.folder / name
    path.write_bytes(content)
    os.utime(path, (mtime, mtime))
    return path


def unknown(name: str, size: int, mtime: int) -> bool:
    return False


def mirrored(server: SftpServer, inbox: Path, known: mirror.Known = unknown, **more: Any) -> Mirrored:
    return mirror.mirror(reaching(server, **more), access(server), known, inbox)


def names(found: Mirrored) -> list[str]:
    return [path.name for path in found.files]


def here(inbox: Path) -> list[str]:
    return sorted(path.name for path in inbox.iterdir())


def refusal(source: Source, given: Access, inbox: Path) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        mirror.mirror(source, given, unknown, inbox)
    with pytest.raises(Refused) as tested:
        mirror.test_sftp(source, given)
    assert tested.value.sentence == refused.value.sentence
    assert refused.value.sentence.startswith("s: ")
    assert refused.value.sentence.endswith(".")
    return refused.value.reason_code, refused.value.sentence


# --- What comes


def test_new_files_come_whole_with_their_time_and_nothing_changes_there(server: SftpServer, inbox: Path) -> None:
    content = bytes(range(256)) * 12_000
    put(server, "Größe 1.csv", content, OLD - 5)
    put(server, "leer.csv", b"")
    put(server, "-rf.CSV")
    put(server, "other.txt")
    put(server, ".hidden.csv")
    (server.folder / "folder.csv").mkdir()
    before = sorted((path.name, path.stat().st_mtime) for path in server.folder.iterdir())
    found = mirrored(server, inbox)
    assert names(found) == ["-rf.CSV", "Größe 1.csv", "leer.csv"]
    assert here(inbox) == ["-rf.CSV", "Größe 1.csv", "leer.csv"]
    assert (inbox / "Größe 1.csv").read_bytes() == content
    assert int((inbox / "Größe 1.csv").stat().st_mtime) == OLD - 5
    assert found.warnings == ()
    assert sorted((path.name, path.stat().st_mtime) for path in server.folder.iterdir()) == before
    assert set(server.asked) == {"open"}


def test_what_landed_or_lies_here_is_not_fetched_again_until_it_changes(server: SftpServer, inbox: Path) -> None:
    put(server, "landed.csv", b"12345")
    put(server, "lies-here.csv")
    landed = {("landed.csv", 5, OLD)}
    assert names(mirrored(server, inbox, lambda *file: file in landed)) == ["lies-here.csv"]
    assert names(mirrored(server, inbox, lambda *file: file in landed)) == []
    put(server, "landed.csv", b"54321", OLD + 1)
    put(server, "lies-here.csv", b"corrected")
    assert names(mirrored(server, inbox, lambda *file: file in landed)) == ["landed.csv", "lies-here.csv"]
    assert (inbox / "lies-here.csv").read_bytes() == b"corrected"


def test_a_key_opens_as_well_as_a_password_also_one_with_a_passphrase(server: SftpServer, inbox: Path) -> None:
    put(server, "a.csv")
    source = reaching(server, identity_file="identity")
    assert names(mirror.mirror(source, access(server, None), unknown, inbox)) == ["a.csv"]
    key = asyncssh.read_private_key(server.identity)
    key.write_private_key(server.identity, "pkcs8-pem", passphrase="geheim")
    assert "Files that match *.csv: 1;" in mirror.test_sftp(source, access(server, "geheim")).sentences[1]
    assert refusal(source, access(server, "falsch"), inbox) == (
        "identity_file",
        "s: connection.identity_file cannot be opened; give a private key, with a passphrase only in PKCS8 form "
        "(ssh-keygen -p -m PKCS8) and the passphrase as the secret.",
    )


def test_a_folder_may_have_any_name_and_begin_at_home(server: SftpServer, inbox: Path) -> None:
    (server.folder / "Aus gang" / "täglich").mkdir(parents=True)
    put(server, "Aus gang/täglich/a.csv")
    for folder in ("Aus%20gang/t%C3%A4glich", "~/Aus%20gang/t%C3%A4glich/"):
        source = reaching(server, url=server.url + folder)
        assert "Files that match *.csv: 1;" in mirror.test_sftp(source, access(server)).sentences[1]


def test_a_test_says_what_lies_there_and_fetches_nothing(server: SftpServer, inbox: Path) -> None:
    put(server, "a.csv")
    put(server, "b.txt")
    seen = mirror.test_sftp(reaching(server), access(server))
    assert seen.sentences == (
        f"SFTP server 127.0.0.1:{server.port} with the expected host key, folder /.",
        "Files that match *.csv: 1; other names: 1.",
        "Nothing is ever written, renamed or deleted there; give a user that may only read.",
    )
    assert server.asked == []


# --- What waits


def test_a_fetch_that_broke_off_goes_on_where_it_stopped(server: SftpServer, inbox: Path) -> None:
    content = os.urandom(6 * 2**20)
    put(server, "big.csv", content)
    put(server, "a-small.csv")
    server.cut_after = 3 * 2**20
    with pytest.raises(Unreachable) as unreachable:
        mirrored(server, inbox)
    assert unreachable.value.sentence == (
        f"s: 127.0.0.1:{server.port} broke off; what was fetched stays, the rest follows when asked again."
    )
    (part,) = inbox.glob(".part-*")
    held = part.stat().st_size
    assert 2**20 <= held < len(content)
    assert here(inbox) == [part.name, "a-small.csv"]
    server.cut_after, server.given = None, 0
    assert names(mirrored(server, inbox)) == ["big.csv"]
    assert (inbox / "big.csv").read_bytes() == content
    assert server.given == len(content) - held
    assert here(inbox) == ["a-small.csv", "big.csv"]


def test_a_part_of_a_file_that_changed_since_is_begun_anew(server: SftpServer, inbox: Path) -> None:
    put(server, "big.csv", b"a" * 3 * 2**20)
    server.cut_after = 2**20
    with pytest.raises(Unreachable):
        mirrored(server, inbox)
    assert list(inbox.glob(".part-*"))
    server.cut_after, content = None, b"b" * 3 * 2**20
    put(server, "big.csv", content, OLD + 7)
    assert names(mirrored(server, inbox)) == ["big.csv"]
    assert (inbox / "big.csv").read_bytes() == content
    assert here(inbox) == ["big.csv"]


def test_a_part_of_a_file_that_is_gone_goes_too_and_no_other_sources(server: SftpServer, inbox: Path) -> None:
    foreign = inbox / ".part-s-two-0123456789abcdef-5-5"
    foreign.write_bytes(b"")
    put(server, "big.csv", b"a" * 3 * 2**20)
    server.cut_after = 2**20
    with pytest.raises(Unreachable):
        mirrored(server, inbox)
    server.cut_after = None
    (server.folder / "big.csv").unlink()
    assert names(mirrored(server, inbox)) == []
    assert here(inbox) == [foreign.name]


def test_with_patience_a_broken_connection_is_taken_up_again(server: SftpServer, inbox: Path) -> None:
    content = os.urandom(3 * 2**20)
    put(server, "a.csv")
    put(server, "big.csv", content)
    server.cut_after = 2**20

    def heal(name: str, offset: int) -> None:
        if server.given >= 2**20 and server.asked.count("open") > 2:
            server.cut_after = None

    server.before_read = heal
    found = mirrored(server, inbox, patience_minutes=1)
    assert names(found) == ["a.csv", "big.csv"]
    assert (inbox / "big.csv").read_bytes() == content


def test_a_young_file_that_grows_waits_and_one_that_stands_still_comes(
    server: SftpServer, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = OLD + 3600
    put(server, "still.csv", b"whole", now - 10)
    put(server, "growing.csv", b"ha", now - 10)
    slept: list[float] = []

    async def write_on(seconds: float) -> None:
        slept.append(seconds)
        put(server, "growing.csv", b"half", now - 9)

    monkeypatch.setattr(mirror.asyncio, "sleep", write_on)
    found = mirrored(server, inbox)
    assert slept == [1.0]
    assert names(found) == ["still.csv"]
    assert found.warnings == ("s: gro….csv is still being written; it waits for the next run.",)
    assert here(inbox) == ["still.csv"]


def test_old_files_are_not_waited_for(server: SftpServer, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(server, "old.csv")

    async def never(seconds: float) -> None:
        raise AssertionError

    monkeypatch.setattr(mirror.asyncio, "sleep", never)
    assert names(mirrored(server, inbox)) == ["old.csv"]


def test_a_file_that_changes_while_it_is_fetched_waits(server: SftpServer, inbox: Path) -> None:
    path = put(server, "a.csv", b"a" * 3 * 2**20)

    def write_on(name: str, offset: int) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    server.before_read = write_on
    found = mirrored(server, inbox)
    assert names(found) == []
    assert found.warnings == ("s: a.csv changed while it was fetched; it waits for the next run.",)
    assert here(inbox) == []


def test_a_file_that_vanishes_midway_is_told_and_the_others_come(server: SftpServer, inbox: Path) -> None:
    path = put(server, "a.csv", b"a" * 3 * 2**20)
    put(server, "b.csv")
    server.before_read = lambda name, offset: path.unlink(missing_ok=True)
    found = mirrored(server, inbox)
    assert names(found) == ["b.csv"]
    assert found.warnings == ("s: a.csv vanished while it was fetched; nothing of it was taken.",)
    assert here(inbox) == ["b.csv"]


def test_a_file_with_markers_comes_with_its_marker_or_waits(server: SftpServer, inbox: Path) -> None:
    for name in ("a.csv", "a.csv.md5", "b.csv"):
        put(server, name, name.encode())
    found = mirrored(server, inbox, marker=".md5")
    assert names(found) == ["a.csv"]
    assert here(inbox) == ["a.csv", "a.csv.md5"]
    assert found.warnings == ("s: b.csv waits for its .md5.",)


# --- What is left alone, refused, or does not answer


def test_links_devices_and_names_that_lead_elsewhere_are_left(server: SftpServer, inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(b"secret")
    (server.folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    os.mkfifo(server.folder / "pipe.csv")
    put(server, "..\\up.csv")
    put(server, "two\nlines.csv")
    (server.folder / os.fsdecode(b"latin-\xfc.csv")).write_bytes(b"")
    put(server, "good.csv")
    found = mirrored(server, inbox)
    assert names(found) == ["good.csv"]
    assert found.warnings == (
        "s: names with signs that no file name should hold: 3; left there, rename them.",
        "s: links or devices that match: 2; left there, put the files themselves in their place.",
    )
    assert here(inbox) == ["good.csv"]


def test_a_name_of_any_length_comes(server: SftpServer, inbox: Path) -> None:
    name = "n" * 251 + ".csv"
    put(server, name)
    assert names(mirrored(server, inbox)) == [name]


def test_another_host_key_is_refused(server: SftpServer, inbox: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    for line in (f"[127.0.0.1]:{server.port} {other}", f"elsewhere {other}"):
        server.known_hosts.write_text(line, encoding="ascii")
        assert refusal(reaching(server), access(server), inbox) == (
            "host_key",
            f"s: the key that 127.0.0.1:{server.port} shows is not in known_hosts; ask its keeper for the right one, "
            f"then add it by: ssh-keyscan -p {server.port} 127.0.0.1.",
        )


@pytest.mark.parametrize("given", [None, "no-such-file"])
def test_without_known_host_keys_nothing_is_asked(server: SftpServer, inbox: Path, given: str | None) -> None:
    assert refusal(reaching(server, known_hosts=given), access(server), inbox) == (
        "host_key_unknown",
        f"s: connection.known_hosts names no file; make it by: ssh-keyscan -p {server.port} 127.0.0.1, "
        "and compare the key with what the server's keeper says.",
    )


def test_a_wrong_password_and_a_wrong_key_are_refused(server: SftpServer, inbox: Path) -> None:
    place = f"127.0.0.1:{server.port}"
    code, sentence = refusal(reaching(server), access(server, "wrong password"), inbox)
    assert (code, sentence) == (
        "no_rights",
        f"s: {place} does not let the user in; check the user and the password.",
    )
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(server.folder.parent / "other")
    code, sentence = refusal(reaching(server, identity_file="other"), access(server, None), inbox)
    assert (code, sentence) == ("no_rights", f"s: {place} does not let the user in; check the user and the key.")


def test_a_key_file_that_is_none_and_a_missing_secret_are_refused(server: SftpServer, inbox: Path) -> None:
    assert refusal(reaching(server, identity_file="known_hosts"), access(server), inbox)[0] == "identity_file"
    assert refusal(reaching(server, identity_file="no-such-file"), access(server), inbox)[0] == "identity_file"
    assert refusal(reaching(server), access(server, None), inbox) == (
        "no_rights",
        f"s: 127.0.0.1:{server.port} needs a key or a password; name connection.identity_file, "
        "or give the password by the environment.",
    )
    assert PASSWORD not in repr(mirror.sftp_of(reaching(server), access(server)))


def test_a_missing_folder_is_refused(server: SftpServer, inbox: Path) -> None:
    assert refusal(reaching(server, url=server.url + "no/such"), access(server), inbox) == (
        "folder_missing",
        f"s: 127.0.0.1:{server.port} has no folder /no/such; correct the end of connection.url.",
    )


def test_a_server_that_is_down_or_no_ssh_server_is_unreachable(server: SftpServer, inbox: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        source = reaching(server, url=f"sftp://scan@127.0.0.1:{port}/")
        with pytest.raises(Unreachable) as unreachable:
            mirror.mirror(source, access(server), unknown, inbox)
    assert unreachable.value.sentence == (
        f"s: 127.0.0.1:{port} gives no answer as an SSH server; "
        "check that it runs and that this machine may connect to it."
    )


def test_a_server_that_says_nothing_is_unreachable(server: SftpServer, inbox: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"sftp://scan@127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(Unreachable):
            mirror.mirror(reaching(server, url=url, timeout_seconds=1), access(server), unknown, inbox)
