"""``papierwende try``: somebody's own file to a first page, in a throw-away town."""

from __future__ import annotations

import difflib
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.markup import escape

from pipelines import runner
from pipelines.commands.mapping_options import ColumnOption, RecordOption, named_columns, named_record
from pipelines.commands.printing import draw, err, out, printable, say, show_sentences, table
from pipelines.commands.walk import LandOption
from pipelines.run import progress
from pipelines.run.outcome import Exit, Outcome, Stop, storage_faults_stop, utc_now
from pipelines.run.settings import key_is_given, make_key
from pipelines.tools.activity_roles import ActivityRoles
from pipelines.tools.trial import Trial, make_trial
from sources.batches.protocol import Refused
from sources.connectors.files import PROPOSABLE
from sources.proposal.proposal import Answers, Proposal, Question
from sources.proposal.propose import propose
from sources.town.folder import path_problems
from sources.town.mistakes import validated
from sources.town.sections import Land
from sources.town.source import Source

LANDS: tuple[str, ...] = get_args(Land)
Decisions = Annotated[list[str] | None, typer.Option(help="An activity with which it is decided; repeatable.")]
Into = Annotated[Path | None, typer.Option(help="Where to make the throw-away town; a temporary folder else.")]
Ask = Callable[[Question], str]
Settle = Callable[[ActivityRoles], ActivityRoles]
ANY_SOURCE = {
    "name": "any",
    "system": "case",
    "format": "csv",
    "path": "inbox/any/*",
    "columns": {"case_ref": "a", "activity": "b", "occurred_at": "c"},
}
NONE = "(none of them)"


def try_file(
    file: Annotated[Path, typer.Argument(help=f"Any export: {', '.join(PROPOSABLE)}, also packed.")],
    case: Annotated[str | None, typer.Option(help="The column with the case number.")] = None,
    activity: Annotated[str | None, typer.Option(help="The column that says what happened.")] = None,
    time: Annotated[str | None, typer.Option(help="The column that says when.")] = None,
    channel: Annotated[str | None, typer.Option(help="The column that says how the application came.")] = None,
    record: RecordOption = None,
    column: ColumnOption = None,
    case_object: Annotated[str | None, typer.Option(help="OCEL: the type of object that is the case.")] = None,
    service: Annotated[str | None, typer.Option(help="The service all of it is about, as pages show it.")] = None,
    intake: Annotated[str | None, typer.Option(help="The activity with which a case is received.")] = None,
    decision: Decisions = None,
    land: Annotated[LandOption | None, typer.Option(help="Decides the public holidays; HB when left out.")] = None,  # type: ignore[valid-type]
    timestamp_format: Annotated[str | None, typer.Option(help="How times are written, such as %d.%m.%Y %H:%M.")] = None,
    timezone: Annotated[str | None, typer.Option(help="The zone of times without an offset.")] = None,
    into: Into = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is proposed.")] = False,
) -> None:
    """Try a file: propose its mapping, ask what only you can know, and show it on pages marked Probe.

    The town is a throw-away: thresholds are off and every page says so. Never publish it.

    Example: [cyan]papierwende try export.csv --case Aktenzeichen --land HB[/cyan]
    """
    named = {"case_ref": case, "activity": activity, "occurred_at": time, "channel": channel}
    form, zone = _checked_times(timestamp_format, timezone)
    columns = {target: name for target, name in named.items() if name} | named_columns(column)
    answers = Answers(columns, form, zone, case_object, named_record(record))
    ask = _asked if sys.stdin.isatty() and not yes else None
    settle = partial(settled_roles, ask=ask, intake=intake, decisions=tuple(decision or ()))
    try:
        proposal = settled(file, answers, ask, accept=yes)
        _show(proposal)
        where = land.value if land else _land(ask)  # type: ignore[attr-defined]
        trial = _made(into, file, proposal, land=where, service=service, settle=settle)
    except Refused as refusal:
        raise Stop(Exit.CONFIGURATION if not file.is_file() else Exit.GUARD, refusal.sentence) from refusal
    except KeyboardInterrupt as interrupt:
        raise Stop(
            Exit.INTERRUPTED, f"{file}: interrupted before its town was made; nothing of the file stays."
        ) from interrupt
    progress.listen(draw)
    _end(trial, runner.run(trial.folder, trial.as_of))


