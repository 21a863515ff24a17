"""What a walk costs: the invented town from nothing to a generation, a night with nothing new, a refused second run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from pipelines.run import lock

PROGRAM = Path(sys.executable).parent / "papierwende"


def timed(environment: dict[str, str], *arguments: str) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Wall seconds and outcome of the program."""
    started = time.perf_counter()
    done = subprocess.run([str(PROGRAM), *arguments], env=environment, capture_output=True, text=True, check=False)
    return time.perf_counter() - started, done


def test_the_walk_at_scale_0_2(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    town = str(tmp_path / "town")
    walk, done = timed(environment, "demo", town, "--scale", "0.2")
    assert done.returncode == 3, done.stdout + done.stderr
    again, done = timed(environment, "run", town)
    assert "Nothing new" in done.stdout, done.stdout + done.stderr
    with lock.locked(Path(town)):
        refused, done = timed(environment, "run", town)
    assert done.returncode == 6
    print()
    print(f"papierwende demo --scale 0.2   {walk:6.1f} s   (limit 90 s, ratio {walk / 90:.2f})")
    print(f"a run with nothing new         {again:6.1f} s   (limit 5 s, ratio {again / 5:.2f})")
    print(f"a second run at the same time  {refused:6.1f} s")
