"""Commands for many towns on one machine: ``towns run``, ``towns ui``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines import runner, towns
from pipelines.commands.dagster_programs import serve_dagster
from pipelines.commands.printing import err, out, printable, say
from pipelines.commands.walk import AsOf
from pipelines.run.outcome import Exit

towns_app = typer.Typer(no_args_is_help=True, help="Run many towns of one folder: [cyan]papierwende towns run[/cyan].")
Towns = Annotated[Path, typer.Argument(help="The folder in which the towns' folders lie.", envvar=towns.TOWNS)]
AtOnce = Annotated[
    int | None,
    typer.Option(min=1, max=256, help="So many at once; as many as cores and memory carry when left out."),
]


@towns_app.command("run")
def run(folder: Towns, at_once: AtOnce = None, as_of: AsOf = None) -> None:
    """Run every town of a folder, a few at once, each in a process of its own; one line per town.

    Example: [cyan]papierwende towns run /srv/papierwende --at-once 4[/cyan]
    """
    towns.keys_are_apart()
    found = towns.towns_in(folder)
    share = min(at_once or towns.usual_at_once(), len(found))
    day = as_of.date() if as_of else None
    ended: list[towns.Ended] = []
    begun: list[str] = []
    out.print(f"{len(found)} towns, {share} at once.")
    try:
        for one in towns.take_all(found, day, share, begun.append):
            ended.append(one)
            _tell(one, len(ended), len(found))
    except KeyboardInterrupt:
        missing = len(found) - len(ended)
        err.print(f"✗ Interrupted; {missing} of {len(found)} towns have no outcome of this run.")
        raise typer.Exit(Exit.INTERRUPTED) from None
    failed = sorted(one.town for one in ended if not one.is_published)
    not_published = f", {len(failed)} not: {', '.join(failed)}" if failed else ""
    out.print(f"{len(ended) - len(failed)} of {len(ended)} towns stand{not_published}.", markup=False)
    raise typer.Exit(towns.worst(one.exit_code for one in ended))


@towns_app.command("ui")
def ui(
    folder: Towns,
    at_once: AtOnce = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Start Dagster's web server and daemon for all towns of a folder: a partition per town, runs at their hours.

    Example: [cyan]papierwende towns ui /srv/papierwende --at-once 4[/cyan]
    """
    towns.keys_are_apart()
    towns.towns_in(folder)
    share = at_once or towns.usual_at_once()
    workspace = runner.workspace_file(folder, share)
    environment = {towns.TOWNS: str(folder.resolve()), towns.AT_ONCE: str(share)}
    serve_dagster(workspace, port, environment, "town")


def _tell(one: towns.Ended, number: int, total: int) -> None:
    sign = "✓" if one.exit_code == Exit.PUBLISHED else "!" if one.is_published else "✗"
    say(f"{sign} {one.town}  {one.exit_code}  {one.said}  {one.seconds:.1f} s  ({number}/{total})")
    for sentence in one.sentences if not one.is_published else ():
        if sentence != one.said:
            err.print(f"  {printable(sentence)}", markup=False)
