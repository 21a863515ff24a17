"""Commands that look at what is published: ``status``, ``diff``, ``sql``, ``serve``, ``ui``."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines import runner
from pipelines.commands.dagster_programs import serve_dagster
from pipelines.commands.printing import out, printable, say, table
from pipelines.commands.where import Folder, TownOption
from pipelines.run import lock
from pipelines.run.generation import published_generation, read_status, remembered
from pipelines.run.integrity import accept
from pipelines.run.outcome import Exit, Stop, last_outcome, storage_faults_stop
from pipelines.run.settings import TOWN, load_key, town_at
from pipelines.run.verification import (
    generation_faults,
    known_head,
    landing_faults,
    last_verification,
    ledger_faults,
    sealed_faults,
)
from sources.landing.landing import Landing

PLAINLY_READ = 1_000_000
_DELIVERIES = """
    select source, count(*) as deliveries, sum(rows_read)::bigint as read, sum(rows_admitted)::bigint as admitted,
        sum(rows_quarantined)::bigint as quarantined, sum(rows_duplicate)::bigint as duplicate,
        sum(rows_superseded)::bigint as superseded, max(stand)::date as data_until
    from fct_deliveries group by source order by source
"""
_QUARANTINE = """
    select d.source, q.reason, coalesce(q.column_name, '') as "column", count(*) as rows,
        min(q.position) as first_position
    from fct_quarantine as q inner join fct_deliveries as d using (delivery_id)
    group by all order by d.source, rows desc, q.reason
"""


def status(folder: Folder) -> None:
    """Tell the last run, the current generation, and where every delivered row went.

    Example: [cyan]papierwende status my-town[/cyan]
    """
    from pipelines.tools.query import ask  # noqa: PLC0415

    town = town_at(folder)
    if outcome := last_outcome(folder):
        out.print(f"Last run: {outcome.said} (exit {outcome.exit_code}), ended {outcome.ended_at} UTC.")
        for sentence in outcome.sentences if outcome.exit_code not in (Exit.PUBLISHED, Exit.WARNINGS) else ():
            out.print(f"  ✗ {printable(sentence)}", markup=False)
    generation = published_generation(folder)
    out.print(f"Current generation: {generation or 'none yet'}.")
    _tell_verification(folder)
    if generation is None:
        return
    for sentence in (read_status(folder / "current") or {}).get("warnings", ()):
        out.print(f"  ! {printable(str(sentence))}", markup=False)
    if damaged := generation_faults(folder):
        raise Stop(Exit.INTEGRITY, damaged)
    out.print(
        table(
            *ask(folder, _DELIVERIES, town.setting.timezone),
            title="Rows per source: read = admitted + quarantined + duplicate + superseded",
        )
    )
    names, rows = ask(folder, _QUARANTINE, town.setting.timezone)
    if rows:
        out.print(table(names, rows, title="Quarantine"))


def verify(
    folder: Folder,
    accept_as_it_is: Annotated[
        bool, typer.Option("--accept", help="Take landing as it lies: give up what is missing, list what is there.")
    ] = False,
) -> None:
    """Read all that landed and was published and say what is altered, missing or too many. Changes no record.

    Ends with 8 when something is wrong.

    Example: [cyan]papierwende verify my-town[/cyan]
    """
    town_at(folder)
    with storage_faults_stop(folder):
        if accept_as_it_is:
            with lock.locked(folder):
                for sentence in accept(Landing(folder), known_head(remembered(folder))):
                    say(sentence)
        faults = landing_faults(folder) + ledger_faults(folder) + generation_faults(folder) + sealed_faults(folder)
    if faults:
        raise Stop(Exit.INTEGRITY, faults)
    _tell_verification(folder)


def _tell_verification(folder: Path) -> None:
    seen = last_verification(folder)
    if seen is None:
        out.print("Landing was never verified.")
    else:
        found = f"{seen.faults} faults" if seen.faults else "as they landed"
        out.print(f"Last verified {seen.at} UTC: {seen.deliveries:,} deliveries, {found}.")


def diff(
    older: Annotated[str, typer.Argument(help="The earlier generation, as `papierwende status` names it.")],
    newer: Annotated[str, typer.Argument(help="The later generation.")],
    folder: TownOption,
) -> None:
    """Tell which published month moved between two generations, and why.

    Example: [cyan]papierwende diff --town my-town 2026-10-31-0a1b2c3d4e5f 2026-11-30-5f4e3d2c1b0a[/cyan]
    """
    from pipelines.tools.diff import difference  # noqa: PLC0415

    found = difference(folder, older, newer)
    for sentence in found.inputs:
        out.print(sentence)
    if found.moved:
        names = ["month", "metric", "scope", "before", "now", "cause"]
        rows: list[tuple[object, ...]] = [
            (m.month, m.metric, m.scope, _figure(m.old_value), _figure(m.new_value), m.cause) for m in found.moved
        ]
        out.print(table(names, rows))
    out.print(f"{len(found.moved):,} published figures moved, {found.added:,} are new.")


def seal(
    generation: Annotated[str, typer.Argument(help="The generation, as `papierwende status` names it.")],
    folder: TownOption,
    purpose: Annotated[str, typer.Option("--for", help="Which paper quotes it, such as 'Vorlage 2026/117'.")],
) -> None:
    """Keep a generation that a council paper quotes for years: its pages and aggregates, nothing about a single case.

    Example: [cyan]papierwende seal --town my-town 2026-11-30-5f4e3d2c1b0a --for "Vorlage 2026/117"[/cyan]
    """
    from pipelines.tools.sealing import seal_generation  # noqa: PLC0415

    town_at(folder)
    with storage_faults_stop(folder), lock.locked(folder):
        place = seal_generation(folder, generation, purpose)
    say(f"Sealed {place}; it is never swept. Save sealed/ with your backup.")


def sql(
    query: Annotated[str, typer.Argument(help="One SQL statement; - reads it from standard input.")],
    folder: TownOption,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """Ask the published file; read-only and locked down: no file, no network, no setting can be touched.

    Example: [cyan]papierwende sql --town my-town "from rpt_throughput_monthly limit 5"[/cyan]
    """
    from pipelines.tools.query import ask  # noqa: PLC0415

    text = sys.stdin.read() if query == "-" else query
    names, rows = ask(folder, text, town_at(folder).setting.timezone)
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(names)
        writer.writerows(rows)
    else:
        out.print(table(names, rows))
        out.print(f"{len(rows):,} rows")


def serve(
    folder: Folder, port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8080
) -> None:
    """Serve the published site on this machine only; put a reverse proxy with log-in before it.

    Example: [cyan]papierwende serve my-town --port 8080[/cyan]
    """
    from pipelines.tools.serve import site_server  # noqa: PLC0415

    with site_server(folder, port) as server:
        out.print(f"http://127.0.0.1:{port}/ shows generation {published_generation(folder)}. Stop with Ctrl-C.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            out.print("Stopped.")


def ui(folder: Folder, port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 3000) -> None:
    """Start Dagster's web server and daemon for a town, on this machine only; nightly runs start by themselves.

    Example: [cyan]papierwende ui my-town --port 3000[/cyan]
    """
    load_key(town_at(folder))
    serve_dagster(runner.workspace_file(folder), port, {TOWN: str(folder.resolve())}, "walk")


def _figure(value: float | None) -> str:
    """Digits enough to tell two figures apart, and no more, as all of a float's are hard to read."""
    return "" if value is None else f"{value:.7g}" if abs(value) < PLAINLY_READ else f"{value:,.2f}"
