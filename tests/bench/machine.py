"""What it was measured on and with: a figure without its machine says nothing."""

from __future__ import annotations

import os
import platform
import re
from importlib import metadata
from pathlib import Path
from typing import Final

from pipelines.run.settings import program_version

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
    """Versions of Python, of what the product is made of, and of the product's own code."""
    found = {"papierwende": program_version(), "python": platform.python_version()}
    return found | {tool: metadata.version(tool) for tool in TOOLS}


def load() -> float:
    """How many processes wanted a core in the last minute."""
    return round(os.getloadavg()[0], 1)
