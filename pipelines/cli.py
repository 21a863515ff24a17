"""The command line: commands, each with an example, progress, and an exit code that tells the truth."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
import time
import traceback
from enum import Enum
from pathlib import Path
from typing import Annotated, get_args

import typer

from pipelines import lock, progress, runner, walk
from pipelines.cli_sources import sources_app
from pipelines.cli_try import try_file
from pipelines.outcome import Exit, Outcome, Stop, last_outcome, storage_told
from pipelines.printing import draw, err, out, printable, table
from pipelines.settings import load_key, make_key
from sources.new_town import write_new_town
from sources.town import Land, path_problems

PLAINLY_READ = 1_000_000
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="[bold]Papierwende[/bold] shows a town what its digitalisation really does.\n\n"
    "Start with [cyan]papierwende demo[/cyan], or [cyan]papierwende init my-town --land HB[/cyan].\n\n"
    "Exit codes: 0 published or nothing new, 2 configuration, 3 published with warnings, "
    "4 guard failed and last generation kept, 5 source unreachable, 6 another run active, 7 storage, "
    "8 integrity, 9 privacy gate, 70 internal, 130 interrupted.",
)
Folder = Annotated[Path, typer.Argument(help="The town's folder.", envvar="PAPIERWENDE_TOWN")]
AsOf = Annotated[
    dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The local day to speak for; today when left out.")
]
LandOption = Enum("LandOption", {land: land for land in get_args(Land)}, type=str)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to make the town's folder.")],
    land: Annotated[LandOption, typer.Option(help="The Land, which decides the public holidays.")],  # type: ignore[valid-type]
    name: Annotated[str, typer.Option(help="The town's name as pages show it.")] = "Unsere Stadt",
) -> None:
    """Make a commented town's folder that runs, and its pseudonym key outside of it.

    Example: [cyan]papierwende init my-town --land HB --name Musterhafen[/cyan]
    """
    if (folder / "town.toml").exists():
        raise Stop(Exit.CONFIGURATION, f"{folder / 'town.toml'}: exists already; choose another folder.")
    if problems := list(path_problems(folder)):
        raise Stop(Exit.CONFIGURATION, problems)
    with storage_told(folder.parent if folder.parent.is_dir() else Path()):
        key, path = make_key()
        written = write_new_town(folder, name, land.value, key.key_id)  # type: ignore[attr-defined]
    out.print(f"Made {folder} with {len(written)} files.")
    out.print(
        f"The pseudonym key lies in {path}. Keep a copy in a safe: without it, new files no longer meet old ones."
    )
    out.print(f"Next: describe your systems in {folder / 'town.toml'}, then `papierwende check {folder}`.")


@app.command()
def check(folder: Folder) -> None:
    """Say what is wrong with a town's folder, one sentence each.

    Example: [cyan]papierwende check my-town[/cyan]
    """
    town = walk.town_at(folder)
    load_key(town)
    rows = sum(len(rows) for rows in town.parameters.values())
    out.print(f"{town.setting.name}: {len(town.sources)} sources and {rows} parameters are in order.")


@app.command()
def run(folder: Folder, as_of: AsOf = None) -> None:
    """Take the walk: fetch, admit, guard, build, publish. Does nothing when nothing is new.

    Example: [cyan]papierwende run my-town --as-of 2026-11-30[/cyan]
    """
    _end(folder, _run(folder, as_of.date() if as_of else None))


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to make the invented town.")] = Path("demo-town"),
    scale: Annotated[float, typer.Option(min=0.001, max=100, help="1 is about 150,000 cases in three years.")] = 0.2,
    seed: Annotated[int, typer.Option(help="The same seed makes the same town.")] = 20260101,
    as_of: AsOf = None,
) -> None:
    """Invent the town of Musterhafen with three years of cases, take the walk, and say where to look.

    The town's files hold planted faults, so the run ends with warnings (exit code 3).

    Example: [cyan]papierwende demo demo-town --scale 0.2[/cyan]
    """
    from sources.demo import write_town  # noqa: PLC0415

    if folder.exists() and any(folder.iterdir()) and not (folder / "truth.json").is_file():
        raise Stop(Exit.CONFIGURATION, f"{folder}: is not empty and no demo town; choose another folder.")
    if problems := list(path_problems(folder)):
        raise Stop(Exit.CONFIGURATION, problems)
    lock.take(folder)
    _empty_demo(folder)
    key, key_file = make_key()
    progress.listen(draw)
    with progress.step("invent") as step:
        day = as_of.date() if as_of else dt.date.today()
        made = write_town(
            folder,
            scale=scale,
            seed=seed,
            as_of=day,
            key_id=key.key_id,
            progress=lambda doing, n: step.advance(doing, n),
        )
        step.finish(f"{made.cases:,} cases, {made.events:,} events in {made.files} files")
    out.print(f"  key      {key_file}")
    _end(folder, _run(folder, day))


@app.command()
def status(folder: Folder) -> None:
    """Tell the last run, the current generation, and where every delivered row went.

    Example: [cyan]papierwende status my-town[/cyan]
    """
    from pipelines.reading_room import ask  # noqa: PLC0415

    town = walk.town_at(folder)
    if outcome := last_outcome(folder):
        out.print(f"Last run: {outcome.said} (exit {outcome.exit_code}), ended {outcome.ended_at} UTC.")
        for sentence in outcome.sentences if outcome.exit_code not in (Exit.PUBLISHED, Exit.WARNINGS) else ():
            out.print(f"  ✗ {printable(sentence)}", markup=False)
    generation = walk.published_generation(folder)
    out.print(f"Current generation: {generation or 'none yet'}.")
    if generation is None:
        return
    for sentence in json.loads((folder / "current" / walk.STATUS).read_text(encoding="utf-8"))["warnings"]:
        out.print(f"  ! {printable(sentence)}", markup=False)
    out.print(
        table(
            *ask(folder, _DELIVERIES, town.setting.timezone),
            title="Rows per source: read = admitted + quarantined + duplicate + superseded",
        )
    )
    names, rows = ask(folder, _QUARANTINE, town.setting.timezone)
    if rows:
        out.print(table(names, rows, title="Quarantine"))


@app.command()
def diff(
    older: Annotated[str, typer.Argument(help="The earlier generation, as `papierwende status` names it.")],
    newer: Annotated[str, typer.Argument(help="The later generation.")],
    folder: Annotated[Path, typer.Option("--town", help="The town's folder.", envvar="PAPIERWENDE_TOWN")],
) -> None:
    """Tell which published month moved between two generations, and why.

    Example: [cyan]papierwende diff --town my-town 2026-10-31-0a1b2c3d4e5f 2026-11-30-5f4e3d2c1b0a[/cyan]
    """
    from pipelines.differences import difference  # noqa: PLC0415

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


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SQL statement; - reads it from standard input.")],
    folder: Annotated[Path, typer.Option("--town", help="The town's folder.", envvar="PAPIERWENDE_TOWN")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """Ask the published file; read-only and locked down: no file, no network, no setting can be touched.

    Example: [cyan]papierwende sql --town my-town "from rpt_throughput_monthly limit 5"[/cyan]
    """
    from pipelines.reading_room import ask  # noqa: PLC0415

    text = sys.stdin.read() if query == "-" else query
    names, rows = ask(folder, text, walk.town_at(folder).setting.timezone)
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(names)
        writer.writerows(rows)
    else:
        out.print(table(names, rows))
        out.print(f"{len(rows):,} rows")


@app.command()
def serve(
    folder: Folder, port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8080
) -> None:
    """Serve the published site on this machine only; put a reverse proxy with log-in before it.

    Example: [cyan]papierwende serve my-town --port 8080[/cyan]
    """
    from pipelines.serving import site_server  # noqa: PLC0415

    with site_server(folder, port) as server:
        out.print(f"http://127.0.0.1:{port}/ shows generation {walk.published_generation(folder)}. Stop with Ctrl-C.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            out.print("Stopped.")


@app.command()
def ui(folder: Folder, port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 3000) -> None:
    """Start Dagster's web server and daemon for a town, on this machine only; nightly runs start by themselves.

    Example: [cyan]papierwende ui my-town --port 3000[/cyan]
    """
    load_key(walk.town_at(folder))
    workspace = runner.workspace_file(folder)
    commands = (
        ("dagster-webserver", "-h", "127.0.0.1", "-p", str(port), "-w", str(workspace)),
        ("dagster-daemon", "run", "-w", str(workspace)),
    )
    beside = Path(sys.executable).parent
    running = [subprocess.Popen([str(beside / command[0]), *command[1:]], cwd=workspace.parent) for command in commands]
    out.print(f"http://127.0.0.1:{port}/jobs/walk lists the runs. Stop with Ctrl-C.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
        raise Stop(Exit.INTERNAL, "Dagster's web server or daemon ended by itself; its lines above say why.")
    except KeyboardInterrupt:
        out.print("Stopped.")
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)


app.add_typer(sources_app, name="sources")
app.command("try")(try_file)

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


def main() -> None:
    """Run the command line; a stop becomes its sentences and its exit code."""
    try:
        app()
    except Stop as stop:
        for sentence in stop.sentences:
            err.print(f"✗ {printable(sentence)}", markup=False)
        sys.exit(stop.exit_code)
    except Exception as defect:
        # Type and place only: a message could hold a value of the data.
        place = traceback.extract_tb(defect.__traceback__)[-1]
        err.print(f"✗ A defect of the program: {type(defect).__name__} in {Path(place.filename).name}:{place.lineno}.")
        err.print("  Nothing was published. Please report this line.")
        sys.exit(Exit.INTERNAL)


def _run(folder: Path, as_of: dt.date | None) -> Outcome:
    progress.listen(draw)
    return runner.run(folder, as_of)


def _figure(value: float | None) -> str:
    """Digits enough to tell two figures apart, and no more, as all of a float's are hard to read."""
    return "" if value is None else f"{value:.7g}" if abs(value) < PLAINLY_READ else f"{value:,.2f}"


def _end(folder: Path, outcome: Outcome) -> None:
    sign = "!" if outcome.exit_code in (Exit.PUBLISHED, Exit.WARNINGS) else "✗"
    for sentence in outcome.sentences:
        err.print(f"{sign} {printable(sentence)}", markup=False)
    if outcome.generation_id is None:
        raise typer.Exit(outcome.exit_code)
    if outcome.said == "nothing new":
        out.print(f"Nothing new: generation {outcome.generation_id} stands.")
    else:
        out.print(f"Published generation {outcome.generation_id}.")
    out.print(f"  pages    papierwende serve {folder}    (or open {folder / 'current' / 'site' / 'index.html'})")
    out.print(f'  tables   papierwende sql --town {folder} "from rpt_throughput_monthly limit 10"')
    out.print(f"  rows     papierwende status {folder}")
    raise typer.Exit(outcome.exit_code)


def _empty_demo(folder: Path) -> None:
    """Remove an earlier demo, but not the lock this process holds."""
    for path in [*folder.iterdir(), *(folder / "var").iterdir()]:
        if path in (folder / "var", folder / "var" / "lock"):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


if __name__ == "__main__":
    main()
