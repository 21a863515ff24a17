"""What the house can do is written down: parameters, tables, commands, environment, keys of town.toml, links."""

import ast
import re
from enum import StrEnum

import pytest
import typer
from pydantic import BaseModel

from dashboards.words import audit, glossary
from sources.contract.attribution import AttributionReason, AttributionState
from sources.contract.audit_words import AuditFinding
from sources.contract.ledger_words import EffectClass, LedgerStatus
from sources.contract.records import RECORDS
from sources.contract.vocabularies import EvidenceGrade, Medium, RevisionCause, TimingMethod, words
from sources.town.folder import Source
from sources.town.parameters import PARAMETER_TABLES
from sources.town.sections import Privacy, Purpose, Running, Setting
from tests.house.blueprint import ROOMS, ROOT, files, named, parsed
from tests.house.contracted import PUBLISHED, RESERVED, RPT_EVERYWHERE
from tests.house.manual import PAGES

VARIABLE = re.compile(r"\b(?:PAPIERWENDE|DAGSTER|DBT|GX)_[A-Z][A-Z_]*[A-Z]\b")
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
EXIT_CODES = (0, 2, 3, 4, 5, 6, 7, 8, 9, 70, 130)


def page(name: str) -> str:
    """A page of the manual."""
    return (ROOT / name).read_text(encoding="utf-8")


def sections(text: str, level: str) -> dict[str, str]:
    """The sections of a page by heading; each ends at the next heading of its level or above."""
    parts = re.split(rf"^(#{{2,{len(level)}}}) (.+)$", text, flags=re.MULTILINE)
    headings = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return {heading: section for found, heading, section in headings if found == level}


@pytest.mark.parametrize("name", PAGES)
def test_a_made_page_is_up_to_date(name: str) -> None:
    assert page(name) == PAGES[name](), f"{name} is not what `make docs` writes"


@pytest.mark.parametrize("table", PARAMETER_TABLES, ids=lambda table: table.file)
def test_every_column_of_a_parameter_file_is_documented(table: type) -> None:
    section = sections(page("docs/parameters.md"), "##")[f"{table.file}.csv"]
    meanings = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", section, re.MULTILINE))
    assert set(meanings) == set(table.model_fields)
    assert all(meaning.strip() for meaning in meanings.values())


@pytest.mark.parametrize("table", PUBLISHED)
def test_every_column_of_a_contracted_table_is_documented(table: str) -> None:
    section = sections(page("docs/tables.md"), "###")[table]
    promised = {*PUBLISHED[table].split(), *(RPT_EVERYWHERE if table.startswith("rpt_") else ())}
    assert promised - set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set()
    assert section.strip().startswith("One row per ")


@pytest.mark.parametrize("table", RESERVED)
def test_every_reserved_name_is_documented(table: str) -> None:
    (columns,) = re.findall(rf"^\| `{table}` \| (.+) \|$", page("docs/tables.md"), re.MULTILINE)
    assert re.findall(r"`(\w+)`", columns) == RESERVED[table].split()


def test_every_command_is_documented_with_an_example() -> None:
    from pipelines.commands.main import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    text = page("docs/commands.md")
    assert set(commands) >= {"init", "check", "run", "status", "demo", "serve", "sql", "ui"}
    documented = sections(text, "##")
    assert set(commands) - set(documented) == set()
    assert [name for name in commands if f"papierwende {name}" not in documented[name]] == []
    assert [name for name, command in commands.items() if f"papierwende {name}" not in (command.help or "")] == []


def test_every_option_of_a_command_is_documented() -> None:
    from pipelines.commands.main import app

    documented = sections(page("docs/commands.md"), "##")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    missing = [
        f"{name} {flag}"
        for name, command in commands.items()
        for parameter in command.params
        for flag in parameter.opts
        if flag.startswith("--") and f"`{flag}" not in documented[name]
    ]
    assert missing == []


