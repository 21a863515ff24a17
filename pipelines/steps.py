"""The walk's steps as Dagster assets: decide fetch admit guard build publish, each an op of that name.

What a step does stands in its own module; nothing is decided here. What it found it hands on in the ``walk``.
"""

# Dagster reads these annotations as objects: they must not be postponed.
import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import dagster as dg

from dashboards.site import build_site
from pipelines.building import built
from pipelines.ledger.adoptions import adoptions_of
from pipelines.ledger.baselines import freeze, frozen_baselines
from pipelines.ledger.chain import entries
from pipelines.run import history, progress
from pipelines.run.generation import DATABASE, HIDDEN, published_generation, read_status
from pipelines.run.integrity import settle
from pipelines.run.outcome import Exit, Outcome, Stop
from pipelines.run.unfinished import begun, ended
from pipelines.run.verification import landing_faults, ledger_faults
from pipelines.stepping import end, step_of
from pipelines.walk import ask, fetch, guard, inbox, past_cases, publish
from pipelines.walk import dagster_dbt_alone as dagster_dbt
from pipelines.walk.admission import together
from pipelines.walk.build import Workshop
from pipelines.walk.dbt_child import SPARK
from pipelines.walk.packing import pack_small
from pipelines.walk.parsed import primary_keys
from pipelines.walk.published_before import forgotten, hidden_before, published_before
from pipelines.walk.spark import server
from pipelines.walk.walk import Walk
from sources.contract.records import LANDED
from sources.landing.shown_later import show_what_may_stand
from sources.town.parameters import PARAMETER_TABLES

PARAMETERS: Final = (*(table.file for table in PARAMETER_TABLES), "sources", "settings", "precedence", "successors")
DELIVERIES: Final = dg.AssetKey(["landing", "deliveries"])


class Begin(dg.Config):
    """How to begin a run."""

    as_of: str = ""


# Whoever picks a single asset gets the walk's own sentence: therefore each step can be given a part of its assets.
@dg.multi_asset(
    name="decide",
    specs=[dg.AssetSpec(["town", name], group_name="decide", skippable=True) for name in PARAMETERS],
    can_subset=True,
)
def decide(
    context: dg.AssetExecutionContext, config: Begin, walk: dg.ResourceParam[Walk]
) -> Iterator[dg.MaterializeResult]:
    """Lock the town's folder, fix the run's day, and read what council and treasury decided."""
    with step_of(context, walk) as step:
        run = walk.begin(dt.date.fromisoformat(config.as_of) if config.as_of else None)
        if run.town.run.engine == SPARK:
            server.refuse_unless_ready(run.town.run.remote, run.town.run.exchange)
        history.forget_old_runs(context.instance, context.run_id, run.town, run.started_at)
        # A delivery that is missing while its file waits lands again in this run.
        waiting = inbox.waiting(run.town, run.landing, run.key)
        awaited = {(file.source.name, file.identity.delivery_id) for file in waiting}
        if damaged := landing_faults(run.folder, awaited, run.remembered) + ledger_faults(run.folder, run.remembered):
            raise Stop(Exit.INTEGRITY, damaged)
        settle(run.landing)
        # What is listed by now comes in here, so that no file is read and no system asked once more for it.
        show_what_may_stand(run.town, run.landing, run.key)
        begun(run.folder, run.day)
        rows = Workshop(run.folder).write_inputs(run.town)
        step.finish(f"{sum(rows.values()):,} parameters, as of {run.day}")
    for name, count in rows.items():
        yield dg.MaterializeResult(asset_key=["town", name], metadata={"rows": count})


@dg.multi_asset(name="fetch", specs=[dg.AssetSpec("inbox", group_name="fetch", deps=[["town", "sources"]])])
def inbox_files(context: dg.AssetExecutionContext, walk: dg.ResourceParam[Walk]) -> dg.MaterializeResult:
    """The files in the inbox that are not landed yet; folders on other machines are copied into it first."""
    with step_of(context, walk) as step:
        run = walk.run
        walk.admission = fetch.mirror_folders(run) if walk.elsewhere is None else walk.elsewhere
        walk.waiting = inbox.waiting(run.town, run.landing, run.key)
        step.finish(f"{len(walk.waiting)} new of {len(run.town.sources)} sources' files")
    return dg.MaterializeResult(metadata={"files": len(walk.waiting)})


