"""The program as a child process, and a town whose deliveries landed without a build."""

import subprocess
import sys
from pathlib import Path

from tests.pipelines.walk.admissions import admit_and_land
from tests.towns import ROWS, deliver, environment, lines, make_town

PROGRAM = Path(sys.executable).with_name("papierwende")


def landed_town(folder: Path) -> Path:
    """A town with one landed delivery; its files are those of a real admission."""
    make_town(folder)
    deliver(folder, "x.csv", lines(*ROWS))
    admit_and_land(folder)
    return folder


def papierwende(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The program as a child process, in the environment of a town."""
    return subprocess.run(
        [str(PROGRAM), *command],
        env={**environment(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )


def sentences(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What the program said is wrong, one sentence a line; a stack trace is never said."""
    assert "Traceback" not in done.stderr
    said = done.stderr.splitlines()
    assert all(line.startswith(("✗ ", "! ")) for line in said), done.stderr
    return [line[2:] for line in said]
