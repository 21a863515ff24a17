"""What is measured on: invented towns before their first run, and files of events, made once and kept in a cache.

The cache is ``papierwende/bench`` below ``XDG_CACHE_HOME``, ``~/.cache`` without it; ``PAPIERWENDE_BENCH_CACHE`` names
another place. Delete it at will.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.bench.measured import HOUSE, measure, python
from tests.towns import KEY, write_key

DAY: Final = "2026-10-31"
# Scale 1 of the invented town has about 909,000 events.
SCALE_PER_MILLION: Final = 1.1
MEMORY: Final = "2GB"
ENDING: Final = {"ocel": "json"}


def cache() -> Path:
    """The folder, made when missing."""
    named = os.environ.get("PAPIERWENDE_BENCH_CACHE")
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "papierwende" / "bench"
    folder = Path(named) if named else usual
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def town_of(millions: float) -> Path:
    """An invented town with so many million events; its builds may take ``MEMORY``."""
    made_by = [*(HOUSE / "sources" / "demo").rglob("*.py"), HOUSE / "pipelines" / "tools" / "invented_ledger.py"]
    return _once(
        cache() / "towns" / f"{millions:g}-{_fingerprint(made_by)}",
        lambda folder: measure(
            python("tests.bench.children.invent", folder, millions * SCALE_PER_MILLION, DAY), environment=environment()
        ),
    )


def file_of(kind: str, rows: int) -> Path:
    """A file of so many events in the format of a town's export; kinds as ``write_events`` knows them."""
    writers = [*(HOUSE / "tests" / "bench").glob("*_files.py")]
    folder = _once(
        cache() / "files" / f"{kind}-{rows}-{_fingerprint(writers)}",
        lambda made: measure(
            python("tests.bench.children.write_events", kind, made / f"events.{ENDING.get(kind, kind)}", rows)
        ),
    )
    return next(path for path in folder.iterdir())


def work_folder(name: str) -> Path:
    """An empty folder in the cache in which something is measured; whoever asks removes it."""
    shutil.rmtree(cache() / "work" / name, ignore_errors=True)
    return kept_folder(name)


def kept_folder(name: str) -> Path:
    """Such a folder with what a run that broke off left in it."""
    folder = cache() / "work" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def environment() -> dict[str, str]:
    """The environment of a program that works on a prepared town: its key, and its settings apart from the user's."""
    key = cache() / "bench.key"
    if not key.is_file():
        write_key(key, KEY)
    return {
        **os.environ,
        "PAPIERWENDE_KEY_FILE": str(key),
        "OPENBLAS_NUM_THREADS": "1",
        "NO_COLOR": "1",
        "PYTHONPATH": str(HOUSE),
    }


def _once(folder: Path, make: Callable[[Path], object]) -> Path:
    """A folder that is made whole or not at all."""
    if not folder.is_dir():
        half = folder.with_name(f"{folder.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        print(f"  preparing {folder.name}", flush=True)
        make(half)
        half.rename(folder)
    return folder


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
