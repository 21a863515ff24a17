"""Build: the inputs dbt reads, the environment it runs in, and its manifest. The models themselves are SQL."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.run.outcome import FULL_DISK, Exit, Stop, write_whole
from pipelines.run.settings import program_version, project_root
from sources.contract.inputs import INPUTS
from sources.contract.records import CASES, CONTRACT_VERSION
from sources.landing.landing import write_frame
from sources.town.folder import Town

HOLIDAY_YEARS_AHEAD = 2


@dataclass(frozen=True)
class Workshop:
    """Where a town's build happens, all below ``var``."""

    town_folder: Path

    @property
    def inputs(self) -> Path:
        """Parameters and settings as typed Parquet."""
        return self.town_folder / "var" / "inputs"

    @property
    def build_file(self) -> Path:
        """The DuckDB file only the build opens."""
        return self.town_folder / "var" / "build" / "build.duckdb"

    @property
    def target(self) -> Path:
        """Dbt's artifacts."""
        return self.town_folder / "var" / "dbt"

    @property
    def parsed(self) -> Path:
        """The manifest Dagster reads, named by the program version."""
        return self.target / "parsed"

    def prepare_environment(self, timezone: str = "Europe/Berlin") -> None:
        """Tell dbt, by this process's environment, where everything is."""
        os.environ.update(
            PAPIERWENDE_TOWN=str(self.town_folder.resolve()),
            PAPIERWENDE_BUILD_FILE=str(self.build_file.resolve()),
            PAPIERWENDE_TIMEZONE=timezone,
            DBT_TARGET_PATH=str(self.target.resolve()),
            DBT_LOG_PATH=str((self.town_folder / "var" / "logs").resolve()),
            DBT_PROFILES_DIR=str(project_root()),
            DBT_SEND_ANONYMOUS_USAGE_STATS="false",
            DBT_USE_COLORS="false",
            DO_NOT_TRACK="1",
        )

    def drop_build_file(self) -> None:
        """Give back the room a build takes."""
        shutil.rmtree(self.build_file.parent, ignore_errors=True)

    def fresh_build_file(self) -> None:
        """Leave nothing of an earlier build."""
        self.drop_build_file()
        self.build_file.parent.mkdir(parents=True)

    def write_inputs(self, town: Town) -> dict[str, int]:
        """Write the town's parameters for the models; returns rows per table."""
        frames = town.parameter_frames()
        frames["sources"] = _sources(town)
        frames["settings"] = _settings(town)
        frames["precedence"] = _precedence(town)
        self.inputs.mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            write_frame(self.inputs / f"{name}.parquet", frame)
        return {name: frame.height for name, frame in frames.items()}

    def write_run(self, town: Town, run: dict[str, object], before: dict[str, pl.DataFrame]) -> None:
        """Write which generation this is, the holidays up to two years after its day, and what was published before."""
        row = {
            **run,
            "contract_version": CONTRACT_VERSION,
            "program_version": program_version(),
            "timezone": town.setting.timezone,
        }
        frame = pl.DataFrame([row], schema=INPUTS["run"])
        write_frame(self.inputs / "run.parquet", frame)
        as_of = frame["as_of"][0]
        holidays = town.holiday_frame(as_of.replace(year=as_of.year + HOLIDAY_YEARS_AHEAD, day=1))
        write_frame(self.inputs / "holidays.parquet", holidays)
        for name, remembered in before.items():
            write_frame(self.inputs / f"{name}.parquet", remembered)

    def manifest(self) -> Path:
        """A copy of dbt's manifest of the models, parsed once per program version.

        Raises:
            Stop: with exit 70 when the models do not parse.
        """
        # Dbt rewrites its own manifest in every build, and a full disk or a power failure leaves half of it.
        path = self.parsed / f"{program_version()}.json"
        if not _is_json(path):
            shutil.rmtree(self.parsed, ignore_errors=True)
            self.target.mkdir(parents=True, exist_ok=True)
            self.prepare_environment()
            command = [str(dbt_executable()), "parse", "--project-dir", str(project_root()), "--quiet"]
            done = subprocess.run(command, cwd=project_root(), capture_output=True, text=True, check=False)
            if any(words in done.stdout + done.stderr for words in FULL_DISK):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.target))
            if done.returncode != 0:
                raise Stop(Exit.INTERNAL, f"The models do not parse: {done.stdout.strip()[-2000:]}")
            write_whole(path, (self.target / "manifest.json").read_text(encoding="utf-8"))
        return path

    def failures(self) -> tuple[Exit, list[str]]:
        """What of the last dbt run failed: a failed test stops the guard's way, a broken model is a defect."""
        results = self.target / "run_results.json"
        if not _is_json(results):
            return Exit.INTERNAL, [
                f"dbt broke before its first model; {self.town_folder / 'var' / 'logs' / 'dbt.log'} tells where."
            ]
        nodes = json.loads(self.manifest().read_text(encoding="utf-8"))["nodes"]
        told: list[str] = []
        code = Exit.GUARD
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]:
            node = nodes.get(result["unique_id"], {})
            if result["status"] == "fail":
                claim = (
                    node.get("config", {}).get("meta", {}).get("description")
                    or node.get("description")
                    or node.get("name")
                )
                told.append(f"Test {node.get('name')} failed on {result['failures']} rows: {claim}")
            elif result["status"] == "error":
                code = Exit.INTERNAL
                log = self.town_folder / "var" / "logs" / "dbt.log"
                told.append(f"{node.get('resource_type')} {node.get('name')} broke; {log} tells where.")
        return code, told or ["dbt broke; its log tells where."]


def dbt_executable() -> Path:
    """The dbt command installed beside this Python."""
    return Path(sys.executable).parent / "dbt"


def _is_json(path: Path) -> bool:
    """Whether a file is there and whole."""
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return True


def _sources(town: Town) -> pl.DataFrame:
    rows = [
        (source.name, rank, source.system, source.mode, source.expected_every_days, source.ended_on)
        for rank, source in enumerate(town.sources, start=1)
    ]
    return pl.DataFrame(rows, schema=INPUTS["sources"], orient="row")


def _precedence(town: Town) -> pl.DataFrame:
    """Per column of a case the sources in the order in which they are believed; others follow in their own order."""
    columns = {field.name: field.column for field in CASES.fields}
    rows = [
        (columns[name], source, rank)
        for name, order in sorted(town.precedence.items())
        for rank, source in enumerate(order, start=1)
    ]
    return pl.DataFrame(rows, schema=INPUTS["precedence"], orient="row")


def _settings(town: Town) -> pl.DataFrame:
    told = {
        "name": town.setting.name,
        "land": town.setting.land,
        "timezone": town.setting.timezone,
        "contact": town.setting.contact,
        "staff_threshold": str(town.privacy.staff_threshold),
        "min_cases": str(town.privacy.min_cases),
        "thresholds_off": "true" if town.privacy.thresholds_off else "false",
    }
    return pl.DataFrame(sorted(told.items()), schema=INPUTS["settings"], orient="row")
