"""Budgets as German towns export them: a row per line and year, or a column per year, each of which wants a mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sources.batches.protocol import Refused
from sources.contract.records import BUDGET_LINES
from sources.proposal.amounts import Amount, Role, amounts_of, role_of
from sources.proposal.events import Pick
from sources.proposal.fields import fits, named_column
from sources.proposal.looks import MOST_SHARE, Look
from sources.proposal.names import rank
from sources.proposal.proposal import Proposal, question_about
from sources.proposal.words import spaced
from sources.town.rows import Where

# What parts a budget: with one of these and an amount a table is one.
_PARTS: Final = re.compile(
    r"produkt|sachkont|finanzkont|kostenstelle|kostentraeger|teilhaushalt|teilplan|haushalt|hhst|hh stelle"
    r"|buchungsstelle|einzelplan|kapitel|gruppierung|abschnitt|finanzposition|finanzstelle|\bpsp\b|ertragsart|aufwandsart"
    r"|innenauftrag|investition|hauptgruppe|obergruppe|zweckbestimmung"
    r"|\b(epl|konto|kontonummer|kontengruppe|titel|psk|budget|kostenart)\b"
)
# What a line of a plan of results is called where nothing else parts it.
_LABELS: Final = re.compile(r"bezeichnung|position|zeile|ertrags|aufwand|einzahlung|\b(text|art|nr|lfd)\b")
_FIELDS: Final = {field.name: field for field in BUDGET_LINES.fields}
_ROLES: Final = {
    "appropriation_eur": Role.PLAN, "supplementary_eur": Role.SUPPLEMENT, "actual_eur": Role.ACTUAL,
}  # fmt: skip
_MONEY: Final = (Role.PLAN, Role.SUPPLEMENT, Role.ACTUAL, Role.SIDE)
_SHOWN: Final = 4


def is_budget(looks: Mapping[str, Look]) -> bool:
    """Whether the columns are those of a budget: amounts that are planned, booked or of a year, and what parts them."""
    amounts = amounts_of(looks.values())
    others = [spaced(name) for name in looks if name not in {amount.column for amount in amounts}]
    parts = sum(_PARTS.search(name) is not None or rank(name, "account") is not None for name in others)
    labels = sum(_LABELS.search(name) is not None for name in others)
    speaking = [amount for amount in amounts if amount.role in _MONEY]
    of_years = [amount for amount in amounts if amount.years]
    has_year = named_column(looks.values(), _FIELDS["year"], "budget_lines") is not None
    if parts:
        return bool(speaking or of_years or (amounts and has_year))
    return bool(labels) and bool((speaking and (of_years or has_year)) or len(of_years) > 1)


def find_budget(proposal: Proposal, looks: Mapping[str, Look]) -> None:
    """The line, the year and the amounts of a budget.

    Raises:
        Refused: what a mapping cannot say: a column per year, no year at all, thousands of euros.
    """
    amounts = [amount for amount in amounts_of(looks.values()) if amount.column not in proposal.mapped]
    year = proposal.columns.get("year") or _picked(named_column(looks.values(), _FIELDS["year"], "budget_lines"))
    if year is None:
        raise _without_year(proposal.file, amounts)
    proposal.columns["year"] = year
    _find_line(proposal, looks)
    years = set(looks[year.column].filled.unique())
    for field, role in _ROLES.items():
        if field not in proposal.columns:
            _find_amount(proposal, field, [a for a in amounts if a.role is role], years)
    if "appropriation_eur" not in proposal.columns:
        _find_by_kind(proposal, looks, amounts)
    named = [amount for amount in amounts if amount.column in proposal.mapped and amount.in_thousands]
    if named:
        raise Refused(
            "thousands_of_euros",
            f"{proposal.file}: '{named[0].column}' counts thousands of euros, which would be read as euros; have the "
            "export write euros.",
        )


def _picked(column: str | None) -> Pick | None:
    return Pick(column, "by its name", True) if column is not None else None


def _find_line(proposal: Proposal, looks: Mapping[str, Look]) -> None:
    found = {field: named_column(looks.values(), _FIELDS[field], "budget_lines") for field in ("product", "account")}
    line = named_column(looks.values(), _FIELDS["budget_line"], "budget_lines")
    for field, column in found.items():
        if column is not None and column != line:
            proposal.columns.setdefault(field, Pick(column, "by its name", True))
    if "budget_line" in proposal.columns:
        return
    if line is not None:
        proposal.columns["budget_line"] = Pick(line, "by its name", True)
    elif column := found["account"] or found["product"]:
        proposal.columns["budget_line"] = Pick(column, "no column holds the whole line", True)
        whole = " and ".join(f"'{name}'" for name in found.values() if name)
        proposal.notes.append(
            f"No column holds the whole budget line, so it is called after '{column}'; lines are told apart by {whole}."
        )
    else:
        choices = tuple(name for name, look in looks.items() if fits(look, _FIELDS["budget_line"]))
        proposal.questions.append(question_about("budget_line", "Which column is the budget line?", choices))


def _find_amount(proposal: Proposal, field: str, found: list[Amount], years: set[str]) -> None:
    """The one column of a role; of several that of the year the rows are of."""
    of_year = [a for a in found if a.years and {str(year) for year in a.years} == years]
    plain = [a for a in found if not a.years]
    one = next((some for some in (plain, of_year, found) if len(some) == 1), None)
    if one is not None:
        proposal.columns[field] = Pick(one[0].column, "by its name", True)
    elif found:
        names = ", ".join(f"'{a.column}'" for a in found)
        sentence = f"Which of {names} is {field}, where a row holds one year?"
        proposal.questions.append(question_about(field, sentence, tuple(a.column for a in found)))


def _find_by_kind(proposal: Proposal, looks: Mapping[str, Look], amounts: list[Amount]) -> None:
    """Where plan and result stand in rows of their own, the rows of the plan; else it is asked what the amounts are."""
    if any(question.about == "appropriation_eur" for question in proposal.questions):
        return
    free = [amount for amount in amounts if amount.column not in proposal.mapped]
    for look in looks.values():
        words = [str(word) for word in look.filled.unique().sort()] if look.recurs and not look.is_number else []
        roles = {word: role_of(word) for word in words}
        planned = tuple(word for word, role in roles.items() if role is Role.PLAN)
        said = sum(role in (Role.PLAN, Role.ACTUAL, Role.SUPPLEMENT) for role in roles.values())
        if planned and len(free) == 1 and said > MOST_SHARE * len(words):
            proposal.columns["appropriation_eur"] = Pick(free[0].column, f"by the words of '{look.name}'", True)
            proposal.where = Where(column=look.name, keep=planned)
            proposal.notes.append(
                f"Plan and result stand in rows of their own: only those of the plan by '{look.name}' are kept."
            )
            return
    choices = tuple(amount.column for amount in free) or tuple(n for n, look in looks.items() if look.is_number)
    sentence = "Which column holds what was planned (appropriation_eur)? Without it these are no budget lines."
    proposal.questions.append(question_about("appropriation_eur", sentence, choices))


def _of_one_year(amounts: list[Amount]) -> str:
    """The lines of town.toml that map the newest year that is planned."""
    planned = [a for a in amounts if a.years and a.role is Role.PLAN] or [a for a in amounts if a.years]
    newest = max(planned, key=lambda amount: amount.years)
    return f'such as year = "{max(newest.years)}" and in [source.columns] appropriation_eur = "{newest.column}"'


def _without_year(file: str, amounts: list[Amount]) -> Refused:
    of_years = [amount.column for amount in amounts if amount.years]
    if not of_years:
        return Refused(
            "no_year",
            f"{file}: is a budget, but no column tells the year; have the export write one, such as Haushaltsjahr.",
        )
    shown = ", ".join(f"'{column}'" for column in of_years[:_SHOWN]) + (", …" if len(of_years) > _SHOWN else "")
    return Refused(
        "one_column_per_year",
        f"{file}: is a budget with its years in the names of columns ({shown}); a budget line is one row per year: "
        f"write one [[source]] per year with the same path, {_of_one_year(amounts)}; or have the export write a column "
        "Haushaltsjahr and a row per line and year, with Ansatz, Nachtrag and Ergebnis beside each other.",
    )
