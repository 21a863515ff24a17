"""Commands that make a town and take its walk: ``init``, ``check``, ``run``, ``demo``."""

from __future__ import annotations

import datetime as dt
import shutil
from enum import Enum
from pathlib import Path
from typing import Annotated, get_args

import typer

from pipelines import runner
from pipelines.commands.printing import draw, out, show_sentences
from pipelines.commands.where import Folder
from pipelines.run import lock, progress
from pipelines.run.outcome import Exit, Outcome, Stop, storage_faults_stop
from pipelines.run.settings import load_key, make_key, town_at
from pipelines.walk.spark.server import faults
from sources.town.dated_rows import overlaps
from sources.town.folder import path_problems
from sources.town.new import write_new_town
from sources.town.sections import Land

AsOf = Annotated[
    dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The local day to speak for; today when left out.")
]
LandOption = Enum("LandOption", {land: land for land in get_args(Land)}, type=str)


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
    with storage_faults_stop(folder.parent if folder.parent.is_dir() else Path()):
        key, path = make_key()
        written = write_new_town(folder, name, land.value, key.key_id)  # type: ignore[attr-defined]
    out.print(f"Made {folder} with {len(written)} files.")
    out.print(
        f"The pseudonym key lies in {path}. Keep a copy in a safe: without it, new files no longer meet old ones."
    )
    out.print(f"Next: describe your systems in {folder / 'town.toml'}, then `papierwende check {folder}`.")


def check(folder: Folder) -> None:
    """Say what is wrong with a town's folder, one sentence each.

    Example: [cyan]papierwende check my-town[/cyan]
    """
    town = town_at(folder)
    load_key(town)
    if town.run.engine == "spark" and (lacking := faults(town.run.remote, town.run.exchange)):
        raise Stop(Exit.CONFIGURATION, lacking)
    for note in (*town.notes, *overlaps(town.parameters)):
        out.print(f"Note: {note}", markup=False)
    out.print(
        f"{town.setting.name}: {len(town.sources)} sources and {town.parameters.row_count} parameters are in order."
    )


def run(folder: Folder, as_of: AsOf = None) -> None:
    """Take the walk: fetch, admit, guard, build, publish. Does nothing when nothing is new.

    Example: [cyan]papierwende run my-town --as-of 2026-11-30[/cyan]
    """
    _end(folder, _run(folder, as_of.date() if as_of else None))


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to make the invented town.")] = Path("demo-town"),
    scale: Annotated[
        float, typer.Option(min=0.001, max=100, help="1 is about 150,000 cases in three years; from 0.001 to 100.")
    ] = 0.2,
    seed: Annotated[int, typer.Option(help="The same seed makes the same town.")] = 20260101,
    as_of: AsOf = None,
) -> None:
    """Invent the town of Musterhafen with three years of cases, take the walk, and say where to look.

    The town's files hold planted faults, so the run ends with warnings (exit code 3).

    Example: [cyan]papierwende demo demo-town --scale 0.2[/cyan]
    """
    from pipelines.tools.invented_ledger import write_invented_ledger  # noqa: PLC0415
    from sources.demo.invent import write_town  # noqa: PLC0415

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
        rows = write_invented_ledger(folder, day)
        step.finish(f"{made.cases:,} cases, {made.events:,} events in {made.files} files, {rows} rows in the ledger")
    out.print(f"  key      {key_file}")
    _end(folder, _run(folder, day))


def _run(folder: Path, as_of: dt.date | None) -> Outcome:
    progress.listen(draw)
    return runner.run(folder, as_of)


def _end(folder: Path, outcome: Outcome) -> None:
    show_sentences(outcome)
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
