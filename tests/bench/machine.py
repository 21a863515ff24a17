"""What it was measured on and with: a figure without its machine says nothing."""

from __future__ import annotations

import os
import platform
import re
from importlib import metadata
from pathlib import Path
from typing import Final

from pipelines.run.settings import program_version

PEERS: Final = Path(__file__).parent / "peers"
TOOLS: Final = ("duckdb", "polars", "dbt-core", "dbt-duckdb", "dagster", "pyarrow")


def machine() -> dict[str, str | int | float]:
    """Cores this process may use, memory in GB, the processor, the kernel."""
    memory = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace"))
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(memory[1]) * 1024 / 1e9, 1) if memory else 0,
        "processor": model[1].strip() if model else platform.machine(),
        "kernel": platform.release(),
    }


def versions() -> dict[str, str]:
    """Versions of Python, of what the product is made of, of the product's own code, and of the peers."""
    found = {"papierwende": program_version(), "python": platform.python_version()}
    found |= {tool: metadata.version(tool) for tool in TOOLS}
    for listed in sorted(PEERS.glob("*.txt")):
        pinned = re.search(rf"^{listed.stem}==(\S+)$", listed.read_text(encoding="utf-8"), re.MULTILINE)
        assert pinned is not None, f"{listed.name} pins no {listed.stem}"
        found[listed.stem] = pinned[1]
    return found


def load() -> float:
    """How many processes wanted a core in the last minute."""
    return round(os.getloadavg()[0], 1)
