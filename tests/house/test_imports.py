"""Who may know whom: the floors written in pyproject.toml, and what import-linter cannot see, read from the syntax."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.blueprint import ROOMS, ROOT, files, named, parsed

ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}
SQL_CALLS = {"execute", "executemany", "sql", "query"}
# The functions that make a value safe inside SQL: names in double quotes, texts in single ones.
QUOTING = {"quoted_name", "quoted_text"}
# Where they stand: once in each room that talks to a database, as those rooms do not meet.
QUOTING_IN = {"pipelines/run/sql.py", "sources/connectors/ocel/parts.py", "dashboards/questions/marts.py"}


def test_the_floors_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def reads_of_the_environment(tree: ast.AST) -> list[int]:
    """The lines in which a module touches the environment."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT:
            lines.append(node.lineno)
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and {name.name for name in node.names} & ENVIRONMENT
        ):
            lines.append(node.lineno)
    return lines


def test_sources_and_dashboards_read_no_environment() -> None:
    found = {
        named(path): lines
        for path in files("sources", "dashboards", suffix=".py")
        if (lines := reads_of_the_environment(parsed(path)))
    }
    assert found == {}


@pytest.mark.parametrize("text", ["import os\nos.environ['X']", "import os\nos.getenv('X')", "from os import environ"])
def test_a_read_of_the_environment_is_seen(text: str) -> None:
    assert reads_of_the_environment(ast.parse(text))


def called(node: ast.Call) -> str:
    """The name of what is called, without the object it belongs to."""
    return (
        node.func.attr
        if isinstance(node.func, ast.Attribute)
        else node.func.id
        if isinstance(node.func, ast.Name)
        else ""
    )


def ingredients(node: ast.expr) -> list[ast.expr] | None:
    """The expressions a text is made of; None for a kind of expression that is not understood."""
    match node:
        case ast.JoinedStr():
            return [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        case ast.BinOp(op=ast.Add()):
            return [node.left, node.right]
        case ast.BoolOp():
            return node.values
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.GeneratorExp() | ast.ListComp():
            return [node.elt]
        case ast.Call(func=ast.Attribute(value=separator, attr="join")):
            return [separator, *node.args]
    return None


def is_clean(node: ast.expr, known: set[str]) -> bool:
    """Whether text is made of constants, quoted values and names known to be clean, and of nothing else."""
    if isinstance(node, ast.Constant) or (isinstance(node, ast.Call) and called(node) in QUOTING):
        return True
    if isinstance(node, ast.Name):
        return node.id.isupper() or node.id in known
    parts = ingredients(node)
    return parts is not None and all(is_clean(part, known) for part in parts)


def clean_names(function: ast.AST) -> set[str]:
    """Names of a function that hold clean SQL: parameters of type Sql, and what is only assigned clean text."""
    arguments = function.args.args if isinstance(function, ast.FunctionDef) else []
    known = {part.arg for part in arguments if part.annotation is not None and ast.unparse(part.annotation) == "Sql"}
    for node in (node for node in ast.walk(function) if isinstance(node, ast.Assign)):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        known = known | names if is_clean(node.value, known) else known - names
    return known


def test_what_quotes_stands_in_one_module_of_each_room() -> None:
    defined = {
        named(path)
        for path in files(*ROOMS, suffix=".py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and node.name in QUOTING
    }
    assert defined == QUOTING_IN


def woven_statements(tree: ast.AST) -> Iterator[int]:
    """The lines in which SQL is sent that was woven from values."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in functions or [tree]:
        known = clean_names(function)
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or not node.args or called(node) not in SQL_CALLS:
                continue
            sent = node.args[0]
            is_made_here = isinstance(sent, ast.JoinedStr | ast.BinOp) or (
                isinstance(sent, ast.Call) and called(sent) == "format"
            )
            if is_made_here and not is_clean(sent, known):
                yield node.lineno


def test_no_value_is_woven_into_sql() -> None:
    found = {
        named(path): lines for path in files(*ROOMS, suffix=".py") if (lines := list(woven_statements(parsed(path))))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("con.execute(f'select * from {name}')", True),
        ("con.execute('select ' + f'{name}')", True),
        ("con.sql('select %s' % name)", True),
        ("con.execute('select {}'.format(name))", True),
        ("con.execute('select ?', [name])", False),
        ("con.execute(f'select * from {quoted_name(name)}')", False),
        ("def f(table): con.execute(f'select * from {table}')", True),
        ("def f(table: Sql): con.execute(f'select * from {table}')", False),
        ("def f(names):\n cells = ', '.join(quoted_name(n) for n in names)\n con.execute(f'select {cells}')", False),
        ("def f(names):\n cells = ', '.join(names)\n con.execute(f'select {cells}')", True),
        ("con.execute(f'select * from {TABLE}')", False),
    ],
)
def test_woven_sql_is_told_from_parameters_and_quoted_names(text: str, seen: bool) -> None:
    assert bool(list(woven_statements(ast.parse(text)))) is seen
