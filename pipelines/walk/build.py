"""Build: the inputs dbt reads, the environment it runs in, and its manifest. The models themselves are SQL."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from pipelines.ledger import chain, looking
from pipelines.ledger.baselines import adopted_since
from pipelines.run.generation import read_status
from pipelines.run.input_hash import ledger_head, parameters_hash
from pipelines.run.outcome import Exit, Stop, storage_sentence, told_of_disk, write_whole
from pipelines.run.run import Generation, Run
from pipelines.run.settings import program_version, project_root
from sources.contract.inputs import INPUTS
from sources.contract.records import CASES, CONTRACT_VERSION
from sources.landing.landing import write_frame
from sources.town.folder import Town

HOLIDAY_YEARS_AHEAD = 2
END_OF_LOG: Final = 20_000
# DuckDB computes each model on all cores; a second one uses what the first leaves.
MODELS_AT_ONCE: Final = 2
PARTIAL_PARSE: Final = "partial_parse.msgpack"


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
        """The manifests Dagster reads, named by the program version."""
        return self.target / "parsed"

    @contextmanager
    def environment(self, target: Path, timezone: str = "Europe/Berlin") -> Iterator[None]:
        """Tell dbt where everything is, by this process's environment and only while the block runs."""
        before = dict(os.environ)
        os.environ.update(
            PAPIERWENDE_TOWN=str(self.town_folder.resolve()),
            PAPIERWENDE_BUILD_FILE=str(self.build_file.resolve()),
            PAPIERWENDE_BUILD_THREADS=str(min(len(os.sched_getaffinity(0)), MODELS_AT_ONCE)),
            PAPIERWENDE_TIMEZONE=timezone,
            DBT_TARGET_PATH=str(target.resolve()),
            DBT_LOG_PATH=str(target.resolve()),
            DBT_PROFILES_DIR=str(project_root()),
            DBT_SEND_ANONYMOUS_USAGE_STATS="false",
            # Sums of doubles in a fixed order, whatever the machine's cores: the same tables, hash for hash.
            OPENBLAS_NUM_THREADS="1",
            # Each statement and each reading of the cache in full costs a tenth of a small town's build.
            DBT_LOG_LEVEL_FILE="info",
            DBT_LOG_FORMAT_FILE="text",
            DBT_USE_COLORS="false",
            DO_NOT_TRACK="1",
        )
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

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
        frames["successors"] = _successors(town)
        self.inputs.mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            write_frame(self.inputs / f"{name}.parquet", frame)
        return {name: frame.height for name, frame in frames.items()}

    def write_run(self, run: Run, generation: Generation, more: dict[str, pl.DataFrame]) -> None:
        """Write which generation this is, holidays up to two years after its day, the ledger, further inputs by name.

        Which deliveries have something to tell lies in landing.
        """
        published = read_status(run.remembered.whole) if run.remembered.whole else None
        row = {
            "generation_id": generation.id,
            "as_of": run.day,
            "built_at": run.started_at,
            "input_hash": generation.input_hash,
            "ledger_head": ledger_head(run.town, generation.id),
            "adopted_because": adopted_since(run.folder, published.get("ledger_head")) if published else None,
            "contract_version": CONTRACT_VERSION,
            "program_version": program_version(),
            "timezone": run.town.setting.timezone,
            "parameters_hash": parameters_hash(run.town),
        }
        write_frame(self.inputs / "run.parquet", pl.DataFrame([row], schema=INPUTS["run"]))
        holidays = run.town.holiday_frame(run.day.replace(year=run.day.year + HOLIDAY_YEARS_AHEAD, day=1))
        write_frame(self.inputs / "holidays.parquet", holidays)
        warned = [manifest.delivery_id for manifest in run.landing.manifests() if manifest.warnings]
        frames = {"warned_deliveries": pl.DataFrame({"delivery_id": warned}, schema=INPUTS["warned_deliveries"])}
        frames |= looking.frames(chain.entries(run.folder), run.day)
        for name, frame in (frames | more).items():
            write_frame(self.inputs / f"{name}.parquet", frame)

    def manifest(self) -> dict[str, Any]:
        """Dbt's manifest of the models, parsed once per program version.

        Raises:
            Stop: with exit 70 when the models do not parse.
        """
        # Dbt rewrites its own manifest in every build, and a full disk or a power failure leaves half of it.
        path = self.parsed / f"{program_version()}.json"
        self.parsed.mkdir(parents=True, exist_ok=True)
        with (self.parsed / "lock").open("w") as lock:
            # The web server, the daemon and a run may load the models at once: one of them parses.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (manifest := _json(path)) is None:
                for other in self.parsed.glob("*.json*"):
                    other.unlink()
                write_whole(path, self._parse())
                manifest = json.loads(path.read_text(encoding="utf-8"))
        return manifest

    def _parse(self) -> str:
        """Parse the models in a folder of its own, as a build may be at work; a build spares what was parsed here."""
        target = self.target / "parsing"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        command = [str(dbt_executable()), "parse", "--project-dir", str(project_root()), "--quiet"]
        with self.environment(target):
            done = subprocess.run(command, cwd=project_root(), capture_output=True, text=True, check=False)
        if told_of_disk(done.stdout + done.stderr):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.target))
        if done.returncode != 0:
            raise Stop(Exit.INTERNAL, f"The models do not parse: {done.stdout.strip()[-2000:]}")
        text = (target / "manifest.json").read_text(encoding="utf-8")
        with suppress(FileNotFoundError):
            (target / PARTIAL_PARSE).replace(self.target / PARTIAL_PARSE)
        shutil.rmtree(target)
        return text

    def failures(self) -> tuple[Exit, list[str]]:
        """What of the last dbt run failed: a failed test stops the guard's way, a broken model is a defect."""
        results, log = _json(self.target / "run_results.json"), self.target / "dbt.log"
        if results is None:
            # Half a result may be all a full disk could take.
            if fault := told_of_disk(_end_of(log)):
                return Exit.STORAGE, [storage_sentence(self.build_file.parent, fault)]
            return Exit.INTERNAL, [f"dbt broke before its first model; {log} tells where."]
        messages = " ".join(str(result.get("message")) for result in results["results"] if result["status"] == "error")
        if fault := told_of_disk(messages):
            return Exit.STORAGE, [storage_sentence(self.build_file.parent, fault)]
        nodes = self.manifest()["nodes"]
        sentences: list[str] = []
        code = Exit.GUARD
        for result in results["results"]:
            node = nodes.get(result["unique_id"], {})
            if result["status"] == "fail":
                claim = (
                    node.get("config", {}).get("meta", {}).get("description")
                    or node.get("description")
                    or node.get("name")
                )
                sentences.append(f"Test {node.get('name')} failed on {result['failures']} rows: {claim}")
            elif result["status"] == "error":
                code = Exit.INTERNAL
                sentences.append(f"{node.get('resource_type')} {node.get('name')} broke; {log} tells where.")
        return code, sentences or [f"dbt broke; {log} tells where."]


