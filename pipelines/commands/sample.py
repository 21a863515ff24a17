"""``papierwende sample``: minutes per case measured by work sampling, from drawn rounds to dated minutes."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipelines.commands.printing import err, out, printable, say, table
from pipelines.commands.where import TownOption
from pipelines.run.outcome import Exit, Stop
from pipelines.run.settings import town_at
from pipelines.sampling.cases_from import CasesFrom
from pipelines.sampling.refusal import NotSampled

if TYPE_CHECKING:
    from pipelines.tools.sampled_minutes import Reading
    from pipelines.tools.tally_sheets import Sheets

LARGEST_SEED: Final = 1_000_000
MOST_DAYS: Final = 60
"""Longer than a quarter the work itself changes, and its days no longer stand on one page."""

sample_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Measure the minutes a case takes by work sampling (Multimomentaufnahme), in groups and without names.\n\n"
    "Draw the rounds, walk and tally, fill the workbook, load it.\n\n"
    "Example: [cyan]papierwende sample plan --town my-town --office buergeramt[/cyan]",
)


@sample_app.command("plan")
def plan_sample(
    town_folder: TownOption,
    office: Annotated[str | None, typer.Option(help="The office to observe; each that may be when left out.")] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(help="A service to tell apart; may be repeated; all of the office when left out."),
    ] = None,
    first: Annotated[
        dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; tomorrow when left out.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="On how many open days.")] = 20,
    error: Annotated[
        float, typer.Option(min=1, max=20, help="Wanted half-width of a share's 95 % interval, in percentage points.")
    ] = 5,
    staff: Annotated[
        int | None,
        typer.Option(min=1, help="People a round sees, the absent too; the least of the staff band when left out."),
    ] = None,
    all_types: Annotated[bool, typer.Option("--all-types", help="Do not tell case types apart.")] = False,
    seed: Annotated[
        int | None,
        typer.Option(min=0, max=LARGEST_SEED, help="The same seed draws the same rounds; by lot when left out."),
    ] = None,
    folder: Annotated[Path, typer.Option("--out", help="Where to write the sheets.")] = Path(),
) -> None:
    """Draw when to walk through an office, and write a tally sheet to print and a workbook to fill.

    385 observations give any share to 5 points; a round sees the whole group, so 77 rounds do for five people. A group
    has at least as many people as [privacy] staff_threshold says. No sheet has a place for a name.

    Example: [cyan]papierwende sample plan --town my-town --office buergeramt --from 2027-01-11 --days 20[/cyan]
    """
    from pipelines.sampling.plan import observations  # noqa: PLC0415
    from pipelines.tools.tally_sheets import Order, make_sheets  # noqa: PLC0415

    town = town_at(town_folder)
    day = first.date() if first else dt.datetime.now(town.zone).date() + dt.timedelta(days=1)
    lot = secrets.randbelow(LARGEST_SEED) if seed is None else seed
    wanted = Fraction(str(error))
    with _refusals_stop(Exit.CONFIGURATION):
        made = make_sheets(town, Order(office, tuple(service or ()), day, days, wanted, staff, all_types, lot), folder)
    for note in made.notes:
        err.print(f"! {printable(note)}", markup=False)
    _tell_plans(made, folder, observations(wanted / 100))


def _tell_plans(made: Sheets, folder: Path, wanted: int) -> None:
    rows: list[tuple[object, ...]] = [
        (
            one.plan.office_code,
            len(one.plan.kinds),
            one.left_out,
            one.plan.staff,
            len(one.plan.rounds),
            one.plan.observations,
            f"{one.plan.first_day} to {one.plan.last_day}",
            str(one.plan.seed),
            one.plan.plan_id,
        )
        for one in made.drawn
    ]
    names = ["office", "kinds of work", "too rare", "staff", "rounds", "observations", "period", "seed", "plan"]
    out.print(table(names, rows))
    whence = f"the published file as of {made.published_on}" if made.published_on else "services.csv and channels.csv"
    out.print(f"{wanted:,} observations are wanted. Kinds of work are those of {whence}; rarer ones are other work.")
    sheets = folder / (f"tally-{made.drawn[0].plan.office_code}" if len(made.drawn) == 1 else "tally-<office>")
    say(f"  print    {sheets}.html    (one page, once for each day)")
    say(f"  fill     {sheets}.xlsx    (then `papierwende sample load` it)")


@sample_app.command("load")
def load_sample(
    file: Annotated[Path, typer.Argument(help="The filled workbook, or its counts sheet saved as CSV.")],
    town_folder: TownOption,
    cases: Annotated[
        CasesFrom, typer.Option(help="Where the decided cases come from: published where complete, else the sheet.")
    ] = CasesFrom.AUTO,
    valid_from: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day the minutes hold; the plan's first day when left out."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
) -> None:
    """Turn a filled sheet into dated minutes per case with their error, appended to processing_minutes.csv.

    Minutes = share of observations x minutes of duty / decided cases. The error is what rounds differ among themselves.
    A sheet with a mistake is refused whole, each mistake with its cell. The same sheet twice changes nothing.

    Example: [cyan]papierwende sample load tally-buergeramt.xlsx --town my-town --dry-run[/cyan]
    """
    from pipelines.tools.sampled_minutes import enter, read_minutes  # noqa: PLC0415

    town = town_at(town_folder)
    with _refusals_stop(Exit.GUARD):
        reading = read_minutes(town, file, cases, valid_from.date() if valid_from else None)
        _tell_reading(reading)
        done = enter(town, reading, dry_run=dry_run)
    for sentence in done:
        say(sentence)


def _tell_reading(reading: Reading) -> None:
    found, entered = reading.found, reading.entered
    rows: list[tuple[object, ...]] = [
        (
            reading.filled.plan.kinds[place],
            int(found.seen[place]),
            f"{found.share[place]:.1%}",
            f"{found.low[place]:.1%} to {found.high[place]:.1%}",
            f"{found.design_effect[place]:.1f}",
            str(row.minutes),
            f"{row.low} to {row.high}",
            str(row.standard_error),
            row.evidence_grade,
        )
        for row, place in zip(entered.rows, entered.places, strict=True)
    ]
    names = ["kind of work", "seen", "share", "95 %", "design effect", "minutes", "95 %", "standard error", "grade"]
    out.print(table(names, rows))
    for sentence in reading.told:
        say(sentence)
    for sentence in entered.untold:
        err.print(f"! {printable(sentence)}", markup=False)


@contextmanager
def _refusals_stop(code: Exit) -> Iterator[None]:
    """A refusal becomes the command's sentences; of very many the first ones.

    Raises:
        Stop: with the code given.
    """
    try:
        yield
    except NotSampled as refusal:
        shown = refusal.sentences[:20]
        more = len(refusal.sentences) - len(shown)
        raise Stop(code, [*shown, f"{more} more of the kind."] if more else shown) from refusal
