"""Environments of the programs that are measured beside this one: made once in the cache, never part of the product."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.bench.prepared import cache


@dataclass(frozen=True)
class Peer:
    """A program's own Python, or why there is none here."""

    python: Path | None
    why_not: str = ""


def peer(name: str) -> Peer:
    """The environment of ``<name>.txt`` beside this file; made when missing."""
    listed = Path(__file__).parent / f"{name}.txt"
    digest = hashlib.sha256(listed.read_bytes()).hexdigest()[:8]
    folder = cache() / "peers" / f"{name}-{digest}"
    python = folder / "bin" / "python"
    if python.exists():
        return Peer(python)
    print(f"  installing {name} in an environment of its own", flush=True)
    # An environment knows its own path: it is made where it stays, and what broke off is removed.
    for command in (
        [sys.executable, "-m", "venv", folder],
        [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install", "-r", listed],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
            return Peer(None, f"{name} could not be installed: {last[0]}")
    return Peer(python)
