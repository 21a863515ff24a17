"""The walk's steps as Dagster assets, grouped by the names everybody uses: decide fetch admit guard build publish.

Each step says what it did to ``progress`` and, when it must stop, leaves its sentence as the run's outcome. What a
step does stands in its own module; nothing is decided here.
"""

# Dagster reads these annotations as objects: they must not be postponed.
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from pipelines.run import history, inputs, lock, progress
from pipelines.run.outcome import Exit, Outcome, Stop, record, storage_fault, storage_told, utc_now
from pipelines.run.settings import load_key, project_root, town_folder
from pipelines.walk import ask, fetch, guard, publish
from pipelines.walk.build import Workshop, dbt_executable
from pipelines.walk.inbox import sweep, waiting
from pipelines.walk.published_before import remembered
from sources.contract.records import LANDED
from sources.landing.landing import Landing
from sources.town.parameters import TABLES

FOLDER = town_folder()
WORKSHOP = Workshop(FOLDER)
MANIFEST = WORKSHOP.manifest()
WORKSHOP.prepare_environment()


class Begin(dg.Config):
    """How to begin a run."""

    as_of: str = ""


@contextmanager
def _told(name: str) -> Iterator[progress.Step]:
    """A step in progress; a stop, an interrupt or a defect becomes the run's outcome before it ends the run."""
    stood = inputs.published_generation(FOLDER)
    try:
        with storage_told(FOLDER), progress.step(name) as step:
            yield step
    except Stop as stop:
        if stop.exit_code is Exit.STORAGE:
            # Half a build is of no use, and without it there is room to tell what happened.
            WORKSHOP.drop_build_file()
        _end(Outcome(stop.exit_code, f"stopped in step {name}", sentences=stop.sentences))
        raise
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
        stop = inputs.interrupted(FOLDER, f"in step {name}", stood)
        _end(Outcome(stop.exit_code, f"interrupted in step {name}", sentences=stop.sentences))
        raise
    except Exception as defect:
        sentence = (
            f"Step {name} broke with {type(defect).__name__}; the last generation stays, the run's page shows where."
        )
        _end(Outcome(Exit.INTERNAL, f"broke in step {name}", sentences=[sentence]))
        raise


def _end(outcome: Outcome) -> None:
    """Record how the run ends, and remove what only its steps needed."""
    # Another run that is active still needs its own.
    if outcome.exit_code != Exit.BUSY:
        inputs.forget_handed_on(FOLDER)
    # Where no room is left for the outcome, whoever started the run finds that out himself.
    with suppress(OSError):
        record(FOLDER, outcome)


@dg.multi_asset(
    name="decide",
    specs=[
        dg.AssetSpec(["town", name], group_name="decide")
        for name in (*(t.file for t in TABLES), "sources", "settings", "precedence")
    ],
)
def decide(context: dg.AssetExecutionContext, config: Begin) -> Iterator[dg.MaterializeResult]:
    """Lock the town's folder, fix the run's day, and read what council and treasury decided."""
    with _told("decide") as step:
        lock.take(FOLDER)
        town = inputs.town_at(FOLDER)
        history.forget_old_runs(context.instance, context.run_id, town, utc_now())
        landing = Landing(FOLDER)
        landing.prepare()
        if damaged := inputs.damaged_files(landing):
            raise Stop(Exit.INTEGRITY, damaged)
        day = dt.date.fromisoformat(config.as_of) if config.as_of else None
        if day is not None:
            inputs.refuse_day(town, landing, day, utc_now())
        begun = inputs.begin(town, day, utc_now())
        rows = WORKSHOP.write_inputs(town)
        step.finish(f"{sum(rows.values()):,} parameters, as of {begun.as_of}")
    for name, count in rows.items():
        yield dg.MaterializeResult(asset_key=["town", name], metadata={"rows": count})