def variables() -> dict[str, str]:
    """The environment variables the program reads or sets, with one file each."""
    found: dict[str, str] = {}
    for path in [*files(*ROOMS, suffix=".py"), *files("models"), *files("pipelines", suffix=".sql")]:
        for name in VARIABLE.findall(path.read_text(encoding="utf-8")):
            found[name] = named(path)
    for path in files(*ROOMS, suffix=".py"):
        found.update({name: named(path) for name in environment_keys(parsed(path))})
    return found


def environment_keys(tree: ast.AST) -> list[str]:
    """The literal names with which a module asks the environment."""
    keys = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
            keys.append(node.slice)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("getenv", "environ.get", "environ.setdefault")
        ):
            keys += node.args[:1]
    return [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]


def test_every_environment_variable_is_documented() -> None:
    text = page("docs/operations.md")
    found = variables()
    assert {"PAPIERWENDE_TOWN", "PAPIERWENDE_KEY_FILE"} <= set(found)
    assert {name: path for name, path in found.items() if f"`{name}`" not in text} == {}


def test_a_question_to_the_environment_is_seen() -> None:
    assert environment_keys(ast.parse("os.environ['A']; os.getenv('B'); os.environ.get('C', '')")) == ["A", "B", "C"]


def test_everything_a_mapping_can_name_is_documented() -> None:
    text = page("docs/town-folder.md")
    names = {field.name for record in RECORDS for field in record.fields}
    assert {name for name in names if f"`{name}`" not in text} == set()


@pytest.mark.parametrize(
    ("heading", "section"),
    [("[town]", Setting), ("[privacy]", Privacy), ("[run]", Running), ("[[purpose]]", Purpose), ("[[source]]", Source)],
)
def test_every_key_of_the_towns_file_is_documented(heading: str, section: type[BaseModel]) -> None:
    documented = sections(page("docs/town-folder.md"), "###")[heading]
    first_cells = re.findall(r"^\| (`.+?) \|", documented, re.MULTILINE)
    assert {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)} == set(section.model_fields)


def test_every_word_of_a_closed_vocabulary_is_documented() -> None:
    text = page("docs/town-folder.md")
    closed = {word for record in RECORDS for field in record.fields for word in field.vocabulary}
    assert {word for word in closed if f"`{word}`" not in text} == set()


@pytest.mark.parametrize(
    ("german", "vocabulary"),
    [
        (glossary.MEDIA, Medium),
        (glossary.CAUSES, RevisionCause),
        (audit.AUDIT_FINDINGS, AuditFinding),
        (glossary.ATTRIBUTION_STATES, AttributionState),
        (glossary.ATTRIBUTION_REASONS, AttributionReason),
        (glossary.GRADES, EvidenceGrade),
        (glossary.TIMING_METHODS, TimingMethod),
        (glossary.EFFECT_CLASSES, EffectClass),
        (glossary.LEDGER_STATUS, LedgerStatus),
    ],
)
def test_every_word_of_a_vocabulary_has_its_german_one(german: dict[str, str], vocabulary: type[StrEnum]) -> None:
    assert set(german) == set(words(vocabulary))


def test_every_exit_code_is_documented() -> None:
    for name in ("README.md", "docs/operations.md"):
        documented = {int(code) for code in re.findall(r"^\| (\d+) \|", page(name), re.MULTILINE)}
        assert documented == set(EXIT_CODES)


def test_no_link_leads_nowhere() -> None:
    dead = [
        f"{named(path)}: {target}"
        for path in files(suffix=".md")
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert dead == []


def test_files_that_are_to_be_changed_are_there() -> None:
    named_files = re.findall(
        r"`((?:sources|pipelines|dashboards|models|docs|tests)/[\w/]+\.\w+)`", page("docs/change.md")
    )
    there = [name for name in named_files if not re.search(r"(?:^|[/_])x\.", name)]
    assert len(there) > 20
    assert [name for name in there if not (ROOT / name).exists()] == []