def _checked_times(timestamp_format: str | None, timezone: str | None) -> tuple[str | None, str | None]:
    """How times are written, judged as town.toml is."""
    flags = {"timestamp_format": timestamp_format, "timezone": timezone}
    given = {key: value for key, value in flags.items() if value is not None}
    source, problems = validated(Source, {**ANY_SOURCE, **given}, "try")
    if source is None:
        raise Stop(Exit.CONFIGURATION, problems)
    return source.timestamp_format, source.timezone or None


def settled(file: Path, answers: Answers, ask: Ask | None, *, accept: bool) -> Proposal:
    """The proposal for a file with every question answered.

    Args:
        file: what is tried.
        answers: what is known from the start.
        ask: puts a question to a person; None when nobody can answer.
        accept: take the likeliest answer where there is one.

    Raises:
        Refused: the file cannot be read.
        Stop: with exit 2 when a question stays open, naming the flag that answers it.
    """
    today = utc_now().date()
    proposal = propose(file, answers, today=today)
    while proposal.questions:
        question = proposal.questions[0]
        answers = _with(answers, question, _answer(file, question, ask, accept=accept))
        proposal = propose(file, answers, today=today)
    return proposal


def settled_roles(
    roles: ActivityRoles, ask: Ask | None, intake: str | None, decisions: tuple[str, ...]
) -> ActivityRoles:
    """Which activities are receipt and decision: as the flags say, as a person answers, else as it seems; always said.

    Raises:
        Stop: with exit 2 when a flag names no activity of the file.
    """
    for named in (*((intake,) if intake else ()), *decisions):
        if named not in roles.activities:
            close = difflib.get_close_matches(named, roles.activities, n=1)
            hint = f"; the nearest is '{close[0]}'" if close else ""
            raise Stop(Exit.CONFIGURATION, f"'{named}' is no activity that recurs in the file{hint}.")
    if not roles.activities:
        return roles
    received = (intake,) if intake else roles.intake
    decided = decisions or roles.decisions
    if ask is not None and roles.asks_intake and not intake:
        received = _chosen(ask, "--intake", "With which activity is a case received?", roles.activities, received)
    if ask is not None and roles.asks_decision and not decisions:
        decided = _chosen(ask, "--decision", "With which activity is it decided?", roles.activities, decided)
    for what, found, asks, flag in (
        ("received", received, roles.asks_intake, "--intake"),
        ("decided", decided, roles.asks_decision, "--decision"),
    ):
        named = ", ".join(f"'{activity}'" for activity in found)
        if asks:
            say(f"A case is {what} with {named or 'no step that is known'}; {flag} says it otherwise.")
    return replace(roles, intake=received, decisions=decided)


def _chosen(ask: Ask, flag: str, sentence: str, choices: tuple[str, ...], likely: tuple[str, ...]) -> tuple[str, ...]:
    """One activity, or none; several likely ones stay likely when the first is taken."""
    answer = ask(Question("steps", flag, sentence, (*choices, NONE), likely[0] if likely else NONE))
    if answer == NONE:
        return ()
    return likely if likely and answer == likely[0] else (answer,)


def _answer(file: Path, question: Question, ask: Ask | None, *, accept: bool) -> str:
    if accept and question.default is not None:
        return question.default
    if ask is not None and question.choices:
        return ask(question)
    if not question.choices and question.about == "occurred_at":
        sentence = (
            f"{file.name}: no column could be a time; name one with --time and how it is written with "
            "--timestamp-format, such as %d.%m.%Y %H:%M."
        )
        raise Stop(Exit.CONFIGURATION, sentence)
    likely = f" '{question.default}' is likely: --yes takes what is proposed." if question.default else ""
    raise Stop(Exit.CONFIGURATION, f"{file.name}: {question.sentence} Say it with {question.flag}.{likely}")


