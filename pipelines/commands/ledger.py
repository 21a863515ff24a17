"""``papierwende ledger``: keys, claims, approvals, and which baseline claims rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.ledger_rows import figure
from pipelines.commands.printing import say
from pipelines.commands.where import Folder, TownOption
from pipelines.ledger import chain, plans, shown, writing
from pipelines.ledger.book import Book, Refused, read
from pipelines.ledger.row import next_status
from pipelines.ledger.signatures import SigningKey, function_code
from pipelines.run import lock
from pipelines.run.generation import DATABASE, SEAL, damaged_parts, published_generation, read_status
from pipelines.run.ledger_keys import make_ledger_key, signing_key
from pipelines.run.outcome import Exit, Stop, storage_faults_stop, utc_now
from pipelines.run.run import local_day
from pipelines.run.settings import town_at
from pipelines.run.verification import ledger_faults
from sources.contract.ledger_words import CorrectionReason, LedgerStatus
from sources.contract.vocabularies import RevisionCause

ledger_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Record what was saved so that nobody can change or claim it twice, and have another function approve it.\n\n"
    "Example: [cyan]papierwende ledger record my-town --measure M-PORTAL[/cyan]",
)
Function = Annotated[str | None, typer.Option(help="The function that signs, such as controlling; never a name.")]
KeyFile = Annotated[Path | None, typer.Option("--key", help="The private key's file; found by its function else.")]
Measures = Annotated[list[str] | None, typer.Option("--measure", help="Code of a measure; repeatable.")]
Reason = Annotated[RevisionCause | None, typer.Option(help="Why figures moved, with --supersede.")]


@ledger_app.command("key")
def make_key(
    folder: Folder,
    function: Annotated[str, typer.Option(help="The function that will sign with it, such as controlling.")],
    endorsed_by: Annotated[
        str | None, typer.Option(help="From the third key on: a function whose key signs it.")
    ] = None,
    key: KeyFile = None,
) -> None:
    """Make a key for a function; its public half enters the ledger, its private half lies outside the town's folder.

    The first two keys, of two functions, need nobody: there is nobody yet. Each later one is signed by one of them.

    Example: [cyan]papierwende ledger key my-town --function controlling[/cyan]
    """
    town_at(folder)
    with _at_work(folder):
        book = book_of(folder)
        endorser = signing_key(folder, book.keys, endorsed_by, key) if endorsed_by or key else None
        made, path = make_ledger_key(folder, function)
        try:
            writing.register_key(folder, made, endorser)
        except BaseException:
            path.unlink()
            raise
    say(f"Key {made.key_id} of {function} is registered. Its private half is {path}: whoever has it signs so.")
    tell_head(folder)


@ledger_app.command("record")
def record(
    folder: Folder,
    measure: Measures = None,
    first: Annotated[
        dt.datetime | None, typer.Option("--from", formats=["%Y-%m"], help="First month, such as 2026-01.")
    ] = None,
    last: Annotated[dt.datetime | None, typer.Option("--to", formats=["%Y-%m"], help="Last month.")] = None,
    planned: Annotated[Path | None, typer.Option(help="A CSV file of what is planned, instead of measured.")] = None,
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Let figures that changed replace those that stand.")
    ] = False,
    reason: Reason = None,
    withdraw: Annotated[str | None, typer.Option(help="Id of a row to be replaced by nothing.")] = None,
    function: Function = None,
    key: KeyFile = None,
) -> None:
    """Record what the published generation shows of a measure: hours that stand, bookings as audited, and their cost.

    Nothing is typed in but plans (--planned). All is recorded or nothing; what stands unchanged is not recorded again.

    Example: [cyan]papierwende ledger record my-town --measure M-PORTAL --from 2026-01 --to 2026-06[/cyan]
    """
    town = town_at(folder)
    if supersede and not reason:
        raise Stop(Exit.CONFIGURATION, "--supersede needs a --reason.")
    with _at_work(folder):
        book = book_of(folder)
        signer = signing_key(folder, book.keys, function, key)
        because = CorrectionReason(reason) if reason and supersede else None
        if withdraw is not None:
            row = writing.withdraw(folder, withdraw, signer)
            say(f"Row {row} stands in the place of '{withdraw}' and claims nothing.")
        elif planned is not None:
            claims = plans.plans_in(planned, town)
            plans.refuse_late(claims, book, local_day(town, utc_now()))
            _refuse_others(folder, [claim.measure_id for claim in claims], signer)
            _tell(writing.record(folder, claims, signer, supersede_because=because))
        else:
            begin, end = first.date() if first else dt.date.min, last.date() if last else dt.date.max
            found = _shown(folder, shown.Asked(measure or [], begin, end), signer)
            for sentence in found.left_out:
                say(f"Not recorded: {sentence}")
            _tell(writing.record(folder, found.claims, signer, limits=found.limits, supersede_because=because))
    tell_head(folder)


@ledger_app.command("approve")
def approve(
    town: TownOption,
    row: Annotated[list[str] | None, typer.Argument(help="Ids of rows, or their first digits.")] = None,
    measure: Measures = None,
    status: Annotated[LedgerStatus | None, typer.Option(help="What they become; the next one when left out.")] = None,
    function: Function = None,
    key: KeyFile = None,
) -> None:
    """Move rows forward by one status: another function than the one that recorded them signs, with its own key.

    Example: [cyan]papierwende ledger approve --town my-town 3fa94c --function controlling --status proven[/cyan]
    """
    town_at(town)
    with _at_work(town):
        book = book_of(town)
        signer = signing_key(town, book.keys, function, key)
        rows = [*(row or []), *_rows_of(book, measure or [], status)]
        if not rows:
            raise Refused("No row is named; give ids, or --measure with --status.")
        approved = writing.approve(town, rows, signer, status)
    for one, becomes in approved:
        say(f"Row {one.ledger_id} is {becomes}: {figure(one)}.")
    tell_head(town)


@ledger_app.command("adopt")
def adopt(
    town: TownOption,
    baseline: Annotated[str, typer.Argument(help="The version, as in dim_baselines: service@go-live.v2.")],
    reason: Annotated[RevisionCause, typer.Option(help="Why it counts in the place of the version before.")],
    function: Function = None,
    key: KeyFile = None,
) -> None:
    """Sign that claims rest on another version of a baseline; two functions must, each with its own key.

    It counts from the next run on. The versions before stay in the ledger and in sight.

    Example: [cyan]papierwende ledger adopt --town my-town wohngeld@2025-02-20.v2 --reason late_data[/cyan]
    """
    town_at(town)
    with _at_work(town):
        signer = signing_key(town, book_of(town).keys, function, key)
        counts = writing.adopt(town, baseline, CorrectionReason(reason), signer)
    say(
        f"Claims rest on {baseline} from the next run on."
        if counts
        else f"{signer.function} signed {baseline}; it counts once another function has signed it with the same reason."
    )
    tell_head(town)


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what the ledger refuses, or that it is broken, into a stop."""
    try:
        yield
    except Refused as refused:
        raise Stop(Exit.GUARD, str(refused)) from refused
    except chain.BrokenLedger as broken:
        raise Stop(Exit.INTEGRITY, str(broken)) from broken