@dg.multi_asset(name="admit", specs=[dg.AssetSpec("admitted", group_name="admit", deps=["inbox"])])
def admitted(context: dg.AssetExecutionContext, walk: dg.ResourceParam[Walk]) -> dg.MaterializeResult:
    """New files taken through the door: mapped, minimised, pseudonymised; bad rows in quarantine."""
    with step_of(context, walk) as step:
        total = len(walk.waiting)
        parts = [walk.admission, fetch.admit_all(walk.run, walk.waiting, lambda file, n: step.advance(file, n, total))]
        if walk.elsewhere is None:
            parts.append(fetch.ask_all(walk.run, lambda system, rows: step.advance(system, rows)))
        admission = walk.admission = together(*parts)
        step.finish(
            f"{admission.rows_read:,} rows read, {admission.rows_quarantined:,} quarantined, "
            f"{len(admission.refusals)} refused, {len(admission.unreachable)} not reached"
        )
    return dg.MaterializeResult(
        metadata={"rows_read": admission.rows_read, "rows_quarantined": admission.rows_quarantined}
    )


@dg.multi_asset(
    name="guard",
    specs=[dg.AssetSpec(["landing", kind], group_name="guard", deps=["admitted"], skippable=True) for kind in LANDED],
    check_specs=[
        dg.AssetCheckSpec(e.name, asset=DELIVERIES, description=e.sentence, blocking=True) for e in guard.EXPECTATIONS
    ],
    can_subset=True,
)
def landing(
    context: dg.AssetExecutionContext, walk: dg.ResourceParam[Walk]
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Great Expectations judge each delivery; what passes is renamed into landing, what fails is kept aside."""
    with step_of(context, walk) as step:
        verdicts = _judged(walk, step)
        for name in walk.landed_sources():
            context.log_event(dg.AssetMaterialization(["source", name], description="delivered"))
    failed = [verdict for verdict in verdicts if not verdict.passed]
    if failed:
        problems = [sentence for verdict in failed for sentence in verdict.sentences()] + walk.admission.refusals
        code = max(verdict.expectation.exit_code for verdict in failed)
        end(walk, Outcome(code, "the guard stopped the run", sentences=problems))
    for kind in LANDED:
        yield dg.MaterializeResult(asset_key=["landing", kind])
    for verdict in verdicts:
        yield dg.AssetCheckResult(
            check_name=verdict.expectation.name,
            asset_key=DELIVERIES,
            passed=verdict.passed,
            metadata={"broken": verdict.broken, "offending_deliveries": [d for _, d, _ in verdict.offenders]},
        )
    missed = walk.admission.refusals + walk.admission.unreachable
    if missed and not failed and next(walk.run.landing.manifests(), None) is None:
        code = Exit.GUARD if walk.admission.refusals else Exit.UNREACHABLE
        end(walk, Outcome(code, "nothing has landed", sentences=missed))
        raise Stop(code, missed)


def _judged(walk: Walk, step: progress.ProgressStep) -> list[guard.Verdict]:
    """The verdicts on what was admitted; landing holds what passed, and no longer what newer deliveries replaced."""
    run, folders = walk.run, walk.admission.folders
    step.advance(f"{len(folders)} deliveries", 0, len(folders))
    compared = {s.name: run.landing.root / s.name for s in run.town.sources if not s.sizes_may_change}
    verdicts = guard.judge(folders, run.town.listed_codes(), compared.get)
    landed, aside = guard.settle(run.landing, folders, verdicts)
    # Before it is judged what newer deliveries replaced: one that is settled need not be replaced.
    show_what_may_stand(run.town, run.landing, run.key)
    for manifest in ask.outgrown(run):
        run.landing.retire(manifest)
    packed = pack_small(run, step.advance)
    told = f", {packed:,} small ones of earlier runs packed" if packed else ""
    step.finish(f"{landed} deliveries landed, {aside} set aside{told}")
    return verdicts


class _BySubject(dagster_dbt.DagsterDbtTranslator):
    """A model's group is its folder."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder below the layer's."""
        _, layer, *subject, _ = dbt_resource_props["fqn"]
        return subject[0] if subject else layer


_MODELS: Final = _BySubject(dagster_dbt.DagsterDbtTranslatorSettings(enable_asset_checks=True))


def build_of(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The step that builds all models of dbt's manifest."""

    @dagster_dbt.dbt_assets(
        manifest=manifest,
        name="build",
        dagster_dbt_translator=_MODELS,
    )
    def build(context: dg.AssetExecutionContext, walk: dg.ResourceParam[Walk]) -> Iterator[Any]:
        """Dbt builds and tests all models in a fresh file."""
        with step_of(context, walk) as step:
            workshop, run = Workshop(walk.folder), walk.run
            walk.made = run.generation(walk.admission.refused)
            more = {
                "refused_deliveries": walk.admission.refused_frame(),
                "frozen_baselines": frozen_baselines(run.folder),
            }
            workshop.write_run(run, walk.made, published_before(run.remembered.whole) | more)
            workshop.fresh_build_file()
            with workshop.environment(run.town.setting.timezone, run.bounds):
                yield from built(context, walk, step, manifest)

    return build


def publish_of(build: dg.AssetsDefinition, manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The step that publishes what was built: a generation, and in it each page dbt's manifest exposes."""
    pages = _pages(manifest)

    @dg.multi_asset(
        name="publish",
        specs=[dg.AssetSpec("generation", group_name="publish", deps=sorted(build.keys), skippable=True), *pages],
        can_subset=True,
    )
    def generation(context: dg.AssetExecutionContext, walk: dg.ResourceParam[Walk]) -> Iterator[dg.MaterializeResult]:
        """One immutable generation: the analysts' file, the site, the status; then the pointer is swapped."""
        with step_of(context, walk) as step:
            name = walk.generation.id
            if name == published_generation(walk.folder) and not walk.run.remembered.damaged:
                # A system was asked and had nothing new: what stands is what would be published.
                outcome, tables = _outcome(walk, "nothing new", walk.admission.refusals), []
                step.finish("nothing new")
            else:
                outcome, tables = _published(walk, step)
        ended(walk.folder)
        end(walk, outcome)
        yield dg.MaterializeResult(
            asset_key="generation",
            metadata={"generation": name, "tables": len(tables), "warnings": len(outcome.sentences)},
        )
        for page in pages:
            yield dg.MaterializeResult(asset_key=page.key)

    return generation


def _pages(manifest: Mapping[str, Any]) -> list[dg.AssetSpec]:
    """The pages of the site, each after the tables it reads."""
    return [
        dg.AssetSpec(
            ["page", page["name"]],
            group_name="publish",
            description=page["label"],
            deps=[_MODELS.get_asset_key(manifest["nodes"][model]) for model in page["depends_on"]["nodes"]],
            skippable=True,
        )
        for page in manifest["exposures"].values()
    ]


def _published(walk: Walk, step: progress.ProgressStep) -> tuple[Outcome, list[publish.PublishedTable]]:
    """Make the generation and point to it; what it replaces goes."""
    run, name, workshop = walk.run, walk.generation.id, Workshop(walk.folder)
    walk.admission.warnings += forgotten(run.folder, run.remembered)
    half = publish.open_generation(run.folder, name)
    bounds, keys = run.bounds.settings(workshop.build_file.parent), primary_keys(walk.folder)
    tables = publish.publish_database(workshop.build_file, half / DATABASE, step.advance, bounds, keys=keys)
    pages = build_site(half / DATABASE, half / "site", step.advance, hidden_before(run.remembered.whole))
    (half / HIDDEN).write_text(pages.hidden, encoding="utf-8")
    standing = set(publish.standing_warnings(half / DATABASE, run.landing))
    standing |= {*run.bounds.notes, *adoptions_of(entries(run.folder)).told()} | set(
        past_cases.uncounted(workshop.build_file)
    )
    freeze(run.folder, publish.new_baselines(workshop.build_file), name)
    admission, health = walk.admission, publish.health_warnings(half / DATABASE)
    news = {*run.town.notes, *admission.unreachable, *admission.refusals, *admission.warnings, *health}
    warnings = sorted(news | standing)
    publish.write_status(half, run, name, tables, warnings)
    publish.swap(run.folder, half, name)
    publish.sweep(run.folder)
    inbox.sweep(run.town, run.landing, run.key, run.started_at)
    workshop.fresh_build_file()
    workshop.exchange(run.town).clear()
    step.finish(f"generation {name}, {len(tables)} tables, {sum(table.rows for table in tables):,} rows")
    # What a generation before told already is no news.
    before = read_status(run.remembered.whole) if run.remembered.whole is not None else None
    told = standing.intersection((before or {}).get("warnings", ())) - news
    return _outcome(walk, "published", warnings, told), tables


def _outcome(walk: Walk, said: str, warnings: list[str], told: Collection[str] = ()) -> Outcome:
    """How a run ends that left a generation standing: who was not reached matters more than any warning."""
    unreachable = walk.admission.unreachable
    code = Exit.UNREACHABLE if unreachable else Exit.WARNINGS if set(warnings).difference(told) else Exit.PUBLISHED
    others = [warning for warning in warnings if warning not in unreachable]
    return Outcome(code, said, walk.run.day.isoformat(), walk.generation.id, [*unreachable, *others])