def _with(answers: Answers, question: Question, answer: str) -> Answers:
    if question.about in ("timestamp_format", "case_object"):
        return replace(answers, **{question.about: answer})
    return replace(answers, columns={**answers.columns, question.about: answer})


def _asked(question: Question) -> str:
    """Put a question on the terminal; the answer is one of the choices, or its number."""
    for number, choice in enumerate(question.choices, start=1):
        say(f"  {number:>2}  {choice}")
    while True:
        given = str(typer.prompt(question.sentence, default=question.default, type=str))
        if given in question.choices:
            return given
        if given.isdecimal() and 1 <= int(given) <= len(question.choices):
            return question.choices[int(given) - 1]
        err.print("Give a number or a name of the list.")


def _land(ask: Ask | None) -> str:
    return "HB" if ask is None else _asked(Question("land", "--land", "Which Land decides the holidays?", LANDS, "HB"))


def _show(proposal: Proposal) -> None:
    rows: list[tuple[object, ...]] = [(target, pick.column, pick.why) for target, pick in proposal.columns.items()]
    rows += [(f"counts.{kind}", pick.column, pick.why) for kind, pick in proposal.counts.items()]
    rows += [("refused", column, f"looks personal ({why})") for column, why in proposal.refused.items()]
    rows += [("not mapped", column, why) for column, why in proposal.idle.items()]
    title = escape(f"{printable(proposal.file)} as {proposal.options['format']}")
    out.print(table(["field", "column", "why"], rows, title=title))
    for note in proposal.notes:
        say(f"  {note}")


def _made(
    into: Path | None, file: Path, proposal: Proposal, *, land: str, service: str | None, settle: Settle
) -> Trial:
    # Behind a link nothing would be removed.
    folder = into.resolve() if into is not None else Path(tempfile.mkdtemp(prefix="papierwende-probe-")) / "town"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Stop(Exit.CONFIGURATION, f"{folder}: is not empty; choose another folder with --into.")
    if problems := list(path_problems(folder)):
        raise Stop(Exit.CONFIGURATION, problems)
    with storage_faults_stop(folder.parent if folder.parent.is_dir() else Path()):
        is_given = key_is_given()
        key, path = make_key()
        try:
            trial = make_trial(folder, file, proposal, land=land, service=service, key=key, settle=settle)
        except BaseException:
            # Nothing of a file that cannot be tried stays behind, whatever ended the trying.
            shutil.rmtree(folder if into is not None else folder.parent, ignore_errors=True)
            if not is_given:
                path.unlink(missing_ok=True)
            raise
    say(f"Made the throw-away town {folder}; its key is {path}.")
    say(f"{trial.rows_read:,} rows read, {trial.rows_quarantined:,} of them cannot be taken; as of {trial.as_of}.")
    if trial.ahead:
        lie = "1 record lies" if trial.ahead == 1 else f"{trial.ahead:,} records lie"
        say(
            f"{lie} later, far ahead of all others or after the file was written, without moving that day; are dates "
            "mistyped? If none is, run the town again with --as-of."
        )
    return trial


def _end(trial: Trial, outcome: Outcome) -> None:
    show_sentences(outcome)
    remove = f"  remove   delete {trial.folder} when you have seen enough"
    if outcome.generation_id is None:
        say(remove)
    else:
        for line in (
            f"The first page: {trial.folder / 'current' / 'site' / 'index.html'}",
            f"  serve    papierwende serve {trial.folder}",
            f"  mapping  {trial.folder / 'town.toml'} holds the [[source]] to copy",
            f"  steps    {trial.folder / 'parameters' / 'activities.csv'} says what each step is; then papierwende run",
            remove,
        ):
            say(line)
    raise typer.Exit(outcome.exit_code)