def dbt_executable() -> Path:
    """The dbt command installed beside this Python."""
    return Path(sys.executable).parent / "dbt"


def parsed_models(town_folder: Path | None) -> dict[str, Any]:
    """Dbt's manifest of the models; without a town nothing of it is kept."""
    with TemporaryDirectory() as nowhere:
        return Workshop(town_folder or Path(nowhere)).manifest()


def _json(path: Path) -> dict[str, Any] | None:
    """What a file holds, None when it is not there or not whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _end_of(log: Path) -> str:
    """The end of a log, nothing where there is none."""
    try:
        return log.read_text(encoding="utf-8", errors="replace")[-END_OF_LOG:]
    except FileNotFoundError:
        return ""


def _sources(town: Town) -> pl.DataFrame:
    rows = [
        (
            source.name,
            rank,
            source.title.strip() or None,
            source.system,
            source.mode,
            source.expected_every_days,
            source.ended_on,
            source.same_events_as,
            source.corrects,
        )
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


def _successors(town: Town) -> pl.DataFrame:
    """Per service that another one continues the last of those that do."""
    after = {service.continues: service.service_code for service in town.parameters.services if service.continues}
    rows: list[tuple[str, str]] = []
    for code in sorted(after):
        current = after[code]
        while current in after:
            current = after[current]
        rows.append((code, current))
    return pl.DataFrame(rows, schema=INPUTS["successors"], orient="row")


def _settings(town: Town) -> pl.DataFrame:
    settings = {
        "name": town.setting.name,
        "land": town.setting.land,
        "timezone": town.setting.timezone,
        "contact": town.setting.contact,
        "staff_threshold": str(town.privacy.staff_threshold),
        "min_cases": str(town.privacy.min_cases),
        "thresholds_off": "true" if town.privacy.thresholds_off else "false",
    }
    return pl.DataFrame(sorted(settings.items()), schema=INPUTS["settings"], orient="row")
