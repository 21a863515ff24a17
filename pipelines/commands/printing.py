"""What the command line prints: progress, tables, and texts that may hold anything."""

from __future__ import annotations

import shutil
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.run import progress
from pipelines.run.outcome import Exit, Outcome

# Bound to today's stdout: while the walk runs, what dbt prints goes to its log only.
out = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 240, highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def draw(step: progress.ProgressStep, ended: bool) -> None:
    """A step as it goes on a terminal, and one line when it ended."""
    if ended:
        out.file.write("\r\x1b[K" if out.is_terminal else "")
        out.print(f"[green]✓[/green] {step.name:<8} {step.said}  [dim]{step.seconds:.1f} s[/dim]")
    elif out.is_terminal:
        count = f"{step.done:,}/{step.total:,} " if step.total else ""
        out.file.write(f"\r\x1b[K… {step.name:<8} {count}{step.doing}"[: shutil.get_terminal_size().columns + 4])
        out.file.flush()


def say(line: str) -> None:
    """One line as it is; a column's name is neither markup nor the name of a picture."""
    out.print(printable(line), markup=False, emoji=False)


def show_sentences(outcome: Outcome) -> None:
    """What a run that ended has to say."""
    sign = "!" if outcome.exit_code in (Exit.PUBLISHED, Exit.WARNINGS) else "✗"
    for sentence in outcome.sentences:
        err.print(f"{sign} {printable(sentence)}", markup=False)


def table(names: list[str], rows: list[tuple[object, ...]], title: str | None = None) -> Table:
    """Rows as a table; numbers to the right, values as they are, never as markup."""
    drawn = Table(*names, title=title, title_justify="left")
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row))
    return drawn


def _cell(value: object) -> Text:
    if isinstance(value, int) and not isinstance(value, bool):
        return Text(f"{value:,}", justify="right")
    return Text("" if value is None else printable(str(value)))


def printable(text: str) -> str:
    """A text a terminal can take: file names need not be UTF-8."""
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")
