"""Build: the inputs dbt reads, the environment it runs in, and its manifest. The models themselves are SQL."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.ledger import chain, looking
from pipelines.ledger.baselines import adopted_since
from pipelines.run.bounds import Bounds
from pipelines.run.generation import read_status
from pipelines.run.input_hash import ledger_head, parameters_hash
from pipelines.run.outcome import Exit, storage_sentence, told_of_disk
from pipelines.run.run import Generation, Run
from pipelines.run.settings import program_version
from pipelines.walk.dbt_program import BUILD_FILE, environment
from pipelines.walk.parsed import models_of, whole_json
from pipelines.walk.spark.exchange import Exchange
from sources.contract.inputs import INPUTS
from sources.contract.records import CASES, CONTRACT_VERSION
from sources.landing.landing import write_frame
from sources.town.folder import Town

HOLIDAY_YEARS_AHEAD = 2
END_OF_LOG: Final = 20_000


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
        return self.town_folder / "var" / "build" / BUILD_FILE

    @property
    def target(self) -> Path:
        """Dbt's artifacts."""
        return self.town_folder / "var" / "dbt"

    @property
    def target_on_spark(self) -> Path:
        """Dbt's artifacts where it builds on Spark: it parses the models otherwise there."""
        return self.target / "spark"

    @property
    def spark_folder(self) -> Path:
        """What Spark on this machine lays aside."""
        return self.town_folder / "var" / "spark"

    def exchange(self, town: Town) -> Exchange:
        """What Spark reads and writes: a folder of its own where the town says, else beside the build."""
        name = schema_on_spark(town)
        return Exchange((Path(town.run.exchange) if town.run.exchange else self.spark_folder.resolve()) / name)

    @contextmanager
    def environment(self, timezone: str, bounds: Bounds) -> Iterator[None]:
        """Tell dbt where everything is, by this process's environment and only while the block runs."""
        with environment(self.town_folder, self.build_file.parent, self.target, timezone, bounds):
            yield

    def drop_build_file(self) -> None:
        """Give back the room a build takes."""
        for folder in (self.build_file.parent, self.spark_folder):
            shutil.rmtree(folder, ignore_errors=True)

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

    def failures(self, target: Path | None = None) -> tuple[Exit, list[str]]:
        """What of the last dbt run failed: a failed test stops the guard's way, a broken model is a defect.

        Its artifacts are looked for in `target`, else where those of a build lie.
        """
        target = target or self.target
        results, log = whole_json(target / "run_results.json"), target / "dbt.log"
        if results is None:
            # Half a result may be all a full disk could take.
            if fault := told_of_disk(_end_of(log)):
                return Exit.STORAGE, [storage_sentence(self.build_file.parent, fault)]
            return Exit.INTERNAL, [f"dbt broke before its first model; {log} tells where."]
        messages = " ".join(str(result.get("message")) for result in results["results"] if result["status"] == "error")
        if fault := told_of_disk(messages):
            return Exit.STORAGE, [storage_sentence(self.build_file.parent, fault)]
        nodes = models_of(self.town_folder)["nodes"]
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


def schema_on_spark(town: Town) -> str:
    """How the names of a town's schemas begin on a server that may serve many towns."""
    place = f"{town.privacy.key_id} {town.folder}"
    return f"papierwende_{hashlib.sha256(place.encode()).hexdigest()[:12]}"


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
