"""``papierwende sources``: the tools of the person who connects a system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.markup import escape

from pipelines.commands.mapping_options import ColumnOption, RecordOption, named_columns, named_record, unrecognised
from pipelines.commands.printing import out, printable, say, table
from pipelines.commands.where import Folder, town_and_source
from pipelines.run.outcome import Exit, Stop, utc_now
from pipelines.run.settings import load_key, town_at
from pipelines.tools import inspection
from sources.batches.protocol import Refused, Unreachable
from sources.connectors.files import PROPOSABLE
from sources.door.admitted import reasons
from sources.proposal.proposal import Answers
from sources.proposal.propose import propose as propose_mapping
from sources.proposal.propose import source_name
from sources.proposal.toml import toml_of
from sources.town.folder import Town
from sources.town.mistakes import nearest
from sources.town.source import Source

sources_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Look at the systems of a town and connect new ones; nothing is taken in.\n\n"
    "Example: [cyan]papierwende sources propose export.csv[/cyan]",
)


@sources_app.command("list")
def list_sources(folder: Folder) -> None:
    """List the sources: where each is, what waits, what landed, and how old it is.

    Example: [cyan]papierwende sources list my-town[/cyan]
    """
    town = town_at(folder)
    rows = [_row(standing) for standing in inspection.standings(town, load_key(town))]
    names = ["name", "system", "format", "where", "mode", "waiting", "landed", "newest record", "age", ""]
    out.print(table(names, rows, title=f"{len(rows)} source{'s' * (len(rows) != 1)} of {town.setting.name}"))


def _row(standing: inspection.Standing) -> tuple[object, ...]:
    source = standing.source
    where = f"{source.connection.host}: {source.path}" if source.connection and source.path else source.path
    patience = source.expected_every_days
    return (
        source.name,
        source.system,
        source.format,
        where or (source.connection.host if source.connection else ""),
        source.mode,
        "asked" if standing.waiting is None else standing.waiting,
        standing.landed,
        standing.newest_day,
        None if standing.age_days is None else f"{standing.age_days} d" + (f" of {patience}" if patience else ""),
        "late" if standing.is_late else "",
    )


@sources_app.command("test")
def test_sources(
    folder: Folder,
    name: Annotated[str | None, typer.Argument(help="The source's name.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Test every source.")] = False,
) -> None:
    """Reach a source and say what it shows: files or answers, columns that are there or missing, encoding.

    Ends with 5 when one was not reached, with 4 when one shows what cannot be taken.

    Example: [cyan]papierwende sources test my-town portal[/cyan]
    """
    folder, name = town_and_source(folder, name)
    town = town_at(folder)
    if every == (name is not None):
        raise Stop(Exit.CONFIGURATION, "Name one source, or say --all.")
    code = Exit.PUBLISHED
    for source in town.sources if name is None else [_source(town, name)]:
        found = inspection.inspect(town, source)
        for sign, sentence in found.lines:
            say(f"{sign} {source.name}: {_bare(source.name, sentence)}")
        code = max(code, found.exit_code)
    raise typer.Exit(code)


def _bare(name: str, sentence: str) -> str:
    """A sentence without the name of its source, which many begin with."""
    return sentence.removeprefix(f"{name}: ").removeprefix(f"Source '{name}': ")


@sources_app.command("preview")
def preview_source(
    folder: Folder,
    name: Annotated[str | None, typer.Argument(help="The source's name.")] = None,
    rows: Annotated[int, typer.Option(min=1, max=1000, help="How many rows to show.")] = 10,
    file: Annotated[Path | None, typer.Option(help="A file to look at; the newest in the inbox else.")] = None,
) -> None:
    """Show the first rows as the door makes them, what it drops, what it cannot read. Nothing is landed.

    References are pseudonyms; codes are shown where they recur, for a rare one could be a name.

    Example: [cyan]papierwende sources preview my-town portal --rows 5[/cyan]
    """
    folder, name = town_and_source(folder, name)
    if name is None:
        raise Stop(Exit.CONFIGURATION, "Name the source to preview.")
    town = town_at(folder)
    try:
        seen = inspection.preview(town, _source(town, name), load_key(town), file, rows)
    except Unreachable as silence:
        raise Stop(Exit.UNREACHABLE, silence.sentence) from silence
    except Refused as refusal:
        raise Stop(Exit.GUARD, refusal.sentence) from refusal
    for record, frame in seen.frames.items():
        # A year is no amount: whole numbers stand as they are, without thousands apart.
        shown = [tuple(row) for row in frame.with_columns(pl.selectors.integer().cast(pl.String)).rows()]
        title = escape(f"{record}, the first {frame.height} rows of {printable(seen.file)}")
        out.print(table(frame.columns, shown, title=title))
    _tell(seen)


def _tell(seen: inspection.Preview) -> None:
    admitted = seen.admitted
    say(
        f"{admitted.rows_read:,} rows looked at: {admitted.rows_admitted:,} taken, "
        f"{admitted.rows_quarantined:,} to quarantine, {admitted.rows_duplicate:,} duplicates."
    )
    if seen.dropped:
        say(f"Columns that never enter: {', '.join(seen.dropped)}")
    for name, counts in admitted.unmapped.items():
        words = ", ".join(f"'{word}' ({count})" for word, count in counts.items())
        say(f"Not in the vocabulary of {name}: {words}")
    if admitted.rows_quarantined:
        out.print(table(["column", "reason", "rows"], reasons(admitted.quarantine).rows(), title="Quarantine"))
    for warning in seen.warnings:
        say(f"! {warning}")


@sources_app.command("propose")
def propose_source(
    file: Annotated[Path, typer.Argument(help=f"Any export: {', '.join(PROPOSABLE)}, also packed.")],
    name: Annotated[str | None, typer.Option(help="The source's name; made from the file's when left out.")] = None,
    record: RecordOption = None,
    column: ColumnOption = None,
    case_object: Annotated[str | None, typer.Option(help="OCEL: the type of object that is the case.")] = None,
    timestamp_format: Annotated[str | None, typer.Option(help="How times are written, such as %d.%m.%Y %H:%M.")] = None,
) -> None:
    r"""Write a commented [\[source]] for a file to standard output: read it, answer its questions, copy it.

    Columns that look personal are named as refused. Where nothing tells for sure what the rows are, nothing is written
    and the candidates are named, code 2; a file whose form no mapping can name ends with 4.

    Example: [cyan]papierwende sources propose export.csv --name permits >> my-town/town.toml[/cyan]
    """
    answers = Answers(named_columns(column), timestamp_format, case_object=case_object, record=named_record(record))
    try:
        proposal = propose_mapping(file, answers, today=utc_now().date())
    except Refused as refusal:
        code = Exit.GUARD if file.is_file() else Exit.CONFIGURATION
        raise Stop(code, refusal.sentence) from refusal
    if not proposal.is_recognised:
        raise Stop(Exit.CONFIGURATION, unrecognised(proposal))
    out.file.write(printable(toml_of(proposal, name or source_name(file.name))))


def _source(town: Town, name: str) -> Source:
    found = next((source for source in town.sources if source.name == name), None)
    if found is None:
        known = [source.name for source in town.sources]
        raise Stop(Exit.CONFIGURATION, f"'{name}' is no source of this town{nearest(name, known)}.")
    return found
