"""Where private keys of the ledger lie: beside the pseudonym key, outside of the town's folder, mode 0600."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pipelines.ledger.book import RegisteredKey
from pipelines.ledger.signatures import SEED_BYTES, SigningKey
from pipelines.run.outcome import Exit, Stop
from pipelines.run.settings import key_path

SUFFIX: Final = ".ledger-key"


def ledger_key_path(key_id: str) -> Path:
    """Where a key of the ledger lies that is named by its id."""
    return key_path(key_id).with_name(f"{key_id}{SUFFIX}")


def make_ledger_key(town_folder: Path, function: str) -> tuple[SigningKey, Path]:
    """A new key of a function, written with mode 0600.

    Raises:
        Stop: with exit 2 when it would lie inside the town's folder, which is copied and backed up.
    """
    key = SigningKey(function, secrets.token_bytes(SEED_BYTES))
    path = ledger_key_path(key.key_id)
    _refuse_inside(path, town_folder)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.seed.hex() + "\n")
    return key, path


def signing_key(
    town_folder: Path, registered: Mapping[str, RegisteredKey], function: str | None, file: Path | None
) -> SigningKey:
    """The key to sign with: the one in a file, else the one of a function that lies where keys lie.

    Raises:
        Stop: with exit 2 when there is none, more than one, it is not registered, or others may read it.
    """
    if file is not None:
        key = _named(_read(file, town_folder), registered, file)
        if function not in (None, key.function):
            raise Stop(Exit.CONFIGURATION, f"{file}: this is a key of {key.function}, not of {function}.")
        return key
    here = {key_id: ledger_key_path(key_id) for key_id in registered if ledger_key_path(key_id).is_file()}
    fitting = [key_id for key_id in here if function in (None, registered[key_id].function)]
    if len(fitting) != 1:
        raise Stop(Exit.CONFIGURATION, _none_fits(function, [registered[key_id].function for key_id in fitting]))
    (key_id,) = fitting
    return _named(_read(here[key_id], town_folder), registered, here[key_id])


def _none_fits(function: str | None, functions: list[str]) -> str:
    if not functions:
        who = f"function '{function}'" if function else "any function"
        return (
            f"No registered key of {who} lies in {ledger_key_path('x').parent}; make one with `papierwende ledger key "
            "--function …`, or name its file with --key."
        )
    if function is None:
        return f"Keys of {', '.join(sorted(functions))} lie here; say --function, or name the file with --key."
    return f"More than one key of '{function}' lies here; name the file with --key."


def _named(seed: bytes, registered: Mapping[str, RegisteredKey], path: Path) -> SigningKey:
    key_id = SigningKey("", seed).key_id
    if key_id not in registered:
        raise Stop(
            Exit.CONFIGURATION, f"{path}: this key is not registered in the ledger; `papierwende ledger key` does it."
        )
    return SigningKey(registered[key_id].function, seed)


def _read(path: Path, town_folder: Path) -> bytes:
    _refuse_inside(path, town_folder)
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
        is_open = bool(path.stat().st_mode & 0o077)
    except OSError as error:
        raise Stop(Exit.CONFIGURATION, f"{path}: the key cannot be read; restore it from its safe.") from error
    if is_open:
        raise Stop(Exit.CONFIGURATION, f"{path}: others may read the key; run `chmod 600 {path}`.")
    if len(text) != 2 * SEED_BYTES or any(digit not in "0123456789abcdef" for digit in text):
        raise Stop(Exit.CONFIGURATION, f"{path}: no key; it must hold {2 * SEED_BYTES} hex digits.")
    return bytes.fromhex(text)


def _refuse_inside(path: Path, town_folder: Path) -> None:
    if path.resolve().is_relative_to(town_folder.resolve()):
        raise Stop(Exit.CONFIGURATION, f"{path}: the key must lie outside the town's folder; move it.")
