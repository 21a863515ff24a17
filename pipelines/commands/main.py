"""The command line: commands, each with an example, progress, and an exit code that tells the truth."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import typer

from pipelines.commands import published, walk
from pipelines.commands.ledger_looking import ledger_app
from pipelines.commands.printing import err, printable
from pipelines.commands.sample import sample_app
from pipelines.commands.sources import sources_app
from pipelines.commands.towns import towns_app
from pipelines.commands.try_file import try_file
from pipelines.run.outcome import Exit, Stop

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
for command in (walk.init, walk.check, walk.run, walk.demo):
    app.command()(command)
for command in (
    published.status,
    published.verify,
    published.diff,
    published.seal,
    published.sql,
    published.serve,
    published.ui,
):
    app.command()(command)
app.add_typer(sources_app, name="sources")
app.add_typer(ledger_app, name="ledger")
app.add_typer(sample_app, name="sample")
app.add_typer(towns_app, name="towns")
app.command("try")(try_file)


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


if __name__ == "__main__":
    main()
