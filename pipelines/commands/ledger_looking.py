"""``papierwende ledger verify`` and ``show``: what stands in the ledger, and whether it is whole."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

import typer

from pipelines.commands.ledger import Measures, book_of, ledger_app, sentences, tell_head
from pipelines.commands.ledger_rows import rows_table
from pipelines.commands.printing import out, say
from pipelines.commands.where import Folder
from pipelines.ledger import chain, looking, shown
from pipelines.ledger.book import read
from pipelines.run.generation import DATABASE, damaged_parts, published_generation
from pipelines.run.outcome import Exit, Stop, utc_now
from pipelines.run.run import local_day
from pipelines.run.settings import town_at
from pipelines.run.verification import ledger_faults

HEAD = re.compile("[0-9a-f]{12,64}")


@ledger_app.command("verify")
def verify(
    folder: Folder,
    head: Annotated[
        list[str] | None, typer.Option(help="A head that somebody wrote down, or its first digits; repeatable.")
    ] = None,
) -> None:
    """Verify the whole ledger: its chain, signatures, statuses, keys, sums, and that its end is there.

    Ends with 8 when something is wrong.

    Example: [cyan]papierwende ledger verify my-town[/cyan]
    """
    town_at(folder)
    if short := [one for one in head or () if not HEAD.fullmatch(one)]:
        raise Stop(Exit.CONFIGURATION, f"--head {short[0]}: give at least its first 12 digits, as the page shows them.")
    if faults := ledger_faults(folder, heads=head or ()):
        raise Stop(Exit.INTEGRITY, faults)
    if cut := chain.cut_short(folder):
        say(f"Note: {cut}")
    entries = chain.entries(folder)
    if published_generation(folder) and not damaged_parts(folder / "current"):
        for sentence in looking.beyond(entries, shown.limits_of(folder / "current" / DATABASE)):
            say(f"Note: {sentence}")
    book = book_of(folder)
    for sentence in book.adoptions.told():
        say(f"Note: {sentence}")
    standing = sum(1 for _ in book.standing())
    say(f"{len(entries):,} entries, {len(book.keys)} keys, {len(book.rows):,} rows, {standing:,} of them stand.")
    tell_head(folder)


@ledger_app.command("show")
def show(
    folder: Folder,
    known_on: Annotated[
        dt.datetime | None, typer.Option("--as-known-on", formats=["%Y-%m-%d"], help="What was known on a past day.")
    ] = None,
    measure: Measures = None,
    everything: Annotated[bool, typer.Option("--all", help="Also rows that were superseded.")] = False,
) -> None:
    """Show the ledger as it stands, or as it was known on a past day; what is expired is marked.

    Example: [cyan]papierwende ledger show my-town --as-known-on 2026-06-30[/cyan]
    """
    town = town_at(folder)
    today = local_day(town, utc_now())
    day = known_on.date() if known_on else today
    if day > today:
        raise Stop(Exit.CONFIGURATION, f"--as-known-on {day}: that day is not over; today is {today}.")
    with sentences():
        entries = chain.entries(folder)
        if known_on:
            entries = looking.known_on(entries, day, town.zone)
        book, _ = read(entries)
    of_measures = (row for row in book.rows.values() if not measure or row.claim.measure_id in measure)
    rows = [row for row in of_measures if everything or row.stands]
    title = f"{len(rows):,} rows of {town.setting.name}" + (f" as known on {day}" if known_on else "")
    out.print(rows_table(rows, looking.expired(book.rows.values(), day), title))
    if entries:
        say(f"Head {entries[-1].row_hash}, recorded {entries[-1].recorded_at} UTC.")