@dg.asset(group_name="fetch", deps=[dg.AssetKey(["town", "sources"])])
def inbox(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The files in the inbox that are not landed yet; folders on other machines are copied into it first."""
    del context
    with _told("fetch") as step:
        town = inputs.town_at(FOLDER)
        mirrored = fetch.mirror_folders(town, Landing(FOLDER))
        inputs.hand_on(FOLDER, "mirrored", asdict(mirrored))
        found = waiting(town, Landing(FOLDER), load_key(town))
        step.finish(f"{len(found)} new of {len(town.sources)} sources' files")
    return dg.MaterializeResult(metadata={"files": len(found)})


@dg.asset(group_name="admit", deps=[inbox])
def admitted() -> dg.MaterializeResult:
    """New files taken through the door: mapped, minimised, pseudonymised; bad rows in quarantine."""
    with _told("admit") as step:
        town = inputs.town_at(FOLDER)
        key, landing = load_key(town), Landing(FOLDER)
        files = waiting(town, landing, key)
        landing.prepare()
        admission = fetch.together(
            fetch.Admission(**inputs.handed_on(FOLDER, "mirrored")),
            fetch.admit_all(town, landing, key, files, utc_now(), lambda name, n: step.advance(name, n, len(files))),
            fetch.ask_all(town, landing, key, utc_now(), lambda name, rows: step.advance(name, rows)),
        )
        inputs.hand_on(FOLDER, "admission", asdict(admission))
        step.finish(
            f"{admission.rows_read:,} rows read, {admission.rows_quarantined:,} quarantined, "
            f"{len(admission.refusals)} refused, {len(admission.unreachable)} not reached"
        )
    return dg.MaterializeResult(
        metadata={"rows_read": admission.rows_read, "rows_quarantined": admission.rows_quarantined}
    )


@dg.multi_asset(
    name="guard",
    specs=[dg.AssetSpec(["landing", kind], group_name="guard", deps=[admitted]) for kind in LANDED],
    check_specs=[
        dg.AssetCheckSpec(e.name, asset=dg.AssetKey(["landing", "deliveries"]), description=e.sentence, blocking=True)
        for e in guard.EXPECTATIONS
    ],
)
def judge(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Great Expectations judge each delivery; what passes is renamed into landing, what fails is kept aside."""
    with _told("guard") as step:
        landing = Landing(FOLDER)
        admission = inputs.handed_on(FOLDER, "admission")
        folders = [Path(folder) for folder in admission["folders"]]
        step.advance(f"{len(folders)} deliveries", 0, len(folders))
        town = inputs.town_at(FOLDER)
        compared = {source.name: landing.root / source.name for source in town.sources if not source.sizes_may_change}
        verdicts = guard.judge(folders, town.listed_codes(), compared.get)
        landed, aside = guard.settle(landing, folders, verdicts)
        for manifest in ask.outgrown(town, landing, load_key(town)):
            landing.retire(manifest)
        for name in sorted({f.parent.name for f in folders if (landing.root / f.parent.name / f.name).is_dir()}):
            context.log_event(dg.AssetMaterialization(["source", name], description="delivered"))
        step.finish(f"{landed} deliveries landed, {aside} set aside")
    failed = [verdict for verdict in verdicts if not verdict.passed]
    problems = [sentence for verdict in failed for sentence in verdict.sentences()] + admission["refusals"]
    if problems:
        code = max((verdict.expectation.exit_code for verdict in failed), default=Exit.GUARD)
        _end(Outcome(code, "the guard stopped the run", sentences=problems))
    for kind in LANDED:
        yield dg.MaterializeResult(asset_key=["landing", kind])
    for verdict in verdicts:
        yield dg.AssetCheckResult(
            check_name=verdict.expectation.name,
            asset_key=["landing", "deliveries"],
            passed=verdict.passed,
            metadata={"broken": verdict.broken, "offending_deliveries": [d for _, d, _ in verdict.offenders]},
        )
    if problems and not failed:
        raise Stop(Exit.GUARD, problems)
    if admission["unreachable"] and next(landing.manifests(), None) is None:
        _end(Outcome(Exit.UNREACHABLE, "no source was reached", sentences=admission["unreachable"]))
        raise Stop(Exit.UNREACHABLE, admission["unreachable"])


_translator = DagsterDbtTranslator(settings=DagsterDbtTranslatorSettings(enable_asset_checks=True))


@dbt_assets(manifest=MANIFEST, name="build", dagster_dbt_translator=_translator)
def build(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Dbt builds and tests all models in a fresh file."""
    with _told("build") as step:
        town, begun = inputs.town_at(FOLDER), inputs.current(FOLDER)
        WORKSHOP.prepare_environment(town.setting.timezone)
        hashed = inputs.input_hash(town, list(Landing(FOLDER).manifests()), begun.day)
        run = {
            "generation_id": inputs.generation_id(begun.day, hashed),
            "as_of": begun.day,
            "built_at": begun.now,
            "input_hash": hashed,
        }
        told = {"ledger_head": inputs.ledger_head(town), "parameters_hash": inputs.parameters_hash(town)}
        WORKSHOP.write_run(town, {**run, **told}, remembered(FOLDER))
        WORKSHOP.fresh_build_file()
        dbt = DbtCliResource(
            project_dir=str(project_root()), profiles_dir=str(project_root()), dbt_executable=str(dbt_executable())
        )
        total = len(context.selected_asset_keys) + len(context.selected_asset_check_keys)
        invocation = dbt.cli(
            ["build", "--exclude-resource-type", "unit_test"],
            context=context,
            target_path=WORKSHOP.target,
            raise_on_error=True,
        )
        try:
            for number, event in enumerate(invocation.stream(), start=1):
                step.advance("models and tests", min(number, total), total)
                yield event
        except DagsterDbtCliRuntimeError as error:
            if storage_fault(error):
                raise
            raise Stop(*WORKSHOP.failures()) from error
        step.finish(f"{len(context.selected_asset_keys)} models, {len(context.selected_asset_check_keys)} tests")


@dg.asset(group_name="publish", deps=sorted(build.keys))
def generation() -> dg.MaterializeResult:
    """One immutable generation: the analysts' file, the site, the status; then the pointer is swapped."""
    with _told("publish") as step:
        town, begun = inputs.town_at(FOLDER), inputs.current(FOLDER)
        landing = Landing(FOLDER)
        name = inputs.generation_id(begun.day, inputs.input_hash(town, list(landing.manifests()), begun.day))
        admission = inputs.handed_on(FOLDER, "admission")
        if name == inputs.published_generation(FOLDER) and inputs.is_whole(FOLDER / "current"):
            # A system was asked and had nothing new: what stands is what would be published.
            step.finish("nothing new")
            _end(_outcome("nothing new", begun, name, admission["unreachable"], []))
            return dg.MaterializeResult(metadata={"generation": name})
        half = publish.open_generation(FOLDER, name)
        tables = publish.publish_database(WORKSHOP.build_file, half / inputs.DATABASE, step.advance)
        publish.publish_site(half, step.advance)
        known = {*town.notes, *admission["unreachable"], *admission["warnings"]}
        warnings = sorted(known.union(publish.health_warnings(half / inputs.DATABASE)))
        publish.write_status(half, _status(name, begun, landing, tables, warnings))
        publish.swap(FOLDER, half, name)
        publish.sweep(FOLDER)
        sweep(town, landing, load_key(town), utc_now())
        WORKSHOP.fresh_build_file()
        step.finish(f"generation {name}, {len(tables)} tables, {sum(table.rows for table in tables):,} rows")
    _end(_outcome("published", begun, name, admission["unreachable"], warnings))
    return dg.MaterializeResult(metadata={"generation": name, "tables": len(tables), "warnings": len(warnings)})


def _outcome(said: str, begun: inputs.Walk, name: str, unreachable: list[str], warnings: list[str]) -> Outcome:
    """How a run ends that left a generation standing: who was not reached matters more than any warning."""
    code = Exit.UNREACHABLE if unreachable else Exit.WARNINGS if warnings else Exit.PUBLISHED
    others = [warning for warning in warnings if warning not in unreachable]
    return Outcome(code, said, begun.as_of, name, [*unreachable, *others])


def _status(
    name: str, begun: inputs.Walk, landing: Landing, tables: list[publish.Table], warnings: list[str]
) -> dict[str, object]:
    stands: dict[str, str] = {}
    for manifest in landing.manifests():
        stands[manifest.source] = max(stands.get(manifest.source, ""), manifest.stand)
    return {
        "generation_id": name,
        "as_of": begun.as_of,
        "built_at": begun.started_at,
        "stands": stands,
        "tables": {table.name: {"rows": table.rows, "sha256": table.content_hash} for table in tables},
        "warnings": warnings,
    }