@contextmanager
def _at_work(folder: Path) -> Iterator[None]:
    """Nobody else writes into the town's folder; what a run reads does not change while it runs."""
    with storage_faults_stop(folder), lock.locked(folder), sentences():
        if faults := ledger_faults(folder):
            raise Stop(Exit.INTEGRITY, faults)
        if cut := chain.cut_short(folder):
            say(f"Note: {cut}")
        yield


def book_of(folder: Path) -> Book:
    """What stands in a town's ledger."""
    return read(chain.entries(folder))[0]


def _shown(folder: Path, asked: shown.Asked, signer: SigningKey) -> shown.Shown:
    """What the published generation shows.

    Raises:
        Stop: there is none, it is damaged, no measure is named, or another function answers for one.
    """
    current = folder / "current"
    if (generation := published_generation(folder)) is None:
        raise Stop(Exit.CONFIGURATION, f"{current}: nothing is published yet; `papierwende run` publishes.")
    if damaged := damaged_parts(current):
        raise Stop(
            Exit.INTEGRITY,
            f"{current / damaged[0]}: is not what was published, so nothing is recorded of it; `papierwende run` makes "
            "the generation again.",
        )
    if not asked.measures:
        raise Stop(Exit.CONFIGURATION, "--measure is missing: whose savings are recorded?")
    evidence = f"{generation}:{(read_status(current) or {}).get(SEAL, '')}"
    _refuse_others(folder, asked.measures, signer)
    found = shown.shown(current / DATABASE, evidence, asked)
    if not found.claims:
        said = found.left_out or [f"{', '.join(asked.measures)}: the generation shows nothing of it in these months."]
        raise Stop(Exit.GUARD, [f"Nothing can be recorded: {sentence}" for sentence in said])
    return found


def _refuse_others(folder: Path, measures: Sequence[str], signer: SigningKey) -> None:
    """Stop where another function answers for one of the measures, as far as a generation says who does."""
    for measure, function in shown.responsible(folder / "current" / DATABASE).items():
        if measure in measures and (code := function_code(function)) != signer.function:
            said = f"{measure}: {function} answers for it and records it, with a key of {code}, not {signer.function}."
            raise Stop(Exit.GUARD, said)


def _rows_of(book: Book, measures: list[str], status: LedgerStatus | None) -> list[str]:
    """Rows of measures that an approval would move to a status."""
    of_measures = [row for row in book.standing() if row.claim.measure_id in measures]
    return [row.ledger_id for row in of_measures if next_status(row) is not None and status in (None, next_status(row))]


def _tell(recorded: writing.Recorded) -> None:
    kinds = {"recorded": recorded.new, "recorded in the place of another": recorded.corrected}
    told = [f"{len(of):,} {what}" for what, of in {**kinds, "already recorded": recorded.already}.items() if of]
    say(", ".join(told) + ".")


def tell_head(folder: Path) -> None:
    """Say the hash of the newest entry, where there is one."""
    if head := chain.head(folder):
        say(f"Head of the ledger: {head}. Who writes it down can prove later that nothing was cut off.")
