"""What comes from the environment: which town, which key file, where the program's own files lie."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

from pipelines.run.outcome import Exit, Stop, utc_now
from sources.batches.archive import unpack_in
from sources.batches.protocol import Access
from sources.contract.pseudonyms import KEY_BYTES, Key
from sources.town.folder import Town, TownError, read_town
from sources.town.source import Source

TOWN = "PAPIERWENDE_TOWN"
KEY_FILE = "PAPIERWENDE_KEY_FILE"
SECRET = "PAPIERWENDE_SECRET_"
PACKED = "_project"
PROGRAM_FILES = ("*.py", "*.sql", "*.yml", "*.html", "*.css")


@cache
def project_root() -> Path:
    """Where models, profiles and dagster.yaml lie: the checkout, else the copy packed into the wheel."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent
    return checkout if (checkout / "dbt_project.yml").is_file() else package / PACKED


@cache
def program_version() -> str:
    """The package's version and a fingerprint of its code, so that changed code makes a new generation."""
    code, plan = Path(__file__).resolve().parents[2], project_root()
    rooms = {"pipelines": code, "sources": code, "dashboards": code, "pipelines/dialect": plan, "models": plan}
    files = {
        path.relative_to(root).as_posix(): path
        for room, root in rooms.items()
        for kind in PROGRAM_FILES
        for path in (root / room).rglob(kind)
        if PACKED not in path.relative_to(root).parts
    }
    digest = hashlib.sha256()
    for place in sorted(files):
        digest.update(place.encode() + b"\0" + files[place].read_bytes())
    return f"{metadata.version('papierwende')}+{digest.hexdigest()[:8]}"


def town_folder() -> Path | None:
    """The folder of the town named by the environment, None when none is named."""
    named = os.environ.get(TOWN)
    return Path(named) if named else None


def town_at(folder: Path) -> Town:
    """The town's folder as it reads.

    Raises:
        Stop: with exit 2 and one sentence per mistake.
    """
    try:
        return read_town(folder)
    except TownError as error:
        raise Stop(Exit.CONFIGURATION, error.problems) from error


def unpack_within(town: Town) -> None:
    """Have packed files unpacked within the town's folder: elsewhere a kill would leave their rows behind."""
    # A disk that takes no folder stops the run where it first writes, with a sentence.
    with suppress(OSError):
        unpack_in(town.folder / "var" / "unpacked")


def key_path(key_id: str) -> Path:
    """The key file: ``PAPIERWENDE_KEY_FILE``, else one named by its id under the user's configuration."""
    if named := os.environ.get(KEY_FILE):
        return Path(named)
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return config / "papierwende" / f"{key_id}.key"


def load_key(town: Town) -> Key:
    """The town's pseudonym key.

    Raises:
        Stop: with exit 2 when it is missing, open to others, inside the town's folder, or another town's.
    """
    path = key_path(town.privacy.key_id)
    if path.resolve().is_relative_to(town.folder):
        raise Stop(
            Exit.CONFIGURATION, f"{path}: the key must lie outside the town's folder; move it and set {KEY_FILE}."
        )
    if not path.is_file():
        raise Stop(
            Exit.CONFIGURATION,
            f"{path}: the pseudonym key is missing; restore it from its safe, or set {KEY_FILE} to where it lies.",
        )
    if path.stat().st_mode & 0o077:
        raise Stop(Exit.CONFIGURATION, f"{path}: others may read the key; run `chmod 600 {path}`.")
    key = Key(bytes.fromhex(_hex(path)))
    if key.key_id != town.privacy.key_id:
        raise Stop(
            Exit.CONFIGURATION,
            f"{path}: this is key {key.key_id}, town.toml expects {town.privacy.key_id or 'none'} in [privacy] key_id; "
            f"set {KEY_FILE} to the right key.",
        )
    return key


def access(town: Town, source: Source) -> Access:
    """What a source's connector is handed: its secret from the environment, and where it may keep its own notes."""
    return Access(
        secret=_secret(source),
        memory=town.folder / "ledger" / "known" / source.name,
        town_folder=town.folder,
        now=utc_now(),
    )


def _secret(source: Source) -> str | None:
    """The secret of a source: ``PAPIERWENDE_SECRET_<NAME>``, or the content of the file that ``…_FILE`` names.

    Raises:
        Stop: with exit 2 when the file cannot be read.
    """
    name = SECRET + source.name.upper().replace("-", "_")
    if (file := os.environ.get(f"{name}_FILE")) is None:
        return os.environ.get(name)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(
            Exit.CONFIGURATION, f"{name}_FILE: {file} cannot be read; correct the path, or give this user the right to."
        ) from error


def key_is_given() -> bool:
    """Whether ``PAPIERWENDE_KEY_FILE`` names a key that exists."""
    named = os.environ.get(KEY_FILE)
    return bool(named) and Path(named).is_file()


def make_key() -> tuple[Key, Path]:
    """A new key, written with mode 0600; an existing ``PAPIERWENDE_KEY_FILE`` is taken as it is."""
    if key_is_given():
        named = Path(os.environ[KEY_FILE])
        return Key(bytes.fromhex(_hex(named))), named
    key = Key(secrets.token_bytes(KEY_BYTES))
    path = key_path(key.key_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.secret.hex() + "\n")
    return key, path


def _hex(path: Path) -> str:
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if len(text) != 2 * KEY_BYTES or any(digit not in "0123456789abcdef" for digit in text):
        raise Stop(Exit.CONFIGURATION, f"{path}: no key; it must hold {2 * KEY_BYTES} hex digits.")
    return text
